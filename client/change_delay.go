package client

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// setDelay leaves a held workflow held, with another delay to return to.
const setDelay = `
UPDATE {workflow_status} SET updated_at = :now,
	delay_until_epoch_ms = CASE WHEN delay_until_epoch_ms >= :waiting THEN CAST(:delayed AS BIGINT) ELSE 0 END + CAST(:until AS BIGINT)
WHERE {in workflow_uuid :ids} AND status = 'DELAYED'` + returningIDs

// opSetDelay names the operation in audit logs, whether it sets one delay or several.
const opSetDelay = "set workflow delay"

// delayable holds the states in which setDelay changes a workflow.
var delayable = []WorkflowStatusType{WorkflowStatusDelayed}

// SetWorkflowDelayOptions hold the new delay. Exactly one of the two fields must be set.
type SetWorkflowDelayOptions struct {
	Delay      time.Duration `json:"delay" doc:"The time from now until it is due." min:"0"`
	DelayUntil time.Time     `json:"delay_until" doc:"The time at which it is due. A time in the past makes it due at once."`
}

// A SetWorkflowDelayOption sets one of the SetWorkflowDelayOptions.
type SetWorkflowDelayOption func(*SetWorkflowDelayOptions)

// WithSetWorkflowDelayOptions sets all options at once.
func WithSetWorkflowDelayOptions(options SetWorkflowDelayOptions) SetWorkflowDelayOption {
	return func(o *SetWorkflowDelayOptions) { *o = options }
}

// WithDelayDuration sets the delay, counted from now. It must be positive.
func WithDelayDuration(delay time.Duration) SetWorkflowDelayOption {
	return func(o *SetWorkflowDelayOptions) { o.Delay = delay }
}

// WithDelayUntil sets the time at which the delay ends. If it is past, the workflow is due at once.
func WithDelayUntil(until time.Time) SetWorkflowDelayOption {
	return func(o *SetWorkflowDelayOptions) { o.DelayUntil = until }
}

func (c *systemClient) SetWorkflowDelay(workflowID string, opts ...SetWorkflowDelayOption) error {
	_, err := c.delay(opSetDelay, []string{workflowID}, apply(opts), false)
	return err
}

func (c *systemClient) DelayAll(workflowIDs []string, opts ...SetWorkflowDelayOption) (*Report, error) {
	return c.delay("set workflow delays", workflowIDs, apply(opts), true)
}

func (c *systemClient) delay(op string, ids []string, o SetWorkflowDelayOptions, plural bool) (*Report, error) {
	now := c.now()
	switch {
	case !plural && ids[0] == "":
		return nil, invalid(op, "the workflow id is empty")
	case o.Delay < 0:
		return nil, invalid(op, "the delay %v is negative", o.Delay)
	case (o.Delay > 0) == !o.DelayUntil.IsZero():
		return nil, invalid(op, "exactly one of a positive delay and a time to delay until is needed")
	case len(ids) == 0:
		return &Report{Op: opSetDelay}, nil
	}
	until := now + o.Delay.Milliseconds()
	if !o.DelayUntil.IsZero() {
		until = o.DelayUntil.UnixMilli()
	}
	return c.steer(&steering{
		write: &write{Change: Change{Op: opSetDelay, IDs: ids, Plural: plural}}, becomes: WorkflowStatusDelayed,
		text: setDelay, args: query.Args{"ids": ids, "until": until, "now": now, "waiting": heldWaiting, "delayed": heldDelayed}, looks: !plural, why: notDelayed,
	})
}

// lookAtDelay lets a held workflow return to the new delay.
func lookAtDelay(_ *dryRun, p *preview) error {
	p.amend = func(w *WorkflowStatus) {
		if w.HeldFrom != "" {
			w.HeldFrom = WorkflowStatusDelayed
		}
	}
	return nil
}

// notDelayed returns the reason why the delay of a workflow in this state was not set.
func notDelayed(status WorkflowStatusType) string {
	return fmt.Sprintf("it is %s, not DELAYED", status)
}
