package clienttest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// lease is the lease of an executor unless a test sets another.
const lease = 12 * time.Second

// pass lets time pass in the steps in which executors renew their leases.
func pass(t *testing.T, b clienttest.Backend, by time.Duration, alive ...*worker.Executor) {
	t.Helper()
	for ; by > 0; by -= lease / 4 {
		b.Clock.Advance(min(by, lease/4))
		for _, x := range alive {
			work(t, x)
		}
	}
}

// Another executor goes on with the workflows of a dead one, from their recorded steps, after a
// lease and not before. The clocks of the two are never compared.
func TestAnotherExecutorGoesOnAfterALease(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		taken := 0
		run := map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			if _, err := r.Step("once", func() (any, error) { taken++; return nil, nil }); err != nil {
				return nil, err
			}
			return r.Recv("go", 1000*time.Hour)
		}}
		dead := executor(t, b, run, func(c *worker.ExecutorConfig) {
			c.Clock = func() time.Time { return b.Clock.Now().Add(-24 * time.Hour) }
		})
		heir := executor(t, b, run)
		id := enqueue(t, c, "w", nil)
		work(t, dead)
		work(t, heir)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING", "executor_id": dead.ID()})
		pass(t, b, 3*lease, dead, heir)
		assertColumns(t, b.Workflow(id), clienttest.Record{"executor_id": dead.ID(), "recovery_attempts": "1"})
		dead.Close()
		pass(t, b, lease-time.Second, heir)
		assertColumns(t, b.Workflow(id), clienttest.Record{"executor_id": dead.ID()})
		pass(t, b, lease/4+time.Second, heir)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING", "executor_id": heir.ID(), "recovery_attempts": "2"})
		mustSend(t, c, id, "done", "go")
		work(t, heir)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS"})
		if taken != 1 {
			t.Errorf("the step was taken %d times", taken)
		}
		if leases := b.Rows("dbos_script_executors", "", nil); len(leases) != 1 {
			t.Errorf("%d leases are left", len(leases))
		}
	})
}

// An executor that begins later knows from the database how long the others were silent. A lease
// that was renewed meanwhile is watched from the beginning.
func TestANewExecutorKnowsHowLongOthersWereSilent(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var dead []*worker.Executor
		var ids []string
		for _, name := range []string{"silent", "renewed"} {
			x := executor(t, b, map[string]worker.Workflow{name: forever})
			ids = append(ids, enqueue(t, c, name, nil))
			work(t, x)
			dead = append(dead, x)
		}
		for _, x := range dead {
			x.Close()
		}
		b.Exec("UPDATE {dbos_script_executors} SET renewed_at = renewed_at - :lease WHERE executor_id = :id", map[string]any{"lease": lease.Milliseconds(), "id": dead[0].ID()})
		heir := executor(t, b, map[string]worker.Workflow{"silent": forever, "renewed": forever})
		pass(t, b, lease/4, heir)
		assertColumns(t, b.Workflow(ids[0]), clienttest.Record{"status": "PENDING", "executor_id": heir.ID(), "recovery_attempts": "2"})
		assertColumns(t, b.Workflow(ids[1]), clienttest.Record{"executor_id": dead[1].ID()})
		pass(t, b, lease, heir)
		assertColumns(t, b.Workflow(ids[1]), clienttest.Record{"status": "PENDING", "executor_id": heir.ID(), "recovery_attempts": "2"})
	})
}

// After the database was away from all executors, none is taken for dead before it could renew.
func TestAGapInTheObservationProvesNothing(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		one, two := executor(t, b, map[string]worker.Workflow{"w": forever}), executor(t, b, map[string]worker.Workflow{"w": forever})
		id := enqueue(t, b.NewClient(), "w", nil)
		work(t, one)
		work(t, two)
		pass(t, b, lease, one, two)
		b.Clock.Advance(10 * lease)
		work(t, two)
		work(t, one)
		work(t, two)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING", "executor_id": one.ID(), "recovery_attempts": "1"})
	})
}

// An executor that was taken for dead, such as after a pause of its process, begins a new life, and
// its old runs write nothing.
func TestAnExecutorTakenForDeadBeginsAgain(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		paused := executor(t, b, map[string]worker.Workflow{"w": forever, "new": idle})
		heir := executor(t, b, map[string]worker.Workflow{"w": forever})
		id := enqueue(t, c, "w", nil)
		work(t, paused)
		old := paused.ID()
		work(t, heir)
		pass(t, b, 2*lease, heir)
		owned := b.Workflow(id)
		assertColumns(t, owned, clienttest.Record{"executor_id": heir.ID()})
		work(t, paused)
		if paused.ID() == old || paused.Load() != (worker.ExecutorLoad{}) {
			t.Errorf("%s goes on with %+v", paused.ID(), paused.Load())
		}
		assertRecord(t, "the workflow", b.Workflow(id), owned)
		fresh := enqueue(t, c, "new", nil)
		work(t, paused)
		assertColumns(t, b.Workflow(fresh), clienttest.Record{"status": "SUCCESS", "executor_id": paused.ID()})
	})
}

