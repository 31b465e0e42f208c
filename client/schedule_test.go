package client_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

// hourly defines a schedule with nothing but what is required.
func hourly(name string) client.ClientScheduleInput {
	return client.ClientScheduleInput{ScheduleName: name, WorkflowName: "report", Schedule: "@hourly", SDK: client.SDKGo}
}

// scheduleRow gives the row of a schedule, nil if there is none.
func scheduleRow(b clienttest.Backend, name string) clienttest.Record {
	rows := b.Rows("workflow_schedules", "schedule_name = :name", map[string]any{"name": name})
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holds compares columns of a row; those that are not named may hold anything.
func holds(t *testing.T, row clienttest.Record, want clienttest.Record) {
	t.Helper()
	for column, value := range want {
		if got, found := row[column]; !found || got != value {
			t.Errorf("%s is %v, want %v", column, got, value)
		}
	}
}

// fails wants an error of a kind whose text holds another.
func fails(t *testing.T, err error, kind client.ErrorCode, text string) *client.Error {
	t.Helper()
	var failed *client.Error
	if !errors.As(err, &failed) || failed.Code != kind || !strings.Contains(failed.Error(), text) {
		t.Fatalf("got %v (%v), want %v with %q", err, client.CodeOf(err), kind, text)
	}
	return failed
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for name, test := range map[string]func(*testing.T, clienttest.Backend){
			"create": createSchedule, "create refuses": createRefuses, "create again": createAgain, "cron texts": cronTexts,
			"apply": applySchedules, "apply all or none": applyAllOrNone, "pause and resume": pauseSchedule, "delete": deleteSchedule,
			"last fired": lastFired, "names": scheduleNames,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, b.For(t))
			})
		}
	})
}

// TestSchedulesOfOtherSDKs has a database of its own: its rows show SDKs, by which other tests'
// contexts would be written.
func TestSchedulesOfOtherSDKs(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, foreignSchedules)
}

func createSchedule(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	mustDo(t, c.CreateSchedule(hourly("create-bare")))
	holds(t, scheduleRow(b, "create-bare"), clienttest.Record{
		"workflow_name": "report", "workflow_class_name": nil, "schedule": "0 0 * * * *", "status": "ACTIVE", "context": "null",
		"last_fired_at": nil, "automatic_backfill": "false", "cron_timezone": "UTC", "queue_name": nil, "application_name": nil,
	})
	mustDo(t, c.CreateSchedule(client.ClientScheduleInput{
		ScheduleName: "create-full", WorkflowName: "report", WorkflowClassName: "Reports", Schedule: "*/5 * * * MON-FRI",
		Context: map[string]any{"list": []any{int64(1), nil}}, AutomaticBackfill: true, CronTimezone: "Europe/Berlin", QueueName: "slow",
	}))
	row := scheduleRow(b, "create-full")
	holds(t, row, clienttest.Record{
		"workflow_class_name": "Reports", "schedule": "0 */5 * * * MON-FRI", "context": `{"list":[1,null]}`,
		"automatic_backfill": "true", "cron_timezone": "Europe/Berlin", "queue_name": "slow",
	})
	got, err := c.GetSchedule("create-full")
	mustDo(t, err)
	if want := (client.WorkflowSchedule{
		ScheduleID: row["schedule_id"].(string), ScheduleName: "create-full", WorkflowName: "report", WorkflowClassName: "Reports",
		Schedule: "0 */5 * * * MON-FRI", Status: client.ScheduleStatusActive, Context: map[string]any{"list": []any{int64(1), nil}},
		AutomaticBackfill: true, CronTimezone: "Europe/Berlin", QueueName: "slow",
	}); !reflect.DeepEqual(*got, want) {
		t.Errorf("got %+v, want %+v", *got, want)
	}
	if bare, err := c.GetSchedule("create-bare"); err != nil || bare.QueueName != client.InternalQueueName || bare.Context != nil {
		t.Errorf("got %+v, %v; want the internal queue and no context", bare, err)
	}
}

