package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

func TestADelayedWorkflowWaitsUntilItIsDue(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"name": idle})
		due := later(b, time.Minute)
		id := enqueue(t, b.NewClient(), "name", nil, client.WithEnqueueDelay(time.Minute))
		b.Clock.Advance(time.Minute - time.Millisecond)
		mustDrain(t, w)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "DELAYED", "delay_until_epoch_ms": due})
		b.Clock.Advance(time.Millisecond)
		mustDrain(t, w)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "delay_until_epoch_ms": due, "started_at_epoch_ms": due})
	})
}

func TestSetWorkflowDelay(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"name": idle})
		for _, test := range []struct {
			what string
			opt  client.SetWorkflowDelayOption
			due  time.Duration // from the moment it is set
		}{
			{"earlier", client.WithDelayDuration(time.Second), time.Second},
			{"later", client.WithDelayDuration(time.Hour), time.Hour},
			{"later, as a time", client.WithDelayUntil(b.Clock.Now().Add(48 * time.Hour)), -1},
			{"in the past", client.WithDelayUntil(b.Clock.Now().Add(-time.Hour)), 0},
		} {
			id := enqueue(t, c, "name", nil, client.WithEnqueueDelay(time.Minute))
			before := b.Workflow(id)
			b.Clock.Advance(10 * time.Second)
			if err := c.SetWorkflowDelay(id, test.opt); err != nil {
				t.Fatal(err)
			}
			moved := changed(before, b.Workflow(id))
			if test.due > 0 {
				assertColumns(t, moved, clienttest.Record{"delay_until_epoch_ms": later(b, test.due)})
			}
			assertColumns(t, moved, clienttest.Record{"updated_at": b.Millis()})
			if len(moved) != 2 {
				t.Errorf("%s changed %v", test.what, moved)
			}
			b.Clock.Advance(max(test.due, 0))
			if test.due < 0 {
				b.Clock.Advance(49 * time.Hour)
			}
			mustDrain(t, w)
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS"})
		}
	})
}

// Only a DELAYED workflow has a delay to change; one in another state is left alone without an
// error.
func TestOnlyDelayedWorkflowsGetANewDelay(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		inEveryState(t, b)
		for _, state := range client.WorkflowStatuses {
			before := b.Workflow(string(state))
			if err := c.SetWorkflowDelay(string(state), client.WithDelayDuration(time.Hour)); err != nil {
				t.Errorf("%s: %v", state, err)
			}
			want := clienttest.Record{}
			if state == client.WorkflowStatusDelayed {
				want = clienttest.Record{"delay_until_epoch_ms": later(b, time.Hour), "updated_at": b.Millis()}
			}
			assertRecord(t, string(state), changed(before, b.Workflow(string(state))), want)
		}
		if err := c.SetWorkflowDelay("missing", client.WithDelayDuration(time.Hour)); client.CodeOf(err) != client.NonExistentWorkflow {
			t.Errorf("a missing one gave %v", err)
		}
	})
}

func TestSetWorkflowDelayNeedsExactlyOneDelay(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		until := client.WithDelayUntil(b.Clock.Now())
		for what, call := range map[string]func() error{
			"none":     func() error { return c.SetWorkflowDelay("id") },
			"zero":     func() error { return c.SetWorkflowDelay("id", client.WithDelayDuration(0)) },
			"negative": func() error { return c.SetWorkflowDelay("id", client.WithDelayDuration(-time.Second)) },
			"both":     func() error { return c.SetWorkflowDelay("id", client.WithDelayDuration(time.Second), until) },
			"no id":    func() error { return c.SetWorkflowDelay("", until) },
		} {
			if err := call(); client.CodeOf(err) != client.InvalidOption {
				t.Errorf("%s gave %v", what, err)
			}
		}
	})
}

func TestCancelAndResumeOfADelayedWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"name": idle})
		cancelled := enqueue(t, c, "name", nil, client.WithEnqueueDelay(time.Minute))
		resumed := enqueue(t, c, "name", nil, client.WithEnqueueDelay(time.Hour))
		if err := c.CancelWorkflow(cancelled); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ResumeWorkflow(resumed); err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow(resumed), clienttest.Record{"status": "ENQUEUED", "queue_name": client.InternalQueueName,
			"delay_until_epoch_ms": later(b, time.Hour)})
		mustDrain(t, w)
		assertColumns(t, b.Workflow(resumed), clienttest.Record{"status": "SUCCESS"})
		b.Clock.Advance(time.Hour)
		mustDrain(t, w)
		assertColumns(t, b.Workflow(cancelled), clienttest.Record{"status": "CANCELLED", "started_at_epoch_ms": nil})
	})
}
