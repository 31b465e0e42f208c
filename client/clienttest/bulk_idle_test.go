package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// onQueue registers the queue, and inserts workflows that a resume puts on it.
func onQueue(t *testing.T, b clienttest.Backend, c client.Client, count int) []string {
	t.Helper()
	if _, err := c.RegisterQueue(client.QueueInput{Name: queue}); err != nil {
		t.Fatal(err)
	}
	return runnable(b, "CANCELLED", count)
}

func resumed(ids []string, batch int, limits client.BulkLimits) client.BulkInput {
	return client.BulkInput{ID: "r", Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: batch, Limits: limits}
}

// A run whose workflows wait on a paused queue goes on waiting while one of them runs, and stops
// when none does. The reason names the queue.
func TestABulkRunNamesAPausedQueue(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		work := func() {}
		c := b.NewClient(besideWork(b, func() { work() }))
		ids := onQueue(t, b, c, 6)
		if _, err := c.PauseQueue(queue); err != nil {
			t.Fatal(err)
		}
		began := b.Clock.Now()
		ended := time.Time{}
		work = func() {
			now := b.Clock.Now()
			if now.Sub(began) > 15*time.Minute {
				if ended.IsZero() {
					ended = now
				}
				set(b, ids[0], "status = 'SUCCESS'")
				return
			}
			set(b, ids[0], "status = 'PENDING', executor_id = 'e1', started_at_epoch_ms = "+fmt.Sprint(now.UnixMilli())) // its executor is alive
		}
		run := startBulk(t, c, resumed(ids, 2, client.BulkLimits{Concurrency: 2}))
		assertCounts(t, run, client.BulkStopped, 6, 3, 3, 0, 0, 0)
		if want := "a paused queue keeps its workflows: " + ids[1] + `: its queue "orders" is paused`; !strings.HasPrefix(run.Reason, want) {
			t.Errorf("the reason is %q, want %q", run.Reason, want)
		}
		if after := b.Clock.Now().Sub(ended); ended.IsZero() || after > time.Minute {
			t.Errorf("it has stopped %s after the end of the one that ran", after)
		}
	})
}

// A silent executor may be in a long step, so a run whose only open workflow it runs waits on, and
// shows it.
func TestABulkRunWaitsForALongStep(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	work := func() {}
	c := b.NewClient(besideWork(b, func() { work() }))
	ids := onQueue(t, b, c, 2)
	began := b.Clock.Now()
	work = func() {
		if b.Clock.Now().Sub(began) < 15*time.Minute {
			set(b, ids[0], "status = 'PENDING', executor_id = 'e1', started_at_epoch_ms = "+fmt.Sprint(began.UnixMilli()))
		} else {
			b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS' WHERE status <> 'CANCELLED'", nil)
		}
	}
	shown := ""
	input := resumed(ids, 1, client.BulkLimits{Concurrency: 1})
	input.Each = func(_ context.Context, p client.BulkProgress) error {
		if p.Waiting && strings.Contains(p.Reason, "silent") {
			shown = p.Reason
		}
		return nil
	}
	run := startBulk(t, c, input)
	assertCounts(t, run, client.BulkDone, 2, 2, 2, 0, 0, 0)
	if want := `for ends: 1 of its workflows have not ended; ` + ids[0] + `: its executor "e1" is silent`; !strings.HasPrefix(shown, want) {
		t.Errorf("it has waited %q, want %q", shown, want)
	}
}

