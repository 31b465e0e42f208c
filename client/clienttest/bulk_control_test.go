package clienttest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Another process pauses a run, sets its rate, lets it go on, and stops it; each takes effect
// before the next batch.
func TestABulkRunIsControlledFromElsewhere(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c, other := b.NewClient(recorded(b)), b.NewClient()
		ids := bulkRows(b, "CANCELLED", 30)
		var waits int
		var at []time.Time
		must := func(_ *client.Bulk, err error) {
			if err != nil {
				t.Error(err)
			}
		}
		run := startBulk(t, c, client.BulkInput{ID: "r", Verb: "resume", BatchSize: 5, IDs: ids, Each: func(_ context.Context, p client.BulkProgress) error {
			switch {
			case p.Waiting:
				if p.Done != 5 {
					t.Errorf("%d workflows were done when the run paused", p.Done)
				}
				if waits++; waits == 3 {
					must(client.SetBulkRate(other, "r", 5))
					must(client.UnpauseBulk(other, "r"))
				}
				return nil
			case p.Done == 5:
				must(client.PauseBulk(other, "r"))
			case p.Done == 20:
				must(client.StopBulk(other, "r", "enough"))
			}
			at = append(at, b.Clock.Now())
			return nil
		}})
		assertCounts(t, run, client.BulkStopped, 30, 20, 20, 0, 0, 0)
		if states := statesOf(b, ids); states["ENQUEUED"] != 20 || run.Reason != "enough" || run.Holder != "" {
			t.Errorf("stopped for %q, held by %q; the states are %v", run.Reason, run.Holder, states)
		}
		if waits != 3 || len(at) != 4 || at[2].Sub(at[1]) < time.Second || at[3].Sub(at[2]) < time.Second {
			t.Errorf("%d pauses; the batches were at %v", waits, at)
		}
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 30, 30, 30, 0, 0, 0)
	})
}

// Two processes never work on one run, and one that was killed is continued when its lease ends.
func TestABulkRunHasOneProcess(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		ids := bulkRows(b, "CANCELLED", 20)
		var second error
		_, first := client.StartBulk(c, client.BulkInput{ID: "r", Verb: "resume", BatchSize: 5, IDs: ids, Each: func(_ context.Context, p client.BulkProgress) error {
			switch p.Done {
			case 5: // another process waits for the lease, which this one renews meanwhile
				waiting := b.NewClient(func(config *client.ClientConfig) {
					config.Idle = func(_ context.Context, until time.Time) error {
						b.Clock.Set(until)
						b.Exec("UPDATE {dbos_script_bulks} SET held_until = :until", map[string]any{"until": until.UnixMilli() + 1000})
						return nil
					}
				})
				_, second = client.ContinueBulk(waiting, "r", nil)
			case 10: // this process is away for longer than its lease, and another one goes on
				b.Clock.Advance(time.Minute)
				if taken, err := client.ContinueBulk(b.NewClient(), "r", func(context.Context, client.BulkProgress) error { return errors.New("killed") }); err == nil || taken.Done != 15 {
					t.Errorf("the second process has done %+v, %v", taken, err)
				}
			}
			return nil
		}})
		if client.CodeOf(second) != client.Conflict || !strings.Contains(second.Error(), "process ") {
			t.Errorf("the second process got %v", second)
		}
		if client.CodeOf(first) != client.Conflict || statesOf(b, ids)["ENQUEUED"] != 15 {
			t.Errorf("the first process got %v, and the states are %v", first, statesOf(b, ids))
		}
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 20, 20, 20, 0, 0, 0)
	})
}

// A process that has lost its lease changes nothing more, even before the next process has begun.
func TestABulkRunEndsWithItsLease(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		ids := bulkRows(b, "CANCELLED", 20)
		until := b.Clock.Now().Add(time.Minute).UnixMilli()
		_, err := client.StartBulk(c, client.BulkInput{ID: "r", Verb: "resume", BatchSize: 5, IDs: ids, Each: func(_ context.Context, p client.BulkProgress) error {
			if p.Done == 10 {
				b.Exec("UPDATE {dbos_script_bulks} SET holder = 'another', held_until = :until", map[string]any{"until": until})
			}
			return nil
		}})
		if states := statesOf(b, ids); client.CodeOf(err) != client.Conflict || !strings.Contains(err.Error(), "another") || states["ENQUEUED"] != 10 {
			t.Errorf("the process got %v, and the states are %v", err, states)
		}
		held, err := client.GetBulk(c, "r")
		if err != nil || held.Holder != "another" || held.HeldUntil.UnixMilli() != until || held.Reason != "" || held.State != client.BulkRunning {
			t.Errorf("the run of the other process is %+v, %v", held, err)
		}
		b.Clock.Advance(2 * time.Minute)
		run, err := client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 20, 20, 20, 0, 0, 0)
	})
}

// A run that is stopped or paused after the last look at it is not done, although each of its
// workflows has an outcome.
func TestABulkRunIsStoppedInItsLastBatch(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c, other := b.NewClient(recorded(b)), b.NewClient()
		waits := 0
		run := startBulk(t, c, client.BulkInput{ID: "r", Verb: "resume", BatchSize: 5, IDs: bulkRows(b, "CANCELLED", 10), Each: func(_ context.Context, p client.BulkProgress) (err error) {
			switch {
			case p.Waiting:
				waits++
				_, err = client.StopBulk(other, "r", "enough")
			case p.Done == p.Total:
				_, err = client.PauseBulk(other, "r")
			}
			return err
		}})
		assertCounts(t, run, client.BulkStopped, 10, 10, 10, 0, 0, 0)
		stored, err := client.GetBulk(c, "r")
		if err != nil || stored.State != client.BulkStopped || stored.Holder != "" || stored.Reason != "enough" || waits != 1 {
			t.Errorf("after %d waits the run is %+v, %v", waits, stored, err)
		}
		run, err = client.ContinueBulk(c, "r", nil)
		if err != nil {
			t.Fatal(err)
		}
		assertCounts(t, run, client.BulkDone, 10, 10, 10, 0, 0, 0)
		if run.Holder != "" || !run.HeldUntil.IsZero() {
			t.Errorf("the run that is done is held by %q until %s", run.Holder, run.HeldUntil)
		}
	})
}