func createRefuses(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	for text, change := range map[string]func(*client.ClientScheduleInput){
		"the schedule has no name":                              func(i *client.ClientScheduleInput) { i.ScheduleName, i.WorkflowName = "", "" },
		"the workflow has no name":                              func(i *client.ClientScheduleInput) { i.WorkflowName, i.Schedule = "", "" },
		`the cron text "": it is empty`:                         func(i *client.ClientScheduleInput) { i.Schedule = "" },
		`the minute "99": end of range (99) above maximum (59)`: func(i *client.ClientScheduleInput) { i.Schedule = "99 * * * *" },
		"@every has no fixed ticks":                             func(i *client.ClientScheduleInput) { i.Schedule = "@every 5m" },
		"give it as cron_timezone":                              func(i *client.ClientScheduleInput) { i.Schedule = "CRON_TZ=UTC 0 * * * *" },
		`unknown time zone "Mars/Olympus"`:                      func(i *client.ClientScheduleInput) { i.CronTimezone = "Mars/Olympus" },
		"the context: value.f: a function cannot":               func(i *client.ClientScheduleInput) { i.Context = map[string]any{"f": t.Log} },
	} {
		input := hourly("refused")
		change(&input)
		failed := fails(t, c.CreateSchedule(input), client.InvalidOption, text)
		if failed.ScheduleName != input.ScheduleName || !strings.HasPrefix(failed.Error(), "create schedule: ") {
			t.Errorf("%v is of schedule %q", failed, failed.ScheduleName)
		}
		failed = fails(t, c.ApplySchedules([]client.ClientScheduleInput{hourly("refused"), input}), client.InvalidOption, text)
		if failed.ScheduleName != input.ScheduleName || !strings.HasPrefix(failed.Error(), "apply schedules: schedule 2: ") {
			t.Errorf("%v is of schedule %q", failed, failed.ScheduleName)
		}
	}
	if row := scheduleRow(b, "refused"); row != nil {
		t.Errorf("what was refused is there: %v", row)
	}
}

func createAgain(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	mustDo(t, c.CreateSchedule(hourly("twice")))
	before := scheduleRow(b, "twice")
	again := hourly("twice")
	again.WorkflowName = "another"
	failed := fails(t, c.CreateSchedule(again), client.AlreadyExists, `schedule "twice" exists`)
	if failed.ScheduleName != "twice" || failed.ErrorHint() == "" {
		t.Errorf("the error is of schedule %q, with the hint %q", failed.ScheduleName, failed.ErrorHint())
	}
	holds(t, scheduleRow(b, "twice"), before)
}

// cronTexts stores what every SDK reads.
func cronTexts(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	for text, want := range map[string]string{
		"*/5 * * * *": "0 */5 * * * *", "30 0 9 * * ?": "30 0 9 * * *", "@daily": "0 0 0 * * *", "@weekly": "0 0 0 * * 0",
		"@monthly": "0 0 0 1 * *", "@yearly": "0 0 0 1 1 *",
	} {
		input := hourly("cron " + text)
		input.Schedule = text
		mustDo(t, c.CreateSchedule(input))
		if row := scheduleRow(b, input.ScheduleName); row["schedule"] != want {
			t.Errorf("%q is stored as %v, want %q", text, row["schedule"], want)
		}
	}
}

