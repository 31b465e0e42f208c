package bindings

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/spec"
)

// oneSchedule is the argument most operations on schedules take.
type oneSchedule struct {
	Name string `arg:"schedule_name" doc:"The schedule's name."`
}

// scheduling is what starts workflows at times that a cron text names.
func scheduling() []spec.Func {
	return []spec.Func{
		createSchedule(), applySchedules(), getSchedule(), listSchedules(),
		pauseSchedule(), resumeSchedule(), deleteSchedule(),
		backfillSchedule(), planBackfill(), triggerSchedule(),
	}
}

func createSchedule() spec.Func {
	return spec.MethodDo("create_schedule", "Adds a schedule, by which the application starts a workflow again and again.",
		func(ctx context.Context, c *Connection, input client.ClientScheduleInput) error {
			return c.with(ctx).CreateSchedule(input)
		}).
		Raises("AlreadyExists", "InvalidOption").
		Notes("Each run is given the time it stands for, and the context. The workflow need not exist yet. Running applications " +
			"notice the schedule within half a minute. The context is stored as the SDK of the workflow's application stores it, as far as " +
			"the database shows which that is: JSON for Go, a pickle for Python, superjson for TypeScript.").
		Example("dbos.create_schedule{schedule_name = \"early-report\", workflow_name = \"report\", schedule = \"0 3 * * *\", " +
			"cron_timezone = \"Europe/Berlin\", context = {region = \"eu\"}}")
}

func applySchedules() spec.Func {
	type args struct {
		Schedules []client.ClientScheduleInput `arg:"schedules" doc:"One table for each schedule, with the keys of dbos.create_schedule."`
	}
	return spec.MethodDo("apply_schedules", "Makes schedules be as defined: adds those that are not there, changes those that are. All of them or, on an error, none.",
		func(ctx context.Context, c *Connection, a args) error { return c.with(ctx).ApplySchedules(a.Schedules) }).
		Raises("InvalidOption").
		Notes("A schedule that exists keeps its state and the time of its last run: a paused one stays paused. Schedules that are not named stay as they are.").
		Example("dbos.apply_schedules{\n  {schedule_name = \"nightly\", workflow_name = \"report\", schedule = \"0 3 * * *\"},\n" +
			"  {schedule_name = \"hourly\", workflow_name = \"sync\", schedule = \"@hourly\", automatic_backfill = true},\n}")
}

func getSchedule() spec.Func {
	return spec.Method("get_schedule", "Gives a schedule by its name.",
		func(ctx context.Context, c *Connection, a oneSchedule) (*client.WorkflowSchedule, error) {
			return c.with(ctx).GetSchedule(a.Name)
		}).
		Returning("the schedule, nil when there is none").OrNil().
		Raises("InvalidOption").
		Example("local s = dbos.get_schedule(\"nightly\")\nif s then print(s.status, s.last_fired_at) end")
}

func listSchedules() spec.Func {
	return spec.Method("list_schedules", "Gives the schedules that match all of the options, by name.",
		func(ctx context.Context, c *Connection, o client.ListSchedulesOptions) ([]client.WorkflowSchedule, error) {
			return c.with(ctx).ListSchedules(client.WithListSchedulesOptions(o))
		}).
		Returning("the schedules; an empty array when none matches").
		Raises("Unsupported").
		Notes("A list option takes a single value too, and matches schedules with any of its values. An empty list matches nothing.").
		Example("for _, s in ipairs(dbos.list_schedules{status = \"PAUSED\"}) do\n  print(s.schedule_name, s.schedule)\nend")
}

func pauseSchedule() spec.Func {
	return spec.MethodDo("pause_schedule", "Lets a schedule fire no more until it is resumed.",
		func(ctx context.Context, c *Connection, a oneSchedule) error {
			return c.with(ctx).PauseSchedule(a.Name)
		}).
		Raises("ScheduleNotFound").
		Notes("Running applications notice within half a minute. A paused schedule stays so.").
		Example(`dbos.pause_schedule("nightly")`)
}

