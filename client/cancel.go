package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// cancelWorkflows forgets the queue, so resuming goes to the internal queue unless told otherwise.
const cancelWorkflows = `
UPDATE {workflow_status} SET status = 'CANCELLED', updated_at = :now, completed_at = :now,
	started_at_epoch_ms = NULL, queue_name = NULL, deduplication_id = NULL{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE {in workflow_uuid :ids} AND status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`

// cancellable are the states that cancelWorkflows takes.
var cancellable = []WorkflowStatusType{WorkflowStatusDelayed, WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusMaxRecoveryAttemptsExceeded}

const selectKnown = `SELECT workflow_uuid FROM {workflow_status} WHERE {in workflow_uuid :ids}`

// CancelWorkflow takes a workflow off its queue, or stops it at its next step. It fails with
// NonExistentWorkflow when there is none; one that has ended stays as it is.
func (c *systemClient) CancelWorkflow(workflowID string) error {
	const op = "cancel workflow"
	known, err := c.cancel(op, []string{workflowID})
	if err == nil && !known[workflowID] {
		return noSuchWorkflow(op, workflowID)
	}
	return err
}

// CancelWorkflows cancels all the workflows in one step. Ids that do not exist, and workflows
// that have ended, are passed over.
func (c *systemClient) CancelWorkflows(workflowIDs []string) error {
	if len(workflowIDs) == 0 {
		return nil
	}
	s := cancellation("cancel workflows", workflowIDs)
	return c.change(s, func(p *permit) error {
		return p.write(func(b *db.Batch) {
			b.Exec(cancelWorkflows, query.Args{"ids": workflowIDs, "now": c.now()}, &s.Changed)
		})
	})
}

func cancellation(op string, ids []string) *step {
	return &step{Change: Change{Op: op, IDs: ids}, takes: cancellable, becomes: WorkflowStatusCancelled, frees: true}
}

func (c *systemClient) cancel(op string, ids []string) (known map[string]bool, err error) {
	args := query.Args{"ids": ids, "now": c.now()}
	known = map[string]bool{}
	s := cancellation(op, ids)
	s.settle = func() error { s.know(known); return nil }
	err = c.change(s, func(p *permit) error {
		return p.write(func(b *db.Batch) {
			clear(known)
			b.Query(selectKnown, args, scanSet(known))
			b.Exec(cancelWorkflows, args, &s.Changed)
		})
	})
	return known, err
}

// scanPair collects two columns, by the first.
func scanPair(pairs map[string]string) func(db.Row) error {
	return func(row db.Row) error {
		var key, value string
		err := row.Scan(&key, &value)
		pairs[key] = value
		return err
	}
}

// scanSet collects a column of ids.
func scanSet(set map[string]bool) func(db.Row) error {
	return func(row db.Row) error {
		var id string
		err := row.Scan(&id)
		set[id] = true
		return err
	}
}
