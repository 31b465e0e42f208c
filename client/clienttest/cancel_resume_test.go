package clienttest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

func allStates() []string {
	var ids []string
	for _, state := range client.WorkflowStatuses {
		ids = append(ids, string(state))
	}
	return ids
}

func snapshot(b clienttest.Backend, ids []string) map[string]clienttest.Record {
	rows := map[string]clienttest.Record{}
	for _, id := range ids {
		rows[id] = b.Workflow(id)
	}
	return rows
}

// afterCancel is what becomes of a workflow of a state.
func afterCancel(b clienttest.Backend, before clienttest.Record) clienttest.Record {
	switch before["status"] {
	case "SUCCESS", "ERROR", "CANCELLED":
		return before
	}
	return merged(before, clienttest.Record{"status": "CANCELLED", "updated_at": b.Millis(), "completed_at": b.Millis(),
		"started_at_epoch_ms": nil, "queue_name": nil, "deduplication_id": nil})
}

// afterResume is what becomes of a workflow of a state.
func afterResume(b clienttest.Backend, before clienttest.Record, queueName string) clienttest.Record {
	switch before["status"] {
	case "SUCCESS", "ERROR":
		return before
	}
	return merged(before, clienttest.Record{"status": "ENQUEUED", "updated_at": b.Millis(), "queue_name": queueName, "recovery_attempts": "0",
		"workflow_deadline_epoch_ms": nil, "deduplication_id": nil, "started_at_epoch_ms": nil, "completed_at": nil})
}

// Every cell of the table: each operation, alone and on many, on each state, with each column.
func TestCancelAndResumeInEveryState(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		resumed := func(name string) func(clienttest.Record) clienttest.Record {
			return func(before clienttest.Record) clienttest.Record { return afterResume(b, before, name) }
		}
		cancelled := func(before clienttest.Record) clienttest.Record { return afterCancel(b, before) }
		for what, test := range map[string]struct {
			do   func(ids []string) error
			want func(clienttest.Record) clienttest.Record
		}{
			"cancel one":      {each(c.CancelWorkflow), cancelled},
			"cancel many":     {c.CancelWorkflows, cancelled},
			"cancel twice":    {func(ids []string) error { return c.CancelWorkflows(append(ids, ids...)) }, cancelled},
			"resume one":      {each(func(id string) error { _, err := c.ResumeWorkflow(id); return err }), resumed(client.InternalQueueName)},
			"resume many":     {func(ids []string) error { _, err := c.ResumeWorkflows(ids); return err }, resumed(client.InternalQueueName)},
			"resume on queue": {func(ids []string) error { _, err := c.ResumeWorkflows(ids, client.WithResumeQueue("slow")); return err }, resumed("slow")},
		} {
			inEveryState(t, b)
			before := snapshot(b, allStates())
			b.Clock.Advance(time.Second)
			if err := test.do(allStates()); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			for id, row := range before {
				assertRecord(t, what+" "+id, b.Workflow(id), test.want(row))
			}
			deleteAll(b)
		}
	})
}

func each(do func(id string) error) func([]string) error {
	return func(ids []string) error {
		for _, id := range ids {
			if err := do(id); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestCancelAndResumeOfMissingIDs(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		inEveryState(t, b)
		var failed *client.Error
		if err := c.CancelWorkflow("missing"); !errors.As(err, &failed) || failed.Code != client.NonExistentWorkflow || failed.WorkflowID != "missing" {
			t.Errorf("cancel gave %v", err)
		}
		if _, err := c.ResumeWorkflow("missing"); !errors.As(err, &failed) || failed.Code != client.NonExistentWorkflow || failed.WorkflowID != "missing" {
			t.Errorf("resume gave %v", err)
		}
		if err := c.CancelWorkflows([]string{"missing", "ENQUEUED"}); err != nil {
			t.Error(err)
		}
		assertColumns(t, b.Workflow("ENQUEUED"), clienttest.Record{"status": "CANCELLED"})
		if err := c.CancelWorkflows(nil); err != nil {
			t.Error(err)
		}
		if handles, err := c.ResumeWorkflows(nil); err != nil || handles == nil || len(handles) != 0 {
			t.Errorf("resume nothing: %v, %v", handles, err)
		}
	})
}

// Handles come in the order of the ids, one for each that exists.
func TestHandlesOfABulkResume(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		handles, err := b.NewClient().ResumeWorkflows([]string{"SUCCESS", "PENDING", "missing", "CANCELLED", "PENDING", "ERROR"})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"SUCCESS", "PENDING", "CANCELLED", "ERROR"}
		for i, handle := range handles {
			if len(handles) != len(want) || handle.GetWorkflowID() != want[i] {
				t.Errorf("handle %d of %d is %s", i, len(handles), handle.GetWorkflowID())
			}
		}
	})
}

// A schema that records who may write an outcome forgets it when a workflow is taken from its run.
func TestAWorkerLosesACancelledWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		split(b)
		c := b.NewClient()
		inEveryState(t, b)
		b.Exec("UPDATE {workflow_status} SET owner_xid = 'somebody', creator_xid = 'somebody'", nil)
		if err := c.CancelWorkflow("PENDING"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ResumeWorkflow("DELAYED"); err != nil {
			t.Fatal(err)
		}
		for id, owner := range map[string]any{"PENDING": nil, "DELAYED": nil, "ENQUEUED": "somebody"} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"owner_xid": owner, "creator_xid": "somebody"})
		}
	})
}

// A resumed workflow goes on from its last step, under a fresh deadline.
func TestAResumedWorkflowGoesOn(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"two": twoSteps})
		id := enqueue(t, c, "two", "x", client.WithEnqueueTimeout(time.Minute))
		child := simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "child", Status: "ENQUEUED", ParentWorkflowID: id, QueueName: "elsewhere"}}
		seed(t, b, child)
		steps(t, w, 3) // claim, start, step 0
		if err := c.CancelWorkflow(id); err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow("child"), clienttest.Record{"status": "ENQUEUED"})
		mustDrain(t, w)
		b.Clock.Advance(time.Hour)
		handle, err := c.ResumeWorkflow(id)
		if err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		if result, err := handle.GetResult(); result != "x" || err != nil {
			t.Errorf("result %v, %v", result, err)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"workflow_deadline_epoch_ms": later(b, time.Minute), "recovery_attempts": "1", "queue_name": client.InternalQueueName})
		rows := b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id})
		if len(rows) != 2 || rows[0]["completed_at_epoch_ms"] == b.Millis() || rows[1]["completed_at_epoch_ms"] != b.Millis() {
			t.Errorf("steps %v", rows)
		}
	})
}
