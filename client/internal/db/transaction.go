package db

import (
	"context"
	"errors"
	"sync"
)

// A Transaction makes the batches of one call, and the statements of its commit, take effect
// together or not at all. The call runs under a context of InTransaction. Its first Run begins the
// transaction on the database; from then on its reads of that database are in it too. Each batch is
// still undone as a whole if it fails, and the call may go on with another one. The zero value has
// no statements before the first batch. A Transaction is for one call at a time.
type Transaction struct {
	// First adds statements that come before those of the first batch, in the same round trip.
	First Plan
	// Whole lets a change of one batch wait for the commit; see Later.
	Whole bool
	// Workflow is the id of the workflow whose step the call is, or "".
	Workflow string

	mutex      sync.Mutex
	db         *DB            // of the first batch
	later      Plan           // the batch that waits for the commit, or nil
	answered   bool           // the answer to that batch has come
	unforeseen bool           // it has failed before the commit
	open       openConnection // nil while there is no transaction on the database
	refused    error          // of the batch that was to begin it, or nil
	child      string         // the workflow that the call has started, or ""
	broken     error          // why the batches cannot be committed any more, or nil
	settled    []func(error)  // are called when the outcome is known
}

// An openConnection is a connection inside a transaction.
type openConnection interface {
	run(ctx context.Context, list boundBatch) error    // a failure undoes this batch, and nothing else
	commit(ctx context.Context, list boundBatch) error // ends the transaction in any case
	rollback(ctx context.Context)
}

// errOtherDatabase is the error of a change of a second database in one transaction.
var errOtherDatabase = errors.New("this call has changed another database before, and one transaction cannot change both")

type transactionKey struct{}

// InTransaction returns a context whose batches are part of t.
func InTransaction(ctx context.Context, t *Transaction) context.Context {
	return context.WithValue(ctx, transactionKey{}, t)
}

// OutsideTransaction returns a context whose batches are transactions of their own.
func OutsideTransaction(ctx context.Context) context.Context {
	if transactionOf(ctx) == nil {
		return ctx
	}
	return InTransaction(ctx, nil)
}

// transactionOf returns the transaction of a context, or nil.
func transactionOf(ctx context.Context) *Transaction {
	t, _ := ctx.Value(transactionKey{}).(*Transaction)
	return t
}

// WorkflowOf returns the id of the workflow whose step a context's transaction is, or "". Workflows
// that are made in it are its children.
func WorkflowOf(ctx context.Context) string {
	if t := transactionOf(ctx); t != nil {
		return t.Workflow
	}
	return ""
}

// StartedChild notes the one workflow that a call has started in a context's transaction. Without a
// transaction it does nothing.
func StartedChild(ctx context.Context, id string) {
	if t := transactionOf(ctx); t != nil {
		t.mutex.Lock()
		defer t.mutex.Unlock()
		t.child = id
	}
}

// Child returns the id of StartedChild, or "".
func (t *Transaction) Child() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.child
}

// Joined returns true if the context has a transaction, of which its batches are a part.
func Joined(ctx context.Context) bool { return transactionOf(ctx) != nil }

// Changed returns true if the context has a transaction, and it has begun.
func Changed(ctx context.Context) bool {
	t := transactionOf(ctx)
	return t != nil && t.Begun()
}

// Restart undoes the batches of a context's transaction, so that no lock is held during a pause.
// The next batch begins it again. Without a transaction it does nothing.
func Restart(ctx context.Context) {
	if t := transactionOf(ctx); t != nil {
		t.Rollback(ctx)
	}
}

