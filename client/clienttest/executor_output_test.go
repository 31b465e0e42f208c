package clienttest_test

import (
	"fmt"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// Texts are in the order in which a run has appended them, and take no step. A run that has lost
// its workflow appends nothing.
func TestARunAppendsOutput(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var lost error
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			for i := range 3 {
				if err := r.AppendOutput(t.Context(), "out", fmt.Sprintf("line %d\n\"ü\"", i)); err != nil {
					return nil, err
				}
			}
			if r.Input() != nil {
				if err := c.CancelWorkflow(r.WorkflowID()); err != nil {
					return nil, err
				}
				lost = r.AppendOutput(t.Context(), "out", "too late")
			}
			return nil, nil
		}})
		for name, input := range map[string]any{"it ends": nil, "it is cancelled": 1} {
			id := enqueue(t, c, "w", input)
			work(t, x)
			values, _, err := c.ReadStream(id, "out")
			if err != nil || fmt.Sprint(values) != "[line 0\n\"ü\" line 1\n\"ü\" line 2\n\"ü\"]" {
				t.Errorf("%s: %q, %v", name, values, err)
			}
			expectSteps(t, b, id)
		}
		if lost == nil || lost.Error() != "another run owns the workflow" {
			t.Errorf("a run without its workflow: %v", lost)
		}
	})
}
