package clienttest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// An id that no workflow has is explained by the schedule that would start it, or by the workflow that
// holds it as its deduplication id.
func TestTheReasonWhyThereIsNoWorkflow(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		registered(t, b, c, client.QueueInput{})
		now := b.Clock.Now().UTC().Truncate(time.Hour)
		tick := func(hours int) string { return now.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339) }
		for _, name := range []string{"hourly", "hourly-late", "idle"} {
			must(t, c.CreateSchedule(client.ClientScheduleInput{ScheduleName: name, WorkflowName: "quick", Schedule: "0 0 * * * *", SDK: client.SDKGo}))
		}
		must(t, c.PauseSchedule("idle"))
		b.Exec("UPDATE {workflow_schedules} SET last_fired_at = :at WHERE schedule_name = 'hourly-late'", map[string]any{"at": tick(-3)})
		holder := enqueue(t, c, "quick", nil, client.WithEnqueueDeduplicationID("order-7"))
		for _, test := range []struct {
			id    string
			want  client.Cause
			text  string
			stuck bool
		}{
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
		} {
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
		for _, id := range []string{"sched-hourly-soon", "sched-none-" + tick(1), "order-8", "hourl"} {
			if e, err := c.ExplainWorkflow(id); e != nil || client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("%s returned %+v and %v", id, e, err)
			}
		}
	})
}
