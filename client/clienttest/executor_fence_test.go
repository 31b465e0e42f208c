package clienttest_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A step and an outcome of a run that lost its workflow are refused, and the new owner's count.
func TestAnOldOwnerCanWriteNothing(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var failed []error
		var fast *worker.Executor
		run := func(who string, meddle func()) map[string]worker.Workflow {
			return map[string]worker.Workflow{
				"step": func(r *worker.Run) (any, error) {
					v, err := r.Step("s", func() (any, error) { meddle(); return who, nil })
					failed = append(failed, err)
					return v, err
				},
				"outcome": func(r *worker.Run) (any, error) { meddle(); return who, nil },
			}
		}
		fast = executor(t, b, run("fast", func() {}))
		for _, name := range []string{"step", "outcome"} {
			id := ""
			slow := executor(t, b, run("slow", func() {
				if _, err := c.ResumeWorkflow(id, client.WithResumeQueue(queue)); err != nil {
					t.Error(err)
				}
				if _, err := fast.Work(t.Context()); err != nil {
					t.Error(err)
				}
			}))
			id = enqueue(t, c, name, nil)
			work(t, slow)
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "output": "ImZhc3Qi", "executor_id": fast.ID()})
		}
		if len(failed) != 2 || failed[0] != nil || !errors.Is(failed[1], worker.ErrConflictingID) {
			t.Errorf("the steps ended with %v, want success of the new owner, then a conflict of the old one", failed)
		}
	})
}

// A step of a run that lost its workflow is not recorded, also if nobody else has recorded it.
func TestAStepNeedsItsClaim(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := ""
		x := executor(t, b, map[string]worker.Workflow{"meddled": func(r *worker.Run) (any, error) {
			_, err := r.Step("s", func() (any, error) {
				_, err := c.ResumeWorkflow(id, client.WithResumeQueue("nobody listens"))
				return nil, err
			})
			return nil, err
		}})
		id = enqueue(t, c, "meddled", nil)
		work(t, x)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "queue_name": "nobody listens"})
		expectSteps(t, b, id)
	})
}

// A step that waits for a lock is not stored if its workflow was taken from the run.
func TestAStepThatWaitsNeedsItsClaimStill(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	addRuns(b)
	b = b.Of(client.SDKGo)
	c := b.NewClient()
	claimed, locked := make(chan bool), make(chan bool)
	x := executor(t, b, map[string]worker.Workflow{"blocked": func(r *worker.Run) (any, error) {
		claimed <- true
		<-locked
		return nil, r.SetEvent("k", 1)
	}})
	id := enqueue(t, c, "blocked", nil)
	observer, _ := session(t, b.Config().DatabaseURL)
	holder, holds := session(t, b.Config().DatabaseURL)
	events := pgx.Identifier{b.Config().DatabaseSchema, "workflow_events"}.Sanitize()
	worked := make(chan error, 1)
	go func() {
		_, err := x.Work(t.Context())
		worked <- err
	}()
	<-claimed
	_, err := holder.Exec(t.Context(), "BEGIN")
	must(t, err)
	_, err = holder.Exec(t.Context(), "INSERT INTO "+events+" (workflow_uuid, key, value) VALUES ($1, 'k', '0')", id)
	must(t, err)
	close(locked)
	until(t, observer, "SELECT COALESCE(MAX(pid), 0) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND CAST($1 AS INT) = ANY (pg_blocking_pids(pid))", holds)
	_, err = c.ResumeWorkflow(id, client.WithResumeQueue("nobody listens"))
	must(t, err)
	_, err = holder.Exec(t.Context(), "ROLLBACK")
	must(t, err)
	must(t, <-worked)
	assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "queue_name": "nobody listens"})
	expectSteps(t, b, id)
	if rows := b.Rows("workflow_events", "workflow_uuid = :id", map[string]any{"id": id}); len(rows) != 0 {
		t.Errorf("the run has set %v", rows)
	}
}

// A step that the database refuses for good fails: another attempt would repeat its effect.
func TestAStepThatCannotBeRecordedFails(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		var effects atomic.Int32
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			return r.Step("no name\x00", func() (any, error) { return effects.Add(1), nil })
		}})
		id := enqueue(t, b.NewClient(), "w", nil)
		work(t, x)
		if assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ERROR"}); effects.Load() != 1 {
			t.Errorf("the effect took place %d times", effects.Load())
		}
	})
}

// A workflow that the same executor claims again is fenced against its first run.
func TestASecondClaimFencesTheFirst(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		entered, leave, last := make(chan bool), make(chan bool), make(chan bool)
		runs := atomic.Int64{}
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			if runs.Add(1) > 1 {
				entered <- true
				<-last
				return "second", nil
			}
			entered <- true
			<-leave
			return "first", nil
		}})
		id := enqueue(t, c, "w", nil)
		running := make(chan error)
		ctx, cancel := cancelable(t)
		go func() { running <- x.Run(ctx) }()
		<-entered
		if _, err := c.ResumeWorkflow(id, client.WithResumeQueue(queue)); err != nil {
			t.Fatal(err)
		}
		<-entered
		leave <- true
		awaitLoad(t, x, worker.ExecutorLoad{Active: 1})
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING", "output": nil})
		last <- true
		if _, err := c.Wait([]string{id}); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-running; err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "output": "InNlY29uZCI="})
	})
}

// The context of a run ends when its workflow is cancelled, in the middle of a step.
func TestACancelReachesARunInItsStep(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		entered, seen := make(chan bool), make(chan error, 1)
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			_, err := r.Step("long", func() (any, error) {
				entered <- true
				<-r.Context().Done()
				return nil, r.Context().Err()
			})
			seen <- err
			return nil, err
		}})
		id := enqueue(t, c, "w", nil)
		ctx, cancel := cancelable(t)
		running := make(chan error)
		go func() { running <- x.Run(ctx) }()
		<-entered
		if err := c.CancelWorkflow(id); err != nil {
			t.Fatal(err)
		}
		if err := <-seen; !errors.Is(err, worker.ErrWorkflowCancelled) {
			t.Errorf("the function saw %v", err)
		}
		cancel()
		if err := <-running; err != nil {
			t.Error(err)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "CANCELLED", "output": nil})
		expectSteps(t, b, id)
	})
}
