package client

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The functions of the effects, by the kind of operation.

// reportSteering sets the results of a change of existing workflows, each id once.
func reportSteering(_ *dryRun, p *preview) error {
	s := p.detail.(*steering)
	p.Results = make([]ChangeResult, 0, len(p.Effects))
	seen := make(map[string]bool, len(p.Effects))
	for _, e := range p.Effects {
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		status := WorkflowStatusType(e.Status)
		switch e.Effect {
		case EffectMissing:
			p.Results = append(p.Results, ChangeResult{ID: e.ID, Outcome: OutcomeUnknown, Reason: noSuchWorkflowReason})
		case EffectNone:
			p.Results = append(p.Results, ChangeResult{ID: e.ID, Outcome: OutcomeUnchanged, Status: status, Reason: s.why(status)})
		default:
			if p.to != "" || p.deletes {
				status = p.to
			}
			p.Results = append(p.Results, ChangeResult{ID: e.ID, Outcome: OutcomeChanged, Status: status})
		}
	}
	return nil
}

// reportForks sets the results of forks. Missing originals come before ids that exist, because
// their guard runs before the inserts.
func reportForks(d *dryRun, p *preview) error {
	p.reportForks()
	if at, missing := p.missing(); missing {
		return noSuchWorkflow(p.Op, p.From[at])
	}
	for _, e := range p.Effects {
		if e.Effect == EffectNone {
			return &Error{Code: ConflictingID, Op: p.Op, WorkflowID: e.ID, Message: fmt.Sprintf("workflow %q exists", e.ID)}
		}
	}
	return d.copyOriginals(p)
}

// reportRecovery sets the results of a recovery, and the queue of workflows that came off none.
func reportRecovery(d *dryRun, p *preview) error {
	taken, err := d.readTaken(p.Op, p.IDs)
	p.queues = map[string]string{}
	for id, row := range taken {
		if row.queue == "" {
			p.queues[id] = InternalQueueName
		}
	}
	if err != nil {
		return err
	}
	return reportSteering(d, p)
}

// reportRewind sets the results of a rewind, and the step from which on it removes the history.
func reportRewind(d *dryRun, p *preview) error {
	start, _ := p.detail.(*steering).args["start"].(int64)
	p.start = func(int) *int64 { return &start }
	return reportSteering(d, p)
}

// previewRerun previews a rerun as its parts: resumed workflows, forks, and unchanged workflows.
func previewRerun(d *dryRun, p *preview) error {
	r := p.detail.(*rerun)
	p.Effects, p.Changed = nil, 0
	for _, part := range r.parts() {
		if err := d.preview(part); err != nil {
			return err
		}
		p.Effects, p.Changed = append(p.Effects, part.Effects...), p.Changed+part.Changed
	}
	p.Results = r.results
	return nil
}

func (r *rerun) parts() []*preview {
	var left []string
	for i := range r.results {
		if r.results[i].Outcome != OutcomeChanged {
			left = append(left, r.results[i].ID)
		}
	}
	part := func(change Change, e effect) *preview {
		change.Op, change.Of = r.op, Workflows
		return &preview{write: &write{Change: change}, effect: e}
	}
	parts := []*preview{part(Change{IDs: r.resumed, Queue: r.options.QueueName}, effect{from: rerunnable, to: WorkflowStatusEnqueued, freesDedup: true})}
	if len(r.forks) > 0 {
		parts = append(parts, part(Change{IDs: r.forkIDs(), From: r.originals(), New: true}, effect{to: WorkflowStatusEnqueued}))
	}
	return append(parts, part(Change{IDs: left}, effect{from: []WorkflowStatusType{"none"}}))
}

// lookAtInsertion returns the error that an insert would return, and takes its deduplication ids.
func lookAtInsertion(d *dryRun, p *preview) error {
	in := p.detail.(*insertion)
	p.to, p.row = in.status(), in.row
	if err := d.planned.conflict(in); err != nil && !in.reject {
		return err
	}
	var holders map[string]string
	var known, used map[string]bool
	err := d.read(in.op, func(b *db.Batch) {
		switch {
		case in.reject:
			db.Set(b, &used, selectIDsInUse, in.args)
		case in.chosen:
			b.Guard(selectIDConflicts, in.args, errIDConflict)
		}
		if len(in.dedupIDs) > 0 {
			db.Map(b, &holders, selectHolders, query.Args{"queue": in.queue, "dedups": in.dedupIDs}, scanPair)
			db.Set(b, &known, selectKnown, query.Args{"ids": in.ids})
		}
	})
	if errors.Is(err, errIDConflict) {
		return d.idConflict(in)
	}
	if err != nil {
		return err
	}
	if id := d.planned.inUse(in, used); id != "" {
		return workflowIDInUse(in, id, nil)
	}
	return d.planned.occupy(p.write, in, holders, known)
}

