package lua

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dbos-script/dbos-script/client/clienttest"
)

// application registers what the test scripts enqueue.
func application(w *clienttest.Worker) {
	w.Register("echo", func(r *clienttest.Run) (any, error) { return r.Input(), nil }, clienttest.RegisterOptions{})
	w.Register("fail", func(r *clienttest.Run) (any, error) { return nil, errors.New(fmt.Sprint(r.Input())) }, clienttest.RegisterOptions{})
	w.Register("steps", threeSteps(), clienttest.RegisterOptions{})
	talkers(w)
}

// threeSteps runs three steps, of which the input can make one fail: always, or the first time.
func threeSteps() clienttest.Workflow {
	var failed atomic.Bool
	return func(r *clienttest.Run) (any, error) {
		input, _ := r.Input().(map[string]any)
		for i := range 3 {
			_, err := r.Step(fmt.Sprintf("step_%d", i), func() (any, error) {
				if input["fail_at"] == int64(i) || input["fail_once"] == int64(i) && !failed.Swap(true) {
					return nil, fmt.Errorf("step %d failed", i)
				}
				return i, nil
			})
			if err != nil {
				return nil, err
			}
		}
		return "done", nil
	}
}