// A run that has touched nothing, because others fill its queue and nothing takes from it, stops
// with the reason of the next one in line, and goes on when somebody has made room. While the
// queue moves, it waits on.
func TestABulkRunNamesAFullQueue(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		work := func() {}
		c := b.NewClient(besideWork(b, func() { work() }))
		ids := onQueue(t, b, c, 3)
		began := b.Clock.Now()
		work = func() { // others are as fast as an executor
			if now := b.Clock.Now(); now.Sub(began) < 2*time.Minute {
				b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS' WHERE workflow_uuid LIKE 'other%'", nil)
				fill(t, c, "other"+fmt.Sprint(now.UnixMilli()), 2)
			}
		}
		fill(t, c, "other", 2)
		run := startBulk(t, c, resumed(ids, 0, client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: queue, N: 2}}))
		assertCounts(t, run, client.BulkStopped, 3, 0, 0, 0, 0, 0)
		took := b.Clock.Now().Sub(began)
		want := `the queue "orders" has no room, and nothing takes from it: other`
		if !strings.HasPrefix(run.Reason, want) || !strings.Contains(run.Reason, "no executor") || took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("the reason after %s is %q, want %q", took, run.Reason, want)
		}
		b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS' WHERE workflow_uuid LIKE 'other%'", nil)
		work = func() { b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS' WHERE status = 'ENQUEUED'", nil) }
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 3, 3, 3, 0, 0, 0)
	})
}

func fill(t *testing.T, c client.Client, prefix string, count int) {
	t.Helper()
	for n := range count {
		if _, err := client.Enqueue[any, any](c, queue, "w", nil, client.WithEnqueueWorkflowID(fmt.Sprint(prefix, "-", n))); err != nil {
			t.Fatal(err)
		}
	}
}

// A canary that has passed does not count again in the process that goes on with the run, although
// its workflows were deleted since.
func TestACanaryPassesOnce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle})
		c := b.NewClient(besideWork(b, func() { mustDrain(t, w) }))
		ids := runnable(b, "CANCELLED", 9)
		input := resumed(ids, 2, client.BulkLimits{Canary: 2})
		killed := errors.New("killed")
		input.Each = func(_ context.Context, p client.BulkProgress) error {
			if p.Done == 4 {
				return killed
			}
			return nil
		}
		if _, err := client.StartBulk(c, input); !errors.Is(err, killed) {
			t.Fatal(err)
		}
		b.Exec("DELETE FROM {workflow_status} WHERE workflow_uuid = :id", map[string]any{"id": ids[0]})
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 9, 9, 9, 0, 0, 0)
	})
}

// No more workflows of a run are open than it may have.
func TestABulkRunBoundsItsOpenWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle})
		var ids []string
		most := 0
		c := b.NewClient(besideWork(b, func() {
			states := statesOf(b, ids)
			most = max(most, states["ENQUEUED"]+states["PENDING"])
			mustDrain(t, w)
		}))
		ids = runnable(b, "CANCELLED", 22)
		run := startBulk(t, c, resumed(ids, 3, client.BulkLimits{Concurrency: 4}))
		assertCounts(t, run, client.BulkDone, 22, 22, 22, 0, 0, 0)
		if most != 4 {
			t.Errorf("%d were open at once", most)
		}
	})
}

// A process that goes on with a run keeps to its limits, also with pages that were divided.
func TestABulkRunKeepsItsLimitsWhenContinued(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle, "bad": soldOut})
		most := 0
		c := b.NewClient(besideWork(b, func() {
			most = max(most, waitingOn(b))
			mustDrain(t, w)
		}))
		ids := runnable(b, "CANCELLED", 30)
		set(b, ids[4], "name = 'bad'") // 1 of 20 at least
		killed := errors.New("killed")
		input := resumed(ids, 10, client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: queue, N: 3}, MaxFailedShare: share(0.1)})
		input.Each = func(context.Context, client.BulkProgress) error { return killed }
		if _, err := client.StartBulk(c, input); !errors.Is(err, killed) {
			t.Fatal(err)
		}
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 30, 30, 30, 0, 0, 0)
		if by := outcomesOf(t, c, run); most != 3 || fmt.Sprint(by[client.OutcomeChanged]) != fmt.Sprint(ids) {
			t.Errorf("at most %d were waiting; the outcomes are %v", most, by)
		}
	})
}

