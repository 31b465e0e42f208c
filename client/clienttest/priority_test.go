package clienttest_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// Only workflows that wait get the priority; a dry run reports the same.
func TestOnlyWaitingWorkflowsGetANewPriority(t *testing.T) {
	t.Parallel()
	waits := []string{"ENQUEUED", "DELAYED"}
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		ids := []string{"missing"}
		for _, state := range client.WorkflowStatuses {
			ids = append(ids, string(state))
		}
		before := map[string]clienttest.Record{}
		for _, id := range ids[1:] {
			before[id] = b.Workflow(id)
		}
		b.Clock.Advance(time.Second)
		for _, dry := range []bool{true, false} {
			report, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry }).SetPriorityAll(append(ids, "ENQUEUED"), 7)
			if err != nil || len(report.Results) != len(ids) || report.Op != "set priority" {
				t.Fatalf("dry run %v: %v, %v", dry, report, err)
			}
			for i, r := range report.Results {
				want := client.ChangeResult{ID: ids[i], Outcome: client.OutcomeChanged, Status: client.WorkflowStatusType(ids[i])}
				switch {
				case i == 0:
					want.Outcome, want.Status, want.Reason = client.OutcomeUnknown, "", "there is no such workflow"
				case !slices.Contains(waits, ids[i]):
					want.Outcome, want.Reason = client.OutcomeUnchanged, "it is "+ids[i]+", and only ENQUEUED and DELAYED workflows wait"
				}
				if r != want {
					t.Errorf("dry run %v: %+v, want %+v", dry, r, want)
				}
			}
			for id, row := range before {
				want := clienttest.Record{}
				if !dry && slices.Contains(waits, id) {
					want = clienttest.Record{"priority": "7", "updated_at": b.Millis()}
				}
				assertRecord(t, id, changed(row, b.Workflow(id)), want)
			}
		}
	})
}

// The workflow with the lowest number runs first, and 0 comes before 1.
func TestAPriorityMovesAWorkflowInItsQueue(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var order []string
		w := launched(t, b, map[string]worker.Workflow{"name": func(r *worker.Run) (any, error) {
			order = append(order, r.WorkflowID())
			return nil, nil
		}})
		for _, id := range []string{"first", "second", "third"} {
			enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID(id), client.WithEnqueuePriority(1))
			b.Clock.Advance(time.Millisecond)
		}
		for id, priority := range map[string]int{"first": math.MaxInt32, "third": 0} {
			if _, err := c.SetPriorityAll([]string{id}, priority); err != nil {
				t.Fatal(err)
			}
		}
		mustDrain(t, w)
		if want := []string{"third", "second", "first"}; !slices.Equal(order, want) {
			t.Errorf("they ran as %v, want %v", order, want)
		}
	})
}

func TestSetPriorityRefusesWhatIsOutOfRange(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			for _, priority := range []int{-1, math.MinInt32, math.MaxInt32 + 1} {
				for _, ids := range [][]string{nil, {"id"}} {
					if _, err := c.SetPriorityAll(ids, priority); client.CodeOf(err) != client.InvalidOption {
						t.Errorf("dry run %v: %d of %v gave %v", dry, priority, ids, err)
					}
				}
			}
			if report, err := c.SetPriorityAll(nil, 1); err != nil || len(report.Results) != 0 {
				t.Errorf("dry run %v: no ids gave %v, %v", dry, report, err)
			}
		}
	})
}

// The reads of a dry run find the priority that it has planned, of rows of the database and of its
// own.
func TestADryRunReadsThePriorityThatItPlanned(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("planned"))
		old := fullRow().Priority
		if _, err := c.SetPriorityAll([]string{"ENQUEUED", "SUCCESS", "planned"}, 7); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SetPriorityAll([]string{"planned"}, 3); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]int{"ENQUEUED": 7, "DELAYED": old, "SUCCESS": old, "planned": 3} {
			wf, err := c.Handle(id).GetStatus()
			if err != nil || wf.Priority != want {
				t.Errorf("%s has the priority %d, want %d: %v", id, wf.Priority, want, err)
			}
		}
	})
}
