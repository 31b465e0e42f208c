package clienttest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

func TestCancelStopsARunAtItsNextStep(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var seen error
		w := launched(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			var err error
			for i := range 3 {
				if _, failed := r.Step("s", func() (any, error) { return i, nil }); failed != nil {
					err = failed
				}
			}
			seen = err
			return "late", nil
		}})
		id := enqueue(t, c, "w", nil)
		steps(t, w, 3) // claim, start, step 0
		if err := c.CancelWorkflow(id); err != nil {
			t.Fatal(err)
		}
		before := b.Workflow(id)
		b.Clock.Advance(time.Second)
		mustDrain(t, w)
		assertRecord(t, "after the cancel", b.Workflow(id), before)
		expectSteps(t, b, id, "0 s output=MA==")
		if !errors.Is(seen, worker.ErrWorkflowCancelled) {
			t.Errorf("the function saw %v", seen)
		}
	})
}

// The outcome of a run that was cancelled, resumed elsewhere or deleted does not count, unless the
// workflow is PENDING again.
func TestLateOutcomesAreDiscarded(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		meddle := map[string]func(id string) error{
			"cancelled": c.CancelWorkflow,
			"resumed": func(id string) error {
				_, err := c.ResumeWorkflow(id, client.WithResumeQueue("nobody listens"))
				return err
			},
			"deleted": func(id string) error { return c.DeleteWorkflows([]string{id}) },
		}
		w := launched(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			return "done", meddle[r.WorkflowID()](r.WorkflowID())
		}})
		for id := range meddle {
			enqueue(t, c, "w", nil, client.WithEnqueueWorkflowID(id))
		}
		mustDrain(t, w)
		assertColumns(t, b.Workflow("cancelled"), clienttest.Record{"status": "CANCELLED", "output": nil, "queue_name": nil})
		assertColumns(t, b.Workflow("resumed"), clienttest.Record{"status": "ENQUEUED", "output": nil, "queue_name": "nobody listens"})
		if row := b.Workflow("deleted"); row != nil {
			t.Errorf("a deleted workflow came back: %v", row)
		}
	})
}

func TestTwoRunsOfOneWorkflowRecordAStepOnce(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		slow := launched(t, b, map[string]worker.Workflow{"two": twoSteps})
		fast := launched(t, b, map[string]worker.Workflow{"two": twoSteps}, func(c *worker.Config) { c.ExecutorID = "fast" })
		id := enqueue(t, c, "two", "x")
		steps(t, slow, 3) // claim, start, step 0
		if _, err := c.ResumeWorkflow(id); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, fast)
		done := b.Workflow(id)
		assertColumns(t, done, clienttest.Record{"status": "SUCCESS", "executor_id": "fast", "recovery_attempts": "1"})
		mustDrain(t, slow)
		assertRecord(t, "after the slow run", b.Workflow(id), done)
		expectSteps(t, b, id, "0 step0 output=MA==", "1 step1 output=MQ==")
	})
}

func TestWhatCannotRunStaysPending(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"w": idle})
		w.Register("w", idle, worker.RegisterOptions{ClassName: "Shop", ConfigName: "eu"})
		stuck := []string{enqueue(t, c, "unknown", nil), enqueue(t, c, "w", nil, client.WithEnqueueClassName("Bank")),
			enqueue(t, c, "w", nil), enqueue(t, c, "w", nil)}
		b.Exec("UPDATE {workflow_status} SET inputs = NULL WHERE workflow_uuid = :id", map[string]any{"id": stuck[2]})
		if b.Database.Has("workflow_input", "inputs") {
			b.Exec("DELETE FROM {workflow_input} WHERE workflow_uuid = :id", map[string]any{"id": stuck[2]})
		}
		b.Exec("UPDATE {workflow_status} SET serialization = 'py_pickle' WHERE workflow_uuid = :id", map[string]any{"id": stuck[3]})
		runs := enqueue(t, c, "w", nil, client.WithEnqueueClassName("Shop"), client.WithEnqueueConfigName("eu"))
		mustDrain(t, w)
		attempts := "0"
		if b.Database.Has("workflow_status", "creator_xid") {
			attempts = "1" // counted by the claim
		}
		for _, id := range stuck {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING", "recovery_attempts": attempts, "started_at_epoch_ms": b.Millis()})
		}
		assertColumns(t, b.Workflow(runs), clienttest.Record{"status": "SUCCESS"})
	})
}

