package client

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An id that no workflow has is explained too, if it is that of a run which a schedule has not
// started, the name of a schedule, or a deduplication id: the error of a refused enqueue names an
// id under which nothing was stored.

// The causes for which there is no workflow.
const (
	CauseDeduplicated   Cause = "deduplicated"    // another workflow holds the deduplication id
	CauseSchedulePaused Cause = "schedule_paused" // the schedule that would start it is paused
	CauseScheduled      Cause = "scheduled"       // its schedule starts it later
	CauseTickMissed     Cause = "tick_missed"     // its schedule has not started it, and its time is over
	CauseNoTick         Cause = "no_tick"         // its schedule is not due at its time
)

const (
	// selectSchedulesOf finds the schedule of a name or of the id of a run, the longest name first.
	selectSchedulesOf = selectSchedules + `
WHERE ws.schedule_name = :id
	OR SUBSTR(CAST(:id AS TEXT), 1, LENGTH(ws.schedule_name) + 7) = 'sched-' || ws.schedule_name || '-'
ORDER BY LENGTH(ws.schedule_name) DESC LIMIT 1`

	// selectHoldersOf walks from queue to queue, because each index with a deduplication id
	// begins with the queue.
	selectHoldersOf = `
WITH RECURSIVE held(queue) AS (
	SELECT MIN(ws.queue_name) FROM {workflow_status} AS ws WHERE ws.deduplication_id IS NOT NULL
	UNION ALL
	SELECT (SELECT MIN(ws.queue_name) FROM {workflow_status} AS ws WHERE ws.deduplication_id IS NOT NULL AND ws.queue_name > held.queue)
	FROM held WHERE held.queue IS NOT NULL)
SELECT ws.workflow_uuid, ws.name, ws.queue_name, ws.status
FROM held JOIN {workflow_status} AS ws ON ws.queue_name = held.queue AND ws.deduplication_id = CAST(:id AS TEXT)
ORDER BY ws.created_at, ws.workflow_uuid LIMIT 5`
)

// explainAbsent explains an id that no workflow has. It returns the error missing if nothing
// is known about it.
func (c *systemClient) explainAbsent(op, id string, missing error) (*Explanation, error) {
	var holders []child
	var schedules []WorkflowSchedule
	f := &facts{now: c.config.Clock().UTC()}
	err := f.read(c, op, func(b *db.Batch) {
		args := query.Args{"id": id}
		db.Collect(b, &schedules, selectSchedulesOf, args, scanSchedule)
		db.Collect(b, &holders, selectHoldersOf, args, scanChild)
	})
	if err != nil {
		return nil, err
	}
	e := &Explanation{WorkflowID: id}
	for _, s := range schedules {
		reason, err := c.explainSchedule(op, f, s, id)
		if err != nil {
			return nil, err
		}
		if reason != nil {
			e.Name, e.QueueName, e.ApplicationName = s.WorkflowName, s.QueueName, s.ApplicationName
			e.Reasons = append(e.Reasons, *reason)
		}
	}
	for _, holder := range holders {
		e.Reasons = append(e.Reasons, deduplicated(holder))
	}
	if len(e.Reasons) == 0 {
		return nil, missing
	}
	e.setStuck()
	return e, nil
}

func deduplicated(holder child) Reason {
	return Reason{Cause: CauseDeduplicated, Command: command("why", holder.id),
		Text: fmt.Sprintf("no workflow has this id; it is the deduplication id of %q, which is %s on queue %q: an enqueue with it is refused, or returns that workflow, until it ends",
			holder.id, holder.status, holder.queue),
		Evidence: []string{fmt.Sprintf("workflow %q (%s) holds the deduplication id", holder.id, holder.name)}}
}

// explainSchedule returns the reason why a schedule has not started a run: that of an id, or the
// next one if the id is the name of the schedule. It returns nil if the id is of no tick.
func (c *systemClient) explainSchedule(op string, f *facts, s WorkflowSchedule, id string) (*Reason, error) {
	at, named := time.Time{}, id == s.ScheduleName
	if !named {
		text := strings.TrimPrefix(id, runID(s.ScheduleName, ""))
		var ok bool
		if at, ok = cron.ReadSpelling(text); !ok {
			return nil, nil
		}
	}
	ticks, err := c.ticksOf(op, s)
	if err != nil || ticks == nil {
		return nil, err
	}
	return s.reason(f, ticks, at, named), nil
}

// ticksOf returns the ticks of a schedule, or nil if its SDK cannot read its cron text.
func (c *systemClient) ticksOf(op string, s WorkflowSchedule) (*cron.Schedule, error) {
	sdk, err := c.needSDK(op, "", s.ApplicationName, s.WorkflowName)
	if err != nil && CodeOf(err) != Unsupported {
		return nil, err
	}
	ticks, err := cron.ParseAs(cmp.Or(sdk, SDKGo).Cron(), s.Schedule, s.CronTimezone)
	if err != nil {
		return nil, nil
	}
	return ticks, nil
}

// reason returns why the run of a tick, or the next run, has not started.
func (s WorkflowSchedule) reason(f *facts, ticks *cron.Schedule, at time.Time, named bool) *Reason {
	next := ticks.Next(f.now)
	if named {
		at = next
		if fired := s.LastFiredAt; fired != nil && s.Status == ScheduleStatusActive {
			if due := ticks.Next(*fired); !due.IsZero() && f.now.Sub(due) > usualWait {
				at = due
			}
		}
	}
	r := &Reason{Evidence: s.evidence(next)}
	switch {
	case !named && !ticks.Next(at.Add(-time.Second)).Equal(at):
		r.Cause = CauseNoTick
		r.Text = fmt.Sprintf("no workflow has this id, and schedule %q (%s) is not due at %s", s.ScheduleName, s.Schedule, clock(at))
	case s.Status == ScheduleStatusPaused:
		r.Cause, r.Command = CauseSchedulePaused, command("schedules", s.ScheduleName, "--resume")
		r.Text = fmt.Sprintf("schedule %q is paused, so it starts nothing", s.ScheduleName)
	case at.After(f.now):
		r.Cause = CauseScheduled
		r.Text = fmt.Sprintf("schedule %q starts it in %s, at %s", s.ScheduleName, span(at.Sub(f.now)), clock(at))
	default:
		r.Cause = CauseTickMissed
		r.Text = fmt.Sprintf("schedule %q should have started it %s ago, at %s: no executor of its application worked then, or the schedule was paused or made later",
			s.ScheduleName, f.since(at), clock(at))
		r.Command = command("schedules", s.ScheduleName, "--backfill", "--since", clock(at.Add(-time.Second)), "--until", clock(at.Add(time.Second)))
	}
	return r
}

// evidence returns the last run of a schedule and its next tick.
func (s WorkflowSchedule) evidence(next time.Time) []string {
	last := "it has started no run yet, as far as its row shows"
	if s.LastFiredAt != nil {
		last = "its last run started at " + clock(*s.LastFiredAt)
	}
	if next.IsZero() {
		return []string{last, "it has no further tick"}
	}
	return []string{last, fmt.Sprintf("its next tick by %q is at %s", s.Schedule, clock(next))}
}
