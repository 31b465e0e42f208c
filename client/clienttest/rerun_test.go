package clienttest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// stopped seeds workflows that did not succeed, and one in every other state.
func stopped(t *testing.T, b clienttest.Backend) {
	t.Helper()
	failing := func(id string, steps ...client.StepInfo) simulator.Row {
		return simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: id, Name: "wf", Status: "ERROR", QueueName: "orders",
			Error: errors.New("no"), CreatedAt: b.Clock.Now()}, Steps: steps}
	}
	step := func(number int, failed error) client.StepInfo {
		return client.StepInfo{StepID: number, StepName: fmt.Sprint("step", number), Output: number, Error: failed}
	}
	seed(t, b,
		failing("charge", step(0, nil), step(1, errors.New("declined"))),
		failing("python", step(1, nil), step(2, errors.New("first")), step(3, errors.New("last")), step(4, nil)),
		failing("between", step(0, nil), step(1, nil)),
		failing("stepless"),
	)
	for _, state := range client.WorkflowStatuses {
		if state != client.WorkflowStatusError {
			seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: string(state), Name: "wf", Status: state, CreatedAt: b.Clock.Now()}})
		}
	}
}

var stoppedIDs = []string{"charge", "python", "between", "stepless", "SUCCESS", "PENDING", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "nope", "charge"}

const rerunText = `rerun_workflows: 6 of 9 changed; 1 unchanged (SUCCESS); 1 unchanged (PENDING); 1 unknown ("nope")`

func TestRerunResumesAndForksFromTheFailedStep(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		stopped(t, b)
		dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		for try, want := range []string{rerunText, `rerun_workflows: 0 of 9 changed; 4 unchanged (ERROR); 1 unchanged (SUCCESS); 1 unchanged (PENDING); 2 unchanged (ENQUEUED); 1 unknown ("nope")`} {
			if report, err := dry.RerunWorkflows(stoppedIDs); err != nil || report.String() != want {
				t.Errorf("dry run %d: %v, %v", try, report, err)
			}
		}
		c := b.NewClient()
		report, err := c.RerunWorkflows(stoppedIDs)
		if err != nil || report.String() != rerunText {
			t.Fatalf("%v, %v", report, err)
		}
		for id, steps := range map[string]int{"charge": 1, "python": 2, "between": 2, "stepless": 0} {
			fork := b.Workflow(id + "-rerun-1")
			assertColumns(t, fork, clienttest.Record{"status": "ENQUEUED", "queue_name": "orders", "forked_from": id})
			if kept := len(b.Rows("operation_outputs", "workflow_uuid = '"+id+"-rerun-1'", nil)); kept != steps {
				t.Errorf("%s keeps %d steps, want %d", id, kept, steps)
			}
		}
		for _, id := range []string{"CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "queue_name": client.InternalQueueName})
		}
	})
}

func TestASecondRerunForksNothing(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		stopped(t, b)
		c := b.NewClient()
		for _, want := range []struct{ changed, unchanged int }{{1, 0}, {0, 1}} {
			report, err := c.RerunWorkflows([]string{"charge"})
			if err != nil || report.Count(client.OutcomeChanged) != want.changed || report.Count(client.OutcomeUnchanged) != want.unchanged ||
				report.Results[0].ForkedID != "charge-rerun-1" {
				t.Fatalf("%+v, %v", report, err)
			}
		}
		b.Exec("UPDATE {workflow_status} SET status = 'ERROR' WHERE workflow_uuid = 'charge-rerun-1'", nil)
		report, err := c.RerunWorkflows([]string{"charge", "charge-rerun-1"})
		if err != nil || report.Results[0].Outcome != client.OutcomeUnchanged || report.Results[1].ForkedID != "charge-rerun-2" {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// Two operators who do the same at the same time fork once.
func TestRerunsAtTheSameTimeForkOnce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		stopped(t, b)
		const callers = 4
		var together sync.WaitGroup
		reports := make([]*client.Report, callers)
		for i := range callers {
			c := b.NewClient()
			together.Go(func() {
				var err error
				if reports[i], err = c.RerunWorkflows(stoppedIDs); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		changed := map[string]int{}
		for _, report := range reports {
			for _, id := range report.IDs(client.OutcomeChanged) {
				changed[id]++
			}
		}
		for _, id := range []string{"charge", "python", "between", "stepless", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"} {
			if changed[id] != 1 {
				t.Errorf("%s was changed by %d calls", id, changed[id])
			}
		}
		if forks := b.Rows("workflow_status", "forked_from IS NOT NULL", nil); len(forks) != 4 {
			t.Errorf("%d forks", len(forks))
		}
	})
}

func TestRerunOptions(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		stopped(t, b)
		c := b.NewClient()
		for from, steps := range map[string]struct {
			id    string
			steps int
		}{"last": {"python", 3}, "start": {"charge", 0}} {
			if _, err := c.RerunWorkflows([]string{steps.id}, client.WithRerunOptions(client.RerunOptions{From: from, QueueName: "slow"})); err != nil {
				t.Fatal(err)
			}
			assertColumns(t, b.Workflow(steps.id+"-rerun-1"), clienttest.Record{"queue_name": "slow"})
			if kept := len(b.Rows("operation_outputs", "workflow_uuid = '"+steps.id+"-rerun-1'", nil)); kept != steps.steps {
				t.Errorf("from %s: %d steps", from, kept)
			}
		}
		if _, err := c.RerunWorkflows(stoppedIDs, client.WithRerunOptions(client.RerunOptions{From: "middle"})); client.CodeOf(err) != client.InvalidOption {
			t.Error(err)
		}
	})
}
