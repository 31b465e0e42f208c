package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

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
	if err := input.Limits.check(verb); err != nil {
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
	w := &bulkWork{client: live, verb: verb, selection: selection, each: input.Each, pauseWhen: input.PauseWhen, stored: live.shape.HasBulks()}
	if w.preview, _ = c.(*dryRun); w.preview != nil {
		w.stored = false
	}
	if input.ID != "" && !w.stored && w.preview == nil {
		_, err := bulkClient(c, opBulk)
		return nil, err
	}
	w.run = &Bulk{ID: input.ID, Verb: verb.name, Options: verb.options, Selection: selected, State: BulkRunning, RPS: int64(input.RPS), Limits: input.keptLimits().text(),
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
	kept, err := limitsOf(run)
	given, _ := limitsOf(w.run)
	if limits := (keptLimits{BulkLimits: kept.BulkLimits}).text(); err != nil || limits != (keptLimits{BulkLimits: given.BulkLimits}).text() {
		return nil, &Error{Code: ConflictingID, Op: opBulk, Message: fmt.Sprintf("the bulk run %q exists, and has other limits: %s", run.ID, cmp.Or(limits, "none")),
			Hint: "a run keeps its limits; take another id, or stop this one and begin another"}
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
