package client

import (
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// maxTicks bounds one backfill.
const maxTicks = 100_000

// joinHeldTicks joins ticks with their workflows whose ids have another spelling.
const joinHeldTicks = `{rows other tick:TEXT=:ticks spelling:TEXT=:spellings} JOIN {workflow_status} AS held ON held.workflow_uuid = other.spelling`

// insertRuns leaves out ticks that have a workflow, in any spelling and any state.
const insertRuns = newWorkflows + `
FROM ` + newRows + `
WHERE new.id NOT IN (SELECT other.tick FROM ` + joinHeldTicks + `)
ON CONFLICT (workflow_uuid) DO NOTHING`

// countOwn counts the rows that all attempts of a call have inserted, by their created_at.
const countOwn = `SELECT COUNT(*) FROM {workflow_status} WHERE {in workflow_uuid :ids} AND created_at BETWEEN CAST(:since AS BIGINT) AND CAST(:now AS BIGINT)`

const selectHeldTicks = `SELECT held.workflow_uuid, held.status
FROM {rows other spelling:TEXT=:spellings} JOIN {workflow_status} AS held ON held.workflow_uuid = other.spelling`

// selectOlderTicks leaves out the runs that an earlier attempt of this call has made.
const selectOlderTicks = selectHeldTicks + ` WHERE held.created_at NOT BETWEEN CAST(:since AS BIGINT) AND CAST(:now AS BIGINT)`

// A BackfillTick is one tick of a planned backfill. It is new if it would be enqueued.
type BackfillTick struct {
	WorkflowID    string             `json:"workflow_id" doc:"The id its workflow has, or would get."`
	ScheduledTime time.Time          `json:"scheduled_time" doc:"The tick."`
	State         string             `json:"state" doc:"new if a backfill would enqueue a workflow, exists if the tick has one."`
	Status        WorkflowStatusType `json:"status,omitempty" doc:"The state of the workflow that is there."`
}

func (c *systemClient) BackfillSchedule(scheduleName string, start, end time.Time) ([]string, error) {
	report, err := c.BackfillAll(scheduleName, start, end)
	if report == nil {
		return nil, err
	}
	return report.AllIDs(), err
}

func (c *systemClient) BackfillAll(scheduleName string, start, end time.Time) (*Report, error) {
	const op = "backfill schedule"
	if err := c.writable(op); err != nil {
		return nil, err
	}
	w, err := c.window(op, scheduleName, start, end)
	if err != nil || len(w.ticks) == 0 {
		return &Report{Op: op}, err
	}
	if err := c.checkTarget(op, w.target(), c.config.Strict); err != nil {
		return nil, err
	}
	in, err := c.runs(op, w.runSource, w.ids, w.local())
	if err != nil {
		return nil, err
	}
	s := w.starting(op, w.ids)
	s.Plural = true
	w.runs, s.detail = in, w
	s.send = func(writer *writer) error { return c.backfill(writer, s, w) }
	if err := c.apply(s); err != nil {
		return nil, err
	}
	report := &Report{Op: op, Results: s.Results}
	if s.Changed == int64(len(w.ids)) {
		report.ids = w.ids // no tick has a workflow of another spelling
	}
	return report, nil
}

// ranTick returns the result of one tick of a backfill.
func ranTick(id string, made bool, status WorkflowStatusType) ChangeResult {
	if made {
		return ChangeResult{ID: id, Outcome: OutcomeChanged, Status: WorkflowStatusEnqueued}
	}
	return ChangeResult{ID: id, Outcome: OutcomeUnchanged, Status: status, Reason: "this tick has a workflow"}
}

func (c *systemClient) PlanBackfill(scheduleName string, start, end time.Time) ([]BackfillTick, error) {
	const op = "plan backfill"
	w, err := c.window(op, scheduleName, start, end)
	if err != nil || len(w.ticks) == 0 {
		return []BackfillTick{}, err
	}
	held, err := c.readHeld(op, w)
	if err != nil {
		return nil, err
	}
	return w.plan(held), nil
}

func (c *systemClient) readHeld(op string, w *window) (held heldTicks, err error) {
	all := w.spelled(true)
	err = c.read(op, func(b *db.Batch) { all.collect(b, &held, selectHeldTicks, all.args()) })
	return held, err
}

// target returns the queue, name and class of the runs of a schedule.
func (f *runSource) target() target {
	return target{queue: f.schedule.QueueName, name: f.schedule.WorkflowName, class: f.schedule.WorkflowClassName, ownerWarning: f.warning}
}

// starting returns the write that makes runs of a schedule, without its function.
func (f *runSource) starting(op string, ids []string) *write {
	return &write{Change: Change{Op: op, IDs: ids, New: true, Name: f.schedule.WorkflowName, Queue: f.schedule.QueueName}}
}

func (c *systemClient) TriggerSchedule(scheduleName string) (WorkflowHandle[any], error) {
	const op = "trigger schedule"
	if err := c.writable(op); err != nil {
		return nil, err
	}
	f, err := c.runSource(op, scheduleName, func(*db.Batch) {})
	if err == nil {
		err = c.checkTarget(op, f.target(), c.config.Strict)
	}
	if err != nil {
		return nil, err
	}
	now := c.config.Clock().UTC()
	id := runID(scheduleName, "trigger-"+now.Format(time.RFC3339Nano))
	in, err := c.runs(op, f, []string{id}, []time.Time{now})
	if err != nil {
		return nil, err
	}
	none := query.Args{"ticks": []string{}, "spellings": []string{}}
	s := f.starting(op, []string{id})
	s.detail = in
	s.send = func(w *writer) error {
		_, err := w.write(func(b *db.Batch) { c.runPlan(b, in, none, &s.Changed) })
		return err
	}
	if err := c.apply(s); err != nil {
		return nil, err
	}
	return &pollingHandle[any]{c.view, id, true}, nil
}

func (c *systemClient) runPlan(b *db.Batch, in *insertion, others query.Args, inserted *int64) {
	args := in.args
	args["ticks"], args["spellings"] = others["ticks"], others["spellings"]
	c.clearOrphans(b, in.ids)
	b.Exec(insertRuns, args, inserted)
	if b.Attempt().AnswerLost {
		b.Query(countOwn, args, func(row db.Row) error { return row.Scan(inserted) })
	}
	if c.shape.HasTable("workflow_input") {
		b.Exec(insertInputs, args, nil)
	}
}

// A window holds the ticks of a schedule between two times, with the ids of their workflows.
type window struct {
	*runSource
	ticks []time.Time
	ids   []string
	zones []*time.Location
	runs  *insertion // of a backfill
	taken *takenRange
}

func (c *systemClient) window(op, name string, start, end time.Time) (*window, error) {
	taken := &takenRange{}
	f, err := c.runSource(op, name, func(b *db.Batch) { taken.plan(b, c, name, start, end) })
	if err != nil {
		return nil, err
	}
	schedule, err := cron.ParseAs(f.sdk.Cron(), f.schedule.Schedule, f.schedule.CronTimezone)
	if err != nil {
		return nil, f.refused(op, fmt.Errorf("schedule %q is %q: %w", name, f.schedule.Schedule, err))
	}
	ticks, err := schedule.Ticks(start, end, maxTicks)
	if errors.Is(err, cron.ErrTooMany) {
		return nil, f.refused(op, fmt.Errorf("schedule %q has more than %d ticks between the two times", name, maxTicks))
	}
	if err := f.checkRepeats(op, ticks, c.config.Clock()); err != nil {
		return nil, err
	}
	zones := append([]*time.Location{schedule.Zone(), start.Location(), end.Location(), time.Local}, f.offsets...)
	w := &window{runSource: f, ticks: ticks, zones: zones, taken: taken}
	w.ids = column(ticks, func(tick time.Time) string { return runID(name, f.sdk.Tick(tick, schedule.Zone())) })
	return w, err
}

// local returns the ticks in the zone of the schedule.
func (w *window) local() []time.Time {
	return column(w.ticks, func(tick time.Time) time.Time { return tick.In(w.zones[0]) })
}

func (f *runSource) refused(op string, err error) error {
	return &Error{Code: InvalidOption, Op: op, ScheduleName: f.schedule.ScheduleName, Err: err}
}

// spelledTicks are ids that ticks may have, each with the id that we give the tick.
type spelledTicks struct {
	ticks, spellings []string
}

// spelled returns all ids that the ticks may have; without ours, only the ids of other spellings.
func (w *window) spelled(ours bool) spelledTicks {
	var s spelledTicks
	for i, tick := range w.ticks {
		for _, text := range cron.Spellings(tick, w.zones...) {
			if id := runID(w.schedule.ScheduleName, text); ours || id != w.ids[i] {
				s.ticks, s.spellings = append(s.ticks, w.ids[i]), append(s.spellings, id)
			}
		}
	}
	return s
}

func (s spelledTicks) args() query.Args {
	return query.Args{"ticks": s.ticks, "spellings": s.spellings}
}

// A heldTick is the workflow of a tick.
type heldTick struct {
	id     string
	status WorkflowStatusType
}

// heldTicks has the workflows of ticks, by the id that we give a tick. If a tick has several, one
// with another spelling counts.
type heldTicks map[string]heldTick

func (h *heldTicks) add(tick, id, status string) {
	if *h == nil {
		*h = heldTicks{}
	}
	if _, twice := (*h)[tick]; !twice || id != tick {
		(*h)[tick] = heldTick{id, WorkflowStatusType(status)}
	}
}

// collect collects the workflows of ticks.
func (s spelledTicks) collect(b *db.Batch, held *heldTicks, text string, args query.Args) {
	tickOf := map[string]string{} // is empty until a row needs it: most backfills find none
	db.Fold(b, held, text, args, func(held *heldTicks, row db.Row) error {
		var id, status db.Text
		err := row.Scan(&id, &status)
		if len(tickOf) == 0 {
			for i, id := range s.spellings {
				tickOf[id] = s.ticks[i]
			}
		}
		held.add(tickOf[id.String], id.String, status.String)
		return err
	})
}

func (w *window) existing(held heldTicks) []string {
	return column(w.ids, func(id string) string {
		if other, found := held[id]; found {
			return other.id
		}
		return id
	})
}

func (w *window) plan(held heldTicks) []BackfillTick {
	list := make([]BackfillTick, len(w.ticks))
	for i, tick := range w.ticks {
		list[i] = BackfillTick{WorkflowID: w.ids[i], ScheduledTime: tick, State: "new"}
		if h, found := held[w.ids[i]]; found {
			list[i] = BackfillTick{WorkflowID: h.id, ScheduledTime: tick, State: "exists", Status: h.status}
		}
	}
	return list
}
