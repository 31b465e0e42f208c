package clienttest_test

import (
	"fmt"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

func TestListLoadsProgress(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		seed(t, b, fullRow(), simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "bare", Status: "ENQUEUED", CreatedAt: b.Clock.Now()}})
		c := b.NewClient()
		progress := func(wf client.WorkflowStatus) string {
			if wf.StepsDone == nil {
				return fmt.Sprintf("%s: not loaded %q %v", wf.ID, wf.LastStep, wf.LastStepAt.IsZero())
			}
			return fmt.Sprintf("%s: %d %q %v", wf.ID, *wf.StepsDone, wf.LastStep, wf.LastStepAt.Equal(fullRow().Steps[2].CompletedAt))
		}
		for _, test := range []struct {
			load       bool
			full, bare string
		}{
			{true, `full: 3 "bad" true`, `bare: 0 "" false`},
			{false, `full: not loaded "" true`, `bare: not loaded "" true`},
		} {
			for _, values := range []bool{false, true} {
				options := []client.ListWorkflowsOption{client.WithLoadProgress(test.load), client.WithLoadInput(values), client.WithLoadOutput(values)}
				listed, err := c.ListWorkflows(append(options, client.WithLimit(2))...)
				if err != nil {
					t.Fatal(err)
				}
				for wf, err := range c.Workflows(options...) {
					if err != nil {
						t.Fatal(err)
					}
					listed = append(listed, wf)
				}
				if len(listed) != 4 {
					t.Fatalf("%d rows, want 2 of the list and 2 of the walk", len(listed))
				}
				for _, wf := range listed {
					want := test.bare
					if wf.ID == "full" {
						want = test.full
					}
					if got := progress(wf); got != want {
						t.Errorf("with values %v: %s, want %s", values, got, want)
					}
				}
			}
		}
	})
}
