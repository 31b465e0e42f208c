package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// day is a time of 1 January 2026.
func day(hour, minute, second int) time.Time {
	return time.Date(2026, 1, 1, hour, minute, second, 0, time.UTC)
}

// sched is the id of a run of a schedule.
func sched(name, tick string) string { return "sched-" + name + "-" + tick }

// defined makes a schedule for a test.
func defined(t *testing.T, c client.Client, name, text string, changes ...func(*client.ClientScheduleInput)) {
	t.Helper()
	input := client.ClientScheduleInput{ScheduleName: name, WorkflowName: "report", Schedule: text, SDK: client.SDKGo}
	for _, change := range changes {
		change(&input)
	}
	mustDo(t, c.ApplySchedules([]client.ClientScheduleInput{input}))
}

// backfill wants these ids.
func backfill(t *testing.T, c client.Client, name string, start, end time.Time, want ...string) {
	t.Helper()
	got, err := c.BackfillSchedule(name, start, end)
	mustDo(t, err)
	if got == nil || !slices.Equal(got, want) {
		t.Errorf("backfilled %q, want %q", got, want)
	}
}

func TestBackfill(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for name, test := range map[string]func(*testing.T, clienttest.Backend, client.Client){
			"rows": backfillRows, "bounds": backfillBounds, "repeated": backfillRepeated, "other spellings": backfillSpellings, "other machine": backfillOtherMachine, "ahead": backfillAhead, "automatic": backfillAutomatic,
			"plan": backfillPlan, "daylight saving": backfillShift, "never": backfillNever, "paused": backfillPaused,
			"unknown": backfillUnknown, "too many": backfillTooMany, "trigger": triggerTwice, "trigger paused": triggerPaused,
		} {
			t.Run(name, func(t *testing.T) { test(t, b.For(t), c) }) // one after the other: they move the clock
		}
	})
}

// These have a database of their own each: their rows show SDKs, by which the runs of other tests
// would be written.
func TestBackfillBesideOtherSDKs(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) { backfillUnreadable(t, b, b.NewClient()) })
}

func TestScheduleContexts(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) { scheduledContext(t, b, b.NewClient()) })
}

// backfillRows compares whole rows with those that the Go SDK writes, as far as they are not ours.
func backfillRows(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "rows", "@hourly", func(i *client.ClientScheduleInput) {
		i.Context, i.QueueName = map[string]any{"z": 1}, "slow"
	})
	b.Exec(`UPDATE {workflow_schedules} SET application_name = 'shop' WHERE schedule_name = 'rows'`, nil)
	id := sched("rows", "2026-01-01T01:00:00Z")
	backfill(t, c, "rows", day(0, 0, 0), day(2, 0, 0), id)
	row := b.Workflow(id)
	now := b.Millis()
	want := clienttest.Record{
		"workflow_uuid": id, "status": "ENQUEUED", "name": "report", "queue_name": "slow", "created_at": now, "updated_at": now,
		"inputs":        "eyJzY2hlZHVsZWRfdGltZSI6IjIwMjYtMDEtMDFUMDE6MDA6MDBaIiwiY29udGV4dCI6eyJ6IjoxfX0=",
		"serialization": "DBOS_JSON", "recovery_attempts": "0", "priority": "0", "schedule_name": "rows", "application_name": "shop",
		"was_forked_from": "false", "rate_limited": "false", "is_debounced": "false",
	}
	for column := range row {
		if _, named := want[column]; !named {
			want[column] = nil
		}
	}
	holds(t, row, want)
	holds(t, scheduleRow(b, "rows"), clienttest.Record{"last_fired_at": nil})
}

func backfillBounds(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "bounds", "@hourly")
	one, two := sched("bounds", "2026-01-01T01:00:00Z"), sched("bounds", "2026-01-01T02:00:00Z")
	backfill(t, c, "bounds", day(1, 0, 0), day(2, 0, 0))
	backfill(t, c, "bounds", day(0, 59, 59), day(2, 0, 0), one)
	backfill(t, c, "bounds", day(1, 0, 0), day(2, 0, 1), two)
	backfill(t, c, "bounds", day(2, 0, 0), day(1, 0, 0))
	backfill(t, c, "bounds", day(2, 0, 0), day(2, 0, 0))
	if rows := b.Rows("workflow_status", "schedule_name = 'bounds'", nil); len(rows) != 2 {
		t.Errorf("%d rows, want 2", len(rows))
	}
}