// AfterCommit has f called when the outcome of a context's transaction is known: with nil if it is
// committed, with the reason if it is undone, and with an error for which Unsure returns true if
// nobody knows. It returns false, and does nothing, if the context has no transaction.
func AfterCommit(ctx context.Context, f func(error)) bool {
	t := transactionOf(ctx)
	if t == nil {
		return false
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.settled = append(t.settled, f)
	return true
}

// Settle calls the functions of AfterCommit, each once.
func (t *Transaction) Settle(err error) {
	t.mutex.Lock()
	settled := t.settled
	t.settled = nil
	t.mutex.Unlock()
	for _, f := range settled {
		f(err)
	}
}

// Batches are the steps of a call that commits batch by batch.
type Batches interface {
	// Recorded returns the results of the batches that are recorded already, in order.
	Recorded() []string
	// Batch runs do under a context with a transaction of its own, in which it records the result.
	// It returns the result of do, or the recorded one.
	Batch(do func(context.Context) (string, error)) (string, error)
}

type batchesKey struct{}

// WithBatches returns a context whose calls make their batches with b.
func WithBatches(ctx context.Context, b Batches) context.Context {
	return context.WithValue(ctx, batchesKey{}, b)
}

// BatchesOf returns the batches of a context, or nil.
func BatchesOf(ctx context.Context) Batches {
	b, _ := ctx.Value(batchesKey{}).(Batches)
	return b
}

// Begun returns true if there is something to commit.
func (t *Transaction) Begun() bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.open != nil || t.later != nil
}

// Refused returns the error of the last batch that was to begin the transaction, nil if it began.
func (t *Transaction) Refused() error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.refused
}

// Broken returns the error after which nothing can be committed, or nil. All batches are undone
// then, and the call must be made again.
func (t *Transaction) Broken() error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.broken
}

// reads returns true if a read of the database belongs into the transaction. After a failure that
// has broken it every read does, and fails, because outside of it a read would not see the changes
// before it.
func (t *Transaction) reads(d *DB) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return (t.open != nil || t.later != nil || t.broken != nil) && t.db.backend == d.backend
}

// run carries out a batch in the transaction, which it begins if there is none.
func (t *Transaction) run(ctx context.Context, d *DB, plan Plan) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.sendLater(ctx)
	switch {
	case t.broken != nil:
		return t.broken
	case t.open == nil:
		t.refused = t.begin(ctx, d, plan)
		return t.refused
	case t.db.backend != d.backend:
		return errOtherDatabase
	}
	list, err := d.list(plan, Attempt{})
	if err == nil && len(list.statements) > 0 {
		err = classify(ctx, undone(t.open.run(ctx, list)))
	}
	if err != nil && (transient(err) || ctx.Err() != nil) {
		t.broken = err
		t.end(func() { t.open.rollback(ctx) })
	}
	return err
}

// begin tries again while the database is away or another transaction is in the way: without its
// commit, nothing that was sent can have taken effect.
func (t *Transaction) begin(ctx context.Context, d *DB, plan Plan) error {
	return d.retry.do(ctx, d.done, d.logger, func(attempt Attempt) error {
		err := t.tryToBegin(ctx, d, plan, attempt)
		d.repair(err)
		return err
	})
}

func (t *Transaction) tryToBegin(ctx context.Context, d *DB, plan Plan, attempt Attempt) (err error) {
	d.calls.RLock()
	defer func() {
		if t.open == nil {
			d.calls.RUnlock()
		}
	}()
	if d.closed.Load() {
		return &Failure{Meaning: ErrClosed, Err: ErrClosed}
	}
	list, err := d.list(func(b *Batch) {
		if t.First != nil {
			t.First(b)
		}
		plan(b)
	}, attempt)
	if err != nil || len(list.statements) == 0 {
		return err
	}
	open, err := d.backend.begin(ctx, list)
	if err != nil {
		return classify(ctx, undone(err))
	}
	t.db, t.open = d, open
	return nil
}

// end ends the transaction. The caller holds the mutex.
func (t *Transaction) end(how func()) {
	how()
	t.open = nil
	t.db.calls.RUnlock()
}

// Commit adds statements, and makes all batches take effect. Nothing has taken effect if it
// returns an error, unless Unsure returns true for it.
func (t *Transaction) Commit(ctx context.Context, plan Plan) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.later != nil {
		return t.commitLater(ctx, plan)
	}
	if t.open == nil {
		return errors.New("there is no transaction to commit")
	}
	list, err := t.db.list(plan, Attempt{})
	if err != nil {
		t.end(func() { t.open.rollback(ctx) })
		return err
	}
	t.end(func() { err = classify(ctx, t.open.commit(ctx, list)) })
	return err
}

// Rollback undoes all batches that were not committed. It may be called at any time.
func (t *Transaction) Rollback(ctx context.Context) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.later = nil
	if t.open != nil {
		t.end(func() { t.open.rollback(ctx) })
	}
}
