package client

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// CancelWorkflowsOptions are the options of CancelAll.
type CancelWorkflowsOptions struct {
	CancelChildren bool `json:"cancel_children" doc:"Whether the workflows that it started are cancelled too, and theirs."`
}

// A CancelWorkflowsOption sets one of the CancelWorkflowsOptions.
type CancelWorkflowsOption func(*CancelWorkflowsOptions)

// WithCancelWorkflowsOptions sets all options at once.
func WithCancelWorkflowsOptions(options CancelWorkflowsOptions) CancelWorkflowsOption {
	return func(o *CancelWorkflowsOptions) { *o = options }
}

// WithCancelChildren also cancels the children of each workflow, their children, and so on.
func WithCancelChildren() CancelWorkflowsOption {
	return func(o *CancelWorkflowsOptions) { o.CancelChildren = true }
}

const (
	// cancellation clears the queue, so a resumed workflow goes on the internal queue by default.
	cancellation = `
UPDATE {workflow_status} SET status = 'CANCELLED', updated_at = :now, completed_at = :now,
	started_at_epoch_ms = NULL, queue_name = NULL, deduplication_id = NULL{if workflow_status.creator_xid|, owner_xid = NULL}`
	ofCancellable = `status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`

	cancelOne       = cancellation + byIDs + ofCancellable
	cancelWorkflows = cancelOne + returningIDs
	cancelKept      = cancellation + fromFormer + ofCancellable + endFormer + returningStandings + formerReturned
	cancelKeptOne   = fromSingle + cancelOne + returningSingle
	cancelTypical   = fromTypical + ofCancellable + thenTypical + ofCancellable + andTypical + ofCancellable + endTypical
	cancelKeptMany  = fromSample + ofCancellable + thenAlike + cancellation + thenOthers + cancellation + fromOthers + ofCancellable + returningAlike
)

// cancellable holds the states in which cancelWorkflows changes a workflow.
var cancellable = []WorkflowStatusType{WorkflowStatusDelayed, WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusMaxRecoveryAttemptsExceeded}

// selectFurtherActive finds descendants that are not to be cancelled, because they started
// after the count.
const selectFurtherActive = selectFurther + `
AND ws.status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`

// selectFurtherActiveAgain is selectFurtherActive after a lost answer. If that attempt took effect,
// none of the workflows is active, and one that started afterwards is not in the way.
const selectFurtherActiveAgain = selectFurtherActive + `
AND EXISTS (SELECT 1 FROM {workflow_status} AS kept WHERE {in kept.workflow_uuid :ids}
	AND kept.status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'))`

const selectKnown = `SELECT workflow_uuid FROM {workflow_status} WHERE {in workflow_uuid :ids}`

func (c *systemClient) CancelWorkflow(workflowID string) error {
	s := c.cancellation("cancel workflow", []string{workflowID})
	s.looks = c.db.Dialect() == query.Postgres // a round trip less if it has ended; a file has no round trips
	_, err := c.steer(s)
	return err
}

func (c *systemClient) CancelWorkflows(workflowIDs []string) error {
	_, err := c.cancelAll(workflowIDs, CancelWorkflowsOptions{}, c.config.Gate == nil)
	return err
}

func (c *systemClient) CancelAll(workflowIDs []string, opts ...CancelWorkflowsOption) (*Report, error) {
	return c.cancelAll(workflowIDs, apply(opts), false)
}

func (c *systemClient) cancelAll(workflowIDs []string, o CancelWorkflowsOptions, unread bool) (*Report, error) {
	const op = "cancel workflows"
	if len(workflowIDs) == 0 {
		return &Report{Op: op}, nil
	}
	if err := c.writable(op); err != nil {
		return nil, err
	}
	named := workflowIDs
	if o.CancelChildren {
		var err error
		if named, err = c.lineage(op, workflowIDs); err != nil {
			return nil, err
		}
	}
	s := c.cancellation(op, named)
	s.Plural, s.unread = true, unread
	if o.CancelChildren {
		s.args["named"], s.done = workflowIDs, "cancelled"
		s.further, s.furtherAgain = selectFurtherActive, selectFurtherActiveAgain
	}
	return c.steer(s)
}

func (c *systemClient) cancellation(op string, ids []string) *steering {
	now := c.now()
	return &steering{
		write: &write{Change: Change{Op: op, IDs: ids, bulk: asBulk{verb: "cancel"}}}, becomes: WorkflowStatusCancelled, foreseen: true,
		text: cancelWorkflows, keeping: cancelKept, keepingMany: cancelKeptMany, typical: cancelTypical, one: cancelOne, keepingOne: cancelKeptOne, args: query.Args{"ids": ids, "now": now}, why: hasEnded,
		ours: func(status WorkflowStatusType, updated int64) bool {
			return status == WorkflowStatusCancelled && updated == now
		},
	}
}

// hasEnded returns the reason why a workflow in this state cannot be cancelled.
func hasEnded(status WorkflowStatusType) string {
	if status == WorkflowStatusCancelled {
		return "it is CANCELLED already"
	}
	return fmt.Sprintf("it has ended in %s", status)
}
