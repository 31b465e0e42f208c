package bindings

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// oneSchedule is the argument most operations on schedules take.
type oneSchedule struct {
	Name string `arg:"schedule_name" doc:"The schedule's name."`
}

// scheduling returns the functions for schedules.
func scheduling() []declare.Func {
	return []declare.Func{
		createSchedule(), applySchedules(), updateSchedule(), getSchedule(), listSchedules(),
		pauseSchedule(), resumeSchedule(), deleteSchedule(),
		backfillSchedule(), planBackfill(), triggerSchedule(),
	}
}

func createSchedule() declare.Func {
	return declare.MethodDo("create_schedule", "Adds a schedule, by which the application starts a workflow again and again.",
		func(ctx context.Context, c *Connection, input client.ClientScheduleInput) error {
			return c.with(ctx).CreateSchedule(input)
		}).Changes().
		Raises("AlreadyExists", "InvalidOption", "Unsupported").
		Notes("Each run receives the time of its tick, and the context. The workflow need not exist yet. Running applications " +
			"notice the schedule within half a minute. The context is stored as the SDK of the workflow's application stores it: JSON for " +
			"Go, a pickle for Python, superjson for TypeScript, Jackson for Java. An application that meets another form starts no more " +
			"runs of any schedule. The rows that the application has written show its SDK, unless `sdk`, `--sdk` or the profile " +
			"names it; if nothing shows it, `Unsupported` is raised and nothing is written.").
		Example("dbos.create_schedule{schedule_name = \"early-report\", workflow_name = \"report\", schedule = \"0 3 * * *\", " +
			"cron_timezone = \"Europe/Berlin\", context = {region = \"eu\"}}")
}

func applySchedules() declare.Func {
	type args struct {
		Schedules []client.ClientScheduleInput `arg:"schedules" doc:"One table for each schedule, with the keys of dbos.create_schedule."`
	}
	return declare.Method("apply_schedules", "Creates schedules, and changes existing ones to the given definitions: all of them, or none if there is an error.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changes(c.with(ctx).ApplyAll(a.Schedules))
		}).Changes().
		Returning("what happened to each schedule").
		Raises("InvalidOption", "Unsupported").
		Notes("A schedule that exists keeps its state and the time of its last run: a paused one stays paused. Schedules that are not named stay as they are.").
		Example("dbos.apply_schedules{\n  {schedule_name = \"nightly\", workflow_name = \"report\", schedule = \"0 3 * * *\"},\n" +
			"  {schedule_name = \"hourly\", workflow_name = \"sync\", schedule = \"@hourly\", automatic_backfill = true},\n}")
}

func updateSchedule() declare.Func {
	type args struct {
		oneSchedule
		client.ScheduleUpdate
	}
	return declare.Method("update_schedule", "Changes a schedule; what is not named stays as it is.",
		func(ctx context.Context, c *Connection, a args) (*client.WorkflowSchedule, error) {
			return c.with(ctx).UpdateSchedule(a.Name, a.ScheduleUpdate)
		}).Changes().
		Returning("the schedule as it is stored").
		Raises("ScheduleNotFound", "AlreadyExists", "InvalidOption", "Unsupported").
		Notes("A paused schedule stays paused, and the time of the last run is kept. Running applications notice it within half a minute.").
		Example("dbos.update_schedule(\"nightly\", {schedule = \"30 2 * * *\", clear = {\"cron_timezone\"}})")
}

func getSchedule() declare.Func {
	return declare.Method("get_schedule", "Returns a schedule by its name.",
		func(ctx context.Context, c *Connection, a oneSchedule) (*client.WorkflowSchedule, error) {
			return c.with(ctx).GetSchedule(a.Name)
		}).Reads().
		Returning("the schedule, nil when there is none").OrNil().
		Raises("InvalidOption").
		Example("local s = dbos.get_schedule(\"nightly\")\nif s then print(s.status, s.last_fired_at) end")
}

func listSchedules() declare.Func {
	return declare.Method("list_schedules", "Returns the schedules that match all of the options, by name.",
		func(ctx context.Context, c *Connection, o client.ListSchedulesOptions) ([]client.WorkflowSchedule, error) {
			return c.with(ctx).ListSchedules(client.WithListSchedulesOptions(o))
		}).Reads().
		Returning("the schedules; an empty array when none matches").
		Raises("Unsupported").
		Notes("A list option takes a single value too, and matches schedules with any of its values. An empty list matches nothing.").
		Example("for _, s in ipairs(dbos.list_schedules{status = \"PAUSED\"}) do\n  print(s.schedule_name, s.schedule)\nend")
}

func pauseSchedule() declare.Func {
	return declare.MethodDo("pause_schedule", "Pauses a schedule: no runs start until it is resumed.",
		func(ctx context.Context, c *Connection, a oneSchedule) error {
			return c.with(ctx).PauseSchedule(a.Name)
		}).Changes().
		Raises("ScheduleNotFound").
		Notes("Running applications notice it within half a minute. A schedule that is paused already stays as it is.").
		Example(`dbos.pause_schedule("nightly")`)
}

