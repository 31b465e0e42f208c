package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// besideWork makes the tables for bulk runs. Whenever the client pauses, the clock moves on, and
// then work is called.
func besideWork(b clienttest.Backend, work func()) func(*client.ClientConfig) {
	return func(c *client.ClientConfig) {
		recorded(b)(c)
		c.Idle = func(_ context.Context, until time.Time) error {
			b.Clock.Set(until)
			work()
			return nil
		}
	}
}

// runnable inserts workflows in a state that an executor can run, on no queue.
func runnable(b clienttest.Backend, status string, count int) []string {
	ids := bulkRows(b, status, count)
	b.Exec("UPDATE {workflow_status} SET inputs = '[null]', serialization = 'portable_json', queue_name = NULL", nil)
	return ids
}

// waitingOn counts the workflows that wait on the queue.
func waitingOn(b clienttest.Backend) int {
	return len(b.Rows("workflow_status", "status = 'ENQUEUED' AND queue_name = 'orders'", nil))
}

func share(of float64) *float64 { return &of }

func soldOut(*worker.Run) (any, error) { return nil, errors.New("no stock") }

// A run puts only as many workflows on a queue as may wait there, although its batches are larger,
// and each of them is done.
func TestABulkRunKeepsAQueueShort(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle})
		most := 0
		c := b.NewClient(besideWork(b, func() {
			most = max(most, waitingOn(b))
			mustDrain(t, w)
		}))
		ids := runnable(b, "CANCELLED", 60)
		run := startBulk(t, c, client.BulkInput{Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: 25,
			Limits: client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: queue, N: 7}}})
		assertCounts(t, run, client.BulkDone, 60, 60, 60, 0, 0, 0)
		mustDrain(t, w)
		if states := statesOf(b, ids); states["SUCCESS"] != 60 || most != 7 {
			t.Errorf("at most %d were waiting; the states are %v", most, states)
		}
		if by := outcomesOf(t, c, run); fmt.Sprint(by[client.OutcomeChanged]) != fmt.Sprint(ids) || run.Limits != `{"max_waiting":{"queue":"orders","n":7},"batch_size":25}` {
			t.Errorf("limits %s, outcomes %v", run.Limits, by)
		}
	})
}

// The rest of a run stays untouched if its canary fails, is touched if it does not, and waits for
// its end.
func TestABulkRunHasACanary(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		canary  float64
		allowed *float64
		failing int // the first so many fail
		state   client.BulkState
		touched int
	}{
		"fails":          {3, nil, 1, client.BulkStopped, 3},
		"a share fails":  {0.16, nil, 1, client.BulkStopped, 4}, // 3.2 of 20
		"fails a little": {4, share(0.25), 1, client.BulkDone, 20},
		"succeeds":       {3, nil, 0, client.BulkDone, 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
				w := launched(t, b, map[string]worker.Workflow{"w": idle, "bad": soldOut})
				waits, work := 0, func() { mustDrain(t, w) }
				c := b.NewClient(besideWork(b, func() { work() }))
				ids := runnable(b, "CANCELLED", 20)
				for _, id := range ids[:test.failing] {
					set(b, id, "name = 'bad'")
				}
				run := startBulk(t, c, client.BulkInput{Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: 2,
					Limits: client.BulkLimits{Canary: test.canary, MaxFailedShare: test.allowed}, Each: func(_ context.Context, p client.BulkProgress) error {
						if p.Waiting && (strings.Contains(p.Reason, "for the canary") || strings.Contains(p.Reason, "for an executor")) {
							waits++
						}
						return nil
					}})
				assertCounts(t, run, test.state, 20, int64(test.touched), int64(test.touched), 0, 0, 0)
				if left := statesOf(b, ids)["CANCELLED"]; left != 20-test.touched || waits == 0 || test.state == client.BulkStopped && !strings.Contains(run.Reason, "the canary failed: 1 of its") {
					t.Errorf("%d are untouched, after %d waits; %q", left, waits, run.Reason)
				}
			})
		})
	}
}

// A run stops before the batch after the one in which too many failed, and counts anew if somebody
// continues it.
func TestABulkRunStopsIfTooManyFail(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle, "bad": soldOut})
		c := b.NewClient(besideWork(b, func() { mustDrain(t, w) }))
		ids := runnable(b, "CANCELLED", 50)
		for _, id := range ids[12:] { // 2 fail of 14, 7 of 21, and all after that
			set(b, id, "name = 'bad'")
		}
		run := startBulk(t, c, client.BulkInput{ID: "r", Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: 7,
			Limits: client.BulkLimits{MaxFailedShare: share(0.4), Concurrency: 7}})
		assertCounts(t, run, client.BulkStopped, 50, 21, 21, 0, 0, 0)
		if want := "9 of 21 workflows that ended failed, and max_failed_share is 0.4"; run.Reason != want {
			t.Errorf("the reason is %q, want %q", run.Reason, want)
		}
		for _, id := range ids[21:] {
			set(b, id, "name = 'w'")
		}
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 50, 50, 50, 0, 0, 0)
	})
}

