package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const setDelay = `
UPDATE {workflow_status} SET delay_until_epoch_ms = :until, updated_at = :now
WHERE workflow_uuid = :id AND status = 'DELAYED'`

// SetWorkflowDelayOptions hold the new delay: exactly one of the two.
type SetWorkflowDelayOptions struct {
	Delay      time.Duration `json:"delay" doc:"How long from now." min:"0"`
	DelayUntil time.Time     `json:"delay_until" doc:"Until when; a time in the past makes it due at once."`
}

// A SetWorkflowDelayOption sets one of the SetWorkflowDelayOptions.
type SetWorkflowDelayOption func(*SetWorkflowDelayOptions)

// WithSetWorkflowDelayOptions sets all options at once.
func WithSetWorkflowDelayOptions(options SetWorkflowDelayOptions) SetWorkflowDelayOption {
	return func(o *SetWorkflowDelayOptions) { *o = options }
}

// WithDelayDuration delays from now on.
func WithDelayDuration(delay time.Duration) SetWorkflowDelayOption {
	return func(o *SetWorkflowDelayOptions) { o.Delay = delay }
}

// WithDelayUntil delays to a point in time.
func WithDelayUntil(until time.Time) SetWorkflowDelayOption {
	return func(o *SetWorkflowDelayOptions) { o.DelayUntil = until }
}

// SetWorkflowDelay changes when a DELAYED workflow becomes due. One that is missing, or in another
// state, is left alone without an error. Exactly one of the two options is needed, and a delay
// must be positive: else it is InvalidOption.
func (c *systemClient) SetWorkflowDelay(workflowID string, opts ...SetWorkflowDelayOption) error {
	const op = "set workflow delay"
	o, now := apply(opts), c.now()
	switch {
	case workflowID == "":
		return invalid(op, "the workflow id is empty")
	case o.Delay < 0:
		return invalid(op, "the delay %v is negative", o.Delay)
	case (o.Delay > 0) == !o.DelayUntil.IsZero():
		return invalid(op, "exactly one of a positive delay and a time to delay until is needed")
	}
	until := now + o.Delay.Milliseconds()
	if !o.DelayUntil.IsZero() {
		until = o.DelayUntil.UnixMilli()
	}
	s := &step{Change: Change{Op: op, IDs: []string{workflowID}}, takes: []WorkflowStatusType{WorkflowStatusDelayed}}
	return c.change(s, func(p *permit) error {
		return p.write(func(b *db.Batch) {
			b.Exec(setDelay, query.Args{"id": workflowID, "until": until, "now": now}, &s.Changed)
		})
	})
}
