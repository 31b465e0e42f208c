package worker

import (
	"context"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	selectNextDue = `SELECT MIN(ws.delay_until_epoch_ms) FROM {workflow_status} AS ws WHERE ws.status = 'DELAYED'` + ofApplication

	selectNextOverdue = `SELECT MIN(ws.workflow_deadline_epoch_ms) FROM {workflow_status} AS ws WHERE ` + unfinished + ofApplication

	// selectNextStart is when the oldest start falls out of a queue's period, if anything waits
	// for that.
	selectNextStart = `
SELECT MIN(ws.started_at_epoch_ms) + CAST(:period AS BIGINT) FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ws.rate_limited = TRUE AND ws.status NOT IN ('ENQUEUED', 'DELAYED')
	AND ws.started_at_epoch_ms > :period_start
	AND EXISTS (SELECT 1 FROM {workflow_status} AS w WHERE w.queue_name = :queue AND {if sqlite|w.status IN ('ENQUEUED', 'PENDING') AND} w.status = 'ENQUEUED')`
)

// Next returns the time at which the worker has something to do again, after Drain has left it
// nothing: the end of a delay, of a wait, of a deadline or of a queue's period. It is zero when
// the worker waits for no time.
func (w *Worker) Next(ctx context.Context) (time.Time, error) {
	times := w.alarms()
	args := w.ownArgs()
	err := w.db.Read(ctx, func(b *db.Batch) {
		b.Query(selectNextDue, args, scanTime(&times))
		if w.sweeps() {
			b.Query(selectNextOverdue, args, w.scanOverdue(&times))
		}
		for _, queue := range w.queues {
			for _, limit := range []RateLimit{queue.RateLimit, queue.PartitionRateLimit} {
				if limit.Max > 0 {
					b.Query(selectNextStart, w.periodArgs(queue.Name, limit.Period), scanTime(&times))
				}
			}
		}
	})
	if err != nil || len(times) == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(slices.Min(times)), nil
}

// alarms are the times that the workflows here wait for.
func (w *Worker) alarms() (times []int64) {
	for _, e := range w.running {
		if !e.waiting.until.IsZero() {
			times = append(times, e.waiting.until.UnixMilli())
		}
		if e.deadline > 0 {
			times = append(times, e.deadline)
		}
	}
	return times
}

func (w *Worker) periodArgs(queue string, length time.Duration) query.Args {
	period := length.Milliseconds()
	return query.Args{"queue": queue, "period": period, "period_start": w.now() - period}
}

// scanOverdue adds the time of the next sweep that finds a workflow past its deadline.
func (w *Worker) scanOverdue(times *[]int64) func(db.Row) error {
	var found []int64
	scan := scanTime(&found)
	return func(row db.Row) error {
		found = nil
		err := scan(row)
		for _, at := range found {
			*times = append(*times, max(at, w.swept+betweenSweeps.Milliseconds()))
		}
		return err
	}
}

func scanTime(times *[]int64) func(db.Row) error {
	return func(row db.Row) error {
		var millis db.Int
		err := row.Scan(&millis)
		if millis.Valid {
			*times = append(*times, millis.Int64)
		}
		return err
	}
}

// Listen adds a queue, or replaces the one of its name, and registers it.
func (w *Worker) Listen(ctx context.Context, queue Queue) error {
	w.config.Queues = slices.DeleteFunc(slices.Clone(w.config.Queues), func(q Queue) bool { return q.Name == queue.Name })
	w.config.Queues = append(w.config.Queues, queue)
	return w.registerQueues(ctx)
}
