package clienttest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// An absence is an id that no workflow has, and the reason for it.
type absence struct {
	id    string
	want  client.Cause
	text  string // a part of the text, the evidence or the command
	stuck bool
}

// absences makes three schedules and a workflow with a deduplication id, and returns ids that no
// workflow has.
func absences(t *testing.T, b clienttest.Backend, c client.Client) []absence {
	t.Helper()
	registered(t, b, c, client.QueueInput{})
	now := b.Clock.Now().UTC().Truncate(time.Hour)
	tick := func(hours int) string { return now.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339) }
	for _, name := range []string{"hourly", "hourly-late", "idle"} {
		must(t, c.CreateSchedule(client.ClientScheduleInput{ScheduleName: name, WorkflowName: "quick", Schedule: "0 0 * * * *", SDK: client.SDKGo}))
	}
	must(t, c.PauseSchedule("idle"))
	b.Exec("UPDATE {workflow_schedules} SET last_fired_at = :at WHERE schedule_name = 'hourly-late'", map[string]any{"at": tick(-3)})
	holder := enqueue(t, c, "quick", nil, client.WithEnqueueDeduplicationID("order-7"))
	return []absence{
		{"idle", client.CauseSchedulePaused, "dbos-script schedules --resume idle", true},
		{"sched-idle-" + tick(1), client.CauseSchedulePaused, "its next tick", true},
		{"hourly", client.CauseScheduled, `schedule "hourly" starts it in`, false},
		{"sched-hourly-" + tick(2), client.CauseScheduled, tick(2), false},
		{"sched-hourly-" + now.Add(time.Hour).In(time.FixedZone("", 20700)).Format(time.RFC3339), client.CauseScheduled, tick(1), false},
		{"sched-hourly-" + now.Add(time.Hour).Format("2006-01-02T15:04Z07:00[UTC]"), client.CauseScheduled, tick(1), false},
		{"sched-hourly-" + tick(-1), client.CauseTickMissed, "dbos-script schedules --backfill --since", true},
		{"sched-hourly-late-" + tick(-1), client.CauseTickMissed, `"hourly-late"`, true},
		{"hourly-late", client.CauseTickMissed, tick(-2), true},
		{"sched-hourly-" + now.Add(90*time.Minute).Format(time.RFC3339), client.CauseNoTick, "not due", true},
		{"order-7", client.CauseDeduplicated, "dbos-script why " + holder, true},
	}
}

// absentCauses returns a story for each cause of an absence.
func absentCauses() (stories []cause) {
	for _, want := range []client.Cause{client.CauseSchedulePaused, client.CauseScheduled, client.CauseTickMissed, client.CauseNoTick, client.CauseDeduplicated} {
		stories = append(stories, cause{want, "", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			all := absences(t, b, c)
			return all[slices.IndexFunc(all, func(a absence) bool { return a.want == want })].id
		}})
	}
	return stories
}

// An id that no workflow has is explained by the schedule that would start it, or by the workflow
// that holds it as its deduplication id.
func TestTheReasonWhyThereIsNoWorkflow(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, test := range absences(t, b, c) {
			e, err := c.ExplainWorkflow(test.id)
			if err != nil {
				t.Errorf("%s: %v", test.id, err)
				continue
			}
			first := e.Reasons[0]
			all := strings.Join(append(first.Evidence, first.Text, first.Command), "\n")
			if first.Cause != test.want || !strings.Contains(all, test.text) || e.Stuck != test.stuck || e.Status != "" || len(e.Reasons) != 1 {
				t.Errorf("%s: the explanation is %+v, want %s with %q", test.id, e, test.want, test.text)
			}
		}
		soon := b.Clock.Now().UTC().Truncate(time.Hour).Add(time.Hour).Format(time.RFC3339)
		for _, id := range []string{"sched-hourly-soon", "sched-none-" + soon, "order-8", "hourl"} {
			if e, err := c.ExplainWorkflow(id); e != nil || client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("%s returned %+v and %v", id, e, err)
			}
		}
	})
}
