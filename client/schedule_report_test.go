package client_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// outcomesOf has a word for each result: name outcome state.
func outcomesOf(r *client.Report) string {
	var words []string
	for _, result := range r.Results {
		words = append(words, fmt.Sprintf("%s %s %s", result.ID, result.Outcome, result.Status))
	}
	return strings.Join(words, ", ")
}

// The report says which applied schedules are new, changed or unchanged, also in a dry run.
func TestApplyingSchedulesReportsEach(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		c := b.NewClient()
		with := func(name string, change func(*client.ClientScheduleInput)) client.ClientScheduleInput {
			input := hourly(name)
			change(&input)
			input.SDK = client.SDKGo
			return input
		}
		same := func(*client.ClientScheduleInput) {}
		steps := []struct {
			what   string
			inputs []client.ClientScheduleInput
			want   string
		}{
			{"new", []client.ClientScheduleInput{with("a", same), with("b", same)}, "a created ACTIVE, b created ACTIVE"},
			{"as they are", []client.ClientScheduleInput{with("b", same), with("a", same)}, "b unchanged ACTIVE, a unchanged ACTIVE"},
			{"the last counts", []client.ClientScheduleInput{with("a", func(i *client.ClientScheduleInput) { i.QueueName = "q" }), with("a", same)}, "a unchanged ACTIVE"},
			{"mixed", []client.ClientScheduleInput{with("c", same), with("a", func(i *client.ClientScheduleInput) { i.Schedule = "@daily" }), with("b", same)},
				"c created ACTIVE, a changed ACTIVE, b unchanged ACTIVE"},
		}
		for column, change := range map[string]func(*client.ClientScheduleInput){
			"workflow": func(i *client.ClientScheduleInput) { i.WorkflowName = "other" }, "class": func(i *client.ClientScheduleInput) { i.WorkflowClassName = "C" },
			"context": func(i *client.ClientScheduleInput) { i.Context = 1 }, "backfill": func(i *client.ClientScheduleInput) { i.AutomaticBackfill = true },
			"zone": func(i *client.ClientScheduleInput) { i.CronTimezone = "Europe/Berlin" }, "queue": func(i *client.ClientScheduleInput) { i.QueueName = "q" },
		} {
			steps = append(steps, struct {
				what   string
				inputs []client.ClientScheduleInput
				want   string
			}{column, []client.ClientScheduleInput{with("b", change)}, "b changed ACTIVE"}, struct {
				what   string
				inputs []client.ClientScheduleInput
				want   string
			}{"back from " + column, []client.ClientScheduleInput{with("b", same)}, "b changed ACTIVE"})
		}
		for _, client := range []client.Client{dry, c} {
			for _, step := range steps {
				report, err := client.ApplyAll(step.inputs)
				mustDo(t, err)
				if got := outcomesOf(report); got != step.want {
					t.Errorf("%s: %s, want %s", step.what, got, step.want)
				}
			}
		}
		mustDo(t, c.PauseSchedule("c"))
		report, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true }).ApplyAll([]client.ClientScheduleInput{with("c", same), with("d", same)})
		if err != nil || report.String() != "apply_schedules: 1 of 2 changed (1 new); 1 unchanged (PAUSED)" {
			t.Errorf("%v, %v", report, err)
		}
	})
}

// The report says which ticks had a run, under any spelling of the id, also in a dry run.
func TestABackfillReportsEachTick(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Clock.Advance(1)
		c := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
		mustDo(t, c.CreateSchedule(hourly("s")))
		_, err := c.BackfillSchedule("s", day(0, 0, 0), day(1, 30, 0))
		mustDo(t, err)
		other := sched("s", "2026-01-01T03:00:00+00:00")
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, created_at, updated_at) VALUES (:id, 'SUCCESS', 'wf', 1, 1)`, map[string]any{"id": other})
		b.Clock.Advance(1e9)
		want := sched("s", "2026-01-01T01:00:00Z") + " unchanged ENQUEUED, " + sched("s", "2026-01-01T02:00:00Z") + " changed ENQUEUED, " + other + " unchanged SUCCESS"
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.SDK, c.DryRun = client.SDKGo, dry })
			report, err := c.BackfillAll("s", day(0, 0, 0), day(3, 30, 0))
			if err != nil || outcomesOf(report) != want {
				t.Errorf("dry %v: %s, want %s (%v)", dry, outcomesOf(report), want, err)
			}
		}
		report, err := c.BackfillAll("s", day(0, 0, 0), day(3, 30, 0))
		if err != nil || report.Count(client.OutcomeUnchanged) != 3 {
			t.Errorf("again: %v, %v", report, err)
		}
	})
}
