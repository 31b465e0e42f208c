package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// past inserts a workflow that has ended after three steps, with all that a rewind touches.
func past(t *testing.T, b clienttest.Backend, id string, status client.WorkflowStatusType) {
	t.Helper()
	row := fullRow()
	row.ID, row.Status, row.Name, row.QueueName, row.DeduplicationID, row.Output = id, status, "w", "old", "d-"+id, "result"
	row.CompletedAt = b.Clock.Now()
	row.Steps = nil
	for step := range 3 {
		row.Steps = append(row.Steps, client.StepInfo{StepID: step, StepName: fmt.Sprint("step", step), Output: step})
	}
	row.Events = []simulator.Event{{StepID: 0, Key: "kept", Value: "k0"}, {StepID: 0, Key: "back", Value: "b0"},
		{StepID: 1, Key: "back", Value: "b1"}, {StepID: 2, Key: "back", Value: "b2"}, {StepID: 2, Key: "gone", Value: "g2"}}
	seed(t, b, row)
	b.Exec(`INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id) VALUES
		(:id, 'early', '1', 0, 0), (:id, 'early', '__DBOS_STREAM_CLOSED__', 1, 0),
		(:id, 'late', '1', 0, 0), (:id, 'late', '2', 1, 2), (:id, 'late', '"__DBOS_STREAM_CLOSED__"', 2, 2)`, map[string]any{"id": id})
	for name, consumed := range map[string]string{"new": "FALSE", "early": "TRUE", "late": "TRUE"} {
		b.Exec("INSERT INTO {notifications} (message_uuid, destination_uuid, message, created_at_epoch_ms, consumed) VALUES (:message, :id, '1', 1, "+consumed+")",
			map[string]any{"id": id, "message": id + "-" + name})
	}
	if b.Database.Has("notifications", "consumed_by_function_id") {
		for name, step := range map[string]int64{"early": 0, "late": 1} {
			b.Exec("UPDATE {notifications} SET consumed_by_function_id = :step WHERE message_uuid = :message", map[string]any{"step": step, "message": id + "-" + name})
		}
	}
}

// column returns a column of the rows of a workflow, sorted.
func columnOf(b clienttest.Backend, table, owner, id string, columns ...string) []string {
	var found []string
	for _, row := range b.Rows(table, owner+" = :id", map[string]any{"id": id}) {
		var parts []string
		for _, column := range columns {
			parts = append(parts, fmt.Sprint(row[column]))
		}
		found = append(found, strings.Join(parts, " "))
	}
	slices.Sort(found)
	return found
}

// history returns what a rewind to step 1 or to the start leaves of a workflow.
func history(b clienttest.Backend, id string) map[string][]string {
	return map[string][]string{
		"steps":    columnOf(b, "operation_outputs", "workflow_uuid", id, "function_id"),
		"past":     columnOf(b, "workflow_events_history", "workflow_uuid", id, "function_id", "key", "value"),
		"events":   columnOf(b, "workflow_events", "workflow_uuid", id, "key", "value"),
		"streams":  columnOf(b, "streams", "workflow_uuid", id, "key", "value"),
		"messages": columnOf(b, "notifications", "destination_uuid", id, "message_uuid"),
	}
}

func rewoundTo(start uint, id string, steps bool) map[string][]string {
	if start == 0 {
		return map[string][]string{"steps": nil, "past": nil, "events": nil, "messages": nil, "streams": {"early 1", "late 1", "late 2"}}
	}
	messages := []string{id + "-early"}
	if !steps {
		messages = append(messages, id+"-late")
	}
	return map[string][]string{"steps": {"0"}, "past": {"0 back ImIwIg==", "0 kept ImswIg=="}, "events": {"back ImIwIg==", "kept ImswIg=="},
		"messages": messages, "streams": {"early 1", "early __DBOS_STREAM_CLOSED__", "late 1", "late 2"}}
}

func TestRewindingTakesBackWhatCameAfterTheStep(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		steps := b.Database.Has("notifications", "consumed_by_function_id")
		for start := range uint(2) {
			for _, state := range []client.WorkflowStatusType{"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"} {
				id := fmt.Sprint(state, start)
				past(t, b, id, state)
				past(t, b, "other-"+id, state)
				untouched := history(b, "other-"+id)
				before := b.Workflow(id)
				b.Clock.Advance(time.Second)
				handle, err := c.RewindWorkflow(id, client.WithRewindStartStep(start), client.WithRewindQueue("slow"), client.WithRewindQueuePartitionKey("p"),
					client.WithRewindApplicationVersion("v2"))
				if err != nil || handle.GetWorkflowID() != id {
					t.Fatalf("%s: %v, %v", id, handle, err)
				}
				assertRecord(t, id, b.Workflow(id), merged(before, clienttest.Record{"status": "ENQUEUED", "queue_name": "slow", "queue_partition_key": "p",
					"application_version": "v2", "updated_at": b.Millis(), "recovery_attempts": "0", "workflow_deadline_epoch_ms": nil, "deduplication_id": nil,
					"started_at_epoch_ms": nil, "completed_at": nil, "output": nil, "error": nil}))
				equal(t, id+" history", history(b, id), rewoundTo(start, id, steps))
				equal(t, id+" another", history(b, "other-"+id), untouched)
				if b.Database.Has("workflow_output", "output") {
					if left := columnOf(b, "workflow_output", "workflow_uuid", id, "output"); left != nil {
						t.Errorf("%s keeps its result %q", id, left)
					}
				}
			}
		}
	})
}

