package client_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
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

func backfillPlan(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "plan", "@hourly")
	for _, id := range []string{sched("plan", "2026-01-01T01:00:00Z"), sched("plan", "2026-01-01T02:00:00.000Z")} {
		_, err := c.Enqueue("slow", "report", nil, client.WithEnqueueWorkflowID(id))
		mustDo(t, err)
	}
	mustDo(t, c.CancelWorkflow(sched("plan", "2026-01-01T02:00:00.000Z")))
	got, err := c.PlanBackfill("plan", day(0, 0, 0), day(4, 0, 0))
	mustDo(t, err)
	want := []client.BackfillTick{
		{WorkflowID: sched("plan", "2026-01-01T01:00:00Z"), ScheduledTime: day(1, 0, 0), State: "exists", Status: client.WorkflowStatusEnqueued},
		{WorkflowID: sched("plan", "2026-01-01T02:00:00.000Z"), ScheduledTime: day(2, 0, 0), State: "exists", Status: client.WorkflowStatusCancelled},
		{WorkflowID: sched("plan", "2026-01-01T03:00:00Z"), ScheduledTime: day(3, 0, 0), State: "new"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if rows := b.Rows("workflow_status", "substr(workflow_uuid, 1, 11) = 'sched-plan-'", nil); len(rows) != 2 {
		t.Errorf("the plan has made rows: %d", len(rows))
	}
	if got, err = c.PlanBackfill("plan", day(4, 0, 0), day(0, 0, 0)); err != nil || got == nil || len(got) != 0 {
		t.Errorf("the plan of nothing is %v, %v", got, err)
	}
}

// backfillShift goes over both shifts of a year: a skipped time has no tick, a repeated one two.
func backfillShift(t *testing.T, b clienttest.Backend, c client.Client) {
	inNewYork := func(i *client.ClientScheduleInput) { i.CronTimezone = "America/New_York" }
	defined(t, c, "spring", "30 2 * * *", inNewYork)
	defined(t, c, "autumn", "30 1 * * *", inNewYork)
	backfill(t, c, "spring", time.Date(2025, 3, 8, 0, 0, 0, 0, time.UTC), time.Date(2025, 3, 11, 0, 0, 0, 0, time.UTC),
		sched("spring", "2025-03-08T07:30:00Z"), sched("spring", "2025-03-10T06:30:00Z"))
	backfill(t, c, "autumn", time.Date(2025, 11, 2, 0, 0, 0, 0, time.UTC), time.Date(2025, 11, 3, 0, 0, 0, 0, time.UTC),
		sched("autumn", "2025-11-02T05:30:00Z"), sched("autumn", "2025-11-02T06:30:00Z"))
}

func backfillNever(t *testing.T, b clienttest.Backend, c client.Client) {
	never := client.ClientScheduleInput{ScheduleName: "never", WorkflowName: "report", Schedule: "0 0 30 2 *", SDK: client.SDKGo}
	fails(t, c.CreateSchedule(never), client.InvalidOption, `the cron text "0 0 30 2 *": it has no tick`)
	b.Exec(strings.Replace(insertForeign, "*/2 * * * * *", "0 0 0 30 2 *", 1), map[string]any{"name": "never", "class": nil, "context": "null", "fired": nil, "zone": ""})
	_, err := c.WithSDK(client.SDKGo).BackfillSchedule("never", day(0, 0, 0), day(0, 0, 0).AddDate(500, 0, 0))
	fails(t, err, client.InvalidOption, `schedule "never" is "0 0 0 30 2 *": it has no tick`)
	_, err = c.WithSDK(client.SDKGo).PlanBackfill("never", day(0, 0, 0), day(1, 0, 0))
	fails(t, err, client.InvalidOption, `it has no tick`)
}

func backfillPaused(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "paused", "@hourly")
	mustDo(t, c.PauseSchedule("paused"))
	backfill(t, c, "paused", day(0, 0, 0), day(2, 0, 0), sched("paused", "2026-01-01T01:00:00Z"))
	holds(t, scheduleRow(b, "paused"), clienttest.Record{"status": "PAUSED"})
}

