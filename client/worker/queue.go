package worker

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Queue is a queue that a worker listens on. A limit of zero is none.
type Queue struct {
	Name              string
	Concurrency       int // how many of its workflows may be PENDING at once, on all workers together
	WorkerConcurrency int // how many this worker runs at once
	RateLimit         RateLimit
	Partitioned       bool // workflows need a partition key, and the limits above hold for each partition
	PriorityEnabled   bool // registered for the queue; the order is always by priority

	// Limits of each partition, while the limits above hold for the whole queue. Workflows need
	// a partition key if one is set. Tables of older versions than 108 have no place for them.
	PartitionConcurrency       int
	PartitionWorkerConcurrency int
	PartitionRateLimit         RateLimit
}

// A RateLimit lets so many workflows of a queue start within a period.
type RateLimit struct {
	Max    int
	Period time.Duration
}

// limits are the limits of one scope: a whole queue, or a partition.
type limits struct {
	concurrency, worker int
	rate                RateLimit
}

// shared returns true if the limits include other workers, so that claims must not overlap.
func (l limits) shared() bool { return l.concurrency > 0 || l.rate.Max > 0 }

// scopes returns the limits of the whole queue and of each partition.
func (q Queue) scopes() (whole, partition limits) {
	whole = limits{q.Concurrency, q.WorkerConcurrency, q.RateLimit}
	partition = limits{q.PartitionConcurrency, q.PartitionWorkerConcurrency, q.PartitionRateLimit}
	if q.Partitioned && partition == (limits{}) {
		return limits{}, whole
	}
	return whole, partition
}

// counted returns true if a limit counts the rows of all workers.
func (q Queue) counted() bool {
	whole, partition := q.scopes()
	return whole.shared() || partition.shared()
}

// divided returns true if workflows need a partition key.
func (q Queue) divided() bool {
	_, partition := q.scopes()
	return q.Partitioned || partition != (limits{})
}

const (
	registerQueueValues = `
INSERT INTO {queues} (queue_id, name, concurrency, worker_concurrency, rate_limit_max, rate_limit_period_sec,
	priority_enabled, partition_queue, polling_interval_sec, created_at, updated_at{if queues.application_name|, application_name}
	{if queues.partition_concurrency|, partition_concurrency, partition_worker_concurrency, partition_rate_limit_max, partition_rate_limit_period_sec})
VALUES (:id, :name, :concurrency, :worker_concurrency, :rate_max, :rate_period,
	:priority, :partitioned, :polling, :now, :now{if queues.application_name|, :application}
	{if queues.partition_concurrency|, :partition_concurrency, :partition_worker, :partition_max, :partition_period})`

	registerQueue = registerQueueValues + `
ON CONFLICT (name) DO UPDATE SET concurrency = excluded.concurrency, worker_concurrency = excluded.worker_concurrency,
	rate_limit_max = excluded.rate_limit_max, rate_limit_period_sec = excluded.rate_limit_period_sec,
	priority_enabled = excluded.priority_enabled, partition_queue = excluded.partition_queue,
	polling_interval_sec = excluded.polling_interval_sec, updated_at = excluded.updated_at
	{if queues.partition_concurrency|, partition_concurrency = excluded.partition_concurrency,
	partition_worker_concurrency = excluded.partition_worker_concurrency, partition_rate_limit_max = excluded.partition_rate_limit_max,
	partition_rate_limit_period_sec = excluded.partition_rate_limit_period_sec}`

	// selectQueues reads the queues that are the worker's own or nobody's, and whether a workflow
	// waits on each. It leaves out queues with a limit of 0, off which no executor takes anything.
	selectQueues = `
SELECT q.name, q.concurrency, q.worker_concurrency, q.rate_limit_max, q.rate_limit_period_sec, q.priority_enabled, q.partition_queue,
	EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = q.name AND ` + isWaiting + `),
	{if queues.partition_concurrency|q.partition_concurrency, q.partition_worker_concurrency, q.partition_rate_limit_max, q.partition_rate_limit_period_sec}
	{unless queues.partition_concurrency|NULL, NULL, NULL, NULL}
FROM {queues} AS q
WHERE COALESCE(q.rate_limit_max, 1) > 0 AND COALESCE(q.concurrency, 1) > 0 AND COALESCE(q.worker_concurrency, 1) > 0
{if queues.application_name|AND (CAST(:application AS TEXT) IS NULL OR q.application_name = CAST(:application AS TEXT)
	OR q.application_name IS NULL)}
ORDER BY q.name`
)

// scanQueue reads a row of selectQueues.
func scanQueue(row db.Row) (q Queue, waits bool, err error) {
	var name db.Text
	var most, worker, max, partMost, partWorker, partMax db.Int
	var period, partPeriod db.Float
	var priority, partitioned, waiting db.Bool
	err = row.Scan(&name, &most, &worker, &max, &period, &priority, &partitioned, &waiting, &partMost, &partWorker, &partMax, &partPeriod)
	return Queue{
		Name: name.String, Concurrency: int(most.Int64), WorkerConcurrency: int(worker.Int64), RateLimit: rate(max, period),
		PriorityEnabled: priority.Bool, Partitioned: partitioned.Bool, PartitionConcurrency: int(partMost.Int64),
		PartitionWorkerConcurrency: int(partWorker.Int64), PartitionRateLimit: rate(partMax, partPeriod),
	}, waiting.Bool, err
}

func rate(most db.Int, seconds db.Float) RateLimit {
	return RateLimit{Max: int(most.Int64), Period: time.Duration(seconds.Float64 * float64(time.Second))}
}

// listen sets the queues that the worker takes from: the internal queue, the queues of its
// configuration in their order, and the other queues of the table, unless the configuration names a
// set; the queues of also are added to that set. The table has the limits, because a client may
// change them while the worker runs.
func (w *Worker) listen(rows []Queue, also []string) {
	table := map[string]Queue{}
	for _, q := range rows {
		table[q.Name] = q
	}
	w.queues = []Queue{{Name: client.InternalQueueName}}
	for _, q := range w.config.Queues {
		if row, found := table[q.Name]; found {
			w.queues = append(w.queues, row)
			delete(table, q.Name)
		}
	}
	for _, q := range rows {
		if _, left := table[q.Name]; left && (w.config.ListenQueues == nil || slices.Contains(w.config.ListenQueues, q.Name) || slices.Contains(also, q.Name)) {
			w.queues = append(w.queues, q)
		}
	}
}

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
		"rate_max": limit(q.RateLimit.Max), "rate_period": nil, "priority": q.PriorityEnabled, "partitioned": q.divided(),
		"polling": w.config.PollInterval.Seconds(), "now": w.now(), "application": optional(w.config.ApplicationName),
	}
	args["partition_concurrency"], args["partition_worker"] = limit(q.PartitionConcurrency), limit(q.PartitionWorkerConcurrency)
	args["partition_max"], args["partition_period"] = limit(q.PartitionRateLimit.Max), nil
	if q.RateLimit.Max > 0 {
		args["rate_period"] = q.RateLimit.Period.Seconds()
	}
	if q.PartitionRateLimit.Max > 0 {
		args["partition_period"] = q.PartitionRateLimit.Period.Seconds()
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