func applySchedules(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	mustDo(t, c.ApplySchedules(nil))
	mustDo(t, c.CreateSchedule(hourly("apply-old")))
	mustDo(t, c.CreateSchedule(hourly("apply-other")))
	mustDo(t, c.PauseSchedule("apply-old"))
	b.Exec(`UPDATE {workflow_schedules} SET last_fired_at = '2026-01-01T00:00:00Z' WHERE schedule_name = 'apply-old'`, nil)
	before, other := scheduleRow(b, "apply-old"), scheduleRow(b, "apply-other")

	first, last := hourly("apply-old"), hourly("apply-old")
	first.WorkflowName = "lost"
	last.WorkflowName, last.WorkflowClassName, last.Schedule, last.Context = "digest", "Digests", "0 7 * * *", "mail"
	last.AutomaticBackfill, last.CronTimezone, last.QueueName = true, "Asia/Tokyo", "slow"
	mustDo(t, c.ApplySchedules([]client.ClientScheduleInput{first, hourly("apply-new"), last}))

	holds(t, scheduleRow(b, "apply-old"), clienttest.Record{
		"schedule_id": before["schedule_id"], "status": "PAUSED", "last_fired_at": "2026-01-01T00:00:00Z",
		"workflow_name": "digest", "workflow_class_name": "Digests", "schedule": "0 0 7 * * *", "context": `"mail"`,
		"automatic_backfill": "true", "cron_timezone": "Asia/Tokyo", "queue_name": "slow",
	})
	holds(t, scheduleRow(b, "apply-new"), clienttest.Record{"status": "ACTIVE", "last_fired_at": nil, "cron_timezone": "UTC", "queue_name": nil})
	holds(t, scheduleRow(b, "apply-other"), other)

	// Applied without them, options are forgotten.
	mustDo(t, c.ApplySchedules([]client.ClientScheduleInput{hourly("apply-old")}))
	holds(t, scheduleRow(b, "apply-old"), clienttest.Record{"workflow_class_name": nil, "context": "null", "automatic_backfill": "false",
		"cron_timezone": "UTC", "queue_name": nil, "status": "PAUSED"})
}

func applyAllOrNone(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	bad := hourly("none-2")
	bad.Schedule = "0 0 30 13 *"
	failed := fails(t, c.ApplySchedules([]client.ClientScheduleInput{hourly("none-1"), bad, hourly("none-3")}), client.InvalidOption, `schedule 2: the cron text "0 0 30 13 *": the month "13"`)
	if failed.ScheduleName != "none-2" {
		t.Errorf("the error is of schedule %q", failed.ScheduleName)
	}
	if found, err := c.ListSchedules(client.WithScheduleNamePrefixes("none-")); err != nil || len(found) != 0 {
		t.Errorf("%v, %v are there", found, err)
	}
}

func pauseSchedule(t *testing.T, b clienttest.Backend) {
	var changed []int64
	c := b.NewClient(func(config *client.ClientConfig) {
		config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
			err := apply()
			if (change.Op == "pause schedule" || change.Op == "resume schedule") && err == nil {
				changed = append(changed, change.Changed)
			}
			return err
		}
	})
	mustDo(t, c.CreateSchedule(hourly("pause")))
	b.Exec(`UPDATE {workflow_schedules} SET last_fired_at = '2026-01-01T00:00:00Z' WHERE schedule_name = 'pause'`, nil)
	before := scheduleRow(b, "pause")
	for range 2 {
		mustDo(t, c.PauseSchedule("pause"))
		before["status"] = "PAUSED"
		holds(t, scheduleRow(b, "pause"), before)
	}
	for range 2 {
		mustDo(t, c.ResumeSchedule("pause"))
		before["status"] = "ACTIVE"
		holds(t, scheduleRow(b, "pause"), before)
	}
	if !reflect.DeepEqual(changed, []int64{1, 0, 1, 0}) {
		t.Errorf("two pauses and two resumes changed %v", changed)
	}
	for _, change := range []func(string) error{c.PauseSchedule, c.ResumeSchedule} {
		failed := fails(t, change("paus"), client.ScheduleNotFound, `there is no schedule "paus" (did you mean "pause"?)`)
		if failed.ScheduleName != "paus" {
			t.Errorf("the error is of schedule %q", failed.ScheduleName)
		}
	}
}

func deleteSchedule(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	mustDo(t, c.CreateSchedule(hourly("delete")))
	handle, err := c.TriggerSchedule("delete")
	mustDo(t, err)
	for range 2 {
		mustDo(t, c.DeleteSchedule("delete"))
	}
	if found, err := c.GetSchedule("delete"); found != nil || err != nil {
		t.Errorf("after the delete: %v, %v", found, err)
	}
	if status, err := handle.GetStatus(); err != nil || status.Status != client.WorkflowStatusEnqueued {
		t.Errorf("what it started: %v, %v", status.Status, err)
	}
}

