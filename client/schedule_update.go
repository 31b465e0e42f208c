package client

import (
	"cmp"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

const opUpdateSchedule = "update schedule"

// A ScheduleUpdate holds new values of a schedule. An empty field leaves the value as it is.
type ScheduleUpdate struct {
	WorkflowName      string   `json:"workflow_name" doc:"The name of the workflow to start." nonempty:"true"`
	WorkflowClassName string   `json:"workflow_class_name" doc:"The class of that workflow, for applications that dispatch by class." nonempty:"true"`
	Schedule          string   `json:"schedule" doc:"A cron text: five fields, or six with the seconds first, or @hourly, @daily, @weekly, @monthly, @yearly." nonempty:"true"`
	Context           any      `json:"context" doc:"Data that each run receives besides the time of its tick: JSON data."`
	AutomaticBackfill *bool    `json:"automatic_backfill" doc:"Lets an application that starts backfill the ticks since the last run."`
	CronTimezone      string   `json:"cron_timezone" doc:"The IANA time zone in which the cron text is read." nonempty:"true"`
	QueueName         string   `json:"queue_name" doc:"The queue to put the runs on." nonempty:"true"`
	SDK               SDK      `json:"sdk" doc:"The language of the application's DBOS SDK, which decides how the context is written. When not given, the rows of the database show it; if they do not, a new context, class, workflow or queue is refused." enum:"go,python,typescript,java"`
	Clear             []string `json:"clear" doc:"The values to remove: without a queue the runs go on the internal queue, without a time zone the cron text is read in UTC." enum:"context,queue_name,workflow_class_name,cron_timezone"`
}

// setSchedule sets only the columns that the call names, so that it undoes no change of another.
// The state, the owner and the time of the last run stay.
const setSchedule = `
UPDATE {workflow_schedules} SET
	workflow_name = CASE WHEN :set_workflow THEN :workflow ELSE workflow_name END,
	workflow_class_name = CASE WHEN :set_class THEN :class ELSE workflow_class_name END,
	schedule = CASE WHEN :set_schedule THEN :schedule ELSE schedule END,
	context = CASE WHEN :set_context THEN :context ELSE context END,
	automatic_backfill = CASE WHEN :set_backfill THEN :backfill ELSE automatic_backfill END,
	cron_timezone = CASE WHEN :set_timezone THEN :timezone ELSE cron_timezone END,
	queue_name = CASE WHEN :set_queue THEN :queue ELSE queue_name END`

const updateSchedule = setSchedule + `
WHERE schedule_name = :name`

// updateScheduleID also changes the id, for the same reason as renewID.
const updateScheduleID = setSchedule + `, schedule_id = :id
WHERE schedule_name = :name`

// A scheduleUpdate is one call of UpdateSchedule.
type scheduleUpdate struct {
	*write
	client *systemClient
	update ScheduleUpdate
	row    scheduleInsert
	after  *WorkflowSchedule
}

func (c *systemClient) UpdateSchedule(scheduleName string, update ScheduleUpdate) (*WorkflowSchedule, error) {
	if err := c.writable(opUpdateSchedule); err != nil {
		return nil, err
	}
	if scheduleName == "" {
		return nil, &Error{Code: InvalidOption, Op: opUpdateSchedule, Err: errNamelessSchedule}
	}
	if err := update.check(); err != nil {
		err.ScheduleName = scheduleName
		return nil, err
	}
	found, err := c.view.retrieveSchedule(opUpdateSchedule, scheduleName)
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, c.noSuchSchedule(opUpdateSchedule, scheduleName)
	}
	u := &scheduleUpdate{client: c, update: update, write: &write{Change: Change{Op: opUpdateSchedule, Of: Schedules, IDs: []string{scheduleName}}}}
	u.detail, u.send = u, u.set
	if err := u.take(found); err != nil {
		return nil, err
	}
	u.verify = func() error {
		if u.after == nil {
			return c.noSuchSchedule(opUpdateSchedule, scheduleName)
		}
		return nil
	}
	err = c.apply(u.write)
	return u.after, err
}

// check returns InvalidOption if the update names nothing, or the same value to set and to remove.
func (update ScheduleUpdate) check() *Error {
	given := map[string]bool{"context": update.Context != nil, "queue_name": update.QueueName != "",
		"workflow_class_name": update.WorkflowClassName != "", "cron_timezone": update.CronTimezone != ""}
	for _, name := range update.Clear {
		set, known := given[name]
		switch {
		case !known:
			return invalid(opUpdateSchedule, "clear: %q is no value that can be removed", name)
		case set:
			return invalid(opUpdateSchedule, "%s is both set and in clear", name)
		}
	}
	if len(update.Clear) == 0 && update.WorkflowName == "" && update.WorkflowClassName == "" && update.Schedule == "" && update.Context == nil &&
		update.AutomaticBackfill == nil && update.CronTimezone == "" && update.QueueName == "" {
		return invalid(opUpdateSchedule, "nothing to change is named")
	}
	return nil
}

// clears returns true if the update removes a value.
func (update ScheduleUpdate) clears(name string) bool { return slices.Contains(update.Clear, name) }