// reportInsertion sets the results of an enqueue of many.
func reportInsertion(_ *dryRun, p *preview) error {
	in := p.detail.(*insertion)
	in.existing = map[string]standing{}
	for _, e := range p.Effects {
		if e.Effect == EffectNone {
			in.existing[e.ID] = standing{status: WorkflowStatusType(e.Status)}
		}
	}
	p.Results = in.results()
	return nil
}

// lookAtDebounce finds the holder of the key: a group that waits would be pushed back.
func lookAtDebounce(d *dryRun, p *preview) error {
	call := p.detail.(*debounce)
	p.row = func(int) *WorkflowStatus {
		w := call.insertion.row(0)
		w.DeduplicationID, w.IsDebounced, w.DelayUntil = call.keys[0], true, p.at.Add(call.delay)
		return w
	}
	if id := d.planned.debounced(call.queue, call.keys); id != "" {
		p.IDs, p.New = []string{id}, false
		return nil
	}
	found, args := &attemptResult{}, call.args()
	err := d.read(call.op, func(b *db.Batch) { db.Collect(b, &found.holders, selectKeyHolders, args, scanKeyHolder) })
	if err != nil {
		return err
	}
	_, holder, err := call.outcome(found)
	if err != nil {
		return err
	}
	d.planned.hold(call.queue, call.keys[0], call.ids[0])
	if holder != nil && holder.status.String == string(WorkflowStatusDelayed) {
		p.IDs, p.New = []string{holder.id.String}, false
	}
	return nil
}

// requireDestinations returns NonExistentWorkflow for the first destination that does not exist.
func requireDestinations(_ *dryRun, p *preview) error {
	if at, missing := p.missing(); missing {
		return noSuchWorkflow(p.Op, p.IDs[at])
	}
	return nil
}

// planCreation returns AlreadyExists if there is a schedule of the name, and plans it otherwise.
func planCreation(d *dryRun, p *preview) error {
	input := p.detail.(ClientScheduleInput)
	if p.Effects[0].Effect == EffectNone {
		found, err := d.GetSchedule(input.ScheduleName)
		if err != nil {
			return failure(p.Op, err)
		}
		stated := input.ApplicationName != ""
		return scheduleExists(p.Op, scheduleInsert{name: input.ScheduleName, owner: input.ApplicationName, stated: stated}, found, db.ErrUnique)
	}
	d.planned.define(input)
	return nil
}

// otherThan returns the states of a schedule that is not in this one yet; a row may have none.
func otherThan(status ScheduleStatus) []WorkflowStatusType {
	other := ScheduleStatusActive
	if status == ScheduleStatusActive {
		other = ScheduleStatusPaused
	}
	return []WorkflowStatusType{WorkflowStatusType(other), ""}
}

// requireSchedule returns ScheduleNotFound if the schedule does not exist.
func requireSchedule(d *dryRun, p *preview) error {
	if p.Effects[0].Effect == EffectMissing {
		return d.noSuchSchedule(p.Op, p.IDs[0])
	}
	return nil
}

func lookAtSchedules(d *dryRun, p *preview) error {
	a := p.detail.(*scheduleApply)
	args := scheduleArgs(a.rows)
	err := d.read(p.Op, func(b *db.Batch) {
		a.readBefore(b, args)
		a.guardOwners(b, args)
	})
	return a.otherOwner(p.Op, args, err)
}

// planSchedules sets the results of applied schedules. Earlier calls of the dry run may have
// defined or deleted some of them.
func planSchedules(d *dryRun, p *preview) error {
	a := p.detail.(*scheduleApply)
	for i, row := range a.rows {
		s, touched := d.planned.get(Schedules, row.name)
		made := d.planned.schedule(row.name)
		before, existed := a.before[row.name]
		switch {
		case touched && s.gone:
			delete(a.before, row.name)
		case made != nil && reflect.DeepEqual(made, a.inputs[i].record()):
			a.before[row.name] = scheduleBefore{status: s.status, definition: row}
		case made != nil:
			a.before[row.name] = scheduleBefore{status: s.status}
		case touched && existed:
			before.status = s.status
			a.before[row.name] = before
		}
	}
	a.settled(false)
	for i := range p.Effects {
		if p.Results[i].Outcome == OutcomeUnchanged {
			p.Effects[i].Effect = EffectNone
		}
	}
	d.planned.define(a.inputs...)
	return nil
}

// lookAtTicks names the workflows that ticks have already.
func lookAtTicks(d *dryRun, p *preview) error {
	w := p.detail.(*window)
	p.row = w.runs.row
	held, err := d.readHeld(p.Op, w)
	p.IDs = w.existing(held)
	return err
}

func lookAtRun(_ *dryRun, p *preview) error {
	p.row = p.detail.(*insertion).row
	return nil
}

func reportTicks(_ *dryRun, p *preview) error {
	p.Results = column(p.Effects, func(e PlannedEffect) ChangeResult {
		return ranTick(e.ID, e.Effect == EffectNew, WorkflowStatusType(e.Status))
	})
	return nil
}