// Without options a workflow goes on the internal queue and keeps its version.
func TestRewindingWithoutOptions(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		past(t, b, "w", "SUCCESS")
		version := b.Workflow("w")["application_version"]
		if _, err := b.NewClient().RewindWorkflow("w"); err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow("w"), clienttest.Record{"queue_name": client.InternalQueueName, "queue_partition_key": nil, "application_version": version})
	})
}

// A workflow that has not ended is left as it is, with its history.
func TestOnlyAWorkflowThatHasEndedIsRewound(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for _, state := range allStates() {
			past(t, b, state, client.WorkflowStatusType(state))
		}
		active := []string{"PENDING", "ENQUEUED", "DELAYED"}
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(config *client.ClientConfig) { config.DryRun = dry })
			for _, id := range active {
				row, kept := b.Workflow(id), history(b, id)
				_, err := c.RewindWorkflow(id)
				if client.CodeOf(err) != client.Conflict || !strings.Contains(err.Error(), id) {
					t.Errorf("dry run %v: %s: %v", dry, id, err)
				}
				assertRecord(t, id, b.Workflow(id), row)
				equal(t, id+" history", history(b, id), kept)
			}
			if _, err := c.RewindWorkflow("none"); client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("dry run %v: %v", dry, err)
			}
			if _, err := c.RewindWorkflow("SUCCESS", client.WithRewindQueuePartitionKey("p")); client.CodeOf(err) != client.InvalidOption {
				t.Errorf("dry run %v: %v", dry, err)
			}
			report, err := c.RewindAll(append(allStates(), "none", "ERROR"), client.WithRewindStartStep(1))
			if err != nil || report.Count(client.OutcomeChanged) != 4 || report.Count(client.OutcomeUnknown) != 1 {
				t.Fatalf("dry run %v: %v, %v", dry, report, err)
			}
			unchanged := report.IDs(client.OutcomeUnchanged)
			slices.Sort(unchanged)
			equal(t, "unchanged", unchanged, []string{"DELAYED", "ENQUEUED", "PENDING"})
		}
		for _, id := range active {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": id})
			if steps := history(b, id)["steps"]; len(steps) != 3 {
				t.Errorf("%s has steps %q", id, steps)
			}
		}
		assertColumns(t, b.Workflow("ERROR"), clienttest.Record{"status": "ENQUEUED"})
	})
}

// A rewind from a step that must exist is refused as a whole before the gate is asked, and names
// the steps. Only workflows that it would change count.
func TestARewindFromAStepThatWasNotReached(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		past(t, b, "w", "ERROR")
		past(t, b, "v", "SUCCESS")
		charged(t, b, "stepless", 0, nil)
		charged(t, b, "running", 0, nil)
		b.Exec("UPDATE {workflow_status} SET status = 'PENDING' WHERE workflow_uuid = 'running'", nil)
		from := func(step uint) client.RewindWorkflowOption {
			return client.WithRewindOptions(client.RewindWorkflowOptions{StartStep: step, StartStepExists: true})
		}
		kept := history(b, "w")
		for _, dry := range []bool{true, false} {
			asked := false
			c := b.NewClient(func(config *client.ClientConfig) {
				config.DryRun = dry
				config.Gate = func(_ context.Context, _ *client.Change, apply func() error) error {
					asked = true
					return apply()
				}
			})
			for id, message := range map[string]string{"w": `workflow "w" has no step 4: its steps are 0 step0, 1 step1, 2 step2, and the last one is 2`, "stepless": "none has finished"} {
				_, err := c.RewindAll([]string{"v", id, "nope"}, from(4))
				failed, _ := errors.AsType[*client.Error](err)
				if failed == nil || failed.Code != client.InvalidOption || failed.WorkflowID != "v" || !strings.Contains(failed.Hint, "show v") {
					t.Errorf("dry run %v: %s: %v", dry, id, err)
				}
				if _, err := c.RewindWorkflow(id, from(4)); client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), message) {
					t.Errorf("dry run %v: %s: %v", dry, id, err)
				}
			}
			if asked {
				t.Errorf("dry run %v: the gate was asked", dry)
			}
			if _, err := c.RewindWorkflow("running", from(4)); client.CodeOf(err) != client.Conflict {
				t.Errorf("dry run %v: a workflow that runs: %v", dry, err)
			}
			if _, err := c.RewindWorkflow("none", from(4)); client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("dry run %v: no workflow: %v", dry, err)
			}
		}
		equal(t, "history", history(b, "w"), kept)
		c := b.NewClient()
		// The step after the last one is the step in which a workflow was.
		if report, err := c.RewindAll([]string{"w", "v"}, from(3)); err != nil || report.Count(client.OutcomeChanged) != 2 {
			t.Errorf("%v, %v", report, err)
		}
		if _, err := c.RewindWorkflow("stepless", from(0)); err != nil {
			t.Error(err)
		}
		equal(t, "steps", history(b, "w")["steps"], kept["steps"])
	})
}

// The owner of a run that was rewound can no longer write its outcome.
func TestRewindingTakesTheRowFromItsRun(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		past(t, b, "w", "CANCELLED")
		// Older tables have no token: a run finds out by the state that the row is not its own.
		taken := clienttest.Record{"status": "ENQUEUED", "queue_name": client.InternalQueueName, "recovery_attempts": "0", "started_at_epoch_ms": nil}
		b.Exec("UPDATE {workflow_status} SET recovery_attempts = 3, started_at_epoch_ms = 5", nil)
		if b.Database.Has("workflow_status", "creator_xid") {
			b.Exec("UPDATE {workflow_status} SET owner_xid = 'somebody'", nil)
			taken["owner_xid"] = nil
		}
		if _, err := b.NewClient().RewindAll([]string{"w"}); err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow("w"), taken)
	})
}

// equal compares two values that print alike if they are the same.
func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
