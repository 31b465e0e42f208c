package worker

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Queue is a queue that a worker listens on. A limit of zero is none.
type Queue struct {
	Name              string
	Concurrency       int // how many of its workflows may be PENDING at once, on all workers together
	WorkerConcurrency int // how many this worker runs at once
	RateLimit         RateLimit
	Partitioned       bool // workflows need a partition key, and the limits hold for each partition
	PriorityEnabled   bool // registered for the queue; the order is always by priority
}

// A RateLimit lets so many workflows of a queue start within a period.
type RateLimit struct {
	Max    int
	Period time.Duration
}

// shared returns true if the limits include other workers, so that claims must not overlap.
func (q Queue) shared() bool { return q.Concurrency > 0 || q.RateLimit.Max > 0 }

const registerQueue = `
INSERT INTO {queues} (queue_id, name, concurrency, worker_concurrency, rate_limit_max, rate_limit_period_sec,
	priority_enabled, partition_queue, polling_interval_sec, created_at, updated_at{if queues.application_name|, application_name})
VALUES (:id, :name, :concurrency, :worker_concurrency, :rate_max, :rate_period,
	:priority, :partitioned, :polling, :now, :now{if queues.application_name|, :application})
ON CONFLICT (name) DO UPDATE SET concurrency = excluded.concurrency, worker_concurrency = excluded.worker_concurrency,
	rate_limit_max = excluded.rate_limit_max, rate_limit_period_sec = excluded.rate_limit_period_sec,
	priority_enabled = excluded.priority_enabled, partition_queue = excluded.partition_queue,
	polling_interval_sec = excluded.polling_interval_sec, updated_at = excluded.updated_at`

// registerQueues shows the queues to whoever reads the queues table.
func (w *Worker) registerQueues(ctx context.Context) error {
	if len(w.config.Queues) == 0 {
		return nil
	}
	return w.db.Run(ctx, func(b *db.Batch) {
		for _, queue := range w.config.Queues {
			b.Exec(registerQueue, w.queueArgs(queue), nil)
		}
	})
}

func (w *Worker) queueArgs(q Queue) query.Args {
	args := query.Args{
		"id": uuid.NewString(), "name": q.Name, "concurrency": limit(q.Concurrency), "worker_concurrency": limit(q.WorkerConcurrency),
		"rate_max": limit(q.RateLimit.Max), "rate_period": nil, "priority": q.PriorityEnabled, "partitioned": q.Partitioned,
		"polling": w.config.PollInterval.Seconds(), "now": w.now(), "application": optional(w.config.ApplicationName),
	}
	if q.RateLimit.Max > 0 {
		args["rate_period"] = q.RateLimit.Period.Seconds()
	}
	return args
}

// limit is NULL where there is none.
func limit(n int) *int64 {
	if n <= 0 {
		return nil
	}
	wide := int64(n)
	return &wide
}

// optional is NULL for the empty string.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
