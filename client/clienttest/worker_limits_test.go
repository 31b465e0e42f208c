package clienttest_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// forever never ends by itself, so that what is claimed stays PENDING.
func forever(r *worker.Run) (any, error) { return nil, r.Sleep(1000 * time.Hour) }

func idle(r *worker.Run) (any, error) { return nil, nil }

// withQueue lets a worker listen on one queue.
func withQueue(q worker.Queue) func(*worker.Config) {
	return func(c *worker.Config) { c.Queues = []worker.Queue{q} }
}

func enqueueMany(t *testing.T, c client.Client, name string, count int, options client.EnqueueOptions) []string {
	t.Helper()
	handles, err := c.EnqueueMany(queue, name, make([]any, count),
		client.WithEnqueueManyOptions(client.EnqueueManyOptions{EnqueueOptions: options}))
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, count)
	for i, handle := range handles {
		ids[i] = handle.GetWorkflowID()
	}
	slices.Sort(ids)
	return ids
}

// inState gives the ids of the workflows in a state.
func inState(b clienttest.Backend, status string) []string {
	var ids []string
	for _, row := range b.Rows("workflow_status", "status = :status", map[string]any{"status": status}) {
		ids = append(ids, row["workflow_uuid"].(string))
	}
	slices.Sort(ids)
	return ids
}

func expectPending(t *testing.T, b clienttest.Backend, want int) {
	t.Helper()
	if got := len(inState(b, "PENDING")); got != want {
		t.Errorf("%d workflows are PENDING, want %d", got, want)
	}
}

func TestConcurrencyCountsAllWorkers(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		limited := withQueue(worker.Queue{Name: queue, Concurrency: 3})
		one := launched(t, b, map[string]worker.Workflow{"w": forever}, limited)
		two := launched(t, b, map[string]worker.Workflow{"w": forever}, limited)
		ids := enqueueMany(t, b.NewClient(), "w", 5, client.EnqueueOptions{})
		mustDrain(t, one)
		mustDrain(t, two)
		expectPending(t, b, 3)
		if err := b.NewClient().CancelWorkflows(inState(b, "PENDING")); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, two)
		expectPending(t, b, 2)
		if got := len(inState(b, "CANCELLED")); got+2 != len(ids) {
			t.Errorf("%d are CANCELLED", got)
		}
	})
}

func TestWorkerConcurrencyCountsOneWorker(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		limited := withQueue(worker.Queue{Name: queue, WorkerConcurrency: 2})
		enqueueMany(t, b.NewClient(), "w", 5, client.EnqueueOptions{})
		for _, pending := range []int{2, 4, 5} {
			mustDrain(t, launched(t, b, map[string]worker.Workflow{"w": forever}, limited, func(c *worker.Config) {
				c.ExecutorID = "executor-" + string(rune('0'+pending))
			}))
			expectPending(t, b, pending)
		}
	})
}

func TestRateLimitCountsStartsInThePeriod(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle},
			withQueue(worker.Queue{Name: queue, RateLimit: worker.RateLimit{Max: 2, Period: time.Minute}}))
		enqueueMany(t, b.NewClient(), "w", 5, client.EnqueueOptions{})
		for _, done := range []int{2, 2, 4, 5} {
			mustDrain(t, w)
			if got := len(inState(b, "SUCCESS")); got != done {
				t.Errorf("%d are done at %v, want %d", got, b.Clock.Now(), done)
			}
			b.Clock.Advance(30 * time.Second)
			if done == 4 {
				b.Clock.Advance(time.Minute)
			}
		}
		for _, row := range b.Rows("workflow_status", "", nil) {
			assertColumns(t, row, clienttest.Record{"rate_limited": "true"})
		}
	})
}

func TestPartitionsHaveLimitsOfTheirOwn(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"w": forever},
			withQueue(worker.Queue{Name: queue, Partitioned: true, Concurrency: 1, WorkerConcurrency: 1}))
		for _, partition := range []string{"north", "south"} {
			enqueueMany(t, c, "w", 2, client.EnqueueOptions{QueuePartitionKey: partition})
		}
		keyless := enqueue(t, c, "w", nil)
		mustDrain(t, w)
		expectPending(t, b, 2)
		for _, partition := range []string{"north", "south"} {
			pending := b.Rows("workflow_status", "status = 'PENDING' AND queue_partition_key = :key", map[string]any{"key": partition})
			if len(pending) != 1 {
				t.Errorf("%d of %s are PENDING", len(pending), partition)
			}
		}
		assertColumns(t, b.Workflow(keyless), clienttest.Record{"status": "ENQUEUED"})
	})
}

