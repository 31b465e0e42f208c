package clienttest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

// cancelable returns a context of the test that can be cancelled before it.
func cancelable(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// An ended context.
func ended(t *testing.T) context.Context {
	ctx, cancel := cancelable(t)
	cancel()
	return ctx
}

// Stop waits for a step that goes on, and puts back what waits; nothing is claimed meanwhile.
func TestStopWaitsAndPutsBack(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		entered, leave := make(chan bool), make(chan bool)
		x := executor(t, b, map[string]worker.Workflow{"sleeps": forever, "naps": func(r *worker.Run) (any, error) { return nil, r.Sleep(time.Second) }, "busy": func(r *worker.Run) (any, error) {
			return r.Step("s", func() (any, error) { entered <- true; <-leave; return 1, nil })
		}})
		sleeps, naps, busy := enqueue(t, c, "sleeps", nil), enqueue(t, c, "naps", nil), enqueue(t, c, "busy", nil)
		ctx, cancel := cancelable(t)
		running, stopped := make(chan error), make(chan error)
		go func() { running <- x.Run(ctx) }()
		<-entered
		awaitLoad(t, x, worker.ExecutorLoad{Active: 1, Resting: 1, Parked: 1})
		go func() { stopped <- x.Stop(t.Context()) }()
		if err := <-running; err != nil {
			t.Error(err)
		}
		cancel()
		late := enqueue(t, c, "busy", nil)
		leave <- true
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		assertColumns(t, b.Workflow(busy), clienttest.Record{"status": "SUCCESS"})
		for _, id := range []string{sleeps, naps} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "queue_name": queue, "owner_xid": nil, "recovery_attempts": "0", "started_at_epoch_ms": nil})
			if got := stepRows(b, id); len(got) != 1 {
				t.Errorf("steps of %s: %v", id, got)
			}
		}
		assertColumns(t, b.Workflow(late), clienttest.Record{"status": "ENQUEUED", "recovery_attempts": "0"})
		if leases := b.Rows("dbos_script_executors", "", nil); len(leases) > 0 {
			t.Errorf("the lease is left: %v", leases)
		}
		work(t, x)
		assertColumns(t, b.Workflow(late), clienttest.Record{"status": "ENQUEUED"})
	})
}

// awaitLoad waits until an executor has so many runs.
func awaitLoad(t *testing.T, x *worker.Executor, want worker.ExecutorLoad) {
	t.Helper()
	for x.Load() != want {
		select {
		case <-t.Context().Done():
			t.Fatalf("the executor has %+v, want %+v", x.Load(), want)
		case <-time.After(time.Millisecond):
		}
	}
}

// A run that does not return in time is put back at once, and its outcome is refused.
func TestStopLeavesARunThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		entered, leave, seen := make(chan bool), make(chan bool), make(chan error, 1)
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			v, err := r.Step("s", func() (any, error) { entered <- true; <-leave; return 1, nil })
			seen <- err
			return v, err
		}})
		id := enqueue(t, c, "w", nil)
		running, cancel := cancelable(t)
		defer cancel()
		go x.Run(running)
		<-entered
		if err := x.Stop(ended(t)); err == nil || !strings.HasPrefix(err.Error(), "1 runs were in a step") {
			t.Errorf("stop: %v", err)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "recovery_attempts": "0"})
		leave <- true
		if err := <-seen; err == nil {
			t.Error("the step of a stopped run succeeded")
		}
		awaitLoad(t, x, worker.ExecutorLoad{})
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "output": nil})
		expectSteps(t, b, id)
	})
}

