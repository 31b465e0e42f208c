package client

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// insertSchedules ends in WHERE TRUE, because SQLite would take an ON CONFLICT that follows a FROM
// for the condition of a join.
const insertSchedules = `
INSERT INTO {workflow_schedules} AS ws (schedule_id, schedule_name, workflow_name, workflow_class_name, schedule, status, context,
	automatic_backfill, cron_timezone, queue_name{if workflow_schedules.application_name|, application_name})
SELECT new.id, new.name, new.workflow, new.class, new.schedule, 'ACTIVE', new.context, new.backfill, new.timezone, new.queue
	{if workflow_schedules.application_name|, new.owner}
FROM {rows new id:TEXT=:ids name:TEXT=:names workflow:TEXT=:workflows class:TEXT=:classes schedule:TEXT=:schedules
	context:TEXT=:contexts backfill:BOOLEAN=:backfills timezone:TEXT=:timezones queue:TEXT=:queues owner:TEXT=:owners}
WHERE TRUE`

// applySchedules keeps the identity, the owner, the state and the last run of known schedules.
const applySchedules = insertSchedules + `
ON CONFLICT (schedule_name) DO UPDATE SET workflow_name = excluded.workflow_name, workflow_class_name = excluded.workflow_class_name,
	schedule = excluded.schedule, context = excluded.context, automatic_backfill = excluded.automatic_backfill,
	cron_timezone = excluded.cron_timezone, queue_name = excluded.queue_name
	{if workflow_schedules.application_name|, application_name = COALESCE(ws.application_name, excluded.application_name)}`

// renewID also changes the id of a schedule whose definition changes. Applications of the older
// TypeScript SDKs, whose tables have no columns for debouncing, notice a change only by the id, and
// would go on with the old definition.
const renewID = applySchedules + `,
	schedule_id = CASE WHEN ws.workflow_name = excluded.workflow_name AND ws.workflow_class_name IS NOT DISTINCT FROM excluded.workflow_class_name
		AND ws.schedule = excluded.schedule AND ws.context IS NOT DISTINCT FROM excluded.context
		AND ws.cron_timezone IS NOT DISTINCT FROM excluded.cron_timezone AND ws.queue_name IS NOT DISTINCT FROM excluded.queue_name
		THEN ws.schedule_id ELSE excluded.schedule_id END`

// A ClientScheduleInput defines a schedule, for CreateSchedule and ApplySchedules. ScheduleName,
// WorkflowName and Schedule are required.
type ClientScheduleInput struct {
	ScheduleName      string `json:"schedule_name" doc:"The schedule's name." required:"true" nonempty:"true"`
	WorkflowName      string `json:"workflow_name" doc:"The name of the workflow to start." required:"true" nonempty:"true"`
	WorkflowClassName string `json:"workflow_class_name" doc:"The class of that workflow, for applications that dispatch by class." nonempty:"true"`
	Schedule          string `json:"schedule" doc:"A cron text: five fields, or six with the seconds first, or @hourly, @daily, @weekly, @monthly, @yearly." required:"true" nonempty:"true"`
	Context           any    `json:"context" doc:"Data that each run receives besides the time of its tick: JSON data."`
	AutomaticBackfill bool   `json:"automatic_backfill" doc:"Lets an application that starts backfill the ticks since the last run."`
	CronTimezone      string `json:"cron_timezone" doc:"The IANA time zone in which the cron text is read."`
	QueueName         string `json:"queue_name" doc:"The queue to put the runs on; the internal queue when not given." nonempty:"true"`
	ApplicationName   string `json:"application_name" doc:"The application that runs it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow." nonempty:"true"`
	SDK               SDK    `json:"sdk" doc:"The language of the application's DBOS SDK, which decides how the context is written. When not given, the rows of the database show it; if they do not, the schedule is refused." enum:"go,python,typescript,java"`
}

