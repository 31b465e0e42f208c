package client

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	// recoverWorkflows does what an executor of the SDKs does with its own workflows when it
	// starts, for executors that do not start again: attempts, deadline, timeout, priority and
	// partition key stay, and the next executor goes on after the last step. A workflow that was on
	// no queue goes on the internal queue without its deduplication id: that had no effect without
	// a queue, and could now be the same as another's.
	//
	// The parameters :executors and :latest are what readTaken found: the executors that had the
	// workflows, and the latest time at which they took one. If an executor has taken a workflow
	// since then, its row does not match both, and it keeps the workflow.
	recoverWorkflows = `
UPDATE {workflow_status} SET status = 'ENQUEUED', started_at_epoch_ms = NULL, updated_at = :now,
	queue_name = COALESCE(NULLIF(queue_name, ''), '` + InternalQueueName + `'),
	deduplication_id = CASE WHEN COALESCE(queue_name, '') = '' THEN NULL ELSE deduplication_id END,
	application_version = ` + pinned + `{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE {in workflow_uuid :ids} AND status = 'PENDING' AND COALESCE(started_at_epoch_ms, 0) <= :latest
	AND ({in executor_id :executors} OR executor_id IS NULL)` + returningIDs

	// selectTaken reads the workflows that executors have taken. An SDK checks owner_xid, the token
	// of the run that may write, before it writes a step or an outcome; but it does so only if the
	// tables have creator_xid, which they have since version 123.
	selectTaken = `
SELECT workflow_uuid, executor_id, started_at_epoch_ms, queue_name,
	{if workflow_status.creator_xid|owner_xid}{unless workflow_status.creator_xid|CAST(NULL AS TEXT)}
FROM {workflow_status} WHERE {in workflow_uuid :ids} AND status = 'PENDING'`
)

// opRecover is the operation as audit logs have it.
const opRecover = "recover"

// A Recovery is the report of RecoverAll.
type Recovery struct {
	*Report
	// Fenced is the number of recovered workflows whose old run can write nothing any more: no
	// step, and no outcome.
	Fenced int
	// MayRunTwice holds the recovered workflows whose old run, if it still runs, goes on to write;
	// in the order of the ids, nil if there are none.
	MayRunTwice []string
}

// A takenRow is a workflow that an executor has taken.
type takenRow struct {
	executor string // "" if the row names none
	started  int64  // Unix milliseconds; 0 if the row has no time
	queue    string // "" for none
	fenced   bool   // its run can write nothing once another one owns the row
}

func (c *systemClient) RecoverAll(workflowIDs []string) (*Recovery, error) {
	const op = opRecover
	if len(workflowIDs) == 0 {
		return &Recovery{Report: &Report{Op: op}}, nil
	}
	if err := c.writable(op); err != nil {
		return nil, err
	}
	taken, err := c.readTaken(op, workflowIDs)
	if err != nil {
		return nil, err
	}
	executors, latest := []string{}, int64(0)
	for _, row := range taken {
		executors, latest = append(executors, row.executor), max(latest, row.started)
	}
	now := c.now()
	args := query.Args{"ids": workflowIDs, "executors": unique(executors), "latest": latest, "now": now}
	if err := c.setShared(op, workflowIDs, args); err != nil {
		return nil, err
	}
	report, err := c.steer(&steering{
		write: &write{Change: Change{Op: op, IDs: workflowIDs, Plural: true}}, becomes: WorkflowStatusEnqueued, text: recoverWorkflows,
		args: args, why: notRecoverable,
		// After the first attempt put it on its queue, an executor may have taken it.
		ours: func(status WorkflowStatusType, updated int64) bool {
			return status == WorkflowStatusPending || status == WorkflowStatusEnqueued && updated == now
		},
	})
	if err != nil {
		return nil, err
	}
	return newRecovery(report, taken), nil
}

// readTaken returns the PENDING workflows of a list, by their ids.
func (c *systemClient) readTaken(op string, ids []string) (map[string]takenRow, error) {
	var rows map[string]takenRow
	err := c.read(op, func(b *db.Batch) {
		b.Keyed()
		db.Map(b, &rows, selectTaken, query.Args{"ids": ids}, func(row db.Row) (string, takenRow, error) {
			var id, executor, queue, token db.Text
			var started db.Int
			err := row.Scan(&id, &executor, &started, &queue, &token)
			return id.String, takenRow{executor.String, started.Int64, queue.String, token.String != ""}, err
		})
	})
	return rows, err
}

// newRecovery returns the report with the workflows that it changed divided by whether their old
// runs can still write.
func newRecovery(report *Report, taken map[string]takenRow) *Recovery {
	r := &Recovery{Report: report}
	for i := range report.Results {
		switch result := &report.Results[i]; {
		case result.Outcome != OutcomeChanged:
		case taken[result.ID].fenced:
			r.Fenced++
		default:
			r.MayRunTwice = append(r.MayRunTwice, result.ID)
		}
	}
	return r
}

// String returns the line of the report, and the number of workflows that may run twice if there
// are any.
func (r *Recovery) String() string {
	text := r.Report.String()
	if len(r.MayRunTwice) > 0 {
		text += fmt.Sprintf("; %d may run twice", len(r.MayRunTwice))
	}
	return text
}

// notRecoverable returns the reason why a workflow in this state was not recovered.
func notRecoverable(status WorkflowStatusType) string {
	if status == WorkflowStatusPending {
		return "an executor has taken it since it was looked at"
	}
	return fmt.Sprintf("it is %s, and only PENDING workflows have an executor", status)
}
