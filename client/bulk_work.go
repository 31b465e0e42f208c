package client

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A bulkWork is a bulk run in the process that works on it.
type bulkWork struct {
	client    *systemClient // outside of transactions of the context
	preview   *dryRun       // the client of a dry run, or nil
	verb      bulkVerb
	selection *bulkSelection // nil if it continues a run
	run       *Bulk
	holder    string // this process, as the holder of the run
	each      func(context.Context, BulkProgress) error
	pauseWhen func(context.Context, BulkStats) (string, error)
	stored    bool        // the run is recorded
	pages     []*bulkPage // what is left, if it is not
	next      *bulkPage   // the next batch, nil if it is not known yet or there is none

	began  time.Time
	before int64     // how many workflows had an outcome then
	due    time.Time // the time of the next batch, by the rate

	limits       BulkLimits
	touched      *bulkFollow // the changed workflows; nil if the run has no limits
	canaryPassed bool
	line         bulkLine      // the queue of max_waiting, while it has no room
	waited       time.Duration // the last pause for the limits
	reason       string        // what the run waits for
}

// until returns the end of a lease that is taken or renewed now.
func (w *bulkWork) until() int64 { return w.client.now() + bulkLeaseTime.Milliseconds() }

// work changes the workflows, until the run is done or stopped.
func (w *bulkWork) work() (*Bulk, error) {
	w.began, w.before = w.client.config.Clock(), w.run.Done
	err := w.follow()
	if err == nil {
		err = w.batches()
	}
	if w.stored && w.run.State != BulkDone {
		w.release(err)
	}
	return w.run, err
}

// batches makes one batch after the other.
func (w *bulkWork) batches() error {
	if err := w.look(); err != nil {
		return err
	}
	for {
		switch {
		case w.run.State == BulkStopped:
			return nil
		case w.run.State == BulkPaused:
			if err := w.wait(time.Second, ""); err != nil {
				return err
			}
			continue
		case w.next == nil:
			if err := w.finish(); err != nil || w.run.State == BulkDone {
				return err
			}
			continue
		}
		if left := w.due.Sub(w.client.config.Clock()); left > 0 {
			if err := w.wait(min(left, time.Second), ""); err != nil {
				return err
			}
			continue
		}
		if err := w.take(); err != nil {
			return err
		}
	}
}

// take makes the next batch, as far as the limits of the run let it.
func (w *bulkWork) take() error {
	turn, err := w.turn()
	switch {
	case err != nil:
		return err
	case turn.stop != "":
		return w.end(turn.stop)
	case turn.waits != "":
		return w.wait(w.pause(), turn.waits)
	}
	w.waited, w.reason = 0, ""
	page := w.next.head(turn.room)
	w.pace(len(page.ids))
	done, err := w.batch(page)
	if err == nil && done {
		err = w.report(false)
	}
	return err
}

// pace sets when the batch after one of a size is due.
func (w *bulkWork) pace(size int) {
	w.due = w.client.config.Clock()
	if w.run.RPS > 0 {
		w.due = w.due.Add(time.Duration(size) * time.Second / time.Duration(w.run.RPS))
	}
}

// report calls Each.
func (w *bulkWork) report(waiting bool) error {
	if w.each == nil {
		return nil
	}
	ctx := context.WithValue(w.client.ctx, duringChange{}, true)
	return w.each(ctx, BulkProgress{Bulk: *w.run, Waiting: waiting, Began: w.began, Before: w.before})
}

// wait pauses, for the rate, in a pause of the run, or for a reason of its limits. It renews the
// lease, and reads the row of the run, which others may have changed.
func (w *bulkWork) wait(pause time.Duration, reason string) error {
	w.reason = reason
	if err := w.client.poller().Pause(w.client.ctx, pause); err != nil {
		return failure(opBulk, err)
	}
	rate := w.run.RPS
	if err := w.look(); err != nil {
		return err
	}
	if w.run.RPS != rate {
		w.due = w.client.config.Clock()
	}
	if w.run.State == BulkPaused || reason != "" && w.run.State == BulkRunning {
		return w.report(true)
	}
	return nil
}

// look renews the lease, and reads the row of the run and its next page.
func (w *bulkWork) look() error {
	if !w.stored {
		w.run.Reason, w.next = w.reason, nil
		if len(w.pages) > 0 {
			w.next = w.pages[0]
		}
		return nil
	}
	var seen bulkLook
	err := w.client.recordBulk(w.client.ctx, func(b *db.Batch) {
		if w.reason == w.run.Reason || w.run.State != BulkRunning {
			b.Exec(renewBulk, w.args(), nil)
		} else {
			args := w.args()
			args["reason"] = w.reason
			b.Exec(explainBulk, args, nil)
		}
		w.planLook(b, &seen)
	})
	if err != nil {
		return failure(opBulk, err)
	}
	return w.see(&seen)
}

