package client

import (
	"context"
	"encoding/json"
	"errors"
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
	stored    bool        // the run is recorded
	pages     []*bulkPage // those that are left, if it is not
	next      *bulkPage   // the next batch, nil if it is not known yet or there is none

	began  time.Time
	before int64     // how many workflows had an outcome then
	due    time.Time // the time of the next batch, by the rate
}

// newBulkWork checks an input, and prepares a run without beginning it.
func newBulkWork(c Client, input BulkInput) (*bulkWork, error) {
	live, err := liveClient(c, opBulk)
	if err != nil {
		return nil, err
	}
	if err := live.writable(opBulk); err != nil {
		return nil, err
	}
	options, err := bulkOptions(input.Options)
	if err != nil {
		return nil, err
	}
	verb, err := bulkVerbOf(input.Verb, options)
	if err != nil {
		return nil, err
	}
	selection, err := newBulkSelection(input, verb)
	if err != nil {
		return nil, err
	}
	selected, err := selection.text()
	if err != nil {
		return nil, err
	}
	w := &bulkWork{client: live, verb: verb, selection: selection, each: input.Each, stored: live.shape.HasBulks()}
	if w.preview, _ = c.(*dryRun); w.preview != nil {
		w.stored = false
	}
	if input.ID != "" && !w.stored && w.preview == nil {
		_, err := bulkClient(c, opBulk)
		return nil, err
	}
	w.run = &Bulk{ID: input.ID, Verb: verb.name, Options: verb.options, Selection: selected, State: BulkRunning, RPS: int64(input.RPS),
		CreatedBy: input.CreatedBy, CreatedAt: time.UnixMilli(live.now()).UTC(), UpdatedAt: time.UnixMilli(live.now()).UTC()}
	return w, nil
}

// start selects the workflows, and changes them.
func (w *bulkWork) start() (*Bulk, error) {
	if w.preview != nil {
		return w.plan()
	}
	if !w.stored {
		pages, err := w.selection.read(w.client)
		if err != nil {
			return nil, err
		}
		w.pages = pages
		for _, page := range pages {
			w.run.Total += int64(len(page.ids))
		}
		return w.work()
	}
	mayExist, err := w.name()
	if err != nil {
		return nil, err
	}
	if mayExist {
		if existing, err := w.existing(); existing != nil || err != nil {
			return existing, err
		}
	}
	w.holder = newBulkHolder()
	w.run.Holder, w.run.HeldUntil = w.holder, time.UnixMilli(w.until()).UTC()
	err = w.selection.store(w.client, w.run)
	if errors.Is(err, db.ErrUnique) { // another process has begun a run of this id
		return w.existing()
	}
	if err != nil {
		return nil, err
	}
	if w.run.Total == 0 {
		w.run.ID, w.run.Holder, w.run.HeldUntil, w.stored = "", "", time.Time{}, false
	}
	return w.work()
}

// name makes an id for a run without one, and returns false if no run has it. If the call is a step
// of a durable run, the id is recorded before, so that a repetition of the call goes on with the
// same run.
func (w *bulkWork) name() (mayExist bool, err error) {
	batches := db.BatchesOf(w.client.ctx)
	switch {
	case w.run.ID != "":
		return true, nil
	case batches == nil:
		w.run.ID = newBulkID()
		return false, nil
	case len(batches.Recorded()) > 0:
		w.run.ID = batches.Recorded()[0]
		return true, nil
	}
	w.run.ID, err = batches.Batch(func(context.Context) (string, error) { return newBulkID(), nil })
	return false, failure(opBulk, err)
}

// existing goes on with the run of the input's id, and returns nil if there is none.
func (w *bulkWork) existing() (*Bulk, error) {
	run, err := w.client.bulkOrNil(w.run.ID)
	if run == nil || err != nil {
		return nil, err
	}
	if verb, err := bulkVerbOf(run.Verb, run.Options); err != nil || verb.name != w.verb.name || verb.options != w.verb.options {
		return nil, &Error{Code: ConflictingID, Op: opBulk, Message: fmt.Sprintf("the bulk run %q exists, and does something else: %s %s", run.ID, run.Verb, run.Options),
			Hint: "take another id"}
	}
	w.run = run
	return w.goOn()
}

