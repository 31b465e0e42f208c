package client

import (
	"context"
	"fmt"
	"slices"
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
	if w.limits, err = limitsOf(w.run); err != nil {
		return err
	}
	if w.run.Limits == "" && w.pauseWhen == nil {
		return nil
	}
	w.touched = &bulkFollow{canary: w.limits.canaryOf(w.run.Total), moved: w.client.config.Clock()}
	if w.run.Done == 0 || w.verb.ends {
		return nil
	}
	number := int64(0)
	for result, err := range w.run.Outcomes(w.client) {
		if err != nil {
			return err
		}
		w.touched.add(number, []ChangeResult{result}, w.touched.moved)
		number++
	}
	for left := len(w.touched.open); left > 0; left -= followedAtOnce {
		if err := w.touched.read(w.client); err != nil {
			return err
		}
	}
	w.touched.ends = bulkEnds{}
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
	done, results, err := w.client.bulkOutcomesFrom(w.run.ID, page.number)
	if err == nil && done != nil {
		w.touch(done.number, results)
	}
	return err
}

// turn asks the limits about the next batch.
func (w *bulkWork) turn() (t bulkTurn, err error) {
	t = bulkTurn{room: len(w.next.ids)}
	if w.touched == nil {
		return t, nil
	}
	w.size = max(w.size, t.room)
	if err := w.touched.read(w.client); err != nil {
		return t, err
	}
	for _, limit := range []func(*bulkTurn) error{w.stopsOnFailures, w.stopsIfNothingRuns, w.waitsForCanary, w.waitsForEnds, w.waitsForQueue, w.asksScript} {
		if err := limit(&t); err != nil || t.isOver() {
			return t, err
		}
	}
	return t, nil
}

func (w *bulkWork) stopsOnFailures(t *bulkTurn) error {
	f, share := w.touched, w.limits.MaxFailedShare
	if f.canary > 0 && !w.canaryPassed {
		return nil // the canary has a rule of its own
	}
	if share != nil && f.ends.failedShare(int64(min(w.size, smallestShare))) > *share {
		t.stop = fmt.Sprintf("%d of %d workflows that ended failed, and max_failed_share is %v", f.ends.failed, f.ends.all(), *share)
	}
	return nil
}

// waitsForCanary holds the rest of the run until all of the first wave have ended.
func (w *bulkWork) waitsForCanary(t *bulkTurn) error {
	f := w.touched
	if left := f.canary - w.next.number; left > 0 {
		t.room = min(t.room, int(left))
		return nil
	}
	if w.canaryPassed {
		return nil
	}
	allowed := 0.0
	if w.limits.MaxFailedShare != nil {
		allowed = *w.limits.MaxFailedShare
	}
	size := f.wave.all() + f.still
	switch {
	case size > 0 && float64(f.wave.failed)/float64(size) > allowed:
		t.stop = fmt.Sprintf("the canary failed: %d of its %d workflows did", f.wave.failed, size)
	case f.still > 0:
		t.waits = fmt.Sprintf("for the canary: %d of its %d workflows have ended", f.wave.all(), size)
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
	if t.room = min(t.room, m.N-int(waiting)); t.room <= 0 {
		t.waits = fmt.Sprintf("for room: %d or more workflows wait on the queue %q", m.N, m.Queue)
	}
	return failure(opBulk, err)
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

const (
	// unclaimed is how long workflows wait untaken before the run asks why. It is a second more
	// than an explanation finds normal.
	unclaimed = patient + time.Second
	// unended is the same if one of them runs. It is a second more than an executor may be
	// silent.
	unended = silence + time.Second
)

// stopsIfNothingRuns stops the run if its workflows wait, and nothing will take them before
// somebody acts. Before an executor has taken one, the run does not go on.
func (w *bulkWork) stopsIfNothingRuns(t *bulkTurn) error {
	f := w.touched
	if f.first == "" {
		return nil
	}
	longest := unclaimed
	if f.running > 0 {
		longest = unended
	}
	quiet := w.client.config.Clock().Sub(f.moved)
	if quiet < longest {
		if !f.works && f.waiting > 0 {
			t.waits = fmt.Sprintf("for an executor: %d of its workflows wait, and none was taken", f.waiting)
		}
		return nil
	}
	why, err := w.client.ExplainWorkflow(f.first)
	if CodeOf(err) == NonExistentWorkflow {
		return nil
	}
	if err != nil {
		return err
	}
	if first := why.Reasons[0]; isStanding(first.Cause) {
		t.stop = fmt.Sprintf("nothing runs its workflows: %s: %s", f.first, first.Text)
		return nil
	}
	f.works, f.moved = true, w.client.config.Clock()
	return nil
}

// isStanding returns true for a cause that keeps a workflow where it is until somebody acts.
func isStanding(cause Cause) bool {
	return slices.Contains([]Cause{CauseDeadlinePassed, CauseHeld, CauseQueuePaused, CauseOtherApplication, CauseUnknownQueue, CauseNoPartitionKey,
		CauseUnwantedPartitionKey, CauseUnknownName, CauseUnknownVersion, CauseOldVersion, CauseNoExecutor, CauseExecutorSilent, CauseSerialization}, cause)
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