// A run that waits leaves memory, and comes back by time, by a message, by an event and by the end
// of a child, each with what it waited for.
func TestParkedRunsComeBack(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		begun := map[string]int{}
		counted := func(run worker.Workflow) worker.Workflow {
			return func(r *worker.Run) (any, error) { begun[r.WorkflowID()]++; return run(r) }
		}
		child := func(r *worker.Run) (any, error) { return r.Recv("go", time.Hour) }
		x := executor(t, b, map[string]worker.Workflow{
			"time":    counted(func(r *worker.Run) (any, error) { return "slept", r.Sleep(2 * time.Hour) }),
			"message": counted(func(r *worker.Run) (any, error) { return r.Recv("topic", 3*time.Hour) }),
			"event":   counted(func(r *worker.Run) (any, error) { return r.GetEvent("child", "key", 3*time.Hour) }),
			"timeout": counted(func(r *worker.Run) (any, error) { return r.Recv("never", 2*time.Hour) }),
			"parent": counted(func(r *worker.Run) (any, error) {
				id, err := r.StartChild("child", nil)
				if err != nil {
					return nil, err
				}
				return r.Result(id)
			}),
			"child": child,
			"sets":  func(r *worker.Run) (any, error) { return nil, r.SetEvent("key", "published") },
		}, func(c *worker.ExecutorConfig) { c.Slots = 1 })
		input := codec.PortableWorkflowArgs{}
		waiting := []string{"time", "message", "event", "timeout", "parent"}
		for _, name := range waiting {
			enqueue(t, c, name, input, client.WithEnqueueWorkflowID(name))
		}
		work(t, x)
		if load := x.Load(); load != (worker.ExecutorLoad{Parked: 6}) {
			t.Fatalf("%+v, want five and a child", load)
		}
		again := func(id string) {
			t.Helper()
			work(t, x)
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "recovery_attempts": "1"})
			if begun[id] != 2 {
				t.Errorf("%s began %d times", id, begun[id])
			}
		}
		mustSend(t, c, "message", "hello", "topic")
		again("message")
		mustSend(t, c, "parent-0", "for the child", "go")
		again("parent")
		enqueue(t, c, "sets", input, client.WithEnqueueWorkflowID("child"))
		again("event")
		b.Clock.Advance(2*time.Hour - time.Millisecond)
		work(t, x)
		assertColumns(t, b.Workflow("time"), clienttest.Record{"status": "PENDING"})
		b.Clock.Advance(time.Millisecond)
		again("time")
		assertColumns(t, b.Workflow("timeout"), clienttest.Record{"status": "ERROR"})
		for id, output := range map[string]string{"message": `"hello"`, "parent": `"for the child"`, "event": `"published"`, "time": `"slept"`} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"output": output})
		}
		if load := x.Load(); load != (worker.ExecutorLoad{}) {
			t.Errorf("at the end there are %+v", load)
		}
	})
}

func mustSend(t *testing.T, c client.Client, id string, message any, topic string) {
	t.Helper()
	if err := c.Send(id, message, topic); err != nil {
		t.Fatal(err)
	}
}

// A short sleep keeps its run in memory, and a pause between tries always does.
func TestAShortWaitRests(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		begun, tries := 0, 0
		x := executor(t, b, map[string]worker.Workflow{
			"naps": func(r *worker.Run) (any, error) { begun++; return nil, r.Sleep(30 * time.Second) },
			"flaky": func(r *worker.Run) (any, error) {
				begun++
				return r.RetriedStep("s", worker.Retry{Max: 2, Interval: time.Hour, Longest: time.Hour}, func() (any, error) {
					if tries++; tries < 3 {
						return nil, errors.New("not yet")
					}
					return tries, nil
				})
			},
		})
		for _, name := range []string{"naps", "flaky"} {
			begun = 0
			id := enqueue(t, c, name, nil)
			work(t, x)
			if load := x.Load(); load != (worker.ExecutorLoad{Resting: 1}) {
				t.Errorf("%s: %+v", name, load)
			}
			for range 2 {
				b.Clock.Advance(time.Hour)
				work(t, x)
			}
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS"})
			if begun != 1 {
				t.Errorf("%s began %d times", name, begun)
			}
		}
	})
}

// A parked run that is cancelled leaves the executor, and one whose deadline passes too.
func TestAParkedRunCanBeCancelled(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		x := executor(t, b, map[string]worker.Workflow{"w": forever})
		cancelled, late := enqueue(t, c, "w", nil), enqueue(t, c, "w", nil, client.WithEnqueueTimeout(time.Minute))
		work(t, x)
		if err := c.CancelWorkflow(cancelled); err != nil {
			t.Fatal(err)
		}
		work(t, x)
		if load := x.Load(); load.Parked != 1 {
			t.Errorf("after a cancel there are %+v", load)
		}
		b.Clock.Advance(time.Minute)
		work(t, x)
		assertColumns(t, b.Workflow(late), clienttest.Record{"status": "CANCELLED", "owner_xid": nil, "completed_at": b.Millis()})
		if load := x.Load(); load.Parked != 0 {
			t.Errorf("after the deadline there are %+v", load)
		}
	})
}
