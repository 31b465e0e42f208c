package clienttest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// inShop makes a worker one of the application "shop".
func inShop(c *worker.Config) { c.ApplicationName = "shop" }

// ownAll gives workflows an owner.
func ownAll(b clienttest.Backend, owner string, ids []string) {
	for _, id := range ids {
		b.Exec("UPDATE {workflow_status} SET application_name = :owner WHERE workflow_uuid = :id", map[string]any{"id": id, "owner": owner})
	}
}

// Whichever executor runs them, an application cancels its own overdue workflows, and those of
// nobody: once a second, on tables of an SDK that does so.
func TestOverdueWorkflowsAreCancelledOnceASecond(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, nil, inShop)
		ids := map[string]string{}
		for _, owner := range []string{"shop", "", "bank"} {
			for _, state := range []string{"ENQUEUED", "PENDING", "DELAYED", "SUCCESS"} {
				id := enqueue(t, c, "w", nil, client.WithEnqueueWorkflowID(owner+state), client.WithEnqueueApplicationVersion("another"))
				b.Exec(`UPDATE {workflow_status} SET status = :state, application_name = CAST(:owner AS TEXT), workflow_deadline_epoch_ms = :deadline,
					executor_id = 'gone', delay_until_epoch_ms = :late WHERE workflow_uuid = :id`,
					map[string]any{"id": id, "state": state, "owner": nullable(owner), "deadline": b.Clock.Now().Add(500 * time.Millisecond).UnixMilli(),
						"late": b.Clock.Now().Add(time.Hour).UnixMilli()})
				ids[id] = state
			}
		}
		sweeps := b.Database.Shape().Has("workflow_status", "creator_xid")
		expectNext(t, w, b, sweeps, 500*time.Millisecond)
		mustDrain(t, w)
		if cancelled := inState(b, "CANCELLED"); len(cancelled) > 0 {
			t.Errorf("cancelled before the deadline: %v", cancelled)
		}
		b.Clock.Advance(time.Second)
		mustDrain(t, w)
		var want []string
		for id, state := range ids {
			if sweeps && state != "SUCCESS" && id != "bank"+state {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		if cancelled := inState(b, "CANCELLED"); !slices.Equal(cancelled, want) {
			t.Errorf("cancelled %v, want %v", cancelled, want)
		}
		if !sweeps {
			return
		}
		assertColumns(t, b.Workflow("shopPENDING"), clienttest.Record{"queue_name": nil, "owner_xid": nil, "completed_at": b.Millis(), "updated_at": b.Millis()})
		b.Exec("UPDATE {workflow_status} SET status = 'ENQUEUED' WHERE workflow_uuid = 'shopENQUEUED'", nil)
		b.Clock.Advance(999 * time.Millisecond)
		mustDrain(t, w)
		assertColumns(t, b.Workflow("shopENQUEUED"), clienttest.Record{"status": "ENQUEUED"})
		expectNext(t, w, b, true, time.Millisecond)
		b.Clock.Advance(time.Millisecond)
		mustDrain(t, w)
		assertColumns(t, b.Workflow("shopENQUEUED"), clienttest.Record{"status": "CANCELLED"})
	})
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// expectNext wants the worker to have something to do again after a time, or never.
func expectNext(t *testing.T, w *worker.Worker, b clienttest.Backend, ever bool, after time.Duration) {
	t.Helper()
	want := b.Clock.Now().Add(after)
	if next, err := w.Next(t.Context()); err != nil || ever != next.Equal(want) {
		t.Errorf("the worker has something to do at %v, %v; want %v: %v", next, err, want, ever)
	}
}

// Each partition has limits of its own, and the queue has limits beside them.
func TestLimitsOfPartitionsAndOfTheQueueHoldTogether(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		queue   worker.Queue
		pending map[string]int // by partition, after a drain
	}{
		"partition concurrency": {worker.Queue{PartitionConcurrency: 2}, map[string]int{"a": 2, "b": 2, "c": 2}},
		"both":                  {worker.Queue{PartitionConcurrency: 2, Concurrency: 3}, map[string]int{"a": 2, "b": 1}},
		"of one worker":         {worker.Queue{PartitionWorkerConcurrency: 1, WorkerConcurrency: 2}, map[string]int{"a": 1, "b": 1}},
		"rate":                  {worker.Queue{PartitionRateLimit: worker.RateLimit{Max: 1, Period: time.Minute}}, map[string]int{"a": 1, "b": 1, "c": 1}},
		"both rates": {worker.Queue{PartitionRateLimit: worker.RateLimit{Max: 1, Period: time.Minute}, RateLimit: worker.RateLimit{Max: 2, Period: time.Minute}},
			map[string]int{"a": 1, "b": 1}},
		"the flag alone": {worker.Queue{Partitioned: true, Concurrency: 1}, map[string]int{"a": 1, "b": 1, "c": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
				test.queue.Name = queue
				c, w := b.NewClient(), launched(t, b, map[string]worker.Workflow{"w": forever}, withQueue(test.queue))
				for _, partition := range []string{"a", "b", "c"} {
					enqueueMany(t, c, "w", 3, client.EnqueueOptions{QueuePartitionKey: partition})
				}
				keyless := enqueue(t, c, "w", nil)
				mustDrain(t, w)
				pending := map[string]int{}
				for _, row := range b.Rows("workflow_status", "status = 'PENDING'", nil) {
					pending[row["queue_partition_key"].(string)]++
				}
				if fmt.Sprint(pending) != fmt.Sprint(test.pending) {
					t.Errorf("PENDING are %v, want %v", pending, test.pending)
				}
				assertColumns(t, b.Workflow(keyless), clienttest.Record{"status": "ENQUEUED"})
			})
		})
	}
}

