package client

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectBefore = `
SELECT ws.schedule_name, ws.schedule_id, ws.status, ws.workflow_name, ws.workflow_class_name, ws.schedule, ws.context,
	ws.automatic_backfill, ws.cron_timezone, ws.queue_name,
	{if workflow_schedules.application_name|ws.application_name}{unless workflow_schedules.application_name|NULL}
FROM {workflow_schedules} AS ws WHERE {in ws.schedule_name :names}`

// selectOtherOwners finds schedules that belong to another application than the call states.
const selectOtherOwners = `
SELECT ws.schedule_name, ws.application_name
FROM {rows new name:TEXT=:names owner:TEXT=:owners stated:BOOLEAN=:stated} JOIN {workflow_schedules} AS ws ON ws.schedule_name = new.name
WHERE new.stated AND ws.application_name IS NOT NULL AND ws.application_name <> new.owner`

const selectScheduleOwners = `
SELECT ws.schedule_name, ws.application_name FROM {workflow_schedules} AS ws
WHERE {in ws.schedule_name :names} AND ws.application_name IS NOT NULL`

// errOtherOwner is the error of the guard of an apply.
var errOtherOwner = errors.New("a schedule belongs to another application")

func (c *systemClient) ApplySchedules(schedules []ClientScheduleInput) error {
	_, err := c.ApplyAll(schedules)
	return err
}

func (c *systemClient) ApplyAll(schedules []ClientScheduleInput) (*Report, error) {
	const op = "apply schedules"
	a := &scheduleApply{client: c, before: map[string]scheduleBefore{}}
	if err := a.take(op, schedules); err != nil || len(a.rows) == 0 {
		return &Report{Op: op}, err
	}
	a.write = definition(op, a.rows)
	a.Plural, a.detail = true, a
	args := scheduleArgs(a.rows)
	a.send = func(w *writer) error {
		last, err := w.write(func(b *db.Batch) {
			b.Indexed()
			a.readBefore(b, args)
			a.guardOwners(b, args)
			b.Exec(c.applyText(a.rows), args, nil)
		})
		if err == nil {
			a.settled(last.AnswerLost)
		}
		return a.otherOwner(op, args, err)
	}
	if err := c.apply(a.write); err != nil {
		return nil, err
	}
	return &Report{Op: op, Results: a.Results}, nil
}

// A scheduleApply is one call of ApplySchedules.
type scheduleApply struct {
	*write
	client *systemClient
	rows   []scheduleInsert
	inputs []ClientScheduleInput // of rows
	before map[string]scheduleBefore
}

// A scheduleBefore is a schedule before the call; its definition has no id.
type scheduleBefore struct {
	id, status string
	definition scheduleInsert
}

// take checks the definitions. If two have the same name, the last one counts.
func (a *scheduleApply) take(op string, schedules []ClientScheduleInput) error {
	at := map[string]int{}
	owners, err := a.owners(op, schedules)
	if err != nil {
		return err
	}
	for i, input := range schedules {
		row, err := a.client.scheduleInsert(op, input, fmt.Sprintf("schedule %d: ", i+1), owners[input.ScheduleName])
		if err != nil {
			return err
		}
		input = row.named(input)
		if before, twice := at[row.name]; twice {
			a.rows[before], a.inputs[before] = row, input
			continue
		}
		at[row.name] = len(a.rows)
		a.rows, a.inputs = append(a.rows, row), append(a.inputs, input)
	}
	return nil
}

// owners returns the owners of the schedules that exist, because their application reads what is
// written. It reads them if several applications share the database, and no one is stated.
func (a *scheduleApply) owners(op string, schedules []ClientScheduleInput) (owners map[string]string, err error) {
	c := a.client
	if len(schedules) == 0 || c.config.AppName != "" || c.config.ReadOnly || !c.shape.Has("workflow_schedules", "application_name") {
		return nil, nil
	}
	sharers, err := c.ownership(op, queuedName{schedules[0].QueueName, schedules[0].WorkflowName})
	if err != nil || len(sharers.applications) < 2 {
		return nil, err
	}
	names := column(schedules, func(input ClientScheduleInput) string { return input.ScheduleName })
	err = c.read(op, func(b *db.Batch) { db.Map(b, &owners, selectScheduleOwners, query.Args{"names": names}, scanPair) })
	return owners, err
}

func (a *scheduleApply) guardOwners(b *db.Batch, args query.Args) {
	if a.client.shape.Has("workflow_schedules", "application_name") {
		b.Guard(selectOtherOwners, args, errOtherOwner)
	}
}

// otherOwner returns AlreadyExists with the owner, if the guard has failed.
func (a *scheduleApply) otherOwner(op string, args query.Args, err error) error {
	if !errors.Is(err, errOtherOwner) {
		return err
	}
	var owners map[string]string
	if err := a.client.read(op, func(b *db.Batch) { db.Map(b, &owners, selectOtherOwners, args, scanPair) }); err != nil {
		return err
	}
	for _, row := range a.rows {
		if owner, found := owners[row.name]; found {
			failed := ownedBy(op, "schedule", row.name, owner, row.owner)
			failed.ScheduleName = row.name
			return failed
		}
	}
	return err
}

func (a *scheduleApply) readBefore(b *db.Batch, args query.Args) {
	db.Map(b, &a.before, selectBefore, args, func(row db.Row) (string, scheduleBefore, error) {
		var name, id, status, workflow, class, schedule, context, timezone, queue, owner db.Text
		var backfill db.Bool
		err := row.Scan(&name, &id, &status, &workflow, &class, &schedule, &context, &backfill, &timezone, &queue, &owner)
		return name.String, scheduleBefore{id.String, status.String, scheduleInsert{name: name.String, workflow: workflow.String,
			class: textOrNil(class), schedule: schedule.String, context: context.String, backfill: backfill.Bool, timezone: timezone.String, queue: textOrNil(queue),
			owner: owner.String}}, err
	})
}

func textOrNil(text db.Text) *string {
	if !text.Valid {
		return nil
	}
	return &text.String
}

// defines reports whether two rows define the same schedule, whatever their ids. r keeps an owner
// that it has.
func (r scheduleInsert) defines(other scheduleInsert) bool {
	r.id, other.id, r.sdk, other.sdk = "", "", "", ""
	if other.stated = r.stated; r.owner != "" {
		other.owner = r.owner
	}
	return reflect.DeepEqual(r, other)
}

// settled sets the result of each schedule. If an answer was lost, a new schedule is recognised by
// its id; one that existed counts as changed, because nothing shows whether the
// lost attempt did it.
func (a *scheduleApply) settled(answerLost bool) {
	a.Results, a.Changed = make([]ChangeResult, len(a.rows)), 0
	for i, row := range a.rows {
		before, existed := a.before[row.name]
		switch {
		case !existed || before.id == row.id:
			a.result(i, OutcomeCreated, string(ScheduleStatusActive))
		case answerLost || !before.definition.defines(row):
			a.result(i, OutcomeChanged, before.status)
		default:
			a.result(i, OutcomeUnchanged, before.status)
		}
	}
}

func (a *scheduleApply) result(i int, outcome ChangeOutcome, status string) {
	a.Results[i] = ChangeResult{ID: a.rows[i].name, Outcome: outcome, Status: WorkflowStatusType(status)}
	if outcome == OutcomeUnchanged {
		a.Results[i].Reason = "it is defined like that already"
		return
	}
	a.Changed++
}