// A claim after the lease is over is undone, so that no workflow is PENDING on an executor
// that nobody watches.
func TestAClaimNeedsALease(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, map[string]worker.Workflow{"w": idle})
		old := x.ID()
		b.Exec("DELETE FROM {dbos_script_executors}", nil)
		id := enqueue(t, b.NewClient(), "w", nil)
		work(t, x)
		row := b.Workflow(id)
		assertColumns(t, row, clienttest.Record{"status": "SUCCESS", "recovery_attempts": "1", "executor_id": x.ID()})
		if row["executor_id"] == old {
			t.Error("the executor claimed without a lease")
		}
	})
}

// A workflow that an application took by mistake comes back to a queue that no application listens
// on.
func TestWhatOthersHaveTakenComesBack(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, map[string]worker.Workflow{"w": idle})
		id := enqueue(t, b.NewClient(), "w", nil)
		b.Exec("UPDATE {workflow_status} SET status = 'PENDING', executor_id = 'local', owner_xid = 'theirs', queue_name = NULL, recovery_attempts = 1", nil)
		internal := enqueue(t, b.NewClient(), "w", nil)
		b.Exec("UPDATE {workflow_status} SET status = 'PENDING', executor_id = 'local', queue_name = :queue WHERE workflow_uuid = :id",
			map[string]any{"id": internal, "queue": client.InternalQueueName})
		pass(t, b, lease/4, x)
		assertColumns(t, b.Workflow(internal), clienttest.Record{"status": "SUCCESS", "queue_name": "dbos-script-internal", "executor_id": x.ID()})
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "queue_name": "dbos-script-internal", "recovery_attempts": "2", "executor_id": x.ID()})
	})
}

// A workflow that takes its executors with it becomes a dead letter.
func TestAWorkflowThatKillsIsADeadLetter(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "w", nil, client.WithEnqueueApplicationName(ours), client.WithEnqueueDeduplicationID("d"))
		var runs int
		for attempt := range 4 {
			x := executor(t, b, nil)
			x.Register("w", func(r *worker.Run) (any, error) { runs++; return nil, r.Sleep(100 * time.Hour) }, worker.ExecutorOptions{MaxRetries: 2})
			pass(t, b, lease/2, x)
			pass(t, b, 2*lease, x)
			assertColumns(t, b.Workflow(id), clienttest.Record{"recovery_attempts": fmt.Sprint(attempt + 1)})
			x.Close()
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "queue_name": nil, "deduplication_id": nil,
			"owner_xid": nil, "started_at_epoch_ms": nil, "recovery_attempts": "4"})
		if runs != 3 {
			t.Errorf("it ran %d times, want 3", runs)
		}
	})
}

// heap returns how much memory is in use.
func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse)
}

// Ten thousand runs that wait take little memory, and wake together. It is no parallel test,
// because it measures the memory of the process.
func TestTenThousandParkedRunsAreSmall(t *testing.T) {
	b := clienttest.On(t, "SQLite")
	addRuns(b)
	c := b.NewClient()
	const count = 10_000
	x := executor(t, b, map[string]worker.Workflow{
		"sleeps":  func(r *worker.Run) (any, error) { return nil, r.Sleep(time.Hour) },
		"listens": func(r *worker.Run) (any, error) { return r.Recv(strings.Repeat("topic", 4), 2*time.Hour) },
	})
	enqueueMany(t, c, "sleeps", count/2, client.EnqueueOptions{ApplicationName: ours})
	enqueueMany(t, c, "listens", count/2, client.EnqueueOptions{ApplicationName: ours})
	before := heap()
	work(t, x)
	if load := x.Load(); load.Parked != count {
		t.Fatalf("%+v, want %d parked", load, count)
	}
	used := heap() - before
	t.Logf("%d parked runs take %d kB", count, used/1024)
	if used > 100<<20 {
		t.Errorf("%d parked runs take %d MB, at most 100 are allowed", count, used>>20)
	}
	b.Clock.Advance(time.Hour)
	work(t, x)
	if load := x.Load(); load.Parked != count/2 {
		t.Errorf("after an hour %+v, want %d parked", load, count/2)
	}
}
