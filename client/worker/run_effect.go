package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	// selectNotOwned finds a row unless this run owns the workflow, whose row it locks: nobody
	// takes it away before the transaction ends.
	selectNotOwned = `
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM (
	SELECT {if workflow_status.creator_xid|owner_xid}{unless workflow_status.creator_xid|CAST(:token AS TEXT)} AS owner
	FROM {workflow_status} WHERE workflow_uuid = :id LIMIT 1 {hold}) AS held WHERE held.owner = CAST(:token AS TEXT))`

	selectRecorded = `SELECT 1 FROM {operation_outputs} WHERE workflow_uuid = :id AND function_id = :step`

	// selectOwned finds the workflow if this run owns it.
	selectOwned = `SELECT 1 FROM {workflow_status} WHERE workflow_uuid = :id{if workflow_status.creator_xid| AND owner_xid = :token}`
)

var (
	errRecorded = errors.New("the step is recorded already")

	errElsewhere = errors.New("the change is one of another database than that of the run, so the two have no common transaction")
)

// effectTries is how often an effect is tried while other transactions are in its way. Then the
// run goes on from its last step.
const effectTries = 5

// Effect runs fn as a step, and what fn changes takes effect together with the record of the step:
// the changes took place if and only if the step is recorded, whenever the process dies. For this,
// fn makes its changes with a client of the database of the run, under the context that it gets:
//
//	report, err := run.Effect("dbos.cancel_workflows", func(ctx context.Context) (any, error) {
//		return c.WithContext(ctx).CancelAll(ids)
//	})
//
// The client's first change begins a transaction, in which the run must still own its workflow and
// the step must not be there; its further changes and reads, and the record of the result, are in
// the same transaction. A change of one batch whose result is known before it is sent, such as an
// enqueue, is sent together with its record, in one round trip. Any other takes as many round trips
// as a change and a step that is recorded after it: the change is sent, then its record with the
// commit.
//
// If fn returns an error, its changes are undone, and the error is recorded. If it changes nothing,
// the result is recorded as that of Step is. If the run has lost its workflow, nothing changes,
// Effect returns ErrConflictingID, and the function of the workflow must return. If the step was
// recorded meanwhile, nothing changes, and Effect returns the recorded result. It calls fn again if
// the transaction was in conflict with another one, or if the answer of the commit was lost and the
// step is not recorded; so fn does nothing else that must not happen twice.
//
// PruneWorkflows, ImportWorkflows and RenameApplication commit batch by batch. Each batch is a step
// of its own in an Executor, named "dbos.prune_workflows batch", with its changes in its
// transaction. They have the step numbers after the one of the call, whose result is recorded last.
// Gates are asked before a transaction begins.
func (r *Run) Effect(name string, fn func(ctx context.Context) (any, error)) (any, error) {
	s, err := r.begin(name)
	if err != nil {
		return nil, err
	}
	e := &effect{step: s, ctx: r.ctx, batches: r.recordedBatches(name), fail: func(failed error) error { return r.fail(s, failed) }}
	e.call = func(ctx context.Context) error {
		value, failed := fn(ctx)
		if failed != nil {
			return failed
		}
		return r.encode(s, value)
	}
	if err := r.carryOut(e); err != nil {
		return nil, err
	}
	return s.replay()
}

// An effect is a step whose function makes changes.
type effect struct {
	step    *step
	ctx     context.Context // of the function, without the transaction
	batches db.Batches
	call    func(context.Context) error // calls the function, and puts its result into the step
	fail    func(error) error           // ends the step with an error of call, whose changes are undone
	apart   bool                        // the change is sent before its record, not with it
}

// carryOut makes an effect, unless its step is recorded.
func (r *Run) carryOut(e *effect) error {
	e.apart = r.apart[e.step.name]
	for try := 1; !e.step.recorded; try++ {
		t := &db.Transaction{Whole: !e.apart, Workflow: r.id, First: func(b *db.Batch) { r.claimStep(b, e.step, try > 1) }}
		err, again := r.tryEffect(e, t)
		switch {
		case !again:
			t.Settle(err)
			return err
		case try == effectTries:
			t.Settle(err)
			return r.interrupted(err)
		}
		if db.Refused(err) && !errors.Is(err, errRecorded) {
			t.Settle(r.undone(e.step, err))
			continue
		}
		if failed := r.readStored(e.step); failed != nil {
			t.Settle(err)
			return failed
		}
		t.Settle(r.undone(e.step, err))
		if e.step.recorded {
			r.later = nil // an answer was lost, and they were recorded too
		}
	}
	return nil
}