const insertForeign = `
INSERT INTO {workflow_schedules} (schedule_id, schedule_name, workflow_name, workflow_class_name, schedule, status, context,
	last_fired_at, automatic_backfill, cron_timezone, queue_name)
VALUES (:name, :name, 'tick', :class, '*/2 * * * * *', 'ACTIVE', :context, :fired, FALSE, :zone, NULL)`

// foreignSchedules are rows that only other SDKs write.
func foreignSchedules(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	pickled := "gASVFAAAAAAAAABdlCiMAWGUjAFilGhlbGxvlGUu"
	for name, row := range map[string]struct {
		class, context, zone any
		want                 any
	}{
		"typescript":    {"", `{"json":{"hello":1,"at":"2026-01-01T00:00:00.000Z"},"meta":{"values":{"at":["Date"]}},"__dbos_serializer":"superjson"}`, nil, map[string]any{"hello": int64(1), "at": time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"python":        {nil, "gASVDgAAAAAAAAB9lIwFaGVsbG+USwFzLg==", nil, map[string]any{"hello": int64(1)}},
		"go":            {nil, `{"hello":9007199254740993}`, "", map[string]any{"hello": int64(9007199254740993)}},
		"go nothing":    {nil, `null`, "", nil},
		"not readable":  {nil, pickled, nil, codec.Opaque{}},
		"no serializer": {nil, `<xml/>`, nil, codec.Opaque{}},
	} {
		b.Exec(insertForeign, map[string]any{"name": "foreign " + name, "class": row.class, "context": row.context, "fired": nil, "zone": row.zone})
		got, err := c.GetSchedule("foreign " + name)
		mustDo(t, err)
		opaque, is := got.Context.(codec.Opaque)
		if _, want := row.want.(codec.Opaque); want && (!is || opaque.Raw != row.context) || !want && !reflect.DeepEqual(got.Context, row.want) {
			t.Errorf("the context of %s is %#v, want %#v", name, got.Context, row.want)
		}
		if got.CronTimezone != "" || got.QueueName != client.InternalQueueName || got.WorkflowClassName != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if found, err := c.ListSchedules(client.WithScheduleNamePrefixes("foreign ")); err != nil || len(found) != 6 {
		t.Errorf("%d of them are listed: %v", len(found), err)
	}
}

// lastFired reads what each SDK writes, and nil for what nobody can read.
func lastFired(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	want := time.Date(2026, 11, 22, 7, 34, 14, 0, time.UTC)
	for text, want := range map[any]*time.Time{
		"2026-11-22T07:34:14.000Z": &want, "2026-11-22T09:34:14+02:00": &want, "2026-11-22T07:34:14+00:00": &want,
		"2026-11-22T08:34:14.000000000+01:00": &want, "yesterday": nil, "": nil, nil: nil,
	} {
		b.Exec(`DELETE FROM {workflow_schedules} WHERE schedule_name = 'fired'`, nil)
		b.Exec(insertForeign, map[string]any{"name": "fired", "class": nil, "context": "null", "fired": text, "zone": nil})
		got, err := c.GetSchedule("fired")
		mustDo(t, err)
		if (got.LastFiredAt == nil) != (want == nil) || want != nil && !got.LastFiredAt.Equal(*want) {
			t.Errorf("%v reads as %v, want %v", text, got.LastFiredAt, want)
		}
	}
}

// scheduleNames wants a name wherever there is one.
func scheduleNames(t *testing.T, b clienttest.Backend) {
	c := b.NewClient()
	_, getErr := c.GetSchedule("")
	_, backfillErr := c.BackfillSchedule("", b.Clock.Now(), b.Clock.Now())
	_, planErr := c.PlanBackfill("", b.Clock.Now(), b.Clock.Now())
	_, triggerErr := c.TriggerSchedule("")
	for _, err := range []error{getErr, backfillErr, planErr, triggerErr, c.PauseSchedule(""), c.ResumeSchedule(""), c.DeleteSchedule("")} {
		fails(t, err, client.InvalidOption, "the schedule has no name")
	}
	if found, err := c.GetSchedule("nobody"); found != nil || err != nil {
		t.Errorf("%v, %v; want nothing and no error", found, err)
	}
}