func backfillRepeated(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "repeat", "*/30 * * * *")
	ids := []string{sched("repeat", "2026-01-01T00:30:00Z"), sched("repeat", "2026-01-01T01:00:00Z"), sched("repeat", "2026-01-01T01:30:00Z")}
	backfill(t, c, "repeat", day(0, 0, 0), day(1, 30, 0), ids[:2]...)
	mustDo(t, c.CancelWorkflow(ids[0]))
	before := b.Workflow(ids[0])
	b.Clock.Advance(time.Second)
	backfill(t, c, "repeat", day(0, 0, 0), day(2, 0, 0), ids...)
	holds(t, b.Workflow(ids[0]), before)
	if rows := b.Rows("workflow_status", "schedule_name = 'repeat'", nil); len(rows) != 3 {
		t.Errorf("%d rows, want 3", len(rows))
	}
}

// backfillSpellings finds the runs that applications of other SDKs, and processes in other zones,
// have enqueued.
func backfillSpellings(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "spell", "@hourly", func(i *client.ClientScheduleInput) { i.CronTimezone = "America/New_York" })
	caller := time.FixedZone("", 2*3600)
	ids := []string{
		sched("spell", "2026-01-01T01:00:00Z"),          // Go in UTC
		sched("spell", "2026-01-01T02:00:00.000Z"),      // TypeScript
		sched("spell", "2026-01-01T03:00:00+00:00"),     // Python in UTC
		sched("spell", "2025-12-31T23:00:00-05:00"),     // Python, and Go in the schedule's zone
		sched("spell", "2026-01-01T07:00:00+02:00"),     // Go in the caller's zone
		sched("spell", "2026-01-01T06:00:00Z"),          // missing
		sched("spell", "2026-01-01T07:00:00.000Z") + "", // TypeScript again
	}
	for i, id := range ids {
		if i != 5 {
			_, err := c.Enqueue("slow", "theirs", nil, client.WithEnqueueWorkflowID(id))
			mustDo(t, err)
		}
	}
	backfill(t, c, "spell", day(0, 0, 0).In(caller), day(8, 0, 0), ids...)
	rows := b.Rows("workflow_status", "substr(workflow_uuid, 1, 12) = 'sched-spell-'", nil)
	if len(rows) != len(ids) {
		t.Errorf("%d rows for %d ticks", len(rows), len(ids))
	}
	for _, row := range rows {
		if want := map[bool]string{true: "report", false: "theirs"}[row["workflow_uuid"] == ids[5]]; row["name"] != want {
			t.Errorf("%v runs %v, want %s", row["workflow_uuid"], row["name"], want)
		}
	}
}

// The Go SDK spells its ticks in the zone of the machine that it runs on, which only its rows show.
func backfillOtherMachine(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "machine", "@hourly")
	_, err := c.Enqueue("slow", "report", nil, client.WithEnqueueWorkflowID(sched("machine", "2026-01-01T06:45:00+05:45")))
	mustDo(t, err)
	backfill(t, c, "machine", day(0, 0, 0), day(2, 0, 1), sched("machine", "2026-01-01T06:45:00+05:45"), sched("machine", "2026-01-01T02:00:00Z"))
}

