package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/poll"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A WorkflowHandle refers to a workflow whose result has the type R. Its methods read the database;
// the workflow runs in an application, not in this process.
type WorkflowHandle[R any] interface {
	// GetResult waits until the workflow has ended and returns its result. The result is decoded
	// into R as encoding/json decodes; if R is any, a value that cannot be decoded is a
	// codec.Opaque.
	//
	// It returns WorkflowFailed if the workflow is in ERROR, with the stored error as Error.Cause;
	// AwaitedWorkflowCancelled if it is CANCELLED; DeadLetterQueue if it is in
	// MAX_RECOVERY_ATTEMPTS_EXCEEDED; Timeout if WithHandleTimeout passes; Undecodable if the
	// result does not fit R; and NonExistentWorkflow if the workflow was deleted. A handle of
	// Client.Handle waits for a workflow that does not exist yet, because it may be inserted later.
	GetResult(opts ...GetResultOption) (R, error)
	// GetStatus returns the row of the workflow, without input, output and error. It returns
	// NonExistentWorkflow if there is no such workflow.
	GetStatus() (WorkflowStatus, error)
	// GetWorkflowID returns the id of the workflow. It does not read the database.
	GetWorkflowID() string
}

// GetResultOptions are the options of GetResult.
type GetResultOptions struct {
	Timeout         time.Duration `json:"timeout" doc:"The longest wait. Without it the wait has no limit." min:"0"`
	PollingInterval time.Duration `json:"polling_interval" doc:"The longest pause between two reads; pauses are shorter at first." default:"1s" min:"0"`

	// MustExist makes GetResult return NonExistentWorkflow at once if there is no such workflow,
	// also for a handle of Client.Handle.
	MustExist bool `json:"-"`
}

// A GetResultOption sets a field of GetResultOptions.
type GetResultOption func(*GetResultOptions)

// WithGetResultOptions sets all options. Options before it have no effect.
func WithGetResultOptions(options GetResultOptions) GetResultOption {
	return func(o *GetResultOptions) { *o = options }
}

// WithHandleTimeout limits the wait. Zero, the default, waits without a limit.
func WithHandleTimeout(timeout time.Duration) GetResultOption {
	return func(o *GetResultOptions) { o.Timeout = timeout }
}

// WithHandlePollingInterval sets the longest pause between two reads. If it is zero, that is
// ClientConfig.PollInterval. Unlike in the Go SDK, pauses are shorter at first and grow with the
// time waited.
func WithHandlePollingInterval(interval time.Duration) GetResultOption {
	return func(o *GetResultOptions) { o.PollingInterval = interval }
}

// pollingHandle implements WorkflowHandle for all methods of the client.
type pollingHandle[R any] struct {
	client view
	id     string
	// existed is true if the workflow existed when the handle was made: a missing row was deleted.
	existed bool
}

func (h *pollingHandle[R]) GetWorkflowID() string { return h.id }

func (c *systemClient) RetrieveWorkflow(workflowID string) (WorkflowHandle[any], error) {
	const op = "retrieve workflow"
	if _, err := c.view.status(op, workflowID); err != nil {
		return nil, err
	}
	return &pollingHandle[any]{c.view, workflowID, true}, nil
}

func (c *systemClient) Handle(workflowID string) WorkflowHandle[any] {
	return &pollingHandle[any]{c.view, workflowID, false}
}

func (h *pollingHandle[R]) GetStatus() (WorkflowStatus, error) {
	return h.client.status("get status", h.id)
}

func (c *systemClient) status(op, id string) (WorkflowStatus, error) {
	if id == "" {
		return WorkflowStatus{}, invalid(op, "the workflow id is empty")
	}
	found, err := c.ListWorkflows(WithWorkflowIDs([]string{id}))
	switch {
	case err != nil:
		return WorkflowStatus{}, failure(op, err)
	case len(found) == 0:
		return WorkflowStatus{}, noSuchWorkflow(op, id)
	}
	return found[0], nil
}

const selectOutcome = `
SELECT ws.status, ws.recovery_attempts, ws.serialization, ` + outputOf + `, ` + errorOf + `
FROM {workflow_status} AS ws WHERE ws.workflow_uuid = :id`