func TestDeadLetterAfterTooManyRecoveries(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, nil)
		w.Register("w", forever, worker.RegisterOptions{MaxRetries: 2})
		id := enqueue(t, b.NewClient(), "w", nil, client.WithEnqueueDeduplicationID("d"))
		for attempt := range 3 {
			mustDrain(t, w)
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING", "recovery_attempts": string(rune('1' + attempt))})
			w.Kill()
			if err := w.Launch(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		before := b.Workflow(id)
		b.Clock.Advance(time.Second)
		mustDrain(t, w)
		want := clienttest.Record{"status": "MAX_RECOVERY_ATTEMPTS_EXCEEDED",
			"recovery_attempts": "4", "updated_at": b.Millis(), "queue_name": nil, "deduplication_id": nil}
		if b.Database.Has("workflow_status", "creator_xid") {
			want["completed_at"] = b.Millis()
		}
		assertRecord(t, "the dead letter", changed(before, b.Workflow(id)), want)
	})
}

func TestPanicsAndUnexpectedStepsAreErrors(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{
			"panics":    func(*worker.Run) (any, error) { panic("out of cheese") },
			"unencoded": func(*worker.Run) (any, error) { return func() {}, nil },
			"changed":   twoSteps,
		})
		panics, unencoded := enqueue(t, c, "panics", nil), enqueue(t, c, "unencoded", nil)
		id := enqueue(t, c, "changed", nil)
		steps(t, w, 1)
		b.Exec("INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name) VALUES (:id, 1, 'other')", map[string]any{"id": id})
		mustDrain(t, w)
		for id, text := range map[string]string{panics: "out of cheese", unencoded: "func", id: `"other" is recorded`} {
			row := b.Workflow(id)
			assertColumns(t, row, clienttest.Record{"status": "ERROR", "output": codec.NilMarker})
			if message, _ := row["error"].(string); !strings.Contains(message, text) {
				t.Errorf("error %q, want one about %q", message, text)
			}
		}
	})
}

func TestQueuesAndVersionsAreRegistered(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		q := worker.Queue{Name: queue, Concurrency: 4, RateLimit: worker.RateLimit{Max: 5, Period: 2500 * time.Millisecond}, PriorityEnabled: true}
		shop := func(c *worker.Config) { c.ApplicationName, c.ApplicationVersion = "shop", "v1" }
		launched(t, b, nil, withQueue(q), shop)
		created := b.Millis()
		b.Clock.Advance(time.Second)
		q.WorkerConcurrency = 1
		launched(t, b, nil, withQueue(q), shop)
		rows := b.Rows("queues", "", nil)
		assertColumns(t, rows[0], clienttest.Record{"name": queue, "concurrency": "4", "worker_concurrency": "1", "rate_limit_max": "5",
			"rate_limit_period_sec": "2.5", "priority_enabled": "true", "partition_queue": "false", "application_name": "shop",
			"created_at": created, "updated_at": b.Millis()})
		versions := b.Rows("application_versions", "", nil)
		assertColumns(t, versions[0], clienttest.Record{"version_name": "v1", "version_timestamp": created, "created_at": created, "application_name": "shop"})
		if len(rows) != 1 || len(versions) != 1 {
			t.Errorf("%d queues, %d versions", len(rows), len(versions))
		}
	})
}

// A run from which its workflow was taken writes no step, no event and no outcome any more.
func TestARunThatLostItsWorkflowWritesNothing(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if !b.Database.Has("workflow_status", "creator_xid") {
			return // older applications write on
		}
		c := b.NewClient()
		for what, take := range map[string]func(id string) error{
			"resumed": func(id string) error {
				_, err := c.ResumeWorkflow(id, client.WithResumeQueue("nobody listens"))
				return err
			},
			"rewound": func(id string) error {
				if err := c.CancelWorkflow(id); err != nil {
					return err
				}
				_, err := c.RewindWorkflow(id, client.WithRewindQueue("nobody listens"))
				return err
			},
		} {
			w := launched(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
				if err := take(r.WorkflowID()); err != nil {
					return nil, err
				}
				return nil, r.SetEvent("late", 1)
			}})
			id := enqueue(t, c, "w", nil)
			mustDrain(t, w)
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "output": nil, "owner_xid": nil, "recovery_attempts": "0"})
			expectSteps(t, b, id)
			if events := b.Rows("workflow_events", "workflow_uuid = :id", map[string]any{"id": id}); len(events) != 0 {
				t.Errorf("%s: the run has published %v", what, events)
			}
		}
	})
}

// A received message says which step received it.
func TestARunRecordsWhichStepReceivedAMessage(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if !b.Database.Has("notifications", "consumed_by_function_id") {
			return
		}
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			if _, err := r.Step("first", func() (any, error) { return nil, nil }); err != nil {
				return nil, err
			}
			return r.Recv("t", time.Minute)
		}})
		id := enqueue(t, c, "w", nil)
		if err := c.Send(id, "m", "t"); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		messages, err := c.WorkflowMessages(id)
		if err != nil || len(messages) != 1 || !messages[0].Received || messages[0].ReceivedBy == nil || *messages[0].ReceivedBy != 1 {
			t.Errorf("%+v, %v", messages, err)
		}
	})
}
