package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A cancelling is a run that cancels a workflow as an effect.
type cancelling struct {
	before func(runID string)        // is called before the change
	after  func(client.Client) error // is called after it, in its transaction

	value any // of the effect
	err   error
}

// run runs an effect that cancels a workflow, and returns the ids of the run and of that.
func (e *cancelling) run(t *testing.T, b clienttest.Backend, victims client.Client) (run, victim string) {
	t.Helper()
	c := b.NewClient()
	handle, err := victims.Enqueue("nobody listens", "victim", nil)
	if err != nil {
		t.Fatal(err)
	}
	victim = handle.GetWorkflowID()
	x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
		e.value, e.err = r.Effect("dbos.cancel_workflows", func(ctx context.Context) (any, error) {
			if e.before != nil {
				e.before(r.WorkflowID())
			}
			under := victims.WithContext(ctx)
			report, err := under.CancelAll([]string{victim, "unknown"})
			if err == nil && e.after != nil {
				err = e.after(under)
			}
			if err != nil {
				return nil, err
			}
			return report.Count(client.OutcomeChanged), nil
		})
		return e.value, e.err
	}})
	run = enqueue(t, c, "w", nil)
	work(t, x)
	return run, victim
}

// The result of a change is computed in its transaction, and recorded with it.
func TestAnEffectAndItsStepCommitTogether(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		e := cancelling{after: func(under client.Client) error {
			if seen := b.Rows("operation_outputs", "", nil); len(seen) > 0 {
				t.Errorf("the step is there before the commit: %v", seen)
			}
			n, err := under.CountWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusCancelled}))
			if err != nil {
				return err // a conflict, after which the effect is tried again
			}
			if n != 1 {
				t.Errorf("inside of the transaction %d workflows are cancelled", n)
			}
			n, err = c.CountWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusCancelled}))
			if n != 0 {
				t.Errorf("outside of the transaction %d workflows are cancelled before the commit", n)
			}
			return err
		}}
		run, victim := e.run(t, b, c)
		if e.err != nil || e.value != int64(1) {
			t.Errorf("the effect returns %v, %v", e.value, e.err)
		}
		assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "CANCELLED"})
		assertColumns(t, b.Workflow(run), clienttest.Record{"status": "SUCCESS"})
		expectSteps(t, b, run, "0 dbos.cancel_workflows output=MQ==")
	})
}

// A run that has lost its workflow before the change changes nothing, and records nothing.
func TestAnEffectOfALostRunChangesNothing(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for name, lose := range map[string]func(id string) error{
			"resumed":   func(id string) error { _, err := c.ResumeWorkflow(id, client.WithResumeQueue("elsewhere")); return err },
			"cancelled": c.CancelWorkflow,
			"deleted":   func(id string) error { return c.DeleteWorkflows([]string{id}) },
			"claimed by another": func(id string) error {
				b.Exec("UPDATE {workflow_status} SET owner_xid = 'another' WHERE workflow_uuid = :id", map[string]any{"id": id})
				return nil
			},
		} {
			e := cancelling{before: func(id string) {
				if err := lose(id); err != nil {
					t.Error(err)
				}
			}}
			run, victim := e.run(t, b, c)
			if !errors.Is(e.err, worker.ErrConflictingID) {
				t.Errorf("%s: %v, %v", name, e.value, e.err)
			}
			assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "ENQUEUED"})
			expectSteps(t, b, run)
		}
	})
}