// on returns the definition with the new values.
func (update ScheduleUpdate) on(s *WorkflowSchedule) ClientScheduleInput {
	kept := func(name, is, becomes string) string {
		if update.clears(name) {
			return ""
		}
		return cmp.Or(becomes, is)
	}
	input := ClientScheduleInput{
		ScheduleName: s.ScheduleName, WorkflowName: cmp.Or(update.WorkflowName, s.WorkflowName), Schedule: cmp.Or(update.Schedule, s.Schedule),
		WorkflowClassName: kept("workflow_class_name", s.WorkflowClassName, update.WorkflowClassName),
		CronTimezone:      kept("cron_timezone", s.CronTimezone, update.CronTimezone), QueueName: kept("queue_name", s.QueueName, update.QueueName),
		AutomaticBackfill: s.AutomaticBackfill, Context: s.Context, SDK: update.SDK,
	}
	if update.AutomaticBackfill != nil {
		input.AutomaticBackfill = *update.AutomaticBackfill
	}
	if update.Context != nil || update.clears("context") {
		input.Context = update.Context
	}
	return input
}

// native returns true if the update writes something whose form depends on the SDK, or starts other
// workflows than before.
func (update ScheduleUpdate) native() bool {
	return update.WorkflowName != "" || update.WorkflowClassName != "" || update.QueueName != "" || update.Context != nil ||
		slices.ContainsFunc(update.Clear, func(name string) bool { return name != "cron_timezone" })
}

// times returns true if the update changes the times of the runs.
func (update ScheduleUpdate) times() bool {
	return update.Schedule != "" || update.CronTimezone != "" || update.clears("cron_timezone")
}

// take checks the new definition. A change of the times alone needs no SDK, because nothing is
// written in the form of one. Only new times are checked: the stored ones may be such that only
// their application reads them.
func (u *scheduleUpdate) take(found *WorkflowSchedule) (err error) {
	c, update, input := u.client, u.update, u.update.on(found)
	u.planned(found, input)
	if update.Context == nil && !update.clears("context") {
		input.Context = nil // it is not written again
	}
	if !update.times() {
		input.Schedule, input.CronTimezone = "* * * * *", "" // which are not written either
	}
	if update.native() {
		u.row, err = c.scheduleInsert(opUpdateSchedule, input, "", found.ApplicationName)
		return err
	}
	if u.row, err = input.row(); err != nil {
		return input.refused(opUpdateSchedule, err)
	}
	u.row.owner, u.row.stated = c.config.AppName, c.config.AppName != ""
	return nil
}

// planned notes the schedule as it would be, for a dry run.
func (u *scheduleUpdate) planned(found *WorkflowSchedule, input ClientScheduleInput) {
	u.after = input.record()
	if !u.update.times() {
		u.after.Schedule = found.Schedule // which need not be a text that this client reads
	}
	u.after.ScheduleID, u.after.Status, u.after.LastFiredAt, u.after.ApplicationName = found.ScheduleID, found.Status, found.LastFiredAt, found.ApplicationName
}

// args returns the values of the statements, and for each column whether it is set.
func (u *scheduleUpdate) args() query.Args {
	update, row := u.update, u.row
	return query.Args{
		"name": row.name, "id": row.id, "names": []string{row.name}, "owners": []*string{optional(row.owner)}, "stated": []bool{row.stated},
		"set_workflow": update.WorkflowName != "", "workflow": row.workflow,
		"set_class": update.WorkflowClassName != "" || update.clears("workflow_class_name"), "class": row.class,
		"set_schedule": update.Schedule != "", "schedule": row.schedule,
		"set_context": update.Context != nil || update.clears("context"), "context": row.context,
		"set_backfill": update.AutomaticBackfill != nil, "backfill": row.backfill,
		"set_timezone": update.CronTimezone != "" || update.clears("cron_timezone"), "timezone": row.timezone,
		"set_queue": update.QueueName != "" || update.clears("queue_name"), "queue": row.queue,
	}
}

// set sends the update, and reads the schedule as it is stored then.
func (u *scheduleUpdate) set(w *writer) error {
	args, text := u.args(), updateSchedule
	if old := !u.client.shape.Supports(schema.Debounce); old && (u.row.sdk == "" || u.row.sdk == SDKTypeScript) {
		text = updateScheduleID
	}
	_, err := w.write(func(b *db.Batch) {
		u.after = nil
		u.guardOwner(b, args)
		b.Exec(text, args, &u.Changed)
		db.One(b, &u.after, selectSchedule, args, scanScheduleRecord)
	})
	return u.otherOwner(args, err)
}

func (u *scheduleUpdate) guardOwner(b *db.Batch, args query.Args) {
	(&scheduleApply{client: u.client}).guardOwners(b, args)
}

func (u *scheduleUpdate) otherOwner(args query.Args, err error) error {
	return (&scheduleApply{client: u.client, rows: []scheduleInsert{u.row}}).otherOwner(opUpdateSchedule, args, err)
}

// lookAtSchedule returns the error of the guard of an update.
func lookAtSchedule(d *dryRun, p *preview) error {
	u := p.detail.(*scheduleUpdate)
	args := u.args()
	return u.otherOwner(args, d.read(p.Op, func(b *db.Batch) { u.guardOwner(b, args) }))
}

// planUpdate records the schedule as the update would leave it.
func planUpdate(d *dryRun, p *preview) error {
	if err := requireSchedule(d, p); err != nil {
		return err
	}
	d.planned.redefine(p.detail.(*scheduleUpdate).after)
	return nil
}