func resumeSchedule() spec.Func {
	return spec.MethodDo("resume_schedule", "Lets a paused schedule fire again.",
		func(ctx context.Context, c *Connection, a oneSchedule) error {
			return c.with(ctx).ResumeSchedule(a.Name)
		}).
		Raises("ScheduleNotFound").
		Example(`dbos.resume_schedule("nightly")`)
}

func deleteSchedule() spec.Func {
	return spec.MethodDo("delete_schedule", "Removes a schedule. What it has started goes on; one that does not exist is no error.",
		func(ctx context.Context, c *Connection, a oneSchedule) error {
			return c.with(ctx).DeleteSchedule(a.Name)
		}).
		Example(`dbos.delete_schedule("nightly")`)
}

// tickWindow is the time a backfill goes over.
type tickWindow struct {
	oneSchedule
	Start time.Time `arg:"start" doc:"The time after which the first tick may be."`
	End   time.Time `arg:"end_" doc:"The time before which the last tick may be."`
}

func backfillSchedule() spec.Func {
	type args struct {
		tickWindow
		DryRun bool `json:"dry_run" doc:"Starts nothing, and gives what dbos.plan_backfill gives."`
	}
	return spec.Method("backfill_schedule", "Starts the runs that a schedule has missed: one for each tick strictly between two times that has none. All of them or, on an error, none.",
		func(ctx context.Context, c *Connection, a args) (any, error) {
			if a.DryRun {
				return c.with(ctx).PlanBackfill(a.Name, a.Start, a.End)
			}
			return c.with(ctx).BackfillSchedule(a.Name, a.Start, a.End)
		}).
		Returning("an array of the ids of the runs of all ticks in order, of those that were there before too; with `dry_run` an array of ticks").
		Raises("ScheduleNotFound", "InvalidOption", "Undecodable").
		Notes("Ticks that the application fired itself are found and not run again, so a repeated backfill changes nothing. " +
			"A paused schedule is backfilled too. More than 100,000 ticks are an `InvalidOption`.\n\nA Go application gets its " +
			"usual scheduled input. One of another SDK gets two arguments, the time as text in RFC 3339 and the context: that is " +
			"what is written where the schedule names a class, and where its context, its workflow's recent runs or the tables " +
			"are another SDK's.").
		Example("print(#dbos.backfill_schedule(\"nightly\", \"-3d\", \"-1m\"))").
		Example("for _, tick in ipairs(dbos.backfill_schedule(\"nightly\", \"-3d\", \"-1m\", {dry_run = true})) do\n  print(tick.scheduled_time, tick.state, tick.status)\nend")
}

func planBackfill() spec.Func {
	return spec.Method("plan_backfill", "Says what `dbos.backfill_schedule` would do with each tick; changes nothing.",
		func(ctx context.Context, c *Connection, a tickWindow) ([]client.BackfillTick, error) {
			return c.with(ctx).PlanBackfill(a.Name, a.Start, a.End)
		}).
		Returning("the ticks, in order").
		Raises("ScheduleNotFound", "InvalidOption").
		Example("for _, tick in ipairs(dbos.plan_backfill(\"nightly\", \"-3d\", \"-1m\")) do\n  print(tick.scheduled_time, tick.state, tick.workflow_id)\nend")
}

func triggerSchedule() spec.Func {
	return spec.Method("trigger_schedule", "Starts a run of a schedule for this very moment, of a paused one too.",
		func(ctx context.Context, c *Connection, a oneSchedule) (*Handle, error) {
			return c.handle(c.with(ctx).TriggerSchedule(a.Name))
		}).
		Returning("the handle of the run").
		Raises("ScheduleNotFound", "Undecodable").
		Notes("The run gets what `dbos.backfill_schedule` would give it.").
		Example("print(dbos.trigger_schedule(\"nightly\").workflow_id)")
}