// A step that is there already is returned as it was recorded, and nothing changes.
func TestAnEffectThatIsRecordedChangesNothing(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		e := cancelling{before: func(id string) {
			b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, serialization)
				VALUES (:id, 0, 'dbos.cancel_workflows', 'Nw==', 'DBOS_JSON') ON CONFLICT DO NOTHING`, map[string]any{"id": id})
		}}
		run, victim := e.run(t, b, b.NewClient())
		if e.err != nil || e.value != int64(7) {
			t.Errorf("the effect returns %v, %v, want the recorded result", e.value, e.err)
		}
		assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "ENQUEUED"})
		assertColumns(t, b.Workflow(run), clienttest.Record{"status": "SUCCESS", "output": "Nw=="})
	})
}

// An error undoes the changes before it, and is recorded.
func TestAnEffectThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		wrong := errors.New("wrong")
		e := cancelling{after: func(client.Client) error { return wrong }}
		run, victim := e.run(t, b, b.NewClient())
		if !errors.Is(e.err, wrong) {
			t.Errorf("the effect returns %v, %v", e.value, e.err)
		}
		assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "ENQUEUED"})
		if steps := stepRows(b, run); len(steps) != 1 {
			t.Errorf("the steps are %v", steps)
		}
	})
}

// A batch that fails undoes itself alone, as outside of a transaction.
func TestABatchOfAnEffectMayFail(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueue(t, c, "holder", nil, client.WithEnqueueDeduplicationID("d"))
		e := cancelling{after: func(under client.Client) error {
			_, err := under.Enqueue(queue, "second", nil, client.WithEnqueueDeduplicationID("d"))
			switch {
			case err == nil:
				t.Error("a second workflow has the deduplication id")
			case client.CodeOf(err) != client.QueueDeduplicated:
				return err // a conflict, after which the effect is tried again
			}
			_, err = under.Enqueue("nobody listens", "third", nil)
			return err
		}}
		run, victim := e.run(t, b, c)
		if e.err != nil {
			t.Error(e.err)
		}
		assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "CANCELLED"})
		made := b.Rows("workflow_status", "name IN ('second', 'third')", nil)
		if len(made) != 1 {
			t.Fatalf("%d workflows were made", len(made))
		}
		expectSteps(t, b, run, fmt.Sprintf("0 dbos.cancel_workflows output=MQ== child_workflow_id=%s", made[0]["workflow_uuid"]))
	})
}

// A conflict that the call swallows has undone the changes of the effect. A read after it fails,
// instead of reading outside of the transaction.
func TestAReadAfterASwallowedConflictFails(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres").Of(client.SDKGo)
	addRuns(b)
	var conflicts atomic.Int32
	conflicts.Store(1)
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("SELECT workflow_uuid, status, updated_at") && conflicts.Add(-1) == 0 { // the state of the unknown workflow
			return pgproxy.Conflict
		}
		return pgproxy.Pass
	}})
	c := b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() })
	var failed []error
	e := cancelling{after: func(under client.Client) error {
		n, err := under.CountWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusCancelled}))
		if err == nil && n != 1 {
			t.Errorf("a read of the effect finds %d cancelled workflows", n)
		}
		failed = append(failed, err)
		return err
	}}
	run, victim := e.run(t, b, c)
	// The first try foresees that all workflows change, the second one is in conflict.
	if len(failed) != 3 || failed[0] == nil || failed[1] == nil || !strings.Contains(failed[1].Error(), "40001") || failed[2] != nil {
		t.Errorf("the reads of the three tries return %v", failed)
	}
	assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "CANCELLED"})
	expectSteps(t, b, run, "0 dbos.cancel_workflows output=MQ==")
}

// If a batch that failed cannot be undone alone, the whole transaction is, and the effect is tried
// again.
func TestAnEffectIsTriedAgainIfABatchCannotBeUndone(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres").Of(client.SDKGo)
	addRuns(b)
	var conflicts atomic.Int32
	conflicts.Store(1)
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("ROLLBACK TO SAVEPOINT") && conflicts.Add(-1) == 0 {
			return pgproxy.Conflict
		}
		return pgproxy.Pass
	}})
	c := b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() })
	enqueue(t, c, "holder", nil, client.WithEnqueueDeduplicationID("d"))
	tries := 0
	e := cancelling{after: func(under client.Client) error {
		tries++
		_, err := under.Enqueue(queue, "second", nil, client.WithEnqueueDeduplicationID("d"))
		if client.CodeOf(err) == client.QueueDeduplicated {
			return nil
		}
		return err
	}}
	run, victim := e.run(t, b, c)
	if tries != 3 { // the first one foresees that both ids are cancelled
		t.Errorf("%d tries", tries)
	}
	assertColumns(t, b.Workflow(victim), clienttest.Record{"status": "CANCELLED"})
	expectSteps(t, b, run, "0 dbos.cancel_workflows output=MQ==")
}

// A change of another database cannot be in the transaction, and is refused.
func TestAnEffectOfAnotherDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		other := clienttest.On(t, b.Name)
		e := cancelling{}
		run, victim := e.run(t, b, other.NewClient())
		if e.err == nil || errors.Is(e.err, worker.ErrConflictingID) {
			t.Errorf("the effect returns %v, %v", e.value, e.err)
		}
		assertColumns(t, other.Workflow(victim), clienttest.Record{"status": "ENQUEUED"})
		assertColumns(t, b.Workflow(run), clienttest.Record{"status": "ERROR"})
	})
}

// An effect without a change is recorded as a step.
func TestAnEffectWithoutAChangeIsAStep(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			return r.Effect("count", func(ctx context.Context) (any, error) { return c.WithContext(ctx).CountWorkflows() })
		}})
		id := enqueue(t, c, "w", nil)
		work(t, x)
		expectSteps(t, b, id, "0 count output=MQ==")
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "output": "MQ=="})
	})
}