// A tick that is started ahead of time runs twice if the application makes another id for it.
func backfillAhead(t *testing.T, b clienttest.Backend, c client.Client) {
	now := b.Clock.Now().Truncate(time.Hour)
	tick := now.Add(time.Hour)
	end := tick.Add(time.Second)
	for _, test := range []struct {
		sdk     client.SDK
		zone    string
		spelled string // "" if it is refused
	}{
		{client.SDKGo, "", ""}, {client.SDKGo, "UTC", ""}, {client.SDKJava, "", ""},
		{client.SDKJava, "UTC", tick.Format("2006-01-02T15:04Z")}, {client.SDKPython, "", tick.Format("2006-01-02T15:04:05+00:00")},
		{client.SDKTypeScript, "", tick.Format("2006-01-02T15:04:05.000Z")},
	} {
		name := fmt.Sprintf("ahead-%s-%s", test.sdk, test.zone)
		mustDo(t, c.CreateSchedule(client.ClientScheduleInput{ScheduleName: name, WorkflowName: "report", WorkflowClassName: "Shop", Schedule: "@hourly", SDK: test.sdk}))
		b.Exec("UPDATE {workflow_schedules} SET cron_timezone = :zone WHERE schedule_name = :name", map[string]any{"zone": test.zone, "name": name})
		of := c.WithSDK(test.sdk)
		if test.spelled != "" {
			backfill(t, of, name, now.Add(time.Second), end, sched(name, test.spelled))
			continue
		}
		_, err := of.BackfillSchedule(name, now.Add(-2*time.Hour), end.Add(2*time.Hour)) // the first of three is named
		fails(t, err, client.Unsupported, tick.Format(time.RFC3339)+" is ahead of time")
		_, err = of.PlanBackfill(name, now.Add(-2*time.Hour), end)
		fails(t, err, client.Unsupported, "ahead of time")
		if rows := b.Rows("workflow_status", "schedule_name = '"+name+"'", nil); len(rows) != 0 {
			t.Errorf("%s: a refused backfill has made %d rows", name, len(rows))
		}
		if ids, err := of.BackfillSchedule(name, now.Add(-2*time.Hour), now.Add(time.Second)); err != nil || len(ids) != 2 {
			t.Errorf("%s: the backfill up to now made %v, %v", name, ids, err)
		}
	}
}

// An automatic backfill repeats a run of ours if the application makes another id for its tick.
func backfillAutomatic(t *testing.T, b clienttest.Backend, c client.Client) {
	for i, test := range []struct {
		sdk     client.SDK
		fired   string
		refused bool
	}{
		{client.SDKGo, "2026-01-01T06:45:00.25+05:45", true}, {client.SDKGo, "2026-01-01T01:00:00.25Z", false}, {client.SDKJava, "2026-01-01T01:00:00.25Z", true},
		{client.SDKPython, "2026-01-01T01:00:00.25+00:00", false}, {client.SDKTypeScript, "2026-01-01T01:00:00.25Z", false},
	} {
		name := fmt.Sprintf("automatic-%d", i)
		input := client.ClientScheduleInput{ScheduleName: name, WorkflowName: "report", WorkflowClassName: "Shop", Schedule: "@hourly", CronTimezone: "UTC", SDK: test.sdk, AutomaticBackfill: true}
		mustDo(t, c.CreateSchedule(input))
		of := c.WithSDK(test.sdk)
		if ids, err := of.BackfillSchedule(name, day(0, 0, 0), day(3, 0, 1)); err != nil || len(ids) != 3 {
			t.Errorf("%s: before the first run the backfill made %v, %v", test.sdk, ids, err)
		}
		b.Exec("UPDATE {workflow_schedules} SET last_fired_at = :fired WHERE schedule_name = :name", map[string]any{"fired": test.fired, "name": name})
		_, err := of.BackfillSchedule(name, day(3, 0, 1), day(5, 0, 1))
		switch {
		case test.refused:
			failed := fails(t, err, client.Unsupported, "2026-01-01T04:00:00Z is one of an automatic backfill")
			if failed != nil && !strings.Contains(failed.Hint, "end the backfill at 2026-01-01T01:00:00Z") {
				t.Errorf("the hint is %q", failed.Hint)
			}
		case err != nil:
			t.Errorf("%s, %s: %v", test.sdk, test.fired, err)
		}
		if ids, err := of.BackfillSchedule(name, day(0, 0, 0), day(1, 0, 1)); err != nil || len(ids) != 1 {
			t.Errorf("%s: up to the last run the backfill made %v, %v", test.sdk, ids, err)
		}
	}
}
