package client

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

var insertSchedules = `
INSERT INTO {workflow_schedules} AS ws (schedule_id, schedule_name, workflow_name, workflow_class_name, schedule, status, context,
	automatic_backfill, cron_timezone, queue_name)
SELECT new.id, new.name, new.workflow, new.class, new.schedule, 'ACTIVE', CASE WHEN ` + python("new.workflow") + ` THEN new.pickle ELSE new.context END,
	new.backfill, new.timezone, new.queue
FROM {rows new id:TEXT=:ids name:TEXT=:names workflow:TEXT=:workflows class:TEXT=:classes schedule:TEXT=:schedules
	context:TEXT=:contexts pickle:TEXT=:pickles backfill:BOOLEAN=:backfills timezone:TEXT=:timezones queue:TEXT=:queues}
WHERE TRUE`

// applySchedules keeps the identity, the state and the last run of a schedule that exists.
var applySchedules = insertSchedules + `
ON CONFLICT (schedule_name) DO UPDATE SET workflow_name = excluded.workflow_name, workflow_class_name = excluded.workflow_class_name,
	schedule = excluded.schedule, context = excluded.context, automatic_backfill = excluded.automatic_backfill,
	cron_timezone = excluded.cron_timezone, queue_name = excluded.queue_name`

// renewID gives a schedule that changes another id. Applications of TypeScript SDKs from before
// debouncing start a schedule anew only when its id is another, and else fire what it was.
var renewID = applySchedules + `,
	schedule_id = CASE WHEN ws.workflow_name = excluded.workflow_name AND ws.workflow_class_name IS NOT DISTINCT FROM excluded.workflow_class_name
		AND ws.schedule = excluded.schedule AND ws.context IS NOT DISTINCT FROM excluded.context
		AND ws.cron_timezone IS NOT DISTINCT FROM excluded.cron_timezone AND ws.queue_name IS NOT DISTINCT FROM excluded.queue_name
		THEN ws.schedule_id ELSE excluded.schedule_id END`

// A ClientScheduleInput defines a schedule of a workflow that an application has.
type ClientScheduleInput struct {
	ScheduleName      string `json:"schedule_name" doc:"The schedule's name." required:"true"`
	WorkflowName      string `json:"workflow_name" doc:"The name of the workflow to start." required:"true"`
	WorkflowClassName string `json:"workflow_class_name" doc:"The class of that workflow, for applications that dispatch by class."`
	Schedule          string `json:"schedule" doc:"A cron text: five fields, or six with the seconds first, or @hourly, @daily, @weekly, @monthly, @yearly." required:"true"`
	Context           any    `json:"context" doc:"What each run is given beside its time: JSON data."`
	AutomaticBackfill bool   `json:"automatic_backfill" doc:"Lets an application that starts make up for the ticks since it last fired."`
	CronTimezone      string `json:"cron_timezone" doc:"The IANA time zone in which the cron text is read."`
	QueueName         string `json:"queue_name" doc:"The queue to put the runs on; the internal queue when not given."`
}

// CreateSchedule adds a schedule that fires from now on. The workflow need not exist yet. Five
// fields (which the Go SDK refuses) and the descriptors are stored as six fields, which every SDK
// reads; the context is JSON, as the Go SDK writes it, and for applications of Python and TypeScript,
// as far as the database shows them, what those write. @every and a time zone in the text (which it takes) are InvalidOption, as is all that
// robfig/cron refuses. A name that is taken is AlreadyExists.
func (c *systemClient) CreateSchedule(input ClientScheduleInput) error {
	const op = "create schedule"
	row, err := input.row(c.shape.TypeScript())
	if err != nil {
		return input.refused(op, err)
	}
	args := scheduleArgs([]scheduleInsert{row})
	s := definition(op, []scheduleInsert{row})
	s.settle = func() error {
		if s.Affected[0].Effect == EffectNone {
			return c.scheduleTaken(op, row, db.ErrUnique)
		}
		c.rehearsal.define(input)
		return nil
	}
	return c.change(s, func(p *permit) error {
		s.Changed = 1
		err := p.write(func(b *db.Batch) {
			b.Indexed()
			b.Exec(insertSchedules, args, nil)
		})
		if errors.Is(err, db.ErrUnique) {
			return c.scheduleTaken(op, row, err)
		}
		return err
	})
}

// ApplySchedules makes schedules be as defined, all or none: it adds those that are not there and
// changes those that are, which keep id, state and last run (the Go SDK's v0.18 replaced them). Of
// two with one name the last one counts; schedules that are not named stay as they are. All are
// checked first, and the error says which one is wrong, counted from 1.
func (c *systemClient) ApplySchedules(schedules []ClientScheduleInput) error {
	const op = "apply schedules"
	rows := make([]scheduleInsert, 0, len(schedules))
	at := map[string]int{}
	for i, input := range schedules {
		row, err := input.row(c.shape.TypeScript())
		if err != nil {
			return input.refused(op, fmt.Errorf("schedule %d: %w", i+1, err))
		}
		if before, twice := at[row.name]; twice {
			rows[before] = row
			continue
		}
		at[row.name] = len(rows)
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil
	}
	args := scheduleArgs(rows)
	s := definition(op, rows)
	s.replaces = true
	s.settle = func() error { c.rehearsal.define(schedules...); return nil }
	return c.change(s, func(p *permit) error {
		s.Changed = int64(len(rows))
		return p.write(func(b *db.Batch) {
			b.Indexed()
			b.Exec(c.applyText(), args, nil)
		})
	})
}