// An outcome holds the columns that describe the end of a workflow.
type outcome struct {
	status           db.Text
	attempts         db.Int
	codec            db.Text
	output, errorTxt db.Text
}

func (o *outcome) scan(row db.Row) error {
	return row.Scan(&o.status, &o.attempts, &o.codec, &o.output, &o.errorTxt)
}

// final reports whether the workflow has ended.
func (o *outcome) final() bool { return final(o.status.String) }

func final(status string) bool {
	switch WorkflowStatusType(status) {
	case WorkflowStatusSuccess, WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded:
		return true
	}
	return false
}

func (o *outcome) value() codec.Encoded {
	return encoded(o.output, o.codec)
}

// failed returns the error of an outcome, or nil if it is SUCCESS. It decodes the stored error only
// if the status is ERROR, because cancelled rows can hold outputs that cannot be decoded.
func (o *outcome) failed(op, id string) error {
	switch WorkflowStatusType(o.status.String) {
	case WorkflowStatusCancelled:
		return &Error{Code: AwaitedWorkflowCancelled, Op: op, WorkflowID: id, Message: fmt.Sprintf("workflow %q was cancelled", id)}
	case WorkflowStatusMaxRecoveryAttemptsExceeded:
		// A workflow with a limit of m retries shows m+2 attempts (one more start, and the refused
		// one).
		return &Error{Code: DeadLetterQueue, Op: op, WorkflowID: id,
			Message: fmt.Sprintf("workflow %q exceeded its maximum of %d retries", id, o.attempts.Int64-2)}
	case WorkflowStatusError:
		return o.workflowFailed(op, id)
	}
	return nil
}

func (o *outcome) workflowFailed(op, id string) error {
	failed := &Error{Code: WorkflowFailed, Op: op, WorkflowID: id, Message: fmt.Sprintf("workflow %q failed", id)}
	if remote := codec.DecodeError(o.errorTxt.String, o.codec.String, !o.errorTxt.Valid); remote != nil {
		failed.Message += ": " + remote.Error()
		failed.Err = remote
	}
	return failed
}

func (h *pollingHandle[R]) GetResult(opts ...GetResultOption) (R, error) {
	const op = "get result"
	var result R
	options := apply(opts)
	options.MustExist = options.MustExist || h.existed
	found, err := h.client.await(op, h.id, options)
	if err != nil {
		return result, err
	}
	failed := found.failed(op, h.id)
	if failed != nil && CodeOf(failed) != WorkflowFailed {
		return result, failed
	}
	if err := found.value().DecodeInto(&result); err != nil && failed == nil {
		return result, &Error{Code: Undecodable, Op: op, WorkflowID: h.id, Err: err,
			Message: fmt.Sprintf("the result of workflow %q cannot be read: %v", h.id, err)}
	}
	return result, failed
}

// await reads until the workflow has ended, or returns NonExistentWorkflow if its row is gone.
func (c *systemClient) await(op, id string, o GetResultOptions) (*outcome, error) {
	found, seen := &outcome{}, o.MustExist
	err := c.poller().Wait(c.ctx, poll.Condition{
		Timeout: o.Timeout, Longest: o.PollingInterval,
		Read: func(ctx context.Context) error {
			return c.db.Read(ctx, func(b *db.Batch) {
				b.Keyed()
				db.Fold(b, found, selectOutcome, query.Args{"id": id}, (*outcome).scan)
			})
		},
		Decide: func() (poll.Result, error) {
			switch {
			case found.final():
				return poll.Done, nil
			case seen && !found.status.Valid:
				return poll.None, noSuchWorkflow(op, id)
			}
			seen = found.status.Valid
			return poll.None, nil
		},
	})
	if errors.Is(err, poll.ErrTimeout) {
		return nil, &Error{Code: Timeout, Op: op, WorkflowID: id, Err: context.DeadlineExceeded,
			Message: fmt.Sprintf("workflow %q did not end within %v", id, o.Timeout)}
	}
	return found, failure(op, err)
}

// apply returns the struct that the options fill.
func apply[O any, F ~func(*O)](opts []F) O {
	var options O
	for _, set := range opts {
		set(&options)
	}
	return options
}
