package client

import (
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A bulkTurn is what the limits of a run say about its next batch.
type bulkTurn struct {
	room  int    // how many workflows it may have
	waits string // the reason why it comes later; "" if it may begin
	stop  string // the reason why the run ends before it; "" if it goes on
}

// isOver returns true if the limits that were not asked yet cannot change the turn.
func (t *bulkTurn) isOver() bool { return t.waits != "" || t.stop != "" }

// countWaiting counts no more than :most, because a longer queue has no room either.
const countWaiting = `
SELECT COUNT(*) FROM (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = :queue AND ` + isWaiting + ` LIMIT :most) AS line`

// follow prepares the limits of a run. If another process has worked on it before, the workflows
// that are still open are followed from there; only for a canary do earlier ends count.
func (w *bulkWork) follow() (err error) {
	kept, err := limitsOf(w.run)
	if err != nil {
		return err
	}
	if w.limits = kept.BulkLimits; w.limits == (BulkLimits{}) && w.pauseWhen == nil {
		return nil
	}
	w.touched = &bulkFollow{canary: w.limits.canaryOf(w.run.Total), moved: w.client.config.Clock()}
	if w.run.Done == 0 || w.verb.ends {
		return nil
	}
	for {
		done, err := w.client.bulkOutcomesFrom(w.run.ID, w.touched.next, followedAtOnce)
		if err != nil {
			return err
		}
		if len(done) == 0 {
			break
		}
		for _, page := range done {
			w.touched.add(page.number, page.results, w.touched.moved)
		}
		if err := w.look(); err != nil { // it renews the lease
			return err
		}
	}
	for left := len(w.touched.open); left > 0; left -= followedAtOnce {
		if err := w.touched.read(w.client); err != nil {
			return err
		}
		if err := w.look(); err != nil {
			return err
		}
	}
	w.touched.ends = bulkEnds{}
	// The rest is begun only after the first wave has passed, whatever became of the wave since.
	w.canaryPassed = w.run.Changed > w.touched.canary
	return nil
}

// touch follows the changed workflows of a page, if the run has limits.
func (w *bulkWork) touch(number int64, results []ChangeResult) {
	if w.touched != nil && !w.verb.ends {
		w.touched.add(number, results, w.client.config.Clock())
	}
}

// touchedBy follows the changed workflows of a page whose outcomes another try has recorded.
func (w *bulkWork) touchedBy(page *bulkPage) error {
	if w.touched == nil || w.verb.ends {
		return nil
	}
	done, err := w.client.bulkOutcomesFrom(w.run.ID, page.number, 1)
	for _, page := range done {
		w.touch(page.number, page.results)
	}
	return err
}

// turn asks the limits about the next batch.
func (w *bulkWork) turn() (t bulkTurn, err error) {
	t = bulkTurn{room: len(w.next.ids)}
	if w.touched == nil {
		return t, nil
	}
	if err := w.touched.read(w.client); err != nil {
		return t, err
	}
	for _, limit := range []func(*bulkTurn) error{w.stopsOnFailures, w.stopsIfNothingRuns, w.waitsForCanary, w.waitsForEnds, w.waitsForQueue, w.asksScript} {
		if err := limit(&t); err != nil {
			return t, err
		}
		if t.isOver() {
			if t.waits != "" && w.touched.silent != "" {
				t.waits += "; " + w.touched.silent
			}
			return t, nil
		}
	}
	return t, nil
}

func (w *bulkWork) stopsOnFailures(t *bulkTurn) error {
	f, share := w.touched, w.limits.MaxFailedShare
	if f.canary > 0 && !w.canaryPassed {
		return nil // the canary has a rule of its own
	}
	if share != nil && f.ends.failedShare(min(w.run.Total, smallestShare)) > *share {
		t.stop = fmt.Sprintf("%d of %d workflows that ended failed, and max_failed_share is %v", f.ends.failed, f.ends.all(), *share)
	}
	return nil
}

// waitsForCanary holds the rest of the run until all of the first wave have ended.
func (w *bulkWork) waitsForCanary(t *bulkTurn) error {
	f := w.touched
	if w.canaryPassed {
		return nil
	}
	if left := f.missing(); left > 0 {
		t.room = min(t.room, int(left))
		return nil
	}
	allowed := 0.0
	if w.limits.MaxFailedShare != nil {
		allowed = *w.limits.MaxFailedShare
	}
	without := f.wave.all() - f.wave.succeeded
	switch {
	case f.canary > 0 && float64(without)/float64(f.canary) > allowed:
		t.stop = fmt.Sprintf("the canary failed: %d of its %d workflows did not succeed: %s", without, f.canary, f.wave.text())
	case f.still > 0:
		t.waits = fmt.Sprintf("for the canary: %d of its %d workflows have ended", f.wave.all(), f.canary)
	default:
		w.canaryPassed = true
	}
	return nil
}

func (w *bulkWork) waitsForEnds(t *bulkTurn) error {
	if w.limits.Concurrency == 0 {
		return nil
	}
	open := len(w.touched.open)
	if t.room = min(t.room, w.limits.Concurrency-open); t.room <= 0 {
		t.waits = fmt.Sprintf("for ends: %d of its workflows have not ended", open)
	}
	return nil
}

func (w *bulkWork) waitsForQueue(t *bulkTurn) error {
	m := w.limits.MaxWaiting
	if m == nil {
		return nil
	}
	var waiting int64
	err := w.client.read(opBulk, func(b *db.Batch) {
		b.Indexed()
		db.Scalar(b, &waiting, countWaiting, query.Args{"queue": m.Queue, "most": int64(m.N)})
	})
	if err != nil {
		return failure(opBulk, err)
	}
	if t.room = min(t.room, m.N-int(waiting)); t.room > 0 {
		w.line = bulkLine{}
		return nil
	}
	t.waits = fmt.Sprintf("for room: %d or more workflows wait on the queue %q", m.N, m.Queue)
	return w.stopsIfQueueStands(m.Queue, t)
}

// asksScript calls the function of the caller.
func (w *bulkWork) asksScript(t *bulkTurn) error {
	if w.pauseWhen == nil {
		return nil
	}
	f := w.touched
	reason, err := w.pauseWhen(context.WithValue(w.client.ctx, duringChange{}, true), BulkStats{
		Total: w.run.Total, Done: w.run.Done, Changed: w.run.Changed, Drifted: w.run.Drifted, Open: int64(len(f.open)),
		Succeeded: f.ends.succeeded, Failed: f.ends.failed, Cancelled: f.ends.cancelled, FailedShare: f.ends.failedShare(0)})
	t.waits = reason
	return err
}

// end stops the run for a reason of its own.
func (w *bulkWork) end(reason string) error {
	if !w.stored {
		w.run.State, w.run.Reason = BulkStopped, reason
		return nil
	}
	args := w.args()
	args["reason"] = reason
	var seen bulkLook
	err := w.client.recordBulk(w.client.ctx, func(b *db.Batch) {
		b.Exec(stopOwnBulk, args, nil)
		w.planLook(b, &seen)
	})
	if err != nil {
		return failure(opBulk, err)
	}
	return w.see(&seen)
}

// The pauses between two looks of a run that waits for its limits: short at first, so that a fast
// executor is not idle.
const (
	shortestBulkPause = 20 * time.Millisecond
	longestBulkPause  = time.Second
)

// pause returns how long the run waits before it asks its limits again.
func (w *bulkWork) pause() time.Duration {
	w.waited = min(max(2*w.waited, shortestBulkPause), longestBulkPause)
	return w.waited
}