// goOn takes the lease of an existing run, and works on it.
func (w *bulkWork) goOn() (*Bulk, error) {
	if w.run.State == BulkDone {
		return w.run, nil
	}
	w.holder = newBulkHolder()
	for waited := false; ; waited = true {
		var taken int64
		args := query.Args{"bulk": w.run.ID, "holder": w.holder, "now": w.client.now(), "until": w.until()}
		var found []Bulk
		err := w.client.recordBulk(w.client.ctx, func(b *db.Batch) {
			b.Exec(takeBulk, args, &taken)
			db.Collect(b, &found, selectBulk, args, scanBulk)
		})
		switch {
		case err != nil:
			return nil, failure(opBulk, err)
		case len(found) == 0:
			return w.client.bulk(w.run.ID)
		}
		w.run = &found[0]
		if w.run.State == BulkDone {
			return w.run, nil
		}
		if taken > 0 {
			return w.work()
		}
		if waited {
			return nil, w.heldElsewhere()
		}
		left := w.run.HeldUntil.Sub(w.client.config.Clock())
		if err := w.client.poller().Pause(w.client.ctx, left+time.Millisecond); err != nil {
			return nil, failure(opBulk, err)
		}
	}
}

// heldElsewhere returns Conflict, with the process that has the lease.
func (w *bulkWork) heldElsewhere() error {
	if w.run.Holder == "" {
		return &Error{Code: Conflict, Op: opBulk, Message: fmt.Sprintf("this process has lost its lease of the bulk run %q", w.run.ID),
			Hint: "another process has gone on with it"}
	}
	return &Error{Code: Conflict, Op: opBulk, Message: fmt.Sprintf("another process works on the bulk run %q: %s", w.run.ID, w.run.Holder),
		Hint: "pause or stop it from here; if it was killed, its lease ends by itself"}
}

// until returns the end of a lease that is taken or renewed now.
func (w *bulkWork) until() int64 { return w.client.now() + bulkLeaseTime.Milliseconds() }

// work changes the workflows, until the run is done or stopped.
func (w *bulkWork) work() (*Bulk, error) {
	w.began, w.before = w.client.config.Clock(), w.run.Done
	err := w.batches()
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
			if err := w.wait(time.Second, true); err != nil {
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
			if err := w.wait(min(left, time.Second), false); err != nil {
				return err
			}
			continue
		}
		size := len(w.next.ids)
		w.pace(size)
		done, err := w.batch(w.next)
		if err == nil && done {
			err = w.report(false)
		}
		if err != nil {
			return err
		}
	}
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

// wait pauses, renews the lease, and reads the row of the run, which others may have changed.
func (w *bulkWork) wait(pause time.Duration, report bool) error {
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
	if report && w.run.State == BulkPaused {
		return w.report(true)
	}
	return nil
}

// look renews the lease, and reads the row of the run and its next page.
func (w *bulkWork) look() error {
	if !w.stored {
		w.next = nil
		if len(w.pages) > 0 {
			w.next = w.pages[0]
		}
		return nil
	}
	var seen bulkLook
	err := w.client.recordBulk(w.client.ctx, func(b *db.Batch) {
		b.Exec(renewBulk, w.args(), nil)
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
	args := w.args()
	args["page"], args["outcome"], args["size"] = page.number, string(text), int64(len(results))
	args["changed"], args["unchanged"] = countOutcomes(results, OutcomeChanged), countOutcomes(results, OutcomeUnchanged)
	args["unknown"], args["drifted"] = countOutcomes(results, OutcomeUnknown), countOutcomes(results, OutcomeDrifted)
	b.Exec(recordBulkPage, args, nil)
	b.Exec(advanceBulk, args, nil)
	return nil
}
