package clienttest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// shop is a populated fleet with a worker beside it.
func shop(t *testing.T, b clienttest.Backend) *worker.Worker {
	t.Helper()
	if err := (simulator.Fleet{Now: b.Clock.Now()}).Populate(t.Context(), b.Database); err != nil {
		t.Fatal(err)
	}
	w := b.NewWorker(func(c *worker.Config) {
		c.ExecutorID, c.ApplicationVersion, c.ApplicationName = simulator.FleetExecutor, simulator.FleetVersion, simulator.FleetApplication
		c.Queues = simulator.FleetQueues()
	})
	simulator.RegisterFleet(w)
	if err := w.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// runShop lets the shop work for some minutes.
func runShop(t *testing.T, b clienttest.Backend, w *worker.Worker) {
	t.Helper()
	for range 20 {
		mustDrain(t, w)
		b.Clock.Advance(5 * time.Second)
	}
}

func countStates(b clienttest.Backend) map[string]int {
	counts := map[string]int{}
	for _, row := range b.Rows("workflow_status", "", nil) {
		counts[row["status"].(string)]++
	}
	return counts
}

func TestFleetIsInEveryState(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		shop(t, b)
		counts := countStates(b)
		for _, state := range client.WorkflowStatuses {
			if counts[string(state)] < 5 {
				t.Errorf("%d workflows are %s", counts[string(state)], state)
			}
		}
		if total := len(b.Rows("workflow_status", "", nil)); total < 500 || total > 900 {
			t.Errorf("%d workflows", total)
		}
		for what, condition := range map[string]string{
			"children": "parent_workflow_id IS NOT NULL", "forks": "forked_from IS NOT NULL", "originals": "was_forked_from",
			"scheduled": "schedule_name IS NOT NULL", "portable": "serialization = 'portable_json'", "of a class": "class_name IS NOT NULL",
			"prioritised": "priority > 0", "of the older version": "application_version = 'shop-1.3.2'",
		} {
			if len(b.Rows("workflow_status", condition, nil)) == 0 {
				t.Errorf("no workflows are %s", what)
			}
		}
		for _, row := range b.Rows("workflow_status", "", nil) {
			if created, _ := row["created_at"].(string); created > b.Millis() {
				t.Errorf("%s is from the future", row["workflow_uuid"])
			}
		}
		if same := slices.Equal(fleetIDs(1), fleetIDs(1)); !same || slices.Equal(fleetIDs(1), fleetIDs(2)) {
			t.Error("a fleet does not go by its seed")
		}
	})
}

// fleetIDs tells fleets apart.
func fleetIDs(seed uint64) []string {
	var ids []string
	for row := range (simulator.Fleet{Now: time.Unix(1e9, 0), Seed: seed}).Rows() {
		ids = append(ids, row.ID+string(row.Status))
	}
	return ids
}

// Resumed and forked workflows run to their end. Most succeed, some fail again, always the same.
func TestFleetRunsOnWhenResumedAndForked(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w, c := shop(t, b), b.NewClient()
		runShop(t, b, w)
		before := countStates(b)
		resumable := append(inState(b, "CANCELLED"), inState(b, "MAX_RECOVERY_ATTEMPTS_EXCEEDED")...)
		if before["ENQUEUED"] != 0 {
			t.Errorf("%d are ENQUEUED still", before["ENQUEUED"])
		}
		if _, err := c.ResumeWorkflows(resumable); err != nil {
			t.Fatal(err)
		}
		runShop(t, b, w)
		expectOutcome(t, b, resumable)
		expectOutcome(t, b, forkFailed(t, b, c, w))
		for _, row := range b.Rows("workflow_status", "status = 'ERROR'", nil) {
			if failure, _ := row["error"].(string); failure == "" || failure[:min(10, len(failure))] == "Unexpected" {
				t.Errorf("%s failed with %q", row["workflow_uuid"], failure)
			}
		}
	})
}

// forkFailed forks each failed workflow from its last step, or from the start of the child that
// failed there, and gives the ids of the forks.
func forkFailed(t *testing.T, b clienttest.Backend, c client.Client, w *worker.Worker) []string {
	t.Helper()
	var inputs []client.ForkWorkflowInput
	for _, row := range b.Rows("workflow_status", "status = 'ERROR' AND NOT was_forked_from", nil) {
		id := row["workflow_uuid"].(string)
		taken := b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id})
		from := len(taken) - 1
		if taken[from]["function_name"] == "DBOS.getResult" {
			from--
		}
		inputs = append(inputs, client.ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: id + "-again", StartStep: uint(from)})
	}
	handles, err := c.ForkWorkflows(inputs)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(handles))
	for i, handle := range handles {
		ids[i] = handle.GetWorkflowID()
	}
	runShop(t, b, w)
	return ids
}

func expectOutcome(t *testing.T, b clienttest.Backend, ids []string) {
	t.Helper()
	outcomes := map[string]int{}
	for _, id := range ids {
		outcomes[b.Workflow(id)["status"].(string)]++
	}
	if outcomes["SUCCESS"] < len(ids)*3/4 || outcomes["SUCCESS"]+outcomes["ERROR"] != len(ids) {
		t.Errorf("of %d came %v", len(ids), outcomes)
	}
}
