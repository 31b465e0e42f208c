package client

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An Effect is the effect that a change would have on one of its ids.
type Effect string

// The effects.
const (
	EffectChange  Effect = "changes"        // the id exists and would change
	EffectNew     Effect = "is new"         // the id would be created
	EffectNone    Effect = "stays as it is" // the id exists and its state does not allow the change
	EffectMissing Effect = "does not exist" // there is nothing to change, or no original to fork
)

// A PlannedEffect is the effect of a change on one workflow, schedule or version, found by a dry
// run. Status and Name of a fork are from its original.
type PlannedEffect struct {
	ID     string // the id of the workflow, or the name of the schedule or version
	Status string // its state, "" if there is none
	Name   string // the name of the workflow, or of the workflow that the schedule starts
	Effect Effect // the effect of the change
	// Original is the workflow that ID would be a fork of, or "" if it is no fork.
	Original string
	// Count is how many workflows or rows like this one it stands for; 0 is one.
	Count int64

	updated int64 // when the workflow, or the original of a fork, last changed, in milliseconds
	again   bool  // the dry run has planned a change of it before
}

// An effect describes an operation for a dry run: the states it accepts, and the state it sets.
type effect struct {
	from       []WorkflowStatusType // the states in which it changes something; if empty, every state
	to         WorkflowStatusType   // the state afterwards; if empty, the state does not change
	freesDedup bool                 // the workflow releases its deduplication id
	deletes    bool                 // the ids are deleted
	overwrites bool                 // ids that exist are overwritten; otherwise a New change keeps them
	// look runs first: it reads more than the states of the ids, and returns the error that the
	// change would return. It may change the IDs of the preview.
	look func(*dryRun, *preview) error
	// settle runs when the effects are known: it sets the results, and returns the error that the
	// change would return.
	settle func(*dryRun, *preview) error
	// instead replaces the preview, for an operation that consists of several.
	instead func(*dryRun, *preview) error
}

// effects has one line for each operation that a gate sees, by Change.Op. A dry run refuses an
// operation without a line.
var effects = map[string]effect{
	"cancel workflow":  {from: cancellable, to: WorkflowStatusCancelled, freesDedup: true, settle: reportSteering},
	"cancel workflows": {from: cancellable, to: WorkflowStatusCancelled, freesDedup: true, settle: reportSteering},
	"resume workflow":  {from: resumable, to: WorkflowStatusEnqueued, freesDedup: true, settle: reportSteering},
	"resume workflows": {from: resumable, to: WorkflowStatusEnqueued, freesDedup: true, settle: reportSteering},
	opSetDelay:         {from: delayable, to: WorkflowStatusDelayed, look: lookAtDelay, settle: reportSteering},
	opSetPriority:      {from: waitingStates, settle: reportPriority},
	opRecover:          {from: []WorkflowStatusType{WorkflowStatusPending}, to: WorkflowStatusEnqueued, settle: reportRecovery},
	opHold:             {instead: previewHolding},
	opRelease:          {instead: previewHolding},
	opMoveQueue:        {from: waitingStates, look: lookAtMove, settle: reportSteering},
	opMoveVersion:      {from: waitingStates, settle: reportMove},
	opSetAttributes:    {settle: reportAttributes},
	opRewind:           {from: rewindable, to: WorkflowStatusEnqueued, freesDedup: true, settle: reportRewind},
	opRewindMany:       {from: rewindable, to: WorkflowStatusEnqueued, freesDedup: true, settle: reportRewind},
	"delete workflows": {deletes: true, settle: reportSteering},
	"rerun workflows":  {instead: previewRerun},

	"fork workflow":  {to: WorkflowStatusEnqueued, settle: reportForks},
	"fork workflows": {to: WorkflowStatusEnqueued, settle: reportForks},
	"enqueue":        {look: lookAtInsertion},
	"enqueue many":   {look: lookAtInsertion, settle: reportInsertion},
	"debounce":       {to: WorkflowStatusDelayed, look: lookAtDebounce},
	"send":           {settle: requireDestinations},

	"create schedule":   {to: WorkflowStatusType(ScheduleStatusActive), settle: planCreation},
	"apply schedules":   {to: WorkflowStatusType(ScheduleStatusActive), overwrites: true, look: lookAtSchedules, settle: planSchedules},
	opUpdateSchedule:    {look: lookAtSchedule, settle: planUpdate},
	"pause schedule":    {from: otherThan(ScheduleStatusPaused), to: WorkflowStatusType(ScheduleStatusPaused), settle: requireSchedule},
	"resume schedule":   {from: otherThan(ScheduleStatusActive), to: WorkflowStatusType(ScheduleStatusActive), settle: requireSchedule},
	"delete schedule":   {deletes: true},
	"backfill schedule": {to: WorkflowStatusEnqueued, look: lookAtTicks, settle: reportTicks},
	"trigger schedule":  {to: WorkflowStatusEnqueued, look: lookAtRun},

	"set latest application version": {},

	renaming: {instead: previewRename},
	opImport: {instead: previewImport},
	opPrune:  {instead: previewPrune},

	registeringQueue: {overwrites: true, look: lookAtQueue, settle: planQueue},
	"update queue":   {look: lookAtQueue, settle: planQueue},
	pausingQueue:     {look: lookAtQueue, settle: planPause},
	resumingQueue:    {look: lookAtQueue, settle: planPause},
	"delete queue":   {deletes: true, look: lookAtQueue, settle: planQueue},
}

// A dryRun is a Client that changes nothing. It looks up the effect of each change and records it
// in its overlay. Its reads return the rows as these changes would have left them.
type dryRun struct {
	*systemClient
	planned *overlay
}