// The limits of a queue count the workflows of the application and of nobody, and no others.
func TestLimitsCountOwnAndUnownedWorkflows(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]worker.Queue{
		"concurrency": {Concurrency: 3}, "rate": {RateLimit: worker.RateLimit{Max: 3, Period: time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goApplications(t, func(t *testing.T, b clienttest.Backend) {
				limit.Name = queue
				c := b.NewClient()
				w := launched(t, b, map[string]worker.Workflow{"w": forever}, inShop, withQueue(limit))
				bank, nobody := enqueueMany(t, c, "w", 4, client.EnqueueOptions{}), enqueueMany(t, c, "w", 1, client.EnqueueOptions{})
				ownAll(b, "bank", bank)
				b.Exec("UPDATE {workflow_status} SET status = 'PENDING', rate_limited = TRUE, started_at_epoch_ms = :now, executor_id = 'elsewhere'",
					map[string]any{"now": b.Clock.Now().UnixMilli()})
				shop := enqueueMany(t, c, "w", 5, client.EnqueueOptions{})
				ownAll(b, "shop", shop)
				mustDrain(t, w)
				taken := b.Rows("workflow_status", "status = 'PENDING' AND executor_id = 'local'", nil)
				if len(taken) != 2 {
					t.Errorf("%d of %v are taken beside %v of nobody, want 2", len(taken), shop, nobody)
				}
			})
		})
	}
}

// A worker takes from every queue of the table that is its application's or nobody's, under the
// limits that the table has now.
func TestAWorkerFollowsTheTableOfQueues(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		register := func(name, owner string, most int) {
			input := client.QueueInput{Name: name, ApplicationName: owner}
			if most > 0 {
				input.Concurrency = &most
			}
			if _, err := c.RegisterQueue(input); err != nil {
				t.Fatal(err)
			}
		}
		put := func(queue, id string) {
			if _, err := c.Enqueue(queue, "w", nil, client.WithEnqueueWorkflowID(id)); err != nil {
				t.Fatal(err)
			}
		}
		w := launched(t, b, map[string]worker.Workflow{"w": forever}, inShop)
		chosen := launched(t, b, map[string]worker.Workflow{"w": forever}, inShop, func(c *worker.Config) { c.ListenQueues = []string{"unowned"} })
		register("own", "shop", 1)
		register("unowned", "", 0)
		register("bank's", "bank", 0)
		for i := range 3 {
			put("own", fmt.Sprint("own-", i))
		}
		put("unowned", "unowned")
		put("bank's", "bank")
		put("nowhere", "nowhere")
		b.Exec("UPDATE {workflow_status} SET application_name = NULL WHERE workflow_uuid = 'bank'", nil)
		mustDrain(t, chosen)
		if pending := inState(b, "PENDING"); !slices.Equal(pending, []string{"unowned"}) {
			t.Errorf("a worker that names its queues takes %v", pending)
		}
		mustDrain(t, w)
		expectPending(t, b, 2)
		more := 2
		if _, err := c.UpdateQueue("own", client.QueueUpdate{QueueLimits: client.QueueLimits{Concurrency: &more}}); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		expectPending(t, b, 3)
		if _, err := c.DeleteQueue("own"); err != nil {
			t.Fatal(err)
		}
		if err := c.CancelWorkflows([]string{"own-0", "own-1"}); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		for _, id := range []string{"own-2", "bank", "nowhere"} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED"})
		}
	})
}

// A delay ends for the application's own workflows and for those of nobody.
func TestADelayOfAnotherApplicationIsLeftAlone(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, nil, inShop)
		for _, owner := range []string{"shop", "bank", "nobody"} {
			enqueue(t, c, "w", nil, client.WithEnqueueWorkflowID(owner), client.WithEnqueueDelay(time.Second), client.WithEnqueueApplicationVersion("another"))
		}
		ownAll(b, "shop", []string{"shop"})
		ownAll(b, "bank", []string{"bank"})
		b.Clock.Advance(time.Second)
		mustDrain(t, w)
		for owner, status := range map[string]string{"shop": "ENQUEUED", "bank": "DELAYED", "nobody": "ENQUEUED"} {
			assertColumns(t, b.Workflow(owner), clienttest.Record{"status": status})
		}
	})
}