// args are the arguments that name the run and its lease.
func (w *bulkWork) args() query.Args {
	return query.Args{"bulk": w.run.ID, "holder": w.holder, "now": w.client.now(), "until": w.until(), "page": int64(0)}
}

// A bulkLook is the row of a run with its next page.
type bulkLook struct {
	rows []Bulk
	page *bulkPage
}

func (w *bulkWork) planLook(b *db.Batch, seen *bulkLook) {
	args := w.args()
	if w.next != nil {
		args["page"] = w.next.number
	}
	db.Collect(b, &seen.rows, selectBulk, args, scanBulk)
	db.One(b, &seen.page, selectBulkPage, args, func(row db.Row) (*bulkPage, error) {
		var size int64
		return scanBulkPage(row, &size)
	})
}

// see takes over the row of the run. It returns Conflict if another process has the lease now.
func (w *bulkWork) see(seen *bulkLook) error {
	if len(seen.rows) == 0 {
		return &Error{Code: Conflict, Op: opBulk, Message: fmt.Sprintf("the bulk run %q was deleted", w.run.ID)}
	}
	*w.run, w.next = seen.rows[0], seen.page
	if w.run.Holder != w.holder {
		return w.heldElsewhere()
	}
	return nil
}

// finish ends a run whose workflows all have an outcome. If somebody has paused or stopped it since
// the last look, it takes over the row of the run, and the run is not done.
func (w *bulkWork) finish() error {
	if !w.stored {
		w.run.State = BulkDone
		return nil
	}
	var seen bulkLook
	err := w.client.recordBulk(w.client.ctx, func(b *db.Batch) {
		b.Exec(finishBulk, w.args(), nil)
		w.planLook(b, &seen)
	})
	if err != nil {
		return failure(opBulk, err)
	}
	if len(seen.rows) > 0 && seen.rows[0].State == BulkDone {
		*w.run = seen.rows[0]
		return nil
	}
	if err := w.see(&seen); err != nil {
		return err
	}
	if w.run.State == BulkRunning && w.next == nil && w.run.Done != w.run.Total {
		return &Error{Code: Conflict, Op: opBulk, Message: fmt.Sprintf("the bulk run %q has %d outcomes of %d workflows, and no batch is left",
			w.run.ID, w.run.Done, w.run.Total), Hint: "its rows were changed by hand"}
	}
	return nil
}

// release gives up the lease, also if the call has ended. Without an answer it ends by itself. If
// another process has the lease, it does nothing.
func (w *bulkWork) release(reason error) {
	if w.run.Holder != w.holder {
		return
	}
	args := w.args()
	args["reason"] = (*string)(nil)
	if reason != nil {
		text := reason.Error()
		args["reason"], w.run.Reason = &text, text
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.client.ctx), tidyTime)
	defer cancel()
	if err := w.client.recordBulk(ctx, func(b *db.Batch) { b.Exec(releaseBulk, args, nil) }); err != nil {
		w.client.config.Logger.Debug("the lease of a bulk run ends by itself", "after", bulkLeaseTime, "error", err)
	}
	w.run.Holder, w.run.HeldUntil = "", time.Time{}
}

// record adds the statements that record the outcomes of a batch.
func (w *bulkWork) record(b *db.Batch, page *bulkPage, results []ChangeResult) error {
	text, err := json.Marshal(newBulkOutcome(results))
	if err != nil {
		return err
	}
	if err := w.divide(b, page); err != nil {
		return err
	}
	args := w.args()
	args["page"], args["outcome"], args["size"] = page.number, string(text), int64(len(results))
	args["changed"], args["unchanged"] = countOutcomes(results, OutcomeChanged), countOutcomes(results, OutcomeUnchanged)
	args["unknown"], args["drifted"] = countOutcomes(results, OutcomeUnknown), countOutcomes(results, OutcomeDrifted)
	b.Exec(recordBulkPage, args, nil)
	b.Exec(advanceBulk, args, nil)
	return nil
}

// divide adds the statements that store a page without its rest, and its rest as pages.
func (w *bulkWork) divide(b *db.Batch, page *bulkPage) error {
	if len(page.rest) == 0 {
		return nil
	}
	shortened := w.args()
	if err := page.lists(shortened); err != nil {
		return err
	}
	b.Exec(shortenBulkPage, shortened, nil)
	for _, part := range page.rest {
		args := w.args()
		if err := part.lists(args); err != nil {
			return err
		}
		b.Exec(insertBulkPage, args, nil)
	}
	return nil
}
