package client

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A held workflow is DELAYED until a time that no clock reaches. That time also has the state and
// the delay that it had: it is heldWaiting for one that was ENQUEUED and heldDelayed for one that
// was DELAYED, plus its delay. docs/design/queues.md has the reasons.

const (
	heldWaiting int64 = 190_000_000_000_000 // milliseconds: in the year 7990
	heldDelayed int64 = 220_000_000_000_000 // in the year 8941
	// longestDelay is the first delay that does not fit between the two, in the year 2920.
	longestDelay = heldDelayed - heldWaiting
)

const (
	opHold    = "hold"
	opRelease = "release"
)

const (
	// holdWorkflows leaves a held workflow as it is, so that it may run twice, and one that a
	// debouncer delays, because its next call would end the hold.
	makeHeld = `
UPDATE {workflow_status} SET status = 'DELAYED', updated_at = :now, delay_until_epoch_ms = CASE
	WHEN status = 'DELAYED' AND delay_until_epoch_ms >= :waiting THEN delay_until_epoch_ms
	ELSE CASE WHEN status = 'DELAYED' THEN CAST(:delayed AS BIGINT) ELSE CAST(:waiting AS BIGINT) END
		+ CASE WHEN delay_until_epoch_ms >= :delayed THEN delay_until_epoch_ms - :delayed
			WHEN delay_until_epoch_ms >= :waiting THEN delay_until_epoch_ms - :waiting ELSE COALESCE(delay_until_epoch_ms, 0) END END`

	ofHeldable = `(status = 'ENQUEUED' OR status = 'DELAYED'
	{if workflow_status.is_debounced|AND NOT COALESCE(is_debounced, FALSE)}
	AND (delay_until_epoch_ms IS NULL OR delay_until_epoch_ms < :longest OR delay_until_epoch_ms >= :waiting))`

	makeReleased = `
UPDATE {workflow_status} SET updated_at = :now, application_version = ` + pinned + `,
	status = CASE WHEN delay_until_epoch_ms >= :delayed THEN 'DELAYED' ELSE 'ENQUEUED' END,
	delay_until_epoch_ms = CASE WHEN delay_until_epoch_ms >= :delayed THEN delay_until_epoch_ms - :delayed
		WHEN delay_until_epoch_ms = :waiting THEN NULL ELSE delay_until_epoch_ms - :waiting END`

	ofHeld = `status = 'DELAYED' AND delay_until_epoch_ms >= :waiting`

	holdWorkflows        = makeHeld + byIDs + ofHeldable + returningStandings
	holdWorkflowsKept    = makeHeld + fromFormer + ofHeldable + endFormer + returningStandings + formerReturned
	releaseWorkflows     = makeReleased + byIDs + ofHeld + returningStandings
	releaseWorkflowsKept = makeReleased + fromFormer + ofHeld + endFormer + returningStandings + formerReturned
)

// heldFrom returns the state and the delay, in milliseconds, of a workflow before it was held; the
// state is "" if it is not held.
func heldFrom(status WorkflowStatusType, delay int64) (WorkflowStatusType, int64) {
	from := WorkflowStatusDelayed
	switch {
	case delay >= heldDelayed:
		delay -= heldDelayed
	case delay >= heldWaiting:
		from, delay = WorkflowStatusEnqueued, delay-heldWaiting
	default:
		return "", delay
	}
	if status != WorkflowStatusDelayed { // cancelled or resumed since
		from = ""
	}
	return from, delay
}

func (c *systemClient) HoldAll(workflowIDs []string) (*Report, error) {
	return c.holding(opHold, workflowIDs, holdWorkflows, holdWorkflowsKept, notHeldable, WorkflowStatusDelayed)
}

func (c *systemClient) ReleaseAll(workflowIDs []string) (*Report, error) {
	return c.holding(opRelease, workflowIDs, releaseWorkflows, releaseWorkflowsKept, notHeld, WorkflowStatusEnqueued, WorkflowStatusDelayed, WorkflowStatusPending)
}