func backfillUnknown(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "known", "@hourly")
	_, backfilled := c.BackfillSchedule("knwon", day(2, 0, 0), day(0, 0, 0))
	_, planned := c.PlanBackfill("knwon", day(0, 0, 0), day(2, 0, 0))
	_, triggered := c.TriggerSchedule("knwon")
	for _, err := range []error{backfilled, planned, triggered} {
		if failed := fails(t, err, client.ScheduleNotFound, `there is no schedule "knwon" (did you mean "known"?)`); failed.ScheduleName != "knwon" {
			t.Errorf("the error is of schedule %q", failed.ScheduleName)
		}
	}
}

func backfillTooMany(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "many", "* * * * * *")
	_, err := c.BackfillSchedule("many", day(0, 0, 0), day(0, 0, 0).Add(100_002*time.Second))
	fails(t, err, client.InvalidOption, `schedule "many" has more than 100000 ticks between the two times`)
	plan, err := c.PlanBackfill("many", day(0, 0, 0), day(0, 0, 0).Add(100_001*time.Second))
	if err != nil || len(plan) != 100_000 {
		t.Errorf("%d ticks are planned, %v; want as many as are allowed", len(plan), err)
	}
	if rows := b.Rows("workflow_status", "schedule_name = 'many'", nil); len(rows) != 0 {
		t.Errorf("%d rows were made", len(rows))
	}
}

// backfillUnreadable are schedules of other SDKs that nobody else understands.
func backfillUnreadable(t *testing.T, b clienttest.Backend, c client.Client) {
	row := map[string]any{"name": "unread-cron", "class": nil, "context": "null", "fired": nil, "zone": nil}
	b.Exec(strings.Replace(insertForeign, "*/2 * * * * *", "0 0 0 L * *", 1), row)
	c = c.WithSDK(client.SDKGo)
	_, err := c.BackfillSchedule("unread-cron", day(0, 0, 0), day(2, 0, 0))
	fails(t, err, client.InvalidOption, `schedule "unread-cron" is "0 0 0 L * *": the day of month "L"`)

	row["name"], row["context"] = "unread-context", "<xml/>"
	b.Exec(insertForeign, row)
	_, err = c.BackfillSchedule("unread-context", day(0, 0, 0), day(2, 0, 0))
	fails(t, err, client.Undecodable, `the context of schedule "unread-context" cannot be passed on`)
	_, err = c.TriggerSchedule("unread-context")
	fails(t, err, client.Undecodable, `the context of schedule "unread-context" cannot be passed on`)
}

// A schedule is read in the dialect of its application, which has texts that others refuse or
// read in another way.
func TestBackfillReadsTheDialectOfTheSchedule(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for name, test := range map[string]struct {
			sdk  client.SDK
			text string
			want []string // the days of January 2026
		}{
			"sunday 7":         {client.SDKPython, "0 12 * * 7", []string{"04", "11", "18", "25"}},
			"last friday":      {client.SDKPython, "0 12 * * L5", []string{"30"}},
			"second friday":    {client.SDKPython, "0 12 * * fri#2", []string{"09"}},
			"last day":         {client.SDKPython, "0 0 12 L * *", []string{"31"}},
			"a year":           {client.SDKPython, "0 0 12 2,3 1 * 2026", []string{"02", "03"}},
			"a nick":           {client.SDKPython, "@weekly", []string{"04", "11", "18", "25"}},
			"either day":       {client.SDKPython, "0 12 13 * 5", []string{"02", "09", "13", "16", "23", "30"}},
			"both days":        {client.SDKTypeScript, "0 12 9-13 * 5", []string{"09"}},
			"round the end":    {client.SDKTypeScript, "0 12 30-2 * *", []string{"01", "02", "30", "31"}},
			"long names":       {client.SDKTypeScript, "0 12 * January Saturday-Sunday", []string{"03", "04", "10", "11", "17", "18", "24", "25", "31"}},
			"nearest weekday":  {client.SDKTypeScript, "0 0 12 4W * *", []string{"05"}},
			"third to last":    {client.SDKTypeScript, "0 0 12 L-2 * *", []string{"29"}},
			"last of the week": {client.SDKJava, "0 0 12 ? * 5L", []string{"30"}},
			"go nick":          {client.SDKGo, "@monthly", []string{"01"}},
			"go zone":          {client.SDKGo, "CRON_TZ=Asia/Tokyo 0 0 0 1 2 *", []string{"31"}},
			"go":               {client.SDKGo, "0 0 12 13 * 5", []string{"02", "09", "13", "16", "23", "30"}},
		} {
			b.Exec(strings.Replace(insertForeign, "*/2 * * * * *", test.text, 1),
				map[string]any{"name": name, "class": "C", "context": "null", "fired": nil, "zone": ""})
			ticks, err := b.NewClient().WithSDK(test.sdk).PlanBackfill(name, day(0, 0, 0).Add(-time.Second), day(0, 0, 0).AddDate(0, 1, 0))
			mustDo(t, err)
			var got []string
			for _, tick := range ticks {
				got = append(got, tick.ScheduledTime.Format("02"))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s %q has ticks on %v, want %v", name, test.text, got, test.want)
			}
		}
	})
}

