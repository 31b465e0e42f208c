package client

import (
	"cmp"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// putBackAsIs puts workflows back on a queue, with the application version that they have. Their
// steps stay, so that they go on after the last one. Their timeout stays too: the next dequeue
// computes a new deadline from it. owner_xid, with which an executor has claimed a workflow, is
// cleared, because no executor runs it until then.
const putBackAsIs = `
UPDATE {workflow_status} SET status = 'ENQUEUED', queue_name = :queue, recovery_attempts = 0, updated_at = :now,
	workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL
	{if workflow_status.creator_xid|, owner_xid = NULL}`

// putBack also pins a workflow without a version to the latest one of its owner if :shared is true,
// because an application that knows no owners could take it otherwise.
const putBack = putBackAsIs + `, application_version = ` + pinned

// The statements of a resumption. setResume says which field of steering each of them is for.
const (
	ofResumable = `status NOT IN ('SUCCESS', 'ERROR')`

	resumption      = putBack + byIDs + ofResumable
	resumeWorkflows = resumption + returningIDs
	resumeKept      = putBack + fromFormer + ofResumable + endFormer + returningStandings + formerReturned
	resumeKeptOne   = fromSingle + resumption + returningSingle
	resumeTypical   = fromTypical + ofResumable + thenTypical + ofResumable + andTypical + ofResumable + endTypical
	resumeKeptMany  = fromSample + ofResumable + thenAlike + putBack + thenOthers + putBack + fromOthers + ofResumable + returningAlike

	// The unpinned statements replace the ones above if :shared is false, because Postgres plans
	// them in less time.
	unpinned           = putBackAsIs + byIDs + ofResumable
	resumeUnpinned     = unpinned + returningIDs
	resumeUnpinnedKept = putBackAsIs + fromFormer + ofResumable + endFormer + returningStandings + formerReturned
	resumeUnpinnedOne  = fromSingle + unpinned + returningSingle
	resumeUnpinnedMany = fromSample + ofResumable + thenAlike + putBackAsIs + thenOthers + putBackAsIs + fromOthers + ofResumable + returningAlike

	// resumeAgain replaces resumeWorkflows in the attempt after one whose answer was lost. :now is
	// the same in all attempts. A workflow that has started since then was resumed by the first
	// attempt, and it would run twice if it were resumed again.
	resumeAgain = resumption + `
	AND NOT (status = 'PENDING' AND COALESCE(started_at_epoch_ms, 0) >= :now)` + returningIDs

	returningIDs       = "\nRETURNING workflow_uuid"
	returningStandings = returningIDs + ", status, updated_at"
)

// setResume sets the statements of a resumption. shared is the argument :shared of the call. again
// and typical have no unpinned form: again is only sent after a lost answer, and typical only
// reads.
func (s *steering) setResume(shared bool) {
	s.text, s.one, s.keeping, s.keepingOne, s.keepingMany = resumeUnpinned, unpinned, resumeUnpinnedKept, resumeUnpinnedOne, resumeUnpinnedMany
	if shared {
		s.text, s.one, s.keeping, s.keepingOne, s.keepingMany = resumeWorkflows, resumption, resumeKept, resumeKeptOne, resumeKeptMany
	}
	s.again, s.typical = resumeAgain, resumeTypical
}

// resumable holds the states in which resumption changes a workflow.
var resumable = []WorkflowStatusType{WorkflowStatusDelayed, WorkflowStatusEnqueued, WorkflowStatusPending,
	WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}

// ResumeOptions are the options of ResumeWorkflow, ResumeWorkflows and ResumeAll.
type ResumeOptions struct {
	QueueName string `json:"queue_name" doc:"The queue to put it on; the internal queue, which starts it at once, when not given." nonempty:"true"`

	emptied emptied // the option that an option function got as "", or ""
}

// A ResumeWorkflowOption sets one of the ResumeOptions.
type ResumeWorkflowOption func(*ResumeOptions)

// WithResumeOptions sets all options at once.
func WithResumeOptions(options ResumeOptions) ResumeWorkflowOption {
	return func(o *ResumeOptions) { *o = options }
}

// WithResumeQueue puts the workflow on a queue. Without it, the workflow goes on the internal
// queue, on which every application listens.
func WithResumeQueue(queueName string) ResumeWorkflowOption {
	return func(o *ResumeOptions) {
		o.QueueName = queueName
		o.emptied.note("queue_name", queueName)
	}
}

func (c *systemClient) ResumeWorkflow(workflowID string, opts ...ResumeWorkflowOption) (WorkflowHandle[any], error) {
	report, err := c.resume("resume workflow", []string{workflowID}, apply(opts), false)
	if err != nil {
		return nil, err
	}
	return report.Handles(c)[0], nil
}

func (c *systemClient) ResumeWorkflows(workflowIDs []string, opts ...ResumeWorkflowOption) ([]WorkflowHandle[any], error) {
	report, err := c.ResumeAll(workflowIDs, opts...)
	if err != nil {
		return nil, err
	}
	return report.Handles(c), nil
}

func (c *systemClient) ResumeAll(workflowIDs []string, opts ...ResumeWorkflowOption) (*Report, error) {
	const op = "resume workflows"
	if len(workflowIDs) == 0 {
		return &Report{Op: op}, nil
	}
	return c.resume(op, workflowIDs, apply(opts), true)
}

// resume carries out the three methods. plural is true for a call with a list of ids, which reports
// an id without a workflow as unknown; a call with one id returns NonExistentWorkflow for it.
func (c *systemClient) resume(op string, ids []string, o ResumeOptions, plural bool) (*Report, error) {
	if err := o.emptied.check(op); err != nil {
		return nil, err
	}
	queue := o.QueueName
	if queue == "" {
		queue = InternalQueueName
	}
	if err := c.checkQueue(op, o.QueueName, true); err != nil {
		return nil, err
	}
	args := query.Args{"ids": ids, "queue": queue, "now": c.now()}
	if err := c.askShared(op, args); err != nil {
		return nil, err
	}
	if args["shared"] == true && !c.refusesUnpinned() {
		if err := c.refuseUnpinned(op, ids); err != nil {
			return nil, err
		}
	}
	steering := &steering{
		write:   &write{Change: Change{Op: op, IDs: ids, Queue: queue, Plural: plural, bulk: asBulk{verb: "resume", options: o}}},
		becomes: WorkflowStatusEnqueued, foreseen: true, args: args, why: notResumable,
		// A workflow that resumeAgain leaves PENDING was resumed by the first attempt.
		ours: func(status WorkflowStatusType, _ int64) bool { return status == WorkflowStatusPending },
	}
	steering.setResume(args["shared"] == true)
	report, err := c.steer(steering)
	if db.DividedByZero(err) {
		err = cmp.Or(c.refuseUnpinned(op, ids), err)
	}
	return report, err
}

// notResumable returns the reason why a workflow in this state cannot be resumed.
func notResumable(status WorkflowStatusType) string {
	if status == WorkflowStatusError {
		return "it has ended in ERROR, which cannot be resumed: rerun or fork it"
	}
	return fmt.Sprintf("it has ended in %s", status)
}
