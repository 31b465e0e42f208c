package clienttest_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

const ours = "dbos-script"

// onExecutors is Backends with the tables for durable runs.
func onExecutors(t *testing.T, test func(t *testing.T, b clienttest.Backend)) {
	t.Helper()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		addRuns(b)
		test(t, b.Of(client.SDKGo))
	})
}

// executor returns an executor that is launched, listens on the queue and knows the workflows.
func executor(t *testing.T, b clienttest.Backend, workflows map[string]worker.Workflow, changes ...func(*worker.ExecutorConfig)) *worker.Executor {
	t.Helper()
	config := worker.ExecutorConfig{ClientConfig: b.Config(), Queues: []worker.Queue{{Name: queue}}}
	for _, change := range changes {
		change(&config)
	}
	x, err := worker.NewExecutor(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	for name, run := range workflows {
		x.Register(name, run, worker.ExecutorOptions{})
	}
	if err := x.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return x
}

// work does rounds until nothing can be done.
func work(t *testing.T, x *worker.Executor) {
	t.Helper()
	if _, err := x.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAnExecutorRunsAWorkflowOnce(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, map[string]worker.Workflow{"two": twoSteps})
		c := b.NewClient()
		id := enqueue(t, c, "two", 5, client.WithEnqueueDeduplicationID("d"))
		work(t, x)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "output": "NQ==", "error": "", "recovery_attempts": "1", "owner_xid": nil,
			"application_name": ours, "application_version": nil, "executor_id": x.ID(), "completed_at": b.Millis(), "deduplication_id": nil})
		expectSteps(t, b, id, "0 step0 output=MA==", "1 step1 output=MQ==")
		if versions := b.Rows("application_versions", "", nil); len(versions) > 0 {
			t.Errorf("the executor has registered %v", versions)
		}
		if progress, err := x.Work(t.Context()); progress || err != nil {
			t.Errorf("an idle executor: %v, %v", progress, err)
		}
	})
}

// Nothing but rows of its own application that it can finish is taken, released or cancelled.
func TestAnExecutorLeavesOtherRowsAlone(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		x := executor(t, b, map[string]worker.Workflow{"w": idle})
		put := func(id, name string, change string) {
			enqueue(t, c, name, nil, client.WithEnqueueWorkflowID(id))
			b.Exec("UPDATE {workflow_status} SET "+change+" WHERE workflow_uuid = :id", map[string]any{"id": id, "past": b.Clock.Now().Add(-time.Second).UnixMilli()})
		}
		alone := map[string]string{
			"unowned":             "application_name = NULL",
			"the bank's":          "application_name = 'bank'",
			"delayed of the bank": "application_name = 'bank', status = 'DELAYED', delay_until_epoch_ms = :past",
			"overdue of the bank": "application_name = 'bank', workflow_deadline_epoch_ms = :past",
			"overdue, unowned":    "application_name = NULL, workflow_deadline_epoch_ms = :past",
			"of a class":          "class_name = 'Shop'",
			"in Python":           "serialization = 'py_pickle'",
			"internal, unowned":   "application_name = NULL, queue_name = '_dbos_internal_queue'",
			"running elsewhere":   "application_name = 'bank', status = 'PENDING', executor_id = 'gone'",
		}
		for id, change := range alone {
			put(id, "w", change)
		}
		put("of an unknown name", "unknown", "priority = 0")
		put("moved to the internal queue", "w", "queue_name = '_dbos_internal_queue'")
		put("delayed", "w", "status = 'DELAYED', delay_until_epoch_ms = :past")
		put("overdue", "w", "status = 'ENQUEUED', workflow_deadline_epoch_ms = :past")
		before := map[string]clienttest.Record{"of an unknown name": b.Workflow("of an unknown name")}
		for id := range alone {
			before[id] = b.Workflow(id)
		}
		work(t, x)
		for id, row := range before {
			assertRecord(t, id, b.Workflow(id), row)
		}
		for id, status := range map[string]string{"moved to the internal queue": "SUCCESS", "delayed": "SUCCESS", "overdue": "CANCELLED"} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": status})
		}
		work(t, executor(t, b, map[string]worker.Workflow{"w": idle}, func(c *worker.ExecutorConfig) { c.Unowned = true }))
		assertColumns(t, b.Workflow("unowned"), clienttest.Record{"status": "SUCCESS", "application_name": ours})
		assertColumns(t, b.Workflow("overdue, unowned"), clienttest.Record{"status": "CANCELLED"})
		assertRecord(t, "the bank's", b.Workflow("the bank's"), before["the bank's"])
	})
}

