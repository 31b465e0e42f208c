package lua

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dbos-script/dbos-script/client/worker"
)

// application registers what the test scripts enqueue.
func application(w *worker.Worker) {
	w.Register("echo", func(r *worker.Run) (any, error) { return r.Input(), nil }, worker.RegisterOptions{})
	w.Register("fail", func(r *worker.Run) (any, error) { return nil, errors.New(fmt.Sprint(r.Input())) }, worker.RegisterOptions{})
	w.Register("steps", threeSteps(), worker.RegisterOptions{})
	talkers(w)
}

// threeSteps runs three steps, of which the input can make one fail: always, or the first time.
func threeSteps() worker.Workflow {
	var failed atomic.Bool
	return func(r *worker.Run) (any, error) {
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