func (c *systemClient) CreateSchedule(input ClientScheduleInput) error {
	const op = "create schedule"
	row, err := c.scheduleInsert(op, input, "", "")
	if err != nil {
		return err
	}
	args := scheduleArgs([]scheduleInsert{row})
	s := definition(op, []scheduleInsert{row})
	s.detail = row.named(input)
	s.send = func(w *writer) error {
		s.Changed = 1
		last, err := w.write(func(b *db.Batch) {
			b.Indexed()
			b.Exec(insertSchedules, args, nil)
		})
		if errors.Is(err, db.ErrUnique) {
			return c.scheduleTaken(op, row, last, err)
		}
		return err
	}
	return c.apply(s)
}

// target returns the queue, name and class of the runs of the schedule.
func (input ClientScheduleInput) target() target {
	return target{queue: input.QueueName, name: input.WorkflowName, class: input.WorkflowClassName}
}

// definition returns the write of a call that defines schedules, still without its statements.
func definition(op string, rows []scheduleInsert) *write {
	names := column(rows, func(r scheduleInsert) string { return r.name })
	w := &write{Change: Change{Op: op, Of: Schedules, IDs: names, New: true}}
	if len(rows) == 1 {
		w.Name = rows[0].workflow
	}
	return w
}

// applyText returns renewID if one of the schedules is for an application that needs it.
func (c *systemClient) applyText(rows []scheduleInsert) string {
	old := !c.shape.Supports(schema.Debounce)
	if old && slices.ContainsFunc(rows, func(r scheduleInsert) bool { return r.sdk == SDKTypeScript }) {
		return renewID
	}
	return applySchedules
}

// scheduleTaken returns AlreadyExists, or nil if an earlier attempt, whose answer was lost, has
// inserted the row.
func (c *systemClient) scheduleTaken(op string, row scheduleInsert, last db.Attempt, cause error) error {
	found, err := c.GetSchedule(row.name)
	if err != nil {
		return failure(op, err)
	}
	if last.AnswerLost && found != nil && found.ScheduleID == row.id {
		return nil
	}
	return scheduleExists(op, row, found, cause)
}

// scheduleExists returns AlreadyExists, with the owner of the schedule that exists if it is another
// than that of the new one.
func scheduleExists(op string, row scheduleInsert, found *WorkflowSchedule, cause error) error {
	if found != nil && found.ApplicationName != "" && row.stated && row.owner != found.ApplicationName {
		failed := ownedBy(op, "schedule", row.name, found.ApplicationName, row.owner)
		failed.ScheduleName, failed.Err = row.name, cause
		return failed
	}
	return &Error{Code: AlreadyExists, Op: op, ScheduleName: row.name, Err: cause, Message: fmt.Sprintf("schedule %q exists", row.name),
		Hint: "apply it, to change what exists"}
}

// record returns the schedule as it would be read, for a dry run.
func (input ClientScheduleInput) record() *WorkflowSchedule {
	text, _ := cron.Normalise(input.Schedule)
	s := &WorkflowSchedule{
		ScheduleName: input.ScheduleName, WorkflowName: input.WorkflowName, WorkflowClassName: input.WorkflowClassName,
		Schedule: text, Status: ScheduleStatusActive, Context: input.Context, AutomaticBackfill: input.AutomaticBackfill,
		CronTimezone: cmp.Or(input.CronTimezone, "UTC"), QueueName: input.QueueName, ApplicationName: input.ApplicationName,
	}
	if s.QueueName == "" {
		s.QueueName = InternalQueueName
	}
	return s
}

// refused returns InvalidOption for a mistake in the definition.
func (input ClientScheduleInput) refused(op string, err error) error {
	return &Error{Code: InvalidOption, Op: op, ScheduleName: input.ScheduleName, Err: err}
}

// A scheduleInsert is a schedule as it is stored, in the form of the SDK of its application.
type scheduleInsert struct {
	id, name, workflow, schedule, timezone, context string

	sdk          SDK
	owner        string // "" if nothing shows one
	stated       bool   // the owner is that of the call or of the connection
	class, queue *string
	backfill     bool
}