func triggerTwice(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "trigger", "@yearly", func(i *client.ClientScheduleInput) { i.Context = "now" })
	var ids []string
	for range 2 {
		at := b.Clock.Advance(123456789 * time.Nanosecond)
		handle, err := c.TriggerSchedule("trigger")
		mustDo(t, err)
		text := at.UTC().Format(time.RFC3339Nano)
		if want := sched("trigger", "trigger-"+text); handle.GetWorkflowID() != want {
			t.Errorf("the id is %q, want %q", handle.GetWorkflowID(), want)
		}
		ids = append(ids, handle.GetWorkflowID())
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{
			"status": "ENQUEUED", "name": "report", "queue_name": client.InternalQueueName, "schedule_name": "trigger", "serialization": "DBOS_JSON",
			"inputs": base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf(`{"scheduled_time":%q,"context":"now"}`, text))),
		})
	}
	if ids[0] == ids[1] {
		t.Error("two triggers have one id")
	}
}

func triggerPaused(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "standing", "@yearly")
	mustDo(t, c.PauseSchedule("standing"))
	for range 2 { // at the same instant they are one
		_, err := c.TriggerSchedule("standing")
		mustDo(t, err)
	}
	if rows := b.Rows("workflow_status", "schedule_name = 'standing'", nil); len(rows) != 1 {
		t.Errorf("%d rows, want 1", len(rows))
	}
}

const registerVersion = `
INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at, application_name)
VALUES (:name, :name, :at, :at, :owner)`

// Runs are pinned to the latest version of the application that owns the schedule.
func TestScheduledVersion(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, scheduledVersion)
}

func scheduledVersion(t *testing.T, b clienttest.Backend) {
	versions := map[any]string{nil: "bank-9", "shop": "shop-2", "nobody": "anyone"}
	name := func(owner any) string { return fmt.Sprintf("version-%v", owner) }
	for owner := range versions {
		defined(t, b.NewClient(), name(owner), "@hourly")
		b.Exec(`UPDATE {workflow_schedules} SET application_name = :owner WHERE schedule_name = :name`, map[string]any{"owner": owner, "name": name(owner)})
	}
	for at, version := range []struct {
		name  string
		owner any
	}{{"anyone", nil}, {"shop-1", "shop"}, {"shop-2", "shop"}, {"bank-9", "bank"}} {
		b.Exec(registerVersion, map[string]any{"name": version.name, "owner": version.owner, "at": int64(at + 1)})
	}
	c := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
	for owner, want := range versions {
		handle, err := c.TriggerSchedule(name(owner))
		mustDo(t, err)
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"application_version": want, "application_name": owner})
	}
}