func definition(op string, rows []scheduleInsert) *step {
	names := column(rows, func(r scheduleInsert) string { return r.name })
	s := &step{Change: Change{Op: op, Of: Schedules, IDs: names, New: true}, becomes: WorkflowStatusType(ScheduleStatusActive)}
	if len(rows) == 1 {
		s.Name = rows[0].workflow
	}
	return s
}

func (c *systemClient) applyText() string {
	if c.shape.TypeScript() && !c.shape.Supports(schema.Debounce) {
		return renewID
	}
	return applySchedules
}

// scheduleTaken settles a unique violation: after a lost connection the row may be our own.
func (c *systemClient) scheduleTaken(op string, row scheduleInsert, cause error) error {
	if db.Retried(cause) {
		found, err := c.GetSchedule(row.name)
		if err != nil || found != nil && found.ScheduleID == row.id {
			return failure(op, err)
		}
	}
	return &Error{Kind: AlreadyExists, Op: op, ScheduleName: row.name, Err: cause, Message: fmt.Sprintf("schedule %q exists", row.name),
		Advice: "apply it, to change what exists"}
}

// record is the schedule as it would be read, in a dry run.
func (input ClientScheduleInput) record() *WorkflowSchedule {
	text, _ := cron.Normalise(input.Schedule)
	s := &WorkflowSchedule{
		ScheduleName: input.ScheduleName, WorkflowName: input.WorkflowName, WorkflowClassName: input.WorkflowClassName,
		Schedule: text, Status: ScheduleStatusActive, Context: input.Context, AutomaticBackfill: input.AutomaticBackfill,
		CronTimezone: input.CronTimezone, QueueName: input.QueueName,
	}
	if s.QueueName == "" {
		s.QueueName = InternalQueueName
	}
	return s
}

func (input ClientScheduleInput) refused(op string, err error) error {
	return &Error{Kind: InvalidOption, Op: op, ScheduleName: input.ScheduleName, Err: err}
}

// A scheduleInsert is a schedule as it is stored. The time zone is never NULL: the Go SDK cannot
// read such a row, nor any other schedule beside it.
type scheduleInsert struct {
	id, name, workflow, schedule, timezone string
	context, pickle                        string // which of them is written is for the database to say

	class, queue *string
	backfill     bool
}

// row checks a definition and gives it an id, before the first try to insert it. A Python
// application whose schedules hold a context that is no pickle stops all of them. TypeScript
// applications fire a plain function only where the class is the empty text, and from SDK 5 on a
// context that is not superjson hides all schedules from them.
func (input ClientScheduleInput) row(typescript bool) (scheduleInsert, error) {
	row := scheduleInsert{id: uuid.NewString(), name: input.ScheduleName, workflow: input.WorkflowName, timezone: input.CronTimezone,
		class: optional(input.WorkflowClassName), queue: optional(input.QueueName), backfill: input.AutomaticBackfill}
	switch {
	case input.ScheduleName == "":
		return row, errNamelessSchedule
	case input.WorkflowName == "":
		return row, errors.New("the workflow has no name")
	}
	var err error
	if row.schedule, err = cron.Normalise(input.Schedule); err != nil {
		return row, fmt.Errorf("the cron text %q: %w", input.Schedule, err)
	}
	if _, err := cron.Zone(input.CronTimezone); err != nil {
		return row, err
	}
	if row.context, row.pickle, err = contextTexts(input.Context, typescript); err != nil {
		return row, fmt.Errorf("the context: %w", err)
	}
	if typescript {
		row.class = &input.WorkflowClassName
	}
	return row, nil
}

// contextTexts are the context as everybody but Python applications reads it, and as those do.
func contextTexts(context any, typescript bool) (text, pickle string, err error) {
	if typescript {
		text, err = codec.EncodeSuperJSON(context)
		return text, text, err
	}
	if text, err = codec.EncodeJSON(context, ""); err != nil {
		return "", "", err
	}
	pickle, err = codec.EncodePickle(context)
	return text, pickle, err
}

// scheduleArgs turns rows into columns.
func scheduleArgs(rows []scheduleInsert) query.Args {
	return query.Args{
		"ids":       column(rows, func(r scheduleInsert) string { return r.id }),
		"names":     column(rows, func(r scheduleInsert) string { return r.name }),
		"workflows": column(rows, func(r scheduleInsert) string { return r.workflow }),
		"classes":   column(rows, func(r scheduleInsert) *string { return r.class }),
		"schedules": column(rows, func(r scheduleInsert) string { return r.schedule }),
		"contexts":  column(rows, func(r scheduleInsert) string { return r.context }),
		"pickles":   column(rows, func(r scheduleInsert) string { return r.pickle }),
		"backfills": column(rows, func(r scheduleInsert) bool { return r.backfill }),
		"timezones": column(rows, func(r scheduleInsert) string { return r.timezone }),
		"queues":    column(rows, func(r scheduleInsert) *string { return r.queue }),
	}
}

func column[R, T any](rows []R, get func(R) T) []T {
	values := make([]T, len(rows))
	for i, row := range rows {
		values[i] = get(row)
	}
	return values
}