// A workflow keeps the version with which it began, also when a newer one is registered.
func TestARunKeepsItsVersion(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		says := func(text string) worker.Workflow {
			return func(r *worker.Run) (any, error) { return text, r.Sleep(time.Hour) }
		}
		x := executor(t, b, nil)
		x.Register("w", says("old"), worker.ExecutorOptions{Version: "lua:1"})
		early := enqueue(t, c, "w", nil)
		work(t, x)
		x.Register("w", says("new"), worker.ExecutorOptions{Version: "lua:2"})
		late, pinned := enqueue(t, c, "w", nil), enqueue(t, c, "w", nil, client.WithEnqueueApplicationVersion("lua:1"))
		unknown := enqueue(t, c, "w", nil, client.WithEnqueueApplicationVersion("lua:3"))
		work(t, x)
		b.Clock.Advance(time.Hour)
		work(t, x)
		for id, want := range map[string]clienttest.Record{
			early: {"application_version": "lua:1", "output": "Im9sZCI="}, pinned: {"application_version": "lua:1", "output": "Im9sZCI="},
			late: {"application_version": "lua:2", "output": "Im5ldyI="}, unknown: {"application_version": "lua:3", "status": "ENQUEUED"},
		} {
			assertColumns(t, b.Workflow(id), want)
		}
	})
}

func TestExecutorsKeepToLimitsTogether(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		queue worker.Queue
		want  int // PENDING after two executors, of six workflows in two partitions
	}{
		"concurrency":                  {worker.Queue{Concurrency: 3}, 3},
		"worker concurrency":           {worker.Queue{WorkerConcurrency: 2}, 4},
		"rate":                         {worker.Queue{RateLimit: worker.RateLimit{Max: 5, Period: time.Minute}}, 5},
		"partition concurrency":        {worker.Queue{PartitionConcurrency: 1}, 2},
		"partition worker concurrency": {worker.Queue{PartitionWorkerConcurrency: 1}, 4},
		"partition rate":               {worker.Queue{PartitionRateLimit: worker.RateLimit{Max: 2, Period: time.Minute}}, 4},
		"none":                         {worker.Queue{}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onExecutors(t, func(t *testing.T, b clienttest.Backend) {
				test.queue.Name = queue
				c := b.NewClient()
				limited := func(c *worker.ExecutorConfig) { c.Queues = []worker.Queue{test.queue} }
				one, two := executor(t, b, map[string]worker.Workflow{"w": forever}, limited), executor(t, b, map[string]worker.Workflow{"w": forever}, limited)
				for _, partition := range []string{"a", "b"} {
					enqueueMany(t, c, "w", 3, client.EnqueueOptions{QueuePartitionKey: partition})
				}
				work(t, one)
				work(t, two)
				work(t, one)
				expectPending(t, b, test.want)
			})
		})
	}
}

// Slots bound the runs that go on; a run that waits leaves its slot.
func TestSlotsBoundWhatGoesOn(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var now, most atomic.Int64
		counted := func(r *worker.Run) (any, error) {
			return r.Step("count", func() (any, error) {
				n := now.Add(1)
				for {
					if seen := most.Load(); n <= seen || most.CompareAndSwap(seen, n) {
						break
					}
				}
				now.Add(-1)
				return nil, nil
			})
		}
		x := executor(t, b, map[string]worker.Workflow{"waits": forever, "counted": counted}, func(c *worker.ExecutorConfig) { c.Slots = 2 })
		enqueueMany(t, c, "waits", 5, client.EnqueueOptions{})
		work(t, x)
		if load := x.Load(); load != (worker.ExecutorLoad{Parked: 5}) {
			t.Errorf("five that wait: %+v", load)
		}
		enqueueMany(t, c, "counted", 20, client.EnqueueOptions{})
		work(t, x)
		if done := len(inState(b, "SUCCESS")); done != 20 || most.Load() > 2 {
			t.Errorf("%d are done, and %d went on at once", done, most.Load())
		}
	})
}

// An executor refuses a database on which it could not be fenced, and names that others own.
func TestAnExecutorRefusesWhatItCannotShare(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		config := worker.ExecutorConfig{ClientConfig: b.Config(), Queues: []worker.Queue{{Name: queue}}}
		_, err := worker.NewExecutor(t.Context(), config)
		if !b.Database.Has("workflow_status", "creator_xid") {
			if err == nil || err.Error() != "an executor needs tables of version 123, and this database lacks workflow_status.creator_xid" {
				t.Errorf("old tables: %v", err)
			}
			return
		}
		if !errors.Is(err, worker.ErrNoRunTables) {
			t.Errorf("without tables for durable runs: %v", err)
		}
		addRuns(b)
		launched(t, b, nil, inShop)
		for _, refused := range []struct {
			application, queue, want string
		}{
			{"shop", "other", `"shop" is an application of an SDK, which has registered a version: an executor needs a name of its own`},
			{"", queue, `the queue "orders" belongs to another application than "dbos-script"`},
		} {
			config.ApplicationName, config.Queues = refused.application, []worker.Queue{{Name: "first"}, {Name: refused.queue}}
			x, err := worker.NewExecutor(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			if err := x.Launch(t.Context()); err == nil || err.Error() != refused.want {
				t.Errorf("%s: %v", refused.queue, err)
			}
			x.Close()
		}
		names := []string{}
		for _, row := range b.Rows("queues", "", nil) {
			names = append(names, row["name"].(string))
		}
		if !slices.Equal(names, []string{queue}) {
			t.Errorf("a refused launch left the queues %v", names)
		}
	})
}
