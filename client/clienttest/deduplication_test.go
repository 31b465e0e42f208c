package clienttest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

const dedup = "the slot"

func TestATakenDeduplicationIDIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueue(t, c, "name", 1, client.WithEnqueueDeduplicationID(dedup))
		_, err := c.Enqueue(queue, "name", 2, client.WithEnqueueDeduplicationID(dedup), client.WithEnqueueWorkflowID("second"))
		var refused *client.Error
		if !errors.As(err, &refused) || refused.Code != client.QueueDeduplicated || refused.QueueName != queue ||
			refused.DeduplicationID != dedup || refused.WorkflowID != "second" {
			t.Errorf("got %#v", err)
		}
		for _, many := range [][]string{{"fresh", dedup}, {"twice", "twice"}} {
			_, err := c.EnqueueMany(queue, "name", []any{1, 2}, client.WithEnqueueManyOptions(client.EnqueueManyOptions{DeduplicationIDs: many}))
			if client.CodeOf(err) != client.QueueDeduplicated {
				t.Errorf("%v gave %v", many, err)
			}
		}
		if rows := b.Rows("workflow_status", "", nil); len(rows) != 1 {
			t.Errorf("%d rows", len(rows))
		}
		if err := enqueueing(c, "another queue", "name", client.EnqueueOptions{DeduplicationID: dedup})(); err != nil {
			t.Errorf("the slot of another queue: %v", err)
		}
	})
}

// An id that exists wins over a slot that is taken, whoever holds it.
func TestAnExistingIDComesBeforeItsDeduplicationID(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueue(t, c, "name", 1, client.WithEnqueueDeduplicationID(dedup), client.WithEnqueueWorkflowID("holder"))
		enqueue(t, c, "name", 1, client.WithEnqueueWorkflowID("other"))
		for _, id := range []string{"holder", "other"} {
			handle, err := c.Enqueue(queue, "name", 2, client.WithEnqueueDeduplicationID(dedup), client.WithEnqueueWorkflowID(id))
			if err != nil || handle.GetWorkflowID() != id {
				t.Errorf("%s: %v", id, err)
			}
		}
		assertColumns(t, b.Workflow("other"), clienttest.Record{"deduplication_id": nil})
	})
}

func TestATakenDeduplicationIDCanReturnItsHolder(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		again := []client.EnqueueOption{client.WithEnqueueDeduplicationID(dedup), client.WithEnqueueDeduplicationPolicy(client.DeduplicationPolicyReturnExisting)}
		first := enqueue(t, c, "name", 1, again...)
		before := b.Workflow(first)
		b.Clock.Advance(time.Second)
		if second := enqueue(t, c, "other name", 2, append(again, client.WithEnqueueWorkflowID("dropped"))...); second != first {
			t.Errorf("got %s, want %s", second, first)
		}
		assertRecord(t, "the holder", b.Workflow(first), before)
		if b.Workflow("dropped") != nil {
			t.Error("the dropped workflow was enqueued")
		}
	})
}

// The slot is held as long as the workflow is unfinished, and free afterwards.
func TestADeduplicationIDIsFreedByItsHolder(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"good": idle, "bad": fails, "slow": forever})
		w.Register("dies", forever, worker.RegisterOptions{MaxRetries: 1})
		for name, free := range map[string]func(id string) error{
			"good": func(string) error { return w.Drain(t.Context()) },
			"bad":  func(string) error { return w.Drain(t.Context()) },
			"slow": c.CancelWorkflow,
			"dies": func(string) error { return dieTwice(t, w) },
			"resumed": func(id string) error {
				_, err := c.ResumeWorkflow(id)
				return err
			},
			"deleted": func(id string) error { return c.DeleteWorkflows([]string{id}) },
		} {
			id := enqueue(t, c, name, nil, client.WithEnqueueDeduplicationID(dedup+name), client.WithEnqueueDelay(time.Second))
			slot := client.EnqueueOptions{DeduplicationID: dedup + name}
			expectTaken(t, c, name+" while DELAYED", slot)
			b.Clock.Advance(time.Second)
			steps(t, w, 1)
			expectTaken(t, c, name+" while ENQUEUED", slot)
			steps(t, w, 1)
			expectTaken(t, c, name+" while PENDING", slot)
			if err := free(id); err != nil {
				t.Fatal(err)
			}
			if err := enqueueing(c, queue, "next", slot)(); err != nil {
				t.Errorf("%s did not free the slot: %v", name, err)
			}
			w.Kill()
			b.Exec("DELETE FROM {workflow_status}", nil)
		}
	})
}

func expectTaken(t *testing.T, c client.Client, when string, slot client.EnqueueOptions) {
	t.Helper()
	if err := enqueueing(c, queue, "next", slot)(); client.CodeOf(err) != client.QueueDeduplicated {
		t.Errorf("%s: got %v", when, err)
	}
}

// dieTwice recovers a workflow once more than it may be.
func dieTwice(t *testing.T, w *worker.Worker) error {
	t.Helper()
	for range 2 {
		mustDrain(t, w)
		w.Kill()
		if err := w.Launch(t.Context()); err != nil {
			return err
		}
	}
	return w.Drain(t.Context())
}

func TestFiftyCallsRaceForOneDeduplicationID(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		ids := make([]string, 50)
		var group sync.WaitGroup
		for i := range ids {
			group.Go(func() {
				handle, err := c.Enqueue(queue, "name", i, client.WithEnqueueDeduplicationID(dedup), client.WithEnqueueWorkflowID(fmt.Sprint("id-", i)),
					client.WithEnqueueDeduplicationPolicy(client.DeduplicationPolicyReturnExisting))
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = handle.GetWorkflowID()
			})
		}
		group.Wait()
		rows := b.Rows("workflow_status", "", nil)
		if len(rows) != 1 {
			t.Fatalf("%d rows", len(rows))
		}
		for i, id := range ids {
			if id != rows[0]["workflow_uuid"] {
				t.Errorf("call %d got %s, the row is %v", i, id, rows[0]["workflow_uuid"])
			}
		}
	})
}