// sendApart has the next try of an effect send the change before its record, and all later effects
// of the name too, because the call did not foresee its result.
func (r *Run) sendApart(e *effect) {
	e.apart = true
	if r.apart == nil {
		r.apart = map[string]bool{}
	}
	r.apart[e.step.name] = true
}

// undone returns nil if the step is recorded, and else the error after which it is not.
func (r *Run) undone(s *step, err error) error {
	if s.recorded {
		return nil
	}
	return fmt.Errorf("it was undone, and is tried again: %s", err)
}

// tryEffect calls the function once. It returns true if nothing is recorded, as far as it knows,
// and the function must be called again.
func (r *Run) tryEffect(e *effect, t *db.Transaction) (failed error, again bool) {
	defer t.Rollback(r.ctx)
	failed = e.call(db.WithBatches(db.InTransaction(e.ctx, t), e.batches))
	if err := r.ended(); err != nil {
		return err, false
	}
	switch refused := t.Refused(); {
	case errors.Is(refused, errRecorded):
		return refused, true
	case errors.Is(refused, errFenced):
		if failed = r.notOwned(e.step); !errors.Is(failed, errElsewhere) {
			return failed, false
		}
	case t.Unforeseen():
		r.sendApart(e)
		return t.Broken(), true
	case t.Broken() != nil:
		return t.Broken(), passing(t.Broken())
	case failed != nil && (passing(failed) || errors.Is(failed, ErrAgain)):
		return r.interrupted(failed), false
	}
	if failed != nil {
		t.Rollback(r.ctx)
		return e.fail(failed), false
	}
	return r.commit(e, t)
}

// notOwned returns the error of an effect whose guard has not found the run as the owner of the
// workflow: errElsewhere if it is the owner in its own database.
func (r *Run) notOwned(s *step) error {
	owned, err := r.owns()
	switch {
	case err != nil:
		return r.interrupted(err)
	case !owned:
		return r.end(r.fenced(s))
	}
	return errElsewhere
}

// claimStep adds the guards of a step to the batch that begins its transaction. The step of a run
// that knows its records can only be there if an earlier try has taken effect; anything else is
// found by the key of the record.
func (r *Run) claimStep(b *db.Batch, s *step, again bool) {
	args := query.Args{"id": r.id, "token": r.token, "step": int64(s.number)}
	b.Guard(selectNotOwned, args, errFenced)
	if again || b.Attempt().Again() || r.records == nil {
		b.Guard(selectRecorded, args, errRecorded)
	}
}

// owns returns true if the run owns its workflow.
func (r *Run) owns() (owned bool, err error) {
	err = r.worker.db.Read(r.ctx, func(b *db.Batch) {
		db.Exists(b, &owned, selectOwned, query.Args{"id": r.id, "token": r.token})
	})
	return owned, err
}

// commit records the result of an effect in the transaction, if its function has changed anything.
func (r *Run) commit(e *effect, t *db.Transaction) (failed error, again bool) {
	s := e.step
	if s.ended == 0 {
		s.ended = r.worker.now()
	}
	if child := t.Child(); child != "" && s.error.String == "" {
		s.child = db.Text{String: child, Valid: true}
	}
	if !t.Begun() {
		return r.record(s, nil), false
	}
	whole := t.Waits()
	var recorded int64
	err := t.Commit(r.ctx, func(b *db.Batch) {
		r.addLater(b)
		b.Exec(recordStep, r.recordArgs(s), &recorded)
	})
	switch {
	case err == nil && recorded == 0: // the function has deleted the workflow of its own run
		return r.end(r.gone()), false
	case err == nil:
		r.later = nil
		return nil, false
	case passing(err), db.Unsure(err), errors.Is(err, errRecorded), errors.Is(err, db.ErrUnique) && !whole:
		return err, true
	case errors.Is(err, errFenced):
		if failed = r.notOwned(s); !errors.Is(failed, errElsewhere) {
			return failed, false
		}
		return e.fail(failed), false
	case whole:
		r.sendApart(e)
		return err, true
	}
	return fmt.Errorf("step %d of workflow %q cannot be recorded: %w", s.number, r.id, err), false
}
