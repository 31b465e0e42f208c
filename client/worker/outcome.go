package worker

import (
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	// startAttempt counts an attempt, as the Go SDK does when a run begins. With owners of runs,
	// the claim has counted it.
	startAttempt = `
UPDATE {workflow_status} SET {unless workflow_status.creator_xid|recovery_attempts = recovery_attempts + 1, updated_at = :now, }executor_id = :executor
WHERE workflow_uuid = :id AND status = 'PENDING'{if workflow_status.creator_xid| AND owner_xid = :token}`

	// buryWorkflow sets updated_at and completed_at only with owners of runs, as the Go SDK does.
	buryWorkflow = `
UPDATE {workflow_status} SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', deduplication_id = NULL,
	started_at_epoch_ms = NULL, queue_name = NULL{if workflow_status.creator_xid|, owner_xid = NULL, updated_at = :now, completed_at = :now}
WHERE workflow_uuid = :id AND status = 'PENDING' AND recovery_attempts > :most`

	cancelLate = `
UPDATE {workflow_status} SET status = 'CANCELLED', updated_at = :now, completed_at = :now, started_at_epoch_ms = NULL,
	queue_name = NULL, deduplication_id = NULL{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE workflow_uuid = :id AND status = 'PENDING'{if workflow_status.creator_xid| AND owner_xid = :token}`

	// mine guards an outcome, because the workflow may have been cancelled or resumed meanwhile.
	mine = `workflow_uuid = :id AND status = 'PENDING'{if workflow_status.creator_xid| AND owner_xid = :token}`

	recordPayload = `
INSERT INTO {workflow_output} (workflow_uuid, output, error)
SELECT ws.workflow_uuid, CAST(:output AS TEXT), CAST(:error AS TEXT) FROM {workflow_status} AS ws WHERE ` + mine + `
ON CONFLICT (workflow_uuid) DO UPDATE SET output = excluded.output, error = excluded.error`

	recordOutcome = `
UPDATE {workflow_status} SET status = :status, output = :output, error = :error, updated_at = :now, completed_at = :now,
	deduplication_id = NULL{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE ` + mine
)

// start counts the attempt and returns true if the run may begin. It returns false if the
// workflow was cancelled after the claim, or recovered too often.
func (e *execution) start() (running bool, err error) {
	var counted, buried int64
	args := query.Args{"id": e.id, "now": e.worker.now(), "executor": e.worker.config.ExecutorID, "most": int64(e.function.maxRetries) + 1, "token": e.token}
	err = e.worker.db.Run(e.ctx, func(b *db.Batch) {
		b.Exec(startAttempt, args, &counted)
		b.Exec(buryWorkflow, args, &buried)
	})
	e.started = true
	return counted > 0 && buried == 0, err
}

// cancel cancels a run past its deadline. Its children have inherited the deadline.
func (e *execution) cancel() error {
	e.over = errCancelled(e.id)
	return e.worker.db.Run(e.ctx, func(b *db.Batch) {
		b.Exec(cancelLate, query.Args{"id": e.id, "now": e.worker.now(), "token": e.token}, nil)
	})
}

// finish records the result of the function, if the workflow still belongs to this run.
func (e *execution) finish() error {
	if e.over != nil {
		return nil
	}
	args, err := e.outcome()
	if err != nil {
		return err
	}
	if group := e.worker.outcomes; group != nil {
		m := &member{id: e.id, token: e.token, args: args}
		return group.write(e.ctx, e.worker, m, func() error { return e.recordOutcome(args) })
	}
	return e.recordOutcome(args)
}

func (e *execution) recordOutcome(args query.Args) error {
	var recorded int64
	err := e.worker.db.Run(e.ctx, func(b *db.Batch) {
		b.Keyed()
		if e.worker.tables.Shape().HasTable("workflow_output") {
			b.Exec(recordPayload, args, nil)
		}
		b.Exec(recordOutcome, args, &recorded)
	})
	if err == nil && recorded == 0 {
		e.worker.config.Logger.Info("the outcome is discarded: the workflow was cancelled, resumed or deleted", "workflow", e.id)
	}
	return err
}

// outcome are the columns of the end. A success has an empty error, a failure an encoded nil for
// its output, as the Go SDK writes them; a result that cannot be encoded is a failure.
func (e *execution) outcome() (query.Args, error) {
	args := query.Args{"id": e.id, "now": e.worker.now(), "token": e.token, "status": "SUCCESS", "error": ""}
	output, err := codec.Encode(e.codec(), e.output)
	if e.failed == nil {
		e.failed = err
	}
	if e.failed != nil {
		if output, err = codec.Encode(e.codec(), nil); err != nil {
			return nil, err
		}
		args["status"] = "ERROR"
		args["error"], err = codec.EncodeError(e.codec(), StoredError(e.failed))
	}
	args["output"] = output
	return args, err
}