// holding carries out a hold or a release. After a lost answer, a workflow in one of the states
// after may have been changed by the first try.
func (c *systemClient) holding(op string, ids []string, text, keeping string, why func(WorkflowStatusType) string, after ...WorkflowStatusType) (*Report, error) {
	if len(ids) == 0 {
		return &Report{Op: op}, nil
	}
	now := c.now()
	args := query.Args{"ids": ids, "now": now, "waiting": heldWaiting, "delayed": heldDelayed, "longest": longestDelay}
	if op == opRelease {
		if err := c.setShared(op, ids, args); err != nil {
			return nil, err
		}
	}
	return c.steer(&steering{
		write: &write{Change: Change{Op: op, IDs: ids, Plural: true}}, keeps: true, states: true, text: text, keeping: keeping, why: why, args: args,
		ours: func(status WorkflowStatusType, updated int64) bool {
			for _, state := range after {
				if status == state && updated >= now {
					return true
				}
			}
			return false
		},
	})
}

func notHeldable(status WorkflowStatusType) string {
	if status == WorkflowStatusDelayed {
		return "it is DELAYED by a debouncer, whose next call would end the hold, or until after the year 2900"
	}
	return notWaiting(status)
}

func notHeld(status WorkflowStatusType) string { return fmt.Sprintf("it is %s, and not held", status) }

// previewHolding previews a hold or a release as its parts: workflows by the state they had or get,
// and the unchanged ones.
func previewHolding(d *dryRun, p *preview) error {
	s := p.detail.(*steering)
	rows, err := d.ListWorkflows(WithWorkflowIDs(unique(p.IDs)))
	if err != nil {
		return failure(p.Op, err)
	}
	found := make(map[string]WorkflowStatus, len(rows))
	for _, wf := range rows {
		found[wf.ID] = wf
	}
	parts := map[WorkflowStatusType][]string{}
	p.Results, p.Effects, p.Changed = nil, nil, 0
	for _, id := range unique(p.IDs) {
		wf, exists := found[id]
		result, part := ChangeResult{ID: id, Outcome: OutcomeChanged, Status: wf.Status}, wf.HeldFrom
		if p.Op == opHold {
			part = wf.Status
		}
		switch {
		case !exists:
			result, part = ChangeResult{ID: id, Outcome: OutcomeUnknown, Reason: noSuchWorkflowReason}, ""
		case p.Op == opRelease && wf.HeldFrom != "":
			result.Status = wf.HeldFrom
		case p.Op == opHold && wf.heldable():
			result.Status = WorkflowStatusDelayed
		default:
			result.Outcome, result.Reason, part = OutcomeUnchanged, s.why(wf.Status), ""
		}
		if wf.HeldFrom != "" && p.Op == opHold {
			part = wf.HeldFrom
		}
		p.Results, parts[part] = append(p.Results, result), append(parts[part], id)
	}
	for _, state := range []WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusDelayed, ""} {
		if err := d.previewHeld(p, state, parts[state]); err != nil {
			return err
		}
	}
	return nil
}

// heldable returns true for a workflow that a hold changes or has changed.
func (w WorkflowStatus) heldable() bool {
	delay := w.DelayUntil.UnixMilli()
	return w.Status == WorkflowStatusEnqueued || w.Status == WorkflowStatusDelayed && !w.IsDebounced && (w.DelayUntil.IsZero() || delay < longestDelay)
}

// previewHeld adds the effects of one part of a hold or a release; "" is for unchanged workflows.
func (d *dryRun) previewHeld(p *preview, state WorkflowStatusType, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	// "none" is a state of no workflow, so that workflows without a state to go to do not change.
	part := &preview{write: &write{Change: Change{Op: p.Op, Of: Workflows, IDs: ids}}, effect: effect{from: []WorkflowStatusType{"none"}}}
	if state != "" {
		part.effect = effect{to: state}
		part.amend = func(w *WorkflowStatus) { w.HeldFrom = "" }
		if p.Op == opHold {
			part.to = WorkflowStatusDelayed
			part.amend = func(w *WorkflowStatus) { w.HeldFrom = state }
		}
	}
	err := d.preview(part)
	p.Effects, p.Changed = append(p.Effects, part.Effects...), p.Changed+part.Changed
	return err
}
