package client

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// errTicksHeld is the error of the guard selectInRange.
var errTicksHeld = errors.New("a tick may have a workflow")

// A backfill mostly fills a gap, in which no tick has a workflow. Then the ids of all spellings of
// its ticks need not be looked up, which takes longer than the insert. The read of the schedule
// also reads the ids around the gap, because the zones of the spellings are not known before it.
const (
	// selectInRange returns the ids of workflows, and of payloads and steps without a workflow.
	selectInRange = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE ws.workflow_uuid BETWEEN CAST(:least AS TEXT) AND CAST(:greatest AS TEXT)
{if workflow_input|UNION ALL SELECT i.workflow_uuid FROM {workflow_input} AS i WHERE i.workflow_uuid BETWEEN CAST(:least AS TEXT) AND CAST(:greatest AS TEXT)}
{if workflow_output|UNION ALL SELECT o.workflow_uuid FROM {workflow_output} AS o WHERE o.workflow_uuid BETWEEN CAST(:least AS TEXT) AND CAST(:greatest AS TEXT)}
UNION ALL SELECT s.workflow_uuid FROM {operation_outputs} AS s WHERE s.workflow_uuid BETWEEN CAST(:least AS TEXT) AND CAST(:greatest AS TEXT)`

	selectTakenRange = selectInRange + ` LIMIT :most`

	// mostTaken bounds the ids that are read around a gap: with a tick a minute a day before and a
	// day after it have 2,880.
	mostTaken = 3000

	// aroundGap is longer than the time between a time in UTC and in any zone.
	aroundGap = 24 * time.Hour

	// minuteForm is the beginning of each spelling.
	minuteForm = "2006-01-02T15:04"

	insertFreeRuns = newWorkflows + `
FROM ` + newRows + `
WHERE TRUE
ON CONFLICT (workflow_uuid) DO NOTHING`

	// insertFreeRunsBoth also writes the second copy of the inputs.
	insertFreeRunsBoth = `
WITH made AS (` + insertFreeRuns + ` RETURNING workflow_uuid, inputs)
INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT made.workflow_uuid, made.inputs FROM made`
)

// backfillAtOnce is selectHeldTicks, insertRuns and insertInputs in one statement, so the ids are
// sent once and the ticks are looked up once. Its last row has the number of new workflows. SQLite
// has no statement that reads the rows that another one returns.
const backfillAtOnce = `
WITH taken AS MATERIALIZED (SELECT other.tick, held.workflow_uuid, held.status FROM ` + joinHeldTicks + `),
made AS (` + newWorkflows + `
	FROM ` + newRows + `
	WHERE new.id NOT IN (SELECT taken.tick FROM taken)
	ON CONFLICT (workflow_uuid) DO NOTHING RETURNING workflow_uuid, inputs),
kept AS (INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT made.workflow_uuid, made.inputs FROM made RETURNING workflow_uuid)
SELECT taken.tick, taken.workflow_uuid, taken.status, 0 FROM taken
UNION ALL SELECT NULL, NULL, NULL, COUNT(*) FROM kept`

// backfill makes the runs of a window, and reports on each tick. A tick may get a workflow of
// another spelling while the statement is under way, which then is looked for once more.
func (c *systemClient) backfill(writer *writer, s *write, w *window) error {
	held, err := c.makeRuns(writer, s, w)
	if err == nil && s.Changed+int64(len(held)) != int64(len(w.ids)) {
		late, others := heldTicks{}, w.spelled(false)
		err = c.read(s.Op, func(b *db.Batch) { others.collect(b, &late, selectHeldTicks, others.args()) })
		if held == nil {
			held = heldTicks{}
		}
		maps.Copy(held, late)
	}
	s.Results = column(w.ids, func(id string) ChangeResult {
		h := held[id]
		return ranTick(cmp.Or(h.id, id), h.id == "", h.status)
	})
	return err
}

// A takenRange holds the ids in and around the window of a backfill.
type takenRange struct {
	ids []string // at most mostTaken
}

// plan adds the read of the ids. If the database does not order ids by their bytes, it may read
// others, which are not used.
func (t *takenRange) plan(b *db.Batch, c *systemClient, schedule string, start, end time.Time) {
	c.readOrder(b)
	db.Texts(b, &t.ids, selectTakenRange, query.Args{"most": int64(mostTaken),
		"least":    runID(schedule, start.UTC().Add(-aroundGap).Format(minuteForm)),
		"greatest": runID(schedule, end.UTC().Add(aroundGap).Format(minuteForm)+"~"),
	})
}

// free returns true if no row had an id between two texts when the schedule was read.
func (c *systemClient) free(t *takenRange, least, greatest string) bool {
	inOrder := c.ordered.Load()
	return inOrder != nil && *inOrder && len(t.ids) < mostTaken && !slices.ContainsFunc(t.ids, func(id string) bool {
		return least <= id && id <= greatest
	})
}

// makeRuns makes the runs of a window, and returns the workflows of ticks that have one.
func (c *systemClient) makeRuns(writer *writer, s *write, w *window) (held heldTicks, err error) {
	if least, greatest := w.idRange(); c.free(w.taken, least, greatest) {
		w.runs.args["least"], w.runs.args["greatest"] = least, greatest
		if err = c.backfillFree(writer, s, w, &held); !errors.Is(err, errTicksHeld) {
			return held, err
		}
	}
	all := w.spelled(true)
	_, err = writer.write(func(b *db.Batch) {
		if c.writesOn("workflow_input") && !b.Attempt().AnswerLost {
			c.backfillAtOnce(b, w, all, &held, &s.Changed)
		} else {
			c.backfillApart(b, w, all, &held, &s.Changed)
		}
	})
	return held, err
}

// backfillFree makes the runs of a window, or returns errTicksHeld if a row has an id in its range.
func (c *systemClient) backfillFree(writer *writer, s *write, w *window, held *heldTicks) error {
	args := w.runs.args
	_, err := writer.write(func(b *db.Batch) {
		if b.Attempt().AnswerLost {
			c.backfillApart(b, w, w.spelled(true), held, &s.Changed)
			return
		}
		b.Indexed()
		b.Guard(selectInRange, args, errTicksHeld)
		if c.writesOn("workflow_input") {
			b.Exec(insertFreeRunsBoth, args, &s.Changed)
			return
		}
		b.Exec(insertFreeRuns, args, &s.Changed)
		if c.shape.HasTable("workflow_input") {
			b.Exec(insertInputs, args, nil)
		}
	})
	return err
}

// idRange returns two texts between which the ids of the ticks are in all spellings, if texts are
// ordered by their bytes. A spelling begins with the date and the minute in one of the zones, and
// has no character after '~'.
func (w *window) idRange() (least, greatest string) {
	low, high := w.ticks[0].UTC(), w.ticks[len(w.ticks)-1].UTC()
	for _, zone := range w.zones {
		for _, tick := range w.ticks {
			_, offset := tick.In(zone).Zone()
			clock := tick.UTC().Add(time.Duration(offset) * time.Second)
			if clock.Before(low) {
				low = clock
			}
			if clock.After(high) {
				high = clock
			}
		}
	}
	name := w.schedule.ScheduleName
	return runID(name, low.Format(minuteForm)), runID(name, high.Format(minuteForm)+"~")
}

func (c *systemClient) backfillAtOnce(b *db.Batch, w *window, all spelledTicks, held *heldTicks, inserted *int64) {
	c.clearOrphans(b, w.ids)
	args := w.runs.args
	args["ticks"], args["spellings"] = all.ticks, all.spellings
	db.Fold(b, held, backfillAtOnce, args, func(held *heldTicks, row db.Row) error {
		var tick, id, status db.Text
		err := row.Scan(&tick, &id, &status, inserted)
		if tick.Valid {
			held.add(tick.String, id.String, status.String)
		}
		return err
	})
}

// backfillApart is backfillAtOnce in several statements. If the answer to an earlier attempt was
// lost, it counts the workflows of that attempt as new.
func (c *systemClient) backfillApart(b *db.Batch, w *window, all spelledTicks, held *heldTicks, inserted *int64) {
	before, text := all.args(), selectHeldTicks
	before["now"], before["since"] = w.runs.args["now"], w.runs.args["since"]
	if b.Attempt().AnswerLost {
		text = selectOlderTicks
	}
	all.collect(b, held, text, before)
	c.runPlan(b, w.runs, w.spelled(false).args(), inserted)
}
