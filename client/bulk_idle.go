package client

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	// unclaimed is how long workflows wait untaken before the run asks why. It is a second more
	// than an explanation finds normal.
	unclaimed = usualWait + time.Second
	// unended is the same if one of them runs. It is a second more than an executor may be
	// silent.
	unended = silence + time.Second
)

// stopsIfNothingRuns stops the run if its workflows wait, and nothing will take them before
// somebody acts. Before an executor has taken one, the run does not go on.
func (w *bulkWork) stopsIfNothingRuns(t *bulkTurn) error {
	f := w.touched
	if f.waiting+f.running == 0 {
		return nil
	}
	longest := unclaimed
	if f.running > 0 {
		longest = unended
	}
	quiet := w.client.config.Clock().Sub(f.moved)
	if quiet < longest {
		if !f.works && f.waiting > 0 {
			t.waits = fmt.Sprintf("for an executor: %d of its workflows wait, and none was taken", f.waiting)
		}
		return nil
	}
	why, err := w.whyNothingMoves()
	switch {
	case err != nil:
		return err
	case len(why) == 0:
		f.works, f.moved = true, w.client.config.Clock()
	case f.waiting == 0 && mayWork(why[0]):
		f.silent = why[0].text()
	default:
		t.stop = stopped(why)
	}
	return nil
}

// A bulkStuck is a workflow that stays where it is until somebody acts.
type bulkStuck struct {
	id     string
	reason Reason
}

func (s bulkStuck) text() string { return s.id + ": " + s.reason.Text }

// whyNothingMoves explains the first workflow that waits, and the first one that runs. It returns
// none if one of them will go on although nobody acts.
func (w *bulkWork) whyNothingMoves() (list []bulkStuck, err error) {
	for _, id := range []string{w.touched.firstWaiting, w.touched.firstRunning} {
		if id == "" {
			continue
		}
		why, err := w.client.ExplainWorkflow(id)
		switch {
		case CodeOf(err) == NonExistentWorkflow:
			return nil, nil // the next look finds that it was deleted
		case err != nil:
			return nil, err
		case !isStanding(why.Reasons[0].Cause):
			return nil, nil
		}
		list = append(list, bulkStuck{id, why.Reasons[0]})
	}
	return list, nil
}

// A bulkLine is what waits on a queue without room, and since when it has not changed.
type bulkLine struct {
	first   string // the next one that an executor takes; "" if none waits
	waiting int64  // maxAhead at most
	started int64  // when the last one of those that run was taken
	moved   time.Time
}

// selectLine also reads what runs, because a first one that no executor takes may stand before
// others that are taken.
const selectLine = `
SELECT COALESCE((SELECT ws.workflow_uuid FROM {workflow_status} AS ws
		WHERE ws.queue_name = :queue AND ` + isWaiting + ` ORDER BY ws.priority, ws.created_at LIMIT 1), ''),
	(SELECT COUNT(*) FROM (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = :queue AND ` + isWaiting + ` LIMIT :ahead) AS line),
	COALESCE((SELECT MAX(ws.started_at_epoch_ms) FROM {workflow_status} AS ws WHERE ws.queue_name = :queue AND ` + isRunning + `), 0)`

// stopsIfQueueStands stops the run if others have filled its queue, and nothing will take from it
// before somebody acts. While workflows of the run itself are open, stopsIfNothingRuns does this.
func (w *bulkWork) stopsIfQueueStands(queue string, t *bulkTurn) error {
	if len(w.touched.open) > 0 {
		w.line = bulkLine{}
		return nil
	}
	var seen bulkLine
	err := w.client.read(opBulk, func(b *db.Batch) {
		b.Indexed()
		db.One(b, &seen, selectLine, query.Args{"queue": queue, "ahead": int64(maxAhead)}, func(row db.Row) (l bulkLine, err error) {
			err = row.Scan(&l.first, &l.waiting, &l.started)
			return l, err
		})
	})
	if err != nil {
		return failure(opBulk, err)
	}
	now := w.client.config.Clock()
	if seen.moved = w.line.moved; seen != w.line {
		seen.moved = now
	}
	w.line = seen
	if now.Sub(seen.moved) < unclaimed || seen.first == "" {
		return nil
	}
	w.line.moved = now
	why, err := w.client.ExplainWorkflow(seen.first)
	switch {
	case CodeOf(err) == NonExistentWorkflow:
		return nil
	case err != nil:
		return err
	case isStanding(why.Reasons[0].Cause):
		t.stop = fmt.Sprintf("the queue %q has no room, and nothing takes from it: %s", queue, bulkStuck{seen.first, why.Reasons[0]}.text())
	}
	return nil
}

// stopped returns the reason of a run that stops.
func stopped(why []bulkStuck) string {
	what := "nothing runs its workflows: "
	if why[0].reason.Cause == CauseQueuePaused {
		what = "a paused queue keeps its workflows: "
	}
	return what + strings.Join(column(why, bulkStuck.text), "; ")
}

// mayWork returns true if the executor of a workflow is silent, which it also is in a long step or
// a sleep, and is not known to be dead.
func mayWork(s bulkStuck) bool {
	return s.reason.Cause == CauseExecutorSilent && !strings.Contains(s.reason.Text, fmt.Sprintf(" is %s: ", ExecutorDead))
}

// isStanding returns true for a cause that keeps a workflow where it is until somebody acts.
func isStanding(cause Cause) bool {
	return slices.Contains([]Cause{CauseDeadlinePassed, CauseHeld, CauseQueuePaused, CauseOtherApplication, CauseUnknownQueue, CauseNoPartitionKey,
		CauseUnwantedPartitionKey, CauseUnknownName, CauseUnknownVersion, CauseOldVersion, CauseNoExecutor, CauseExecutorSilent, CauseSerialization}, cause)
}
