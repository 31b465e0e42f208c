package client

import (
	"context"
	"errors"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// bulkTries is how often a batch is tried while others change its workflows or are in its way.
const bulkTries = 10

// aheadKey is the key of contexts of the batches of a bulk run. Its value is the number of
// workflows of the batches after it.
type aheadKey struct{}

// ahead returns the number of workflows that further batches of the call change.
func ahead(ctx context.Context) int64 {
	n, _ := ctx.Value(aheadKey{}).(int64)
	return n
}

// batch changes the workflows of a page, in one transaction with the record of their outcomes. If
// somebody has paused or stopped the run, it does nothing but take over the row of the run, and
// returns false.
func (w *bulkWork) batch(page *bulkPage) (done bool, err error) {
	for range bulkTries {
		err = w.tryBatch(page)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, errBulkNotHeld):
			return false, errors.Join(w.touchedBy(page), w.look()) // an answer may have been lost
		case errors.Is(err, errBulkDone): // an answer was lost
			return true, errors.Join(w.touchedBy(page), w.look())
		case errors.Is(err, errBulkDrifted):
			if err := page.findDrift(w.client); err != nil {
				return false, err
			}
		case w.client.ctx.Err() != nil:
			return false, failure(opBulk, db.Ended(w.client.ctx))
		case !w.mayTryAgain(err):
			return false, failure(opBulk, err)
		}
		page.contended = true
	}
	return false, failure(opBulk, err)
}

// mayTryAgain returns true if the database may accept later what it has refused now. If an answer
// was lost, the record of the batch says if it has taken effect; without a record, nothing does.
func (w *bulkWork) mayTryAgain(err error) bool {
	if db.Unsure(err) {
		return w.stored
	}
	return errors.Is(err, db.ErrConnection) || errors.Is(err, db.ErrConflict)
}

// tryBatch makes one try of a batch.
func (w *bulkWork) tryBatch(page *bulkPage) (err error) {
	t := &db.Transaction{First: func(b *db.Batch) { w.claim(b, page) }}
	defer func() {
		t.Rollback(w.client.ctx)
		t.Settle(err)
	}()
	ids, _ := page.kept()
	changed := []ChangeResult{}
	if len(ids) > 0 {
		ctx := context.WithValue(db.InTransaction(w.client.ctx, t), aheadKey{}, max(w.run.Total-w.run.Done-int64(len(page.ids)), 0))
		report, failed := w.verb.do(newLive(w.client.session, ctx, w.client.sdk), ids)
		if failed != nil {
			return w.cause(t, failed)
		}
		changed = report.Results
	}
	results := page.results(changed)
	var seen bulkLook
	if err := w.commit(t, page, results, &seen); err != nil {
		if w.isRecorded(page) { // its answer was lost
			w.touch(page.number, results)
			return w.look()
		}
		return err
	}
	w.touch(page.number, results)
	if w.stored {
		return w.see(&seen)
	}
	w.add(results)
	if w.pages = w.pages[1:]; len(page.rest) > 0 {
		w.pages = slices.Concat(page.rest, w.pages)
	}
	return w.look()
}

// isRecorded returns true if a batch is known to be done.
func (w *bulkWork) isRecorded(page *bulkPage) (done bool) {
	if !w.stored {
		return false
	}
	args := w.args()
	args["page"] = page.number
	err := w.client.read(opBulk, func(b *db.Batch) { db.Exists(b, &done, selectBulkPageDone, args) })
	return done && err == nil
}

// cause returns why the changes of a batch have failed: the guard of the batch, or the trouble of
// the database, or else the error of the verb.
func (w *bulkWork) cause(t *db.Transaction, failed error) error {
	for _, err := range []error{t.Refused(), t.Broken()} {
		if errors.Is(err, errBulkNotHeld) || errors.Is(err, errBulkDone) || errors.Is(err, errBulkDrifted) || err != nil && w.mayTryAgain(err) {
			return err
		}
	}
	return failed
}

// claim adds the guards of a batch: this process works on the run, the batch is not done, and no
// workflow has changed since the selection.
func (w *bulkWork) claim(b *db.Batch, page *bulkPage) {
	if w.stored {
		args := w.args()
		args["page"] = page.number
		b.Guard(selectBulkNotHeld, args, errBulkNotHeld)
		b.Guard(selectBulkPageDone, args, errBulkDone)
	}
	ids, args := page.kept()
	switch {
	case len(ids) == 0:
	case page.contended || b.Attempt().Again(): // workers take them as fast as tries can fail
		b.Guard(lockAnyDrifted, args, errBulkDrifted)
	default:
		b.Stable()
		b.Guard(selectAnyDrifted, args, errBulkDrifted)
	}
}

// commit makes the changes take effect together with the record of their outcomes, and looks at the
// run in the same round trip.
func (w *bulkWork) commit(t *db.Transaction, page *bulkPage, results []ChangeResult, seen *bulkLook) error {
	var failed error
	end := func(b *db.Batch) {
		if w.stored {
			failed = w.record(b, page, results)
			w.planLook(b, seen)
		}
	}
	var err error
	switch {
	case t.Begun():
		err = t.Commit(w.client.ctx, end)
	case w.stored: // the verb had nothing to change
		err = w.client.recordBulk(w.client.ctx, func(b *db.Batch) {
			w.claim(b, page)
			end(b)
		})
	}
	return errors.Join(failed, err)
}