func TestOrderIsByPriorityThenAge(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var ran []string
		w := launched(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			ran = append(ran, r.WorkflowID())
			return nil, nil
		}})
		for _, workflow := range []struct {
			id       string
			priority uint
		}{{"late-first", 7}, {"old", 2}, {"young", 2}, {"unset", 0}} {
			enqueue(t, c, "w", nil, client.WithEnqueueWorkflowID(workflow.id), client.WithEnqueuePriority(workflow.priority))
			b.Clock.Advance(time.Millisecond)
		}
		mustDrain(t, w)
		if want := []string{"unset", "old", "young", "late-first"}; !slices.Equal(ran, want) {
			t.Errorf("ran %v, want %v", ran, want)
		}
	})
}

func TestVersionsAndApplicationsMatch(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		workflows := map[string]worker.Workflow{"w": idle}
		version := func(name string) func(*worker.Config) {
			return func(c *worker.Config) { c.ApplicationVersion, c.ApplicationName = name, "shop" }
		}
		old := launched(t, b, workflows, version("v1"))
		b.Clock.Advance(time.Second)
		latest := launched(t, b, workflows, version("v2"))
		unpinned, pinned := enqueue(t, c, "w", nil), enqueue(t, c, "w", nil, client.WithEnqueueApplicationVersion("v1"))
		foreign, nobody := enqueue(t, c, "w", nil), enqueue(t, c, "w", nil)
		b.Exec("UPDATE {workflow_status} SET application_name = 'bank' WHERE workflow_uuid = :id", map[string]any{"id": foreign})
		b.Exec("UPDATE {workflow_status} SET application_version = '' WHERE workflow_uuid = :id", map[string]any{"id": nobody})
		mustDrain(t, old)
		assertColumns(t, b.Workflow(pinned), clienttest.Record{"status": "SUCCESS", "application_version": "v1", "application_name": "shop"})
		assertColumns(t, b.Workflow(unpinned), clienttest.Record{"status": "ENQUEUED"})
		mustDrain(t, latest)
		assertColumns(t, b.Workflow(unpinned), clienttest.Record{"status": "SUCCESS", "application_version": "v2", "application_name": "shop"})
		for _, id := range []string{foreign, nobody} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED"})
		}
	})
}

// Workers that claim at the same time never run a workflow twice, and never break a limit.
func TestWorkersNeverRunAWorkflowTwice(t *testing.T) {
	t.Parallel()
	const workers, workflows = 3, 40
	for name, q := range map[string]worker.Queue{
		"no limit": {Name: queue}, "worker concurrency": {Name: queue, WorkerConcurrency: 3}, "concurrency": {Name: queue, Concurrency: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goApplications(t, func(t *testing.T, b clienttest.Backend) {
				ids := enqueueMany(t, b.NewClient(), "w", workflows, client.EnqueueOptions{})
				crew := newCrew(q.Concurrency)
				runTogether(t, b, workers, q, crew)
				if !slices.Equal(crew.sorted(), ids) {
					t.Errorf("%d runs of %d workflows", len(crew.ran), len(ids))
				}
				if q.Concurrency > 0 && crew.most > q.Concurrency {
					t.Errorf("%d ran at once", crew.most)
				}
			})
		})
	}
}

// A crew counts what several workers run.
type crew struct {
	mutex     sync.Mutex
	limit     int
	now, most int
	ran       []string
}

func newCrew(limit int) *crew { return &crew{limit: limit} }

func (c *crew) workflow(r *worker.Run) (any, error) {
	_, err := r.Step("enter", func() (any, error) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.ran = append(c.ran, r.WorkflowID())
		c.now++
		c.most = max(c.most, c.now)
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	return r.Step("leave", func() (any, error) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.now--
		return nil, nil
	})
}

func (c *crew) sorted() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Sorted(slices.Values(c.ran))
}

// runTogether lets workers run at the same time until everything is done.
func runTogether(t *testing.T, b clienttest.Backend, count int, q worker.Queue, crew *crew) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var group sync.WaitGroup
	for i := range count {
		w := launched(t, b, map[string]worker.Workflow{"w": crew.workflow}, withQueue(q), func(c *worker.Config) {
			c.ExecutorID = "executor-" + string(rune('0'+i))
		})
		group.Go(func() {
			if err := w.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for ctx.Err() == nil && len(b.Rows("workflow_status", "status <> 'SUCCESS'", nil)) > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	cancel()
	group.Wait()
}
