package client_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// changed returns the columns of a row that differ, in order.
func changed(before, after clienttest.Record) (columns []string) {
	for _, column := range slices.Sorted(maps.Keys(after)) {
		if before[column] != after[column] {
			columns = append(columns, column)
		}
	}
	return columns
}

// An update sets the columns that it names and no other: not the state, the owner, the last run, or
// a context that it cannot read.
func TestAnUpdateOfAScheduleSetsWhatItNames(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
		input := hourly("s")
		input.CronTimezone, input.QueueName = "Europe/Berlin", "slow"
		mustDo(t, c.CreateSchedule(input))
		mustDo(t, c.PauseSchedule("s"))
		b.Exec(`UPDATE {workflow_schedules} SET context = 'gibberish', last_fired_at = '2026-01-01T00:00:00Z' WHERE schedule_name = 's'`, nil)
		for _, update := range []struct {
			client.ScheduleUpdate
			want string
		}{
			{client.ScheduleUpdate{Schedule: "@daily"}, "schedule"},
			{client.ScheduleUpdate{CronTimezone: "Asia/Tokyo", AutomaticBackfill: new(true)}, "automatic_backfill cron_timezone"},
			{client.ScheduleUpdate{WorkflowName: "other"}, "workflow_name"},
			{client.ScheduleUpdate{Clear: []string{"queue_name", "cron_timezone"}}, "cron_timezone queue_name"},
			{client.ScheduleUpdate{QueueName: "fast"}, "queue_name"},
			{client.ScheduleUpdate{Context: map[string]any{"region": "eu"}}, "context"},
			{client.ScheduleUpdate{AutomaticBackfill: new(false)}, "automatic_backfill"},
		} {
			before := scheduleRow(b, "s")
			dry, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun, c.SDK = true, client.SDKGo }).UpdateSchedule("s", update.ScheduleUpdate)
			mustDo(t, err)
			if got := changed(before, scheduleRow(b, "s")); got != nil {
				t.Fatalf("the dry run of %+v set %v", update.ScheduleUpdate, got)
			}
			stored, err := c.UpdateSchedule("s", update.ScheduleUpdate)
			mustDo(t, err)
			got := slices.DeleteFunc(changed(before, scheduleRow(b, "s")), func(column string) bool { return column == "schedule_id" })
			if strings.Join(got, " ") != update.want {
				t.Errorf("%+v set %v, want %s", update.ScheduleUpdate, got, update.want)
			}
			if stored.Status != client.ScheduleStatusPaused || stored.LastFiredAt == nil {
				t.Errorf("%+v: %+v", update.ScheduleUpdate, stored)
			}
			if dry.Schedule != stored.Schedule || dry.CronTimezone != stored.CronTimezone || dry.QueueName != stored.QueueName ||
				dry.WorkflowName != stored.WorkflowName || dry.AutomaticBackfill != stored.AutomaticBackfill || dry.Status != stored.Status {
				t.Errorf("the dry run returned %+v, the update %+v", dry, stored)
			}
		}
	})
}

// A new time zone needs no SDK, and a cron text that only its application reads is in the way of
// no other value.
func TestAnUpdateOfAScheduleNeedsOnlyWhatItChanges(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		b.Exec(insertForeign, map[string]any{"name": "s", "class": nil, "context": jsonContext, "fired": nil, "zone": "Europe/Berlin"})
		for _, update := range []struct {
			client.ScheduleUpdate
			sql, want string
		}{
			{client.ScheduleUpdate{Clear: []string{"cron_timezone"}}, "", "cron_timezone"},
			{client.ScheduleUpdate{AutomaticBackfill: new(true)}, `UPDATE {workflow_schedules} SET schedule = 'H H * * *'`, "automatic_backfill"},
			{client.ScheduleUpdate{AutomaticBackfill: new(false)}, `UPDATE {workflow_schedules} SET cron_timezone = 'Mars/Base'`, "automatic_backfill"},
		} {
			if update.sql != "" {
				b.Exec(update.sql, nil)
			}
			before := scheduleRow(b, "s")
			_, err := c.UpdateSchedule("s", update.ScheduleUpdate)
			mustDo(t, err)
			got := slices.DeleteFunc(changed(before, scheduleRow(b, "s")), func(column string) bool { return column == "schedule_id" })
			if strings.Join(got, " ") != update.want {
				t.Errorf("%+v set %v, want %s", update.ScheduleUpdate, got, update.want)
			}
		}
		before := scheduleRow(b, "s")
		_, err := c.UpdateSchedule("s", client.ScheduleUpdate{Clear: []string{"cron_timezone"}})
		fails(t, err, client.InvalidOption, `the cron text "H H * * *"`)
		_, err = c.UpdateSchedule("s", client.ScheduleUpdate{Clear: []string{"context"}})
		if err == nil || changed(before, scheduleRow(b, "s")) != nil {
			t.Errorf("without an SDK, a context was removed: %v", err)
		}
		_, err = c.UpdateSchedule("s", client.ScheduleUpdate{QueueName: "q2", SDK: client.SDKGo})
		mustDo(t, err) // the text of the times is in the way of no other value
	})
}

// Later reads of a dry run see the update, and the state that the schedule has.
func TestADryRunRemembersAnUpdatedSchedule(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		live := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
		mustDo(t, live.CreateSchedule(hourly("s")))
		mustDo(t, live.PauseSchedule("s"))
		dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun, c.SDK = true, client.SDKGo })
		_, err := dry.UpdateSchedule("s", client.ScheduleUpdate{Schedule: "0 4 * * *"})
		mustDo(t, err)
		_, err = dry.UpdateSchedule("s", client.ScheduleUpdate{QueueName: "slow"})
		mustDo(t, err)
		s, err := dry.GetSchedule("s")
		if err != nil || s.Schedule != "0 0 4 * * *" || s.QueueName != "slow" || s.Status != client.ScheduleStatusPaused {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestMistakesInAnUpdateOfASchedule(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
		mustDo(t, c.CreateSchedule(hourly("nightly")))
		before := scheduleRow(b, "nightly")
		for _, mistake := range []struct {
			name   string
			update client.ScheduleUpdate
			code   client.ErrorCode
			text   string
		}{
			{"nightly", client.ScheduleUpdate{}, client.InvalidOption, "nothing to change is named"},
			{"nightly", client.ScheduleUpdate{Schedule: "never"}, client.InvalidOption, `the cron text "never"`},
			{"nightly", client.ScheduleUpdate{Schedule: "@daily", CronTimezone: "Nowhere"}, client.InvalidOption, "Nowhere"},
			{"nightly", client.ScheduleUpdate{QueueName: "q", Clear: []string{"queue_name"}}, client.InvalidOption, "queue_name is both set and in clear"},
			{"nightly", client.ScheduleUpdate{Clear: []string{"schedule"}}, client.InvalidOption, `clear: "schedule" is no value`},
			{"nightyl", client.ScheduleUpdate{Schedule: "@daily"}, client.ScheduleNotFound, `did you mean "nightly"`},
			{"", client.ScheduleUpdate{Schedule: "@daily"}, client.InvalidOption, "name"},
		} {
			_, err := c.UpdateSchedule(mistake.name, mistake.update)
			if known, ok := errors.AsType[*client.Error](err); !ok || known.Code != mistake.code || !strings.Contains(err.Error(), mistake.text) {
				t.Errorf("%s %+v: %v, want %s with %q", mistake.name, mistake.update, err, mistake.code, mistake.text)
			}
		}
		if got := changed(before, scheduleRow(b, "nightly")); got != nil {
			t.Errorf("the mistakes set %v", got)
		}
	})
}
