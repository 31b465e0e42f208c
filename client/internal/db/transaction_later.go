package db

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Later leaves a batch to the commit of a context's transaction, which sends it together with the
// statements of the commit: in one round trip, and on Postgres without BEGIN and COMMIT. It is for
// a call that knows its result before it sends anything. The batch has guards for every case in
// which the result would be another one; if it fails, the call is made again without Whole. done
// is called when the batch has taken effect, before the functions of AfterCommit, unless its answer
// was lost. Later returns false, and does nothing, if the batch has to be sent at once: the context
// has no transaction, or one that is not Whole or has begun.
//
// If the call sends another batch or a read, the batch is sent before it, with BEGIN.
func Later(ctx context.Context, d *DB, plan Plan, done func()) bool {
	t := transactionOf(ctx)
	if t == nil || d.Dialect() == query.SQLite {
		return false
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if !t.Whole || t.open != nil || t.later != nil || t.broken != nil {
		return false
	}
	t.db, t.later = d, plan
	t.settled = append(t.settled, func(err error) {
		if err == nil && t.answered {
			done()
		}
	})
	return true
}

// Waits returns true if a batch waits for the commit.
func (t *Transaction) Waits() bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.later != nil
}

// Unforeseen returns true if the batch that waited was sent before the commit and failed, so that
// the call must be made again without Whole. Broken returns the error then.
func (t *Transaction) Unforeseen() bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.unforeseen
}

// sendLater sends the batch that waits, because the call goes on with another one. If it fails, the
// transaction is broken, and the call must be made again. The caller holds the mutex.
func (t *Transaction) sendLater(ctx context.Context) {
	if later := t.later; later != nil {
		t.later = nil
		t.refused = t.begin(ctx, t.db, later)
		t.broken, t.answered = t.refused, t.refused == nil
		if t.unforeseen = t.broken != nil && !transient(t.broken) && ctx.Err() == nil; t.unforeseen {
			t.broken = &Failure{Meaning: ErrConflict, Err: fmt.Errorf("a change before it is sent again: %w", t.broken)}
		}
	}
}

// commitLater sends the batch that waits with the statements of the commit. As a batch of its own,
// it is tried again while the database is away. The caller holds the mutex.
func (t *Transaction) commitLater(ctx context.Context, plan Plan) error {
	later := t.later
	t.later = nil
	err := t.db.attempts(ctx, t.db.retry, func(b *Batch) {
		if t.First != nil {
			t.First(b)
		}
		later(b)
		plan(b)
	}, true)
	t.answered = err == nil
	return err
}
