package client

import (
	"fmt"
	"reflect"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectBefore = `
SELECT ws.schedule_name, ws.schedule_id, ws.status, ws.workflow_name, ws.workflow_class_name, ws.schedule, ws.context,
	ws.automatic_backfill, ws.cron_timezone, ws.queue_name
FROM {workflow_schedules} AS ws WHERE {in ws.schedule_name :names}`

func (c *systemClient) ApplySchedules(schedules []ClientScheduleInput) error {
	_, err := c.ApplyAll(schedules)
	return err
}

func (c *systemClient) ApplyAll(schedules []ClientScheduleInput) (*Report, error) {
	const op = "apply schedules"
	a := &application{client: c, before: map[string]scheduleBefore{}}
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
			b.Exec(c.applyText(a.rows), args, nil)
		})
		if err == nil {
			a.settled(last.AnswerLost)
		}
		return err
	}
	if err := c.apply(a.write); err != nil {
		return nil, err
	}
	return &Report{Op: op, Results: a.Results}, nil
}

// An application is one call of ApplySchedules.
type application struct {
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
func (a *application) take(op string, schedules []ClientScheduleInput) error {
	at := map[string]int{}
	for i, input := range schedules {
		row, err := a.client.scheduleInsert(op, input, fmt.Sprintf("schedule %d: ", i+1))
		if err == nil {
			err = a.client.checkTarget(op, input.target(), a.client.config.Strict)
		}
		if err != nil {
			return err
		}
		if before, twice := at[row.name]; twice {
			a.rows[before], a.inputs[before] = row, input
			continue
		}
		at[row.name] = len(a.rows)
		a.rows, a.inputs = append(a.rows, row), append(a.inputs, input)
	}
	return nil
}

func (a *application) readBefore(b *db.Batch, args query.Args) {
	db.Map(b, &a.before, selectBefore, args, func(row db.Row) (string, scheduleBefore, error) {
		var name, id, status, workflow, class, schedule, context, timezone, queue db.Text
		var backfill db.Bool
		err := row.Scan(&name, &id, &status, &workflow, &class, &schedule, &context, &backfill, &timezone, &queue)
		return name.String, scheduleBefore{id.String, status.String, scheduleInsert{name: name.String, workflow: workflow.String,
			class: textOrNil(class), schedule: schedule.String, context: context.String, backfill: backfill.Bool, timezone: timezone.String, queue: textOrNil(queue)}}, err
	})
}

func textOrNil(text db.Text) *string {
	if !text.Valid {
		return nil
	}
	return &text.String
}

// defines reports whether two rows define the same schedule, whatever their ids.
func (r scheduleInsert) defines(other scheduleInsert) bool {
	r.id, other.id, r.sdk, other.sdk = "", "", "", ""
	return reflect.DeepEqual(r, other)
}

// settled sets the result of each schedule. If an answer was lost, a new schedule is recognised by
// its id; one that existed counts as changed, because nothing shows whether the lost attempt did it.
func (a *application) settled(answerLost bool) {
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

func (a *application) result(i int, outcome ChangeOutcome, status string) {
	a.Results[i] = ChangeResult{ID: a.rows[i].name, Outcome: outcome, Status: WorkflowStatusType(status)}
	if outcome == OutcomeUnchanged {
		a.Results[i].Reason = "it is defined like that already"
		return
	}
	a.Changed++
}