// newDryRun returns a dry run on a client, which must not be used by itself afterwards.
func newDryRun(live *systemClient, planned *overlay) *dryRun {
	d := &dryRun{live, planned}
	live.view = d
	return d
}

func (d *dryRun) WithContext(ctx context.Context) Client {
	return newDryRun(newLive(d.session, ctx, d.sdk), d.planned)
}

func (d *dryRun) WithSDK(sdk SDK) Client {
	return newDryRun(newLive(d.session, d.ctx, sdk), d.planned)
}

// A preview is a write with its line of the effects. look may adapt both.
type preview struct {
	*write
	effect
	at    time.Time                    // the time of the change
	row   func(at int) *WorkflowStatus // returns the row of a workflow that is made; nil if only name and queue are known
	start func(at int) *int64          // returns the step from which on the history does not hold; nil if all of it does

	queues map[string]string     // the queue of each workflow that goes on another one; nil if all go on Queue
	amend  func(*WorkflowStatus) // sets the other columns that the write changes; nil if there are none
	forked map[string]bool       // the originals of which the dry run has planned a fork before
}

// carryOut previews a write instead of sending it.
func (d *dryRun) carryOut(w *write) error {
	line, known := effects[w.Op]
	if !known {
		return &Error{Code: Unsupported, Op: w.Op, Message: "a dry run does not know this operation"}
	}
	p := &preview{write: w, effect: line}
	if p.instead != nil {
		return p.instead(d, p)
	}
	return d.preview(p)
}

func (d *dryRun) preview(p *preview) error {
	p.at = time.UnixMilli(d.now()).UTC()
	if p.look != nil {
		if err := p.look(d, p); err != nil {
			return err
		}
	}
	exists, err := d.exists(p.write)
	if err != nil {
		return err
	}
	p.forked = d.planned.forked(p.From)
	p.predict(exists)
	if p.settle != nil {
		if err := p.settle(d, p); err != nil {
			return err
		}
	}
	if p.verify != nil {
		if err := p.verify(); err != nil {
			return err
		}
	}
	d.planned.record(p)
	return nil
}

// The id, state and name of each thing that a change names.
const (
	selectNamedWorkflows = `SELECT workflow_uuid, status, name, updated_at FROM {workflow_status} WHERE {in workflow_uuid :ids}`
	selectNamedSchedules = `SELECT schedule_name, status, workflow_name, NULL FROM {workflow_schedules} WHERE {in schedule_name :ids}`
	selectNamedQueues    = `SELECT name, NULL, NULL, NULL FROM {queues} WHERE {in name :ids}`
	selectNamedVersions  = `SELECT version_name, NULL, NULL, NULL FROM {application_versions} WHERE {in version_name :ids}`
)

// exists returns the things that a write names and that exist, as the dry run has left them.
func (d *dryRun) exists(w *write) (map[string]state, error) {
	text := map[Subject]string{Workflows: selectNamedWorkflows, Schedules: selectNamedSchedules, Versions: selectNamedVersions,
		Queues: selectNamedQueues}[w.Of]
	ids := append(slices.Clone(w.IDs), w.From...)
	exists := make(map[string]state, len(ids))
	err := d.read(w.Op, func(b *db.Batch) {
		db.Map(b, &exists, text, query.Args{"ids": ids}, func(row db.Row) (string, state, error) {
			var id, status, name db.Text
			var updated db.Int
			err := row.Scan(&id, &status, &name, &updated)
			return id.String, state{status: status.String, name: name.String, updated: updated.Int64}, err
		})
	})
	for _, id := range ids {
		if known, touched := d.planned.own(w.Of, id); touched {
			known.again = true
			exists[id] = known
		}
	}
	return exists, err
}

// predict sets the effect on each of the IDs, and the number of IDs that change. An id that is
// named twice changes once.
func (p *preview) predict(exists map[string]state) {
	p.Effects, p.Changed = make([]PlannedEffect, len(p.IDs)), 0
	seen := make(map[string]bool, len(p.IDs))
	for i, id := range p.IDs {
		e := p.effectOn(i, exists)
		if seen[id] && e.Effect != EffectMissing {
			e.Effect = EffectNone
		}
		seen[id] = true
		if e.Effect == EffectChange || e.Effect == EffectNew {
			p.Changed++
		}
		p.Effects[i] = e
	}
}

func (p *preview) effectOn(i int, found map[string]state) PlannedEffect {
	id := p.IDs[i]
	e := PlannedEffect{ID: id, Name: p.Name}
	own, exists := found[id]
	exists = exists && !own.gone
	if p.From != nil {
		original, there := found[p.From[i]]
		e.Status, e.Name, e.Original, e.updated, e.again = original.status, original.name, p.From[i], original.updated, original.again || p.forked[p.From[i]]
		if !there || original.gone {
			e.Effect = EffectMissing
			return e
		}
	} else if exists {
		e.Status, e.Name, e.updated, e.again = own.status, own.name, own.updated, own.again
	}
	e.Effect = p.verdict(exists, WorkflowStatusType(own.status))
	return e
}

func (p *preview) verdict(exists bool, status WorkflowStatusType) Effect {
	switch {
	case p.New && !exists:
		return EffectNew
	case !exists:
		return EffectMissing
	case p.New && !p.overwrites, len(p.from) > 0 && !slices.Contains(p.from, status):
		return EffectNone
	}
	return EffectChange
}

// missing returns the place of the first of the IDs that does not exist.
func (p *preview) missing() (at int, found bool) {
	at = slices.IndexFunc(p.Effects, func(e PlannedEffect) bool { return e.Effect == EffectMissing })
	return at, at >= 0
}

// describeID returns an id with its name and queue, for errors.
func (s state) describeID(id string) string {
	return fmt.Sprintf("workflow %q exists and is %s", id, describe(s.name, s.queue, "", ""))
}