// A failure early in a run is not a large share of it, also if its batches are of one.
func TestAShareOfFailuresIsOfTwentyAtLeast(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	w := launched(t, b, map[string]worker.Workflow{"w": idle, "bad": soldOut})
	c := b.NewClient(besideWork(b, func() { mustDrain(t, w) }))
	ids := runnable(b, "CANCELLED", 30)
	set(b, ids[0], "name = 'bad'")
	input := resumed(ids, 0, client.BulkLimits{MaxFailedShare: share(0.1)})
	input.RPS = 1
	assertCounts(t, startBulk(t, c, input), client.BulkDone, 30, 30, 30, 0, 0, 0)
}

// A canary is of workflows that the run has changed, and one whose workflows were cancelled or
// deleted has not shown that the rest may go on.
func TestACanaryMustSucceed(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var ids []string
		c := b.NewClient(besideWork(b, func() {
			set(b, ids[2], "status = 'CANCELLED'")
			b.Exec("DELETE FROM {workflow_status} WHERE workflow_uuid = :id", map[string]any{"id": ids[3]})
		}), func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, _ *client.Change, apply func() error) error {
				if len(ids) > 0 { // somebody takes two of the first wave
					set(b, ids[0], "updated_at = updated_at + 1")
					set(b, ids[1], "updated_at = updated_at + 1")
				}
				return apply()
			}
		})
		ids = onQueue(t, b, c, 9)
		run := startBulk(t, c, resumed(ids, 2, client.BulkLimits{Canary: 2}))
		assertCounts(t, run, client.BulkStopped, 9, 4, 2, 0, 0, 2)
		if want := "the canary failed: 2 of its 2 workflows did not succeed: 1 was cancelled, 1 was deleted"; run.Reason != want {
			t.Errorf("the reason is %q, want %q", run.Reason, want)
		}
	})
}

// A run in memory shows what it waits for, and a run that is paused no longer does.
func TestABulkRunShowsItsReason(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	shown := ""
	lunch := func(context.Context, client.BulkStats) (string, error) {
		if shown == "" {
			return "lunch", nil
		}
		return "", nil
	}
	for _, test := range []struct {
		runs bool
		want string
	}{{false, "lunch"}, {true, "paused: "}} {
		b.Exec("DELETE FROM {workflow_status}", nil)
		shown = ""
		c := b.NewClient(recorded(b), func(config *client.ClientConfig) { config.CreateRuns = test.runs })
		other := b.NewClient()
		run := startBulk(t, c, client.BulkInput{Verb: "cancel", IDs: bulkRows(b, "PENDING", 3), BatchSize: 1, PauseWhen: lunch, Each: func(_ context.Context, p client.BulkProgress) error {
			switch {
			case !p.Waiting && p.Reason != "":
				t.Errorf("after a batch the reason is %q", p.Reason)
			case p.Waiting && test.runs && shown == "":
				paused, err := client.PauseBulk(other, p.ID)
				if err != nil {
					return err
				}
				shown = string(paused.State) + ": " + paused.Reason
				_, err = client.UnpauseBulk(other, p.ID)
				return err
			case p.Waiting && shown == "":
				shown = p.Reason
			}
			return nil
		}})
		if assertCounts(t, run, client.BulkDone, 3, 3, 3, 0, 0, 0); shown != test.want || run.Reason != "" {
			t.Errorf("it has shown %q, want %q; it ends with %q", shown, test.want, run.Reason)
		}
	}
}

// A call with the id of a run, and with other limits, is refused.
func TestABulkRunKeepsTheLimitsOfItsID(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(recorded(b))
	input := resumed(bulkRows(b, "CANCELLED", 2), 2, client.BulkLimits{Canary: 2})
	input.Each = func(context.Context, client.BulkProgress) error { return errors.New("killed") }
	if _, err := client.StartBulk(c, input); err == nil {
		t.Fatal("it was not killed")
	}
	for _, limits := range []client.BulkLimits{{}, {Canary: 1}, {Canary: 2, Concurrency: 5}} {
		input.Limits = limits
		_, err := client.StartBulk(c, input)
		if client.CodeOf(err) != client.ConflictingID || !strings.Contains(err.Error(), `has other limits: {"canary":2}`) {
			t.Errorf("%+v: %v", limits, err)
		}
	}
}