// named returns the definition with its owner, for a dry run.
func (r scheduleInsert) named(input ClientScheduleInput) ClientScheduleInput {
	input.ApplicationName = r.owner
	return input
}

// scheduleInsert checks a definition and returns it in the form of its application's SDK, with the
// id that all attempts share. position begins the error of a definition in a list, such as
// "schedule 2: ". current is the owner of the schedule if it exists and has one: without a stated
// owner it stays, and so no warning about the owner is needed.
func (c *systemClient) scheduleInsert(op string, input ClientScheduleInput, position, current string) (scheduleInsert, error) {
	row, err := input.row()
	if err != nil {
		return row, input.refused(op, fmt.Errorf("%s%w", position, err))
	}
	if input.ApplicationName != "" && !c.shape.Supports(schema.ScheduleApplication) {
		return row, unsupported(op, c.shape.Missing(schema.ScheduleApplication), "")
	}
	owner, warning, shown, err := c.owner(op, input.ApplicationName, queuedName{input.QueueName, input.WorkflowName})
	if err != nil {
		return row, err
	}
	row.stated = input.ApplicationName != "" || c.config.AppName != ""
	if !row.stated && current != "" {
		owner, warning = current, ""
	}
	row.owner = owner
	if row.sdk, err = c.needSDK(op, input.SDK, row.owner, input.WorkflowName); err != nil {
		return row, err
	}
	if err := row.native(input); err != nil {
		return row, input.refused(op, fmt.Errorf("%s%w", position, err))
	}
	if err := c.harmsOthers(op, &row, shown); err != nil {
		return row, err
	}
	target := input.target()
	target.ownerWarning = warning
	return row, c.checkTarget(op, target, c.config.Strict)
}

// row checks the parts of a definition that are the same for all SDKs. The time zone is never
// empty: the Go SDK fails at NULL, and then reads no other schedule either; the Java SDK fails at
// the empty text; all read UTC.
func (input ClientScheduleInput) row() (scheduleInsert, error) {
	row := scheduleInsert{id: uuid.NewString(), name: input.ScheduleName, workflow: input.WorkflowName,
		timezone: cmp.Or(input.CronTimezone, "UTC"),
		queue:    optional(input.QueueName), backfill: input.AutomaticBackfill}
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
	_, err = cron.Zone(input.CronTimezone)
	return row, err
}

// native sets the columns whose form depends on the SDK.
func (r *scheduleInsert) native(input ClientScheduleInput) (err error) {
	if r.class, err = r.sdk.ScheduleClass(input.WorkflowClassName); err != nil {
		return err
	}
	if r.context, err = r.sdk.EncodeContext(input.Context); err != nil {
		return fmt.Errorf("the context: %w", err)
	}
	return nil
}

// scheduleArgs returns the rows as one array for each column, for the statements that create or
// apply schedules. "stated" is for selectOtherOwners.
func scheduleArgs(rows []scheduleInsert) query.Args {
	return query.Args{
		"ids":       column(rows, func(r scheduleInsert) string { return r.id }),
		"names":     column(rows, func(r scheduleInsert) string { return r.name }),
		"workflows": column(rows, func(r scheduleInsert) string { return r.workflow }),
		"classes":   column(rows, func(r scheduleInsert) *string { return r.class }),
		"schedules": column(rows, func(r scheduleInsert) string { return r.schedule }),
		"contexts":  column(rows, func(r scheduleInsert) string { return r.context }),
		"backfills": column(rows, func(r scheduleInsert) bool { return r.backfill }),
		"timezones": column(rows, func(r scheduleInsert) string { return r.timezone }),
		"queues":    column(rows, func(r scheduleInsert) *string { return r.queue }),
		"owners":    column(rows, func(r scheduleInsert) *string { return optional(r.owner) }),
		"stated":    column(rows, func(r scheduleInsert) bool { return r.stated }),
	}
}

// column returns one value of each row, as the array parameter of a statement.
func column[R, T any](rows []R, get func(R) T) []T {
	values := make([]T, len(rows))
	for i, row := range rows {
		values[i] = get(row)
	}
	return values
}
