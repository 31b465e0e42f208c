package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// resumption keeps the timeout, so that the next dequeue computes a fresh deadline, and the
// steps, which are what the workflow goes on from.
const resumption = `
UPDATE {workflow_status} SET status = 'ENQUEUED', queue_name = :queue, recovery_attempts = 0, updated_at = :now,
	workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL
	{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE {in workflow_uuid :ids} AND status NOT IN ('SUCCESS', 'ERROR')`

const (
	resumeWorkflows = resumption + returningIDs

	// resumeAgain is for another try: what an earlier one resumed, whose answer was lost, may run
	// already, and would run twice.
	resumeAgain = resumption + `
	AND NOT (status = 'PENDING' AND COALESCE(started_at_epoch_ms, 0) >= :now)` + returningIDs

	returningIDs = "\nRETURNING workflow_uuid"
)

// resumable are the states that resumption takes.
var resumable = []WorkflowStatusType{WorkflowStatusDelayed, WorkflowStatusEnqueued, WorkflowStatusPending,
	WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}

// ResumeOptions say how to resume workflows.
type ResumeOptions struct {
	QueueName string `json:"queue_name" doc:"The queue to put it on; the internal queue, which starts it at once, when not given."`
}

// A ResumeWorkflowOption sets one of the ResumeOptions.
type ResumeWorkflowOption func(*ResumeOptions)

// WithResumeOptions sets all options at once.
func WithResumeOptions(options ResumeOptions) ResumeWorkflowOption {
	return func(o *ResumeOptions) { *o = options }
}

// WithResumeQueue puts the workflow on a queue instead of starting it at once.
func WithResumeQueue(queueName string) ResumeWorkflowOption {
	return func(o *ResumeOptions) { o.QueueName = queueName }
}

// ResumeWorkflow lets a workflow run on from its last completed step. It fails with
// NonExistentWorkflow when there is none; one in SUCCESS or ERROR stays as it is. One that is
// running right now may then run twice at once.
func (c *systemClient) ResumeWorkflow(workflowID string, opts ...ResumeWorkflowOption) (WorkflowHandle[any], error) {
	const op = "resume workflow"
	handles, err := c.resume(op, []string{workflowID}, apply(opts))
	switch {
	case err != nil:
		return nil, err
	case len(handles) == 0:
		return nil, noSuchWorkflow(op, workflowID)
	}
	return handles[0], nil
}

// ResumeWorkflows resumes all the workflows in one step. It gives a handle for each that exists,
// in the order of the ids, also for those in SUCCESS and ERROR, which stay as they are; an id
// that does not exist is passed over, one given twice counts once.
func (c *systemClient) ResumeWorkflows(workflowIDs []string, opts ...ResumeWorkflowOption) ([]WorkflowHandle[any], error) {
	if len(workflowIDs) == 0 {
		return []WorkflowHandle[any]{}, nil
	}
	return c.resume("resume workflows", workflowIDs, apply(opts))
}

func (c *systemClient) resume(op string, ids []string, o ResumeOptions) ([]WorkflowHandle[any], error) {
	queue := o.QueueName
	if queue == "" {
		queue = InternalQueueName
	}
	if err := c.checkQueue(op, o.QueueName, true); err != nil {
		return nil, err
	}
	args := query.Args{"ids": ids, "queue": queue, "now": c.now()}
	known := make(map[string]bool, len(ids))
	s := &step{Change: Change{Op: op, IDs: ids, Queue: queue}, takes: resumable, becomes: WorkflowStatusEnqueued, frees: true}
	s.settle = func() error { s.know(known); return nil }
	text := resumeWorkflows
	err := c.change(s, func(p *permit) error {
		err := p.write(func(b *db.Batch) {
			clear(known)
			b.Query(text, args, scanSet(known))
			text = resumeAgain
		})
		s.Changed = int64(len(known))
		return err
	})
	if err == nil {
		err = c.addOthers(op, ids, known)
	}
	if err != nil {
		return nil, err
	}
	return c.handles(ids, known), nil
}

// addOthers adds those that were not resumed, but exist. Mostly there are none: to look up each before would be a third of
// the database's work.
func (c *systemClient) addOthers(op string, ids []string, known map[string]bool) error {
	var left []string
	for _, id := range ids {
		if !known[id] {
			left = append(left, id)
		}
	}
	if len(left) == 0 || c.rehearsal != nil {
		return nil
	}
	return c.read(op, func(b *db.Batch) { b.Query(selectKnown, query.Args{"ids": left}, scanSet(known)) })
}

// handles are those of the known ids, in the order given and each once.
func (c *systemClient) handles(ids []string, known map[string]bool) []WorkflowHandle[any] {
	handles := make([]WorkflowHandle[any], 0, len(known))
	for _, id := range ids {
		if known[id] {
			handles = append(handles, &pollingHandle[any]{c, id})
			delete(known, id)
		}
	}
	return handles
}
