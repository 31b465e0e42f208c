package clienttest_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// Executors with different functions, as in a rolling deployment, keep to a limit together although
// they want different rows: while one claims, the other waits, and then counts what was claimed.
func TestExecutorsOfDifferentFunctionsKeepToALimit(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	addRuns(b)
	b = b.Of(client.SDKGo)
	c := b.NewClient()
	one := func(c *worker.ExecutorConfig) { c.Queues = []worker.Queue{{Name: queue, Concurrency: 1}} }
	old, fresh := executor(t, b, map[string]worker.Workflow{"old": forever}, one), executor(t, b, map[string]worker.Workflow{"new": forever}, one)
	id := enqueue(t, c, "old", nil)
	enqueue(t, c, "new", nil)
	observer, _ := session(t, b.Config().DatabaseURL)
	holder, holds := session(t, b.Config().DatabaseURL)
	_, err := holder.Exec(t.Context(), "BEGIN")
	must(t, err)
	_, err = holder.Exec(t.Context(), "SELECT FROM "+pgx.Identifier{b.Config().DatabaseSchema, "workflow_status"}.Sanitize()+" WHERE workflow_uuid = $1 FOR UPDATE", id)
	must(t, err)
	worked := make(chan error, 2)
	works := func(x *worker.Executor) { _, err := x.Work(t.Context()); worked <- err }
	go works(old)
	const waiting = "SELECT COALESCE(MAX(pid), 0) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND CAST($1 AS INT) = ANY (pg_blocking_pids(pid))"
	claims := until(t, observer, waiting, holds)
	go works(fresh)
	for blocked := 0; blocked == 0 && len(worked) == 0; {
		must(t, observer.QueryRow(t.Context(), waiting, claims).Scan(&blocked))
	}
	_, err = holder.Exec(t.Context(), "ROLLBACK")
	must(t, err)
	must(t, <-worked)
	must(t, <-worked)
	expectPending(t, b, 1)
}

// A round of many claims renews the lease on its way, because it may take longer than a lease.
func TestALongRoundRenewsTheLease(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		began := b.Clock.Now()
		x := executor(t, b, map[string]worker.Workflow{"w": forever}, func(c *worker.ExecutorConfig) {
			c.Slots, c.Queues = 100, []worker.Queue{{Name: queue, PartitionConcurrency: 1}}
			c.Clock = func() time.Time { b.Clock.Advance(100 * time.Millisecond); return b.Clock.Now() }
		})
		for i := range 60 {
			enqueue(t, c, "w", nil, client.WithEnqueueQueuePartitionKey(fmt.Sprint(i)))
		}
		work(t, x)
		took := b.Clock.Now().Sub(began)
		beat, err := strconv.Atoi(b.Rows("dbos_script_executors", "", nil)[0]["beat"].(string))
		if want := int(took / (lease / 2)); err != nil || want < 2 || beat < want {
			t.Errorf("%d renewals in %v, want %d: %v", beat, took, want, err)
		}
	})
}

// An executor that finds while it is stopped that it was taken for dead begins no new life.
func TestAStoppedExecutorBeginsNoNewLife(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		inStep := make(chan bool)
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			return r.Step("long", func() (any, error) {
				inStep <- true
				<-r.Context().Done() // until the rounds of Stop find that the lease is over
				return nil, nil
			})
		}})
		old := x.ID()
		enqueue(t, b.NewClient(), "w", nil)
		ctx, cancel := cancelable(t)
		running := make(chan error)
		go func() { running <- x.Run(ctx) }()
		<-inStep
		cancel()
		must(t, <-running)
		b.Exec("DELETE FROM {dbos_script_executors}", nil)
		b.Clock.Advance(lease)
		must(t, x.Stop(t.Context()))
		if x.ID() != old {
			t.Error("the executor has begun a new life while it stopped")
		}
	})
}

// An executor can be stopped or closed at any time.
func TestAnExecutorEndsAtAnyTime(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		for i := range 30 {
			x := executor(t, b, map[string]worker.Workflow{"w": forever})
			enqueue(t, b.NewClient(), "w", nil)
			var ended sync.WaitGroup
			ended.Go(func() {
				if err := x.Run(t.Context()); err != nil {
					t.Error(err)
				}
			})
			b.Exec("DELETE FROM {dbos_script_executors}", nil)
			b.Clock.Advance(lease)
			ended.Go(func() { x.ID() })
			if i%2 == 0 {
				must(t, x.Stop(t.Context()))
			} else {
				x.Close()
			}
			ended.Wait()
			if leases := b.Rows("dbos_script_executors", "", nil); len(leases) > 0 && i%2 == 0 {
				t.Fatalf("a stopped executor has the lease %v", leases)
			}
		}
	})
}

// Functions can be registered while the executor runs, and the next round takes their workflows.
func TestAWorkflowIsRegisteredWhileTheExecutorRuns(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		x := executor(t, b, nil)
		ctx, cancel := cancelable(t)
		running := make(chan error)
		go func() { running <- x.Run(ctx) }()
		var ids []string
		for i := range 20 {
			name := fmt.Sprint("w", i)
			ids = append(ids, enqueue(t, c, name, nil))
			x.Register(name, func(*worker.Run) (any, error) { return name, nil }, worker.ExecutorOptions{})
		}
		if _, err := c.Wait(ids); err != nil {
			t.Fatal(err)
		}
		cancel()
		must(t, <-running)
	})
}
