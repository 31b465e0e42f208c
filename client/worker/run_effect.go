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
// the same transaction. So a step with a change takes as many round trips as a change and a step
// that is recorded after it: the change is sent, then its record with the commit.
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
	batches := r.recordedBatches(name)
	for try := 1; !s.recorded; try++ {
		value, err, again := r.tryEffect(s, batches, fn)
		switch {
		case !again:
			return value, err
		case try == effectTries:
			return nil, r.interrupted(err)
		}
		if err := r.readStored(s); err != nil {
			return nil, err
		}
	}
	return s.replay()
}

// tryEffect runs fn once. It returns true if nothing is recorded, as far as it knows, and fn must
// run again.
func (r *Run) tryEffect(s *step, batches db.Batches, fn func(ctx context.Context) (any, error)) (value any, failed error, again bool) {
	t := &db.Transaction{First: func(b *db.Batch) { r.claimStep(b, s) }}
	defer t.Rollback(r.ctx)
	value, failed = fn(db.WithBatches(db.InTransaction(r.ctx, t), batches))
	if err := r.ended(); err != nil {
		return nil, err, false
	}
	switch refused := t.Refused(); {
	case errors.Is(refused, errRecorded):
		return nil, refused, true
	case errors.Is(refused, errFenced):
		owned, err := r.owns()
		if err != nil {
			return nil, r.interrupted(err), false
		}
		if !owned {
			return nil, r.end(r.fenced(s)), false
		}
		failed = errElsewhere
	case t.Broken() != nil:
		return nil, t.Broken(), passing(t.Broken())
	case failed != nil && passing(failed):
		return nil, r.interrupted(failed), false
	}
	if failed == nil {
		failed = r.encode(s, value)
	}
	if failed != nil {
		t.Rollback(r.ctx)
		return nil, r.fail(s, failed), false
	}
	return r.commit(s, t, value)
}

// claimStep adds the guards of a step to the batch that begins its transaction.
func (r *Run) claimStep(b *db.Batch, s *step) {
	args := query.Args{"id": r.id, "token": r.token, "step": int64(s.number)}
	b.Guard(selectNotOwned, args, errFenced)
	b.Guard(selectRecorded, args, errRecorded)
}

// owns returns true if the run owns its workflow.
func (r *Run) owns() (owned bool, err error) {
	err = r.worker.db.Read(r.ctx, func(b *db.Batch) {
		db.Exists(b, &owned, selectOwned, query.Args{"id": r.id, "token": r.token})
	})
	return owned, err
}

// commit records the result of an effect in the transaction, if fn has changed anything.
func (r *Run) commit(s *step, t *db.Transaction, value any) (result any, failed error, again bool) {
	s.ended = r.worker.now()
	if !t.Begun() {
		if err := r.record(s, nil); err != nil {
			return nil, err, false
		}
		result, failed = r.exact(s, value, nil)
		return result, failed, false
	}
	var recorded int64
	err := t.Commit(r.ctx, func(b *db.Batch) { b.Exec(recordStep, r.recordArgs(s), &recorded) })
	switch {
	case err != nil && (passing(err) || db.Unsure(err)):
		return nil, err, true
	case err != nil:
		return nil, fmt.Errorf("step %d of workflow %q cannot be recorded: %w", s.number, r.id, err), false
	case recorded == 0: // fn has deleted the workflow of its own run
		return nil, r.end(r.gone()), false
	}
	result, failed = r.exact(s, value, nil)
	return result, failed, false
}
