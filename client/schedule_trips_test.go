package client_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// The figures are promises: a call costs so many round trips, whatever the number of ticks.
func TestScheduleTrips(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{})
	c := b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() })
	hours := func(n int) (time.Time, time.Time) {
		start := day(0, 0, 0).AddDate(-1, 0, 0) // of ticks that have passed
		return start, start.Add(time.Duration(n)*time.Hour + time.Second)
	}
	backfill := func(n int) func(string) error {
		return func(name string) error {
			from, to := hours(n)
			_, err := c.BackfillSchedule(name, from, to)
			return err
		}
	}
	plan := func(n int) func(string) error {
		return func(name string) error {
			from, to := hours(n)
			_, err := c.PlanBackfill(name, from, to)
			return err
		}
	}
	debounce := func(key string) error {
		_, err := debouncer(c, "mail", client.WithDebouncerTimeout(time.Hour)).Debounce(key, time.Minute, 1)
		return err
	}
	for _, call := range []struct {
		what  string
		trips int
		do    func(name string) error
	}{
		{"create", 1, func(name string) error { return c.CreateSchedule(hourly(name)) }},
		{"apply", 1, func(name string) error {
			return c.ApplySchedules([]client.ClientScheduleInput{hourly(name), hourly("more"), hourly("most")})
		}},
		{"get", 1, func(name string) error { _, err := c.GetSchedule(name); return err }},
		{"list", 1, func(name string) error { _, err := c.ListSchedules(client.WithScheduleNames(name)); return err }},
		{"pause", 1, c.PauseSchedule},
		{"resume", 1, c.ResumeSchedule},
		{"trigger", 2, func(name string) error { _, err := c.TriggerSchedule(name); return err }},
		{"plan of 1", 2, plan(1)},
		{"plan of 5,000", 2, plan(5000)},
		{"backfill of 1", 2, backfill(1)},
		{"backfill of 5,000", 2, backfill(5000)},
		{"the same backfill", 2, backfill(5000)},
		{"delete", 1, c.DeleteSchedule},
		{"first debounce", 1, debounce},
		{"next debounce", 1, debounce},
	} {
		mustDo(t, call.do("before")) // from then on its statements are prepared
		proxy.Reset()
		mustDo(t, call.do("counted"))
		if trips := proxy.Trips(); trips != call.trips {
			t.Errorf("%s takes %d round trips, not %d", call.what, trips, call.trips)
		}
	}
}

// A tick that gets a workflow after the schedule was read, in the spelling of another SDK, gets no
// second one.
func TestABackfillLeavesOutATickThatRunsMeanwhile(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	started := false
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("SELECT 1 / (CASE WHEN EXISTS") && !started {
			started = true
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, created_at, updated_at) VALUES (:id, 'PENDING', 1, 1)`,
				map[string]any{"id": sched("s", "2026-01-01T02:00:00+00:00")})
		}
		return pgproxy.Pass
	}})
	c := b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() })
	defined(t, c, "s", "0 0 * * * *")
	backfill(t, c, "s", day(0, 30, 0), day(3, 30, 0),
		sched("s", "2026-01-01T01:00:00Z"), sched("s", "2026-01-01T02:00:00+00:00"), sched("s", "2026-01-01T03:00:00Z"))
	if n := len(b.Rows("workflow_status", "", nil)); n != 3 || !started {
		t.Errorf("%d workflows", n)
	}
}
