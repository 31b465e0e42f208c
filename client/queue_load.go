package client

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// A QueueLoad counts the workflows of a queue. Only ListQueues counts; in the queues of other calls
// the fields are nil. A dry run counts the stored workflows.
type QueueLoad struct {
	Waiting *int64 `json:"waiting" doc:"How many of its workflows are ENQUEUED; nil, as all counts, after a call that does not count."`
	Running *int64 `json:"running" doc:"How many are PENDING."`
	Delayed *int64 `json:"delayed" doc:"How many are DELAYED, without those that are held."`
	Held    *int64 `json:"held" doc:"How many are held."`

	OldestWaiting  time.Time `json:"oldest_waiting,omitzero" doc:"When the oldest ENQUEUED one was created; nil if none waits."`
	EndedPerMinute *float64  `json:"ended_per_minute" doc:"How many ended with SUCCESS or ERROR per minute, over the last five. A cancelled workflow is on no queue any more."`
}

// loadWindow is the period over which a queue's ended workflows are counted.
const loadWindow = 5 * time.Minute

// selectQueueLoads counts by the indexes of unfinished and of completed workflows.
const selectQueueLoads = `
SELECT COALESCE(queue_name, '') AS queue, SUM(waiting), SUM(running), SUM(delayed), SUM(held), MIN(oldest), SUM(ended)
FROM (SELECT queue_name, CASE WHEN status = 'ENQUEUED' THEN 1 ELSE 0 END AS waiting, CASE WHEN status = 'PENDING' THEN 1 ELSE 0 END AS running,
		0 AS delayed, 0 AS held, CASE WHEN status = 'ENQUEUED' THEN created_at END AS oldest, 0 AS ended
	FROM {workflow_status} WHERE status IN ('ENQUEUED', 'PENDING')
	UNION ALL SELECT queue_name, 0, 0, 1, 0, NULL, 0 FROM {workflow_status} AS ws WHERE status = 'DELAYED'
	{if workflow_status.delay_until_epoch_ms|AND NOT COALESCE(` + isHeld + `, FALSE)
	UNION ALL SELECT queue_name, 0, 0, 0, 1, NULL, 0 FROM {workflow_status} AS ws WHERE ` + isHeld + `}
	{if workflow_status.completed_at|UNION ALL SELECT queue_name, 0, 0, 0, 0, NULL, 1 FROM {workflow_status}
	WHERE completed_at > CAST(:since AS BIGINT) AND status IN ('SUCCESS', 'ERROR')}) AS parts
GROUP BY COALESCE(queue_name, '')`

const selectEachQueue = `SELECT name FROM {queues}`

// A loadRow receives the columns of selectQueueLoads.
type loadRow struct {
	name                                           db.Text
	waiting, running, delayed, held, oldest, ended db.Int
}

func (r *loadRow) targets() []any {
	return []any{&r.name, &r.waiting, &r.running, &r.delayed, &r.held, &r.oldest, &r.ended}
}

func (r *loadRow) load() QueueLoad {
	load := newQueueLoad(r.waiting.Int64, r.running.Int64, r.delayed.Int64, r.held.Int64, r.ended.Int64)
	if r.oldest.Valid {
		load.OldestWaiting = time.UnixMilli(r.oldest.Int64)
	}
	return load
}

// queueLoads reads the loads of all queues into a map by name.
func (c *systemClient) queueLoads(b *db.Batch, loads *map[string]QueueLoad) {
	db.Map(b, loads, selectQueueLoads, c.loadArgs(nil), func(row db.Row) (string, QueueLoad, error) {
		var r loadRow
		err := row.Scan(r.targets()...)
		return r.name.String, r.load(), err
	})
}

// loadArgs returns the arguments of selectQueueLoads and others.
func (c *systemClient) loadArgs(others query.Args) query.Args {
	args := query.Args{"since": c.now() - loadWindow.Milliseconds()}
	maps.Copy(args, others)
	return args
}

// queuesAndLoads reads the queues that the filter selects, in the order of their names, and the
// loads of all queues, with one statement. Either side of a row may be missing: a queue without
// workflows, or workflows on a queue that the filter leaves out.
func (c *systemClient) queuesAndLoads(b *db.Batch, f *where.Filter, queues *[]Queue, loads *map[string]QueueLoad) {
	*queues = nil
	text := "SELECT q.*, l.* FROM (" + selectQueueRows + f.SQL() + ") AS q FULL JOIN (" + selectQueueLoads + ") AS l ON l.queue = q.name ORDER BY q.name"
	db.Map(b, loads, text, c.loadArgs(f.Args), func(row db.Row) (string, QueueLoad, error) {
		var q queueRow
		var l loadRow
		err := row.Scan(append(q.targets(), l.targets()...)...)
		if q.name.Valid {
			*queues = append(*queues, q.queue())
		}
		return cmp.Or(l.name.String, q.name.String), l.load(), err
	})
}

func newQueueLoad(waiting, running, delayed, held, ended int64) QueueLoad {
	rate := float64(ended) / loadWindow.Minutes()
	return QueueLoad{Waiting: &waiting, Running: &running, Delayed: &delayed, Held: &held, EndedPerMinute: &rate}
}

// withUnregistered adds the queues of loads that are not registered, in the order of names. others
// are registered and left out of the list.
func withUnregistered(found []Queue, others []string, loads map[string]QueueLoad) []Queue {
	registered := map[string]bool{}
	for _, name := range append(others, column(found, func(q Queue) string { return q.Name })...) {
		registered[name] = true
	}
	for name, load := range loads {
		if !registered[name] {
			found = append(found, Queue{Name: name, Unregistered: true, QueueLoad: load})
		}
	}
	slices.SortFunc(found, func(a, b Queue) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// setLoad takes the load of the queue from those of all, where a queue without
// workflows is missing.
func (q *Queue) setLoad(loads map[string]QueueLoad) {
	load, found := loads[q.Name]
	if !found {
		load = newQueueLoad(0, 0, 0, 0, 0)
	}
	q.QueueLoad = load
}
