package client_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

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
