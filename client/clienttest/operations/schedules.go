package operations

import (
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// scheduling returns the operations on schedules. The schedule s exists, and S does not.
func scheduling() []Operation {
	return append(defining(), running()...)
}

// defining returns the operations on the schedules themselves.
func defining() []Operation {
	unknown := func(call func(client.Client, string) error) []Mistake {
		return []Mistake{{"an unknown schedule", func(c client.Client) error { return call(c, "S") }}}
	}
	named := func(call func(client.Client, string) error) func(client.Client, []string) error {
		return plain(func(c client.Client) error { return call(c, "s") })
	}
	existing := []client.ClientScheduleInput{schedule("s", "@daily")}
	bad := []client.ClientScheduleInput{{ScheduleName: "s", Schedule: "x"}, {WorkflowName: "wf"}}
	return []Operation{
		{Method: "CreateSchedule", Changes: true, Trips: 1, Call: plain(func(c client.Client) error {
			return c.CreateSchedule(schedule("new", "@hourly"))
		}), Mistakes: []Mistake{
			{"a schedule that exists and a bad text", func(c client.Client) error {
				return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "x"})
			}},
			{"a schedule that exists and an unknown SDK", func(c client.Client) error {
				return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "@daily", SDK: "cobol"})
			}},
		}},
		{Method: "ApplySchedules", Changes: true, Trips: 1, GoOnly: lists, Call: plain(func(c client.Client) error {
			return c.ApplySchedules(existing)
		}), Mistakes: []Mistake{{"two bad schedules", func(c client.Client) error { return c.ApplySchedules(bad) }}}},
		{Method: "ApplyAll", Changes: true, Trips: 1, Call: plain(func(c client.Client) error {
			return failed(c.ApplyAll(existing))
		}), Mistakes: []Mistake{{"two bad schedules", func(c client.Client) error { return failed(c.ApplyAll(bad)) }}}},
		{Method: "UpdateSchedule", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.UpdateSchedule("s", client.ScheduleUpdate{Schedule: "@hourly"}))
		}), Mistakes: []Mistake{
			{"an unknown schedule and a bad text", func(c client.Client) error {
				return failed(c.UpdateSchedule("S", client.ScheduleUpdate{Schedule: "x"}))
			}},
			{"a bad text and an unknown zone", func(c client.Client) error {
				return failed(c.UpdateSchedule("s", client.ScheduleUpdate{Schedule: "x", CronTimezone: "Nowhere"}))
			}},
		}},
		{Method: "PauseSchedule", Changes: true, Trips: 1, Call: named(client.Client.PauseSchedule), Mistakes: unknown(client.Client.PauseSchedule)},
		{Method: "ResumeSchedule", Changes: true, Trips: 1, Call: named(client.Client.ResumeSchedule), Mistakes: unknown(client.Client.ResumeSchedule)},
		{Method: "DeleteSchedule", Changes: true, Trips: 1, GoOnly: "RemoveSchedule reports a schedule that does not exist",
			Call: named(client.Client.DeleteSchedule), Mistakes: unknown(client.Client.DeleteSchedule)},
		{Method: "RemoveSchedule", Changes: true, Trips: 2, Call: named(client.Client.RemoveSchedule), Mistakes: unknown(client.Client.RemoveSchedule)},
		{Method: "GetSchedule", Trips: 1, Call: plain(func(c client.Client) error { return failed(c.GetSchedule("s")) })},
		{Method: "ListSchedules", Trips: 1, ReadsAll: true, Call: plain(func(c client.Client) error { return failed(c.ListSchedules()) })},
	}
}

// running returns the operations that start the workflows of schedules.
func running() []Operation {
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)
	return []Operation{
		{Method: "BackfillSchedule", Changes: true, Trips: 2, GoOnly: lists, Call: plain(func(c client.Client) error {
			return failed(c.BackfillSchedule("s", from, to))
		}), Mistakes: []Mistake{
			{"an unknown schedule, backwards", func(c client.Client) error { return failed(c.BackfillSchedule("S", to, from)) }},
			{"backwards over years", func(c client.Client) error {
				return failed(c.BackfillSchedule("s", to, from.AddDate(-100, 0, 0)))
			}},
		}},
		{Method: "BackfillAll", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.BackfillAll("s", from, to))
		}), Mistakes: []Mistake{
			{"an unknown schedule, backwards", func(c client.Client) error { return failed(c.BackfillAll("S", to, from)) }},
		}},
		{Method: "PlanBackfill", Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.PlanBackfill("s", from, to))
		})},
		{Method: "TriggerSchedule", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.TriggerSchedule("s"))
		}), Mistakes: []Mistake{{"an unknown schedule and an unknown SDK", func(c client.Client) error {
			return failed(c.WithSDK("cobol").TriggerSchedule("S"))
		}}}},
	}
}