func resumeSchedule() declare.Func {
	return declare.MethodDo("resume_schedule", "Resumes a paused schedule.",
		func(ctx context.Context, c *Connection, a oneSchedule) error {
			return c.with(ctx).ResumeSchedule(a.Name)
		}).Changes().
		Raises("ScheduleNotFound").
		Example(`dbos.resume_schedule("nightly")`)
}

func deleteSchedule() declare.Func {
	return declare.MethodDo("delete_schedule", "Removes a schedule. Workflows that it has started go on.",
		func(ctx context.Context, c *Connection, a oneSchedule) error {
			return c.with(ctx).RemoveSchedule(a.Name)
		}).Changes().
		Raises("ScheduleNotFound").
		Example(`dbos.delete_schedule("nightly")`)
}

// asSDK is the option of calls whose effect depends on the SDK of an application.
type asSDK struct {
	SDK client.SDK `json:"sdk" doc:"The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused." enum:"go,python,typescript,java"`
}

// tickWindow is the time a backfill goes over.
type tickWindow struct {
	oneSchedule
	Start time.Time `arg:"start" doc:"Only ticks after this time." past:"true"`
	End   time.Time `arg:"end_" doc:"Only ticks before this time." past:"true"`
}

func backfillSchedule() declare.Func {
	type args struct {
		tickWindow
		DryRun bool `json:"dry_run" doc:"Starts nothing, and returns the same as dbos.plan_backfill."`
		asSDK
	}
	return declare.Method("backfill_schedule", "Starts the missed runs of a schedule: one for each tick between two times that has no run. It starts all of them, or none if there is an error.",
		func(ctx context.Context, c *Connection, a args) (any, error) {
			if a.DryRun {
				return c.with(ctx).WithSDK(a.SDK).PlanBackfill(a.Name, a.Start, a.End)
			}
			report, err := c.with(ctx).WithSDK(a.SDK).BackfillAll(a.Name, a.Start, a.End)
			if err != nil {
				return nil, err
			}
			return Backfilled{Items: report.AllIDs(), About: &Changes{c, report}}, nil
		}).Changes().
		Returning("an array with the id of the run of each tick, in order, also if the run existed before; it also has the fields of "+
			"`changes`, where a tick that had a run is unchanged; with `dry_run` an array of ticks").
		Raises("ScheduleNotFound", "InvalidOption", "Undecodable", "Unsupported").
		Notes("Ticks that the application has run itself are found and not run again, so a repeated backfill changes nothing. " +
			"A paused schedule is backfilled too. More than 100,000 ticks are an `InvalidOption`.\n\nA run receives the same as a run that " +
			"its application starts, in the form of its SDK: the scheduled input in Go, a datetime and the context in Python, a Date and the " +
			"context in TypeScript, an Instant and the context in Java. The rows that the application has written show its SDK, " +
			"unless `sdk`, `--sdk` or the profile names it; if nothing shows it, `Unsupported` is raised and nothing is written. It is also raised " +
			"for ticks that the application would run again, because it writes them in the time zone of its machine: future ticks in Go, and " +
			"ticks that its automatic backfill starts.").
		Example("print(#dbos.backfill_schedule(\"nightly\", \"-3d\", \"-1m\"))").
		Example("for _, tick in ipairs(dbos.backfill_schedule(\"nightly\", \"-3d\", \"-1m\", {dry_run = true})) do\n  print(tick.scheduled_time, tick.state, tick.status)\nend")
}

func planBackfill() declare.Func {
	type args struct {
		tickWindow
		asSDK
	}
	return declare.Method("plan_backfill", "Returns the outcome that `dbos.backfill_schedule` would have for each tick; changes nothing.",
		func(ctx context.Context, c *Connection, a args) ([]client.BackfillTick, error) {
			return c.with(ctx).WithSDK(a.SDK).PlanBackfill(a.Name, a.Start, a.End)
		}).Reads().
		Returning("the ticks, in order").
		Raises("ScheduleNotFound", "InvalidOption", "Undecodable", "Unsupported").
		Example("for _, tick in ipairs(dbos.plan_backfill(\"nightly\", \"-3d\", \"-1m\")) do\n  print(tick.scheduled_time, tick.state, tick.workflow_id)\nend")
}

func triggerSchedule() declare.Func {
	type args struct {
		oneSchedule
		asSDK
	}
	return declare.Method("trigger_schedule", "Starts a run of a schedule for the present time, also if the schedule is paused.",
		func(ctx context.Context, c *Connection, a args) (*Handle, error) {
			return c.handle(c.with(ctx).WithSDK(a.SDK).TriggerSchedule(a.Name))
		}).Changes().
		Returning("the handle of the run").
		Raises("ScheduleNotFound", "Undecodable", "Unsupported").
		Notes("The run receives the same input as a run of `dbos.backfill_schedule`.").
		Example("print(dbos.trigger_schedule(\"nightly\").workflow_id)")
}