// scheduledContext is what the runs get, in the form that their application reads.
func scheduledContext(t *testing.T, b clienttest.Backend, c client.Client) {
	const tick = `2026-01-01T01:00:00Z`
	superjson := `{"json":{"hello":1},"__dbos_serializer":"superjson"}`
	pickle := func(context string) string {
		return `{"args":["2026-01-01T01:00:00.000Z",` + context + `],"kwargs":{}}`
	}
	spelled := map[string]string{"DBOS_JSON": tick, "js_superjson": "2026-01-01T01:00:00.000Z", "py_pickle": "2026-01-01T01:00:00+00:00", "java_jackson": "2026-01-01T01:00Z"}
	for name, test := range map[string]struct {
		sdk            client.SDK
		workflow       string
		class, context any
		input, codec   string
	}{
		"go":         {client.SDKGo, "plain", nil, `{"b":[1,null],"a":12345678901234567890}`, `{"scheduled_time":"` + tick + `","context":{"a":12345678901234567890,"b":[1,null]}}`, "DBOS_JSON"},
		"go nothing": {client.SDKGo, "plain", nil, `null`, `{"scheduled_time":"` + tick + `"}`, "DBOS_JSON"},
		"of a class": {client.SDKGo, "plain", "Reports", `{"z":1}`, `{"scheduled_time":"` + tick + `","context":{"z":1}}`, "DBOS_JSON"},
		"typescript": {client.SDKTypeScript, "plain", "", superjson, `{"json":["2026-01-01T01:00:00.000Z",{"hello":1}],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`, "js_superjson"},
		"python":     {client.SDKPython, "plain", nil, "gASVDgAAAAAAAAB9lIwFaGVsbG+USwFzLg==", pickle(`{"hello":1}`), "py_pickle"},
		"java":       {client.SDKJava, "plain", "com.shop.Reports", `{"@class":"java.util.HashMap","hello":1}`, `["[Ljava.lang.Object;",[["java.time.Instant","` + tick + `"],{"@class":"java.util.HashMap","hello":1}]]`, "java_jackson"},
		"ran in ts":  {"", "ran-ts", nil, `null`, `{"json":["2026-01-01T01:00:00.000Z",null],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`, "js_superjson"},
		"ran in py":  {"", "ran-py", nil, `null`, pickle(`null`), "py_pickle"},
		"ran in go":  {"", "ran-go", nil, `null`, `{"scheduled_time":"` + tick + `"}`, "DBOS_JSON"},
		"not ran ts": {"", "unknown", nil, superjson, `{"json":["2026-01-01T01:00:00.000Z",{"hello":1}],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`, "js_superjson"},
	} {
		for workflow, serialization := range map[string]any{"ran-ts": "js_superjson", "ran-py": nil, "ran-go": "DBOS_JSON"} {
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, inputs, created_at, updated_at)
				VALUES (:name, 'SUCCESS', :name, :codec, 'gAR9Lg==', 1, 1) ON CONFLICT (workflow_uuid) DO NOTHING`, map[string]any{"name": workflow, "codec": serialization})
		}
		name := "context " + name
		b.Exec(strings.NewReplacer("'tick'", "'"+test.workflow+"'", "*/2 * * * * *", "0 0 * * * *").Replace(insertForeign),
			map[string]any{"name": name, "class": test.class, "context": test.context, "fired": nil, "zone": ""})
		id := sched(name, spelled[test.codec])
		backfill(t, b.NewClient().WithSDK(test.sdk), name, day(0, 0, 0), day(2, 0, 0), id)
		row := b.Workflow(id)
		if test.codec == "DBOS_JSON" {
			test.input = base64.StdEncoding.EncodeToString([]byte(test.input))
		}
		if test.codec == "py_pickle" {
			row["inputs"], _ = codec.EncodeJSON(codec.Encoded{Text: row["inputs"].(string), Codec: codec.Pickle}.Decode(), "")
		}
		class := test.class
		if class == "" {
			class = nil
		}
		holds(t, row, clienttest.Record{"inputs": test.input, "serialization": test.codec, "class_name": class})
	}
}
