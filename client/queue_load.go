package client

import (
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
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
SELECT COALESCE(queue_name, ''), SUM(waiting), SUM(running), SUM(delayed), SUM(held), MIN(oldest), SUM(ended)
FROM (SELECT queue_name, CASE WHEN status = 'ENQUEUED' THEN 1 ELSE 0 END AS waiting, CASE WHEN status = 'PENDING' THEN 1 ELSE 0 END AS running,
		0 AS delayed, 0 AS held, CASE WHEN status = 'ENQUEUED' THEN created_at END AS oldest, 0 AS ended
	FROM {workflow_status} WHERE status IN ('ENQUEUED', 'PENDING')
	UNION ALL SELECT queue_name, 0, 0, 1, 0, NULL, 0 FROM {workflow_status} AS ws WHERE status = 'DELAYED'
	{if workflow_status.delay_until_epoch_ms|AND NOT COALESCE(` + isHeld + `, FALSE)
	UNION ALL SELECT queue_name, 0, 0, 0, 1, NULL, 0 FROM {workflow_status} AS ws WHERE ` + isHeld + `}
	{if workflow_status.completed_at|UNION ALL SELECT queue_name, 0, 0, 0, 0, NULL, 1 FROM {workflow_status}
	WHERE completed_at > CAST(:since AS BIGINT) AND status IN ('SUCCESS', 'ERROR')}) AS parts
GROUP BY queue_name`

const selectEachQueue = `SELECT name FROM {queues}`

// queueLoads reads the loads of all queues into a map by name.
func (c *systemClient) queueLoads(b *db.Batch, loads *map[string]QueueLoad) {
	args := query.Args{"since": c.now() - loadWindow.Milliseconds()}
	db.Fold(b, loads, selectQueueLoads, args, func(to *map[string]QueueLoad, row db.Row) error {
		var name string
		var waiting, running, delayed, held, oldest, ended db.Int
		err := row.Scan(&name, &waiting, &running, &delayed, &held, &oldest, &ended)
		load := newQueueLoad(waiting.Int64, running.Int64, delayed.Int64, held.Int64, ended.Int64)
		if oldest.Valid {
			load.OldestWaiting = time.UnixMilli(oldest.Int64)
		}
		if *to == nil {
			*to = map[string]QueueLoad{}
		}
		(*to)[name] = load
		return err
	})
}

func newQueueLoad(waiting, running, delayed, held, ended int64) QueueLoad {
	rate := float64(ended) / loadWindow.Minutes()
	return QueueLoad{Waiting: &waiting, Running: &running, Delayed: &delayed, Held: &held, EndedPerMinute: &rate}
}

// withUnregistered adds the queues of loads that are not registered, in the order of names. others are
// registered and left out of the list.
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

// setLoad takes the load of the queue from those of all, where a queue without workflows is missing.
func (q *Queue) setLoad(loads map[string]QueueLoad) {
	load, found := loads[q.Name]
	if !found {
		load = newQueueLoad(0, 0, 0, 0, 0)
	}
	q.QueueLoad = load
}