// Without an executor a run stops after its first batch, with the reason of an explanation.
func TestABulkRunStopsIfNothingRuns(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]client.BulkLimits{
		"max_waiting": {MaxWaiting: &client.BulkMaxWaiting{Queue: queue, N: 200}}, "canary": {Canary: 2},
		"max_failed_share": {MaxFailedShare: share(1)}, "concurrency": {Concurrency: 1000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
				c := b.NewClient(recorded(b))
				if _, err := c.RegisterQueue(client.QueueInput{Name: queue}); err != nil {
					t.Fatal(err)
				}
				ids := runnable(b, "CANCELLED", 20)
				began := b.Clock.Now()
				run := startBulk(t, c, client.BulkInput{Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: 2, Limits: limits})
				assertCounts(t, run, client.BulkStopped, 20, 2, 2, 0, 0, 0)
				why, err := c.ExplainWorkflow(ids[0])
				if err != nil || why.Reasons[0].Cause != client.CauseNoExecutor || run.Reason != "nothing runs its workflows: "+ids[0]+": "+why.Reasons[0].Text {
					t.Errorf("the reason is %q, and that of the workflow %+v, %v", run.Reason, why, err)
				}
				if took := b.Clock.Now().Sub(began); took > 35*time.Second {
					t.Errorf("it has taken %s", took)
				}
			})
		})
	}
}

// A run waits while the function of its caller returns a reason, and shows that to others.
func TestABulkRunPausesForItsCaller(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle})
		c := b.NewClient(besideWork(b, func() { mustDrain(t, w) }))
		ids := runnable(b, "CANCELLED", 6)
		asked, shown := []client.BulkStats{}, ""
		run := startBulk(t, c, client.BulkInput{ID: "r", Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: 3,
			PauseWhen: func(_ context.Context, s client.BulkStats) (string, error) {
				if asked = append(asked, s); s.Done == 3 && len(asked) < 4 {
					return "lunch", nil
				}
				return "", nil
			},
			Each: func(_ context.Context, p client.BulkProgress) error {
				if p.Waiting {
					stored, err := client.GetBulk(c, "r")
					shown = stored.Reason
					return err
				}
				return nil
			}})
		assertCounts(t, run, client.BulkDone, 6, 6, 6, 0, 0, 0)
		want := client.BulkStats{Total: 6, Done: 3, Changed: 3, Succeeded: 3}
		if len(asked) != 4 || asked[0] != (client.BulkStats{Total: 6}) || asked[3] != want || shown != "lunch" || run.Reason != "" {
			t.Errorf("asked with %+v; the run shows %q, and %q in the end", asked, shown, run.Reason)
		}
	})
}

// Limits are checked before anything is selected, and hold in a dry run too.
func TestABulkRunRefusesBadLimits(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(recorded(b))
	dry := b.NewClient(func(config *client.ClientConfig) { config.DryRun = true })
	options := map[string]any{"set_priority": map[string]any{"priority": 1}, "move": map[string]any{"queue_name": "slow"}, "send": map[string]any{"message": 1}}
	for _, test := range []struct {
		verb   string
		limits client.BulkLimits
		want   string
	}{
		{"resume", client.BulkLimits{Concurrency: -1}, "concurrency is -1"},
		{"resume", client.BulkLimits{Canary: 1.5}, "canary is 1.5"},
		{"resume", client.BulkLimits{Canary: -1}, "canary is -1"},
		{"resume", client.BulkLimits{MaxFailedShare: share(1.5)}, "max_failed_share is 1.5"},
		{"resume", client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{N: 5}}, "max_waiting needs the name"},
		{"resume", client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "q"}}, "max_waiting has n = 0"},
		{"set_priority", client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "q", N: 5}}, `set_priority puts nothing on the queue "q"`},
		{"send", client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "q", N: 5}}, `send puts nothing on the queue "q"`},
		{"cancel", client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "q", N: 5}}, `cancel puts nothing on the queue "q"`},
		{"move", client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "q", N: 5}}, `move puts nothing on the queue "q"`},
		{"cancel", client.BulkLimits{Canary: 5}, "after cancel no workflow runs on"},
		{"delete", client.BulkLimits{MaxFailedShare: share(0)}, "after delete no workflow runs on"},
	} {
		for _, of := range []client.Client{c, dry} {
			_, err := client.StartBulk(of, client.BulkInput{Verb: test.verb, Options: options[test.verb], IDs: []string{"a"}, Limits: test.limits})
			if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%+v: %v, want %s", test.limits, err, test.want)
			}
		}
	}
}

// 15,000 errors go back on their queue beside an executor, and no sample of the queue ever has more
// than 200 waiting. The variable makes the test that long; it has 120 without.
func TestErrorsGoBackOnTheirQueue(t *testing.T) {
	t.Parallel()
	count, batch, most := 120, 50, 20
	if os.Getenv("DBOS_SCRIPT_TEST_BULK") != "" {
		count, batch, most = 15_000, 500, 200
	}
	b := clienttest.On(t, "Postgres")
	w := launched(t, b, map[string]worker.Workflow{"w": idle})
	ids := runnable(b, "ERROR", count)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c := b.NewClient(recorded(b), func(config *client.ClientConfig) {
		config.Clock, config.Idle = time.Now, nil
	})
	samples, seen := 0, 0 // one before each look of the executor, of which there are six at least
	worked := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			seen, samples = max(seen, waitingOn(b)), samples+1
			if _, err := w.Work(ctx); err != nil && ctx.Err() == nil {
				worked <- err
				return
			}
		}
		worked <- nil
	}()
	run := startBulk(t, c, client.BulkInput{Verb: "rerun", Options: map[string]any{"queue_name": queue}, IDs: ids, BatchSize: batch,
		Limits: client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: queue, N: most}}})
	stop()
	if err := <-worked; err != nil {
		t.Fatal(err)
	}
	assertCounts(t, run, client.BulkDone, int64(count), int64(count), int64(count), 0, 0, 0)
	t.Logf("%d samples, %d waiting at most", samples, seen)
	if seen > most || samples < 5 {
		t.Errorf("%d of %d samples' workflows were waiting", seen, samples)
	}
}
