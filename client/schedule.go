package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A schedule is in one of three states: it does not exist, it is ACTIVE, or it is PAUSED.
//
//   - schedule_define.go and schedule_apply.go create it as ACTIVE, and replace its definition, but
//     not its state and id.
//   - schedule_list.go reads it, moves it between ACTIVE and PAUSED, and deletes it.
//   - schedule_source.go reads it with all that its runs need, and schedule_run.go starts runs, in
//     either state: one for each tick of a backfill without a workflow, or one at once.
//
// An application starts a run of an ACTIVE schedule at each tick; this package never does.

// A ScheduleStatus is the state of a schedule. Applications run it if it is ACTIVE.
type ScheduleStatus string

// The states of a schedule.
const (
	ScheduleStatusActive ScheduleStatus = "ACTIVE" // a run starts at each tick
	ScheduleStatusPaused ScheduleStatus = "PAUSED" // runs start only by a trigger or a backfill
)

// A WorkflowSchedule is the row of one schedule. A field is zero if its column is NULL or missing,
// but QueueName is InternalQueueName if the schedule has no queue, because its runs go on that.
type WorkflowSchedule struct {
	ScheduleID        string         `json:"schedule_id" doc:"The schedule's id, which it keeps when it is applied anew."`
	ScheduleName      string         `json:"schedule_name" doc:"The schedule's name."`
	WorkflowName      string         `json:"workflow_name" doc:"The name of the workflow it starts."`
	WorkflowClassName string         `json:"workflow_class_name,omitempty" doc:"The class of that workflow, for applications that dispatch by class."`
	Schedule          string         `json:"schedule" doc:"The cron text: six fields, the seconds first."`
	Status            ScheduleStatus `json:"status" doc:"ACTIVE or PAUSED."`
	Context           any            `json:"context,omitempty" doc:"Data that each run receives besides the time of its tick."`
	LastFiredAt       *time.Time     `json:"last_fired_at,omitempty" doc:"When an application last started a run of it."`
	AutomaticBackfill bool           `json:"automatic_backfill" doc:"Whether an application that starts backfills the ticks since the last run."`
	CronTimezone      string         `json:"cron_timezone,omitempty" doc:"The time zone the cron text is read in; nil means UTC here, and with some SDKs the application's own."`
	QueueName         string         `json:"queue_name" doc:"The queue its runs are put on."`
	ApplicationName   string         `json:"application_name,omitempty" doc:"The application that owns it."`
}

// scheduleColumns are the columns of a scheduleRow.
const scheduleColumns = `ws.schedule_id, ws.schedule_name, ws.workflow_name, ws.workflow_class_name, ws.schedule, ws.status, ws.context,
	ws.last_fired_at, ws.automatic_backfill, ws.cron_timezone, ws.queue_name,
	{if workflow_schedules.application_name|ws.application_name}{unless workflow_schedules.application_name|NULL}`

// A scheduleRow receives one row after the other of scheduleColumns.
type scheduleRow struct {
	id, name, workflow, class, schedule, status db.Text
	context, fired, timezone, queue, owner      db.Text
	backfill                                    db.Bool
}

func (r *scheduleRow) targets() []any {
	return []any{&r.id, &r.name, &r.workflow, &r.class, &r.schedule, &r.status, &r.context,
		&r.fired, &r.backfill, &r.timezone, &r.queue, &r.owner}
}

func (r *scheduleRow) record() WorkflowSchedule {
	s := WorkflowSchedule{
		ScheduleID:        r.id.String,
		ScheduleName:      r.name.String,
		WorkflowName:      r.workflow.String,
		WorkflowClassName: r.class.String,
		Schedule:          r.schedule.String,
		Status:            ScheduleStatus(r.status.String),
		Context:           codec.DecodeContext(r.context.String),
		LastFiredAt:       firedAt(r.fired.String),
		AutomaticBackfill: r.backfill.Bool,
		CronTimezone:      r.timezone.String,
		QueueName:         r.queue.String,
		ApplicationName:   r.owner.String,
	}
	if s.QueueName == "" {
		s.QueueName = InternalQueueName
	}
	return s
}

// firedAt reads RFC 3339 with any fraction and offset, in which all SDKs agree; other text is nil.
func firedAt(text string) *time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return nil
	}
	t = t.UTC()
	return &t
}
