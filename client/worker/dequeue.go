package worker

import (
	"context"
	"math"
	"slices"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	selectDue = `SELECT 1 FROM {workflow_status} WHERE status = 'DELAYED' AND delay_until_epoch_ms <= :now LIMIT 1`

	selectWaitingQueues = `
SELECT q.name FROM {rows q name:TEXT=:queues}
WHERE EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = q.name AND ws.status = 'ENQUEUED')`
)

// A survey holds the work that a worker could do for the database now. It is only read, so that
// an idle worker blocks nobody.
type survey struct {
	due    bool     // DELAYED workflows are
	queues []string // with workflows to claim
}

func (w *Worker) survey(ctx context.Context) (s survey, err error) {
	names := []string{client.InternalQueueName}
	for _, queue := range w.config.Queues {
		names = append(names, queue.Name)
	}
	args := query.Args{"now": w.now(), "queues": names}
	err = w.db.Read(ctx, func(b *db.Batch) {
		db.Exists(b, &s.due, selectDue, args)
		db.Texts(b, &s.queues, selectWaitingQueues, args)
	})
	return s, err
}

// releaseDelayed applies to every queue, even if this worker does not listen on it.
const releaseDelayed = `
UPDATE {workflow_status} SET status = 'ENQUEUED', updated_at = :now
	{if workflow_status.is_debounced|, deduplication_id = CASE WHEN is_debounced THEN NULL ELSE deduplication_id END}
WHERE status = 'DELAYED' AND delay_until_epoch_ms <= :now`

// release puts the DELAYED workflows that are due on their queues.
func (w *Worker) release(ctx context.Context) (bool, error) {
	var released int64
	err := w.db.Run(ctx, func(b *db.Batch) {
		released = 0
		b.Exec(releaseDelayed, query.Args{"now": w.now()}, &released)
	})
	return released > 0, err
}

const (
	// claimable are the rows of a queue that this worker may run. A row without a version is for
	// the latest version alone, or for any while none is registered.
	claimable = `ws.queue_name = :queue AND ws.status = 'ENQUEUED'
		AND (CAST(:partition AS TEXT) IS NULL OR ws.queue_partition_key = CAST(:partition AS TEXT))
		AND (ws.application_version = :version OR ws.application_version IS NULL AND COALESCE((
			SELECT v.version_name FROM {application_versions} AS v
			{if application_versions.application_name|WHERE CAST(:application AS TEXT) IS NULL OR v.application_name IS NULL OR v.application_name = CAST(:application AS TEXT)}
			ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1), :version) = :version)
		{if workflow_status.application_name|AND (CAST(:application AS TEXT) IS NULL OR ws.application_name IS NULL OR ws.application_name = CAST(:application AS TEXT))}
	ORDER BY ws.priority, ws.created_at, ws.workflow_uuid`

	// The list is materialised because a plan that read it again would lock further rows.
	claimHead = `
WITH picked AS MATERIALIZED (
	SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE `
	claimTail = `)
UPDATE {workflow_status} SET status = 'PENDING', started_at_epoch_ms = :now, executor_id = :executor,
	application_version = :version, rate_limited = :limited,
	workflow_deadline_epoch_ms = COALESCE(workflow_deadline_epoch_ms, CAST(:now AS BIGINT) + workflow_timeout_ms)
	{if workflow_status.application_name|, application_name = COALESCE(application_name, CAST(:application AS TEXT))}
	{if workflow_status.creator_xid|, owner_xid = :token, recovery_attempts = recovery_attempts + 1, updated_at = :now}
WHERE workflow_uuid IN (SELECT workflow_uuid FROM picked) AND status = 'ENQUEUED'
RETURNING workflow_uuid`

	claimFree = claimHead + claimable + `
	LIMIT :budget {lock}` + claimTail

	// claimShared keeps to the limits that count the rows of all workers. It does not skip locked
	// rows: two claims at once want the same rows, the second waits and finds them taken.
	claimShared = claimHead + claimable + `
	LIMIT (SELECT CASE WHEN MIN(budget.rest) < 0 THEN 0 ELSE MIN(budget.rest) END FROM (
		SELECT CAST(:budget AS BIGINT) AS rest
		UNION ALL SELECT CAST(:concurrency AS BIGINT) - COUNT(*) FROM {workflow_status} AS p
			WHERE p.queue_name = :queue AND p.status = 'PENDING'
			AND (CAST(:partition AS TEXT) IS NULL OR p.queue_partition_key = CAST(:partition AS TEXT))
		UNION ALL SELECT CAST(:rate_max AS BIGINT) - COUNT(*) FROM {workflow_status} AS r
			WHERE r.queue_name = :queue AND r.rate_limited AND r.status NOT IN ('ENQUEUED', 'DELAYED')
			AND r.started_at_epoch_ms > :period_start
			AND (CAST(:partition AS TEXT) IS NULL OR r.queue_partition_key = CAST(:partition AS TEXT))) AS budget)` + claimTail
)

const selectPartitions = `
SELECT DISTINCT queue_partition_key FROM {workflow_status}
WHERE queue_name = :queue AND status = 'ENQUEUED' AND queue_partition_key IS NOT NULL
ORDER BY queue_partition_key`

// dequeue is one round of claims: every queue on which something waits once, in the order they
// were given, the internal queue first.
func (w *Worker) dequeue(ctx context.Context, waiting []string) (claimed bool, err error) {
	for _, queue := range append([]Queue{{Name: client.InternalQueueName}}, w.config.Queues...) {
		if !slices.Contains(waiting, queue.Name) {
			continue
		}
		some, err := w.dequeueFrom(ctx, queue)
		claimed = claimed || some
		if err != nil {
			return claimed, err
		}
	}
	return claimed, nil
}

func (w *Worker) dequeueFrom(ctx context.Context, queue Queue) (bool, error) {
	if !queue.Partitioned {
		return w.claim(ctx, queue, nil)
	}
	partitions, err := w.partitions(ctx, queue)
	claimed := false
	for i := 0; i < len(partitions) && err == nil; i++ {
		var some bool
		some, err = w.claim(ctx, queue, &partitions[i])
		claimed = claimed || some
	}
	return claimed, err
}

// partitions returns the partition keys with claimable workflows. Rows without a key are in none
// of them.
func (w *Worker) partitions(ctx context.Context, queue Queue) (keys []string, err error) {
	err = w.db.Read(ctx, func(b *db.Batch) {
		db.Texts(b, &keys, selectPartitions, query.Args{"queue": queue.Name})
	})
	return keys, err
}

// claim takes as many workflows as the limits allow, with one statement.
func (w *Worker) claim(ctx context.Context, queue Queue, partition *string) (bool, error) {
	budget := w.localBudget(queue, partition)
	if budget <= 0 {
		return false, nil
	}
	text := claimFree
	if queue.shared() {
		text = claimShared
	}
	var ids []string
	err := w.db.Run(ctx, func(b *db.Batch) {
		db.Texts(b, &ids, text, w.claimArgs(queue, partition, budget))
	})
	if err != nil || len(ids) == 0 {
		return false, err
	}
	return true, w.adopt(ctx, ids, false)
}

// localBudget returns the number of further workflows that the worker's own limit allows.
func (w *Worker) localBudget(queue Queue, partition *string) int64 {
	if queue.WorkerConcurrency <= 0 {
		return math.MaxInt32
	}
	budget := int64(queue.WorkerConcurrency)
	for _, e := range w.running {
		if e.queue == queue.Name && (partition == nil || e.partition == *partition) {
			budget--
		}
	}
	return budget
}

func (w *Worker) claimArgs(queue Queue, partition *string, budget int64) query.Args {
	now := w.now()
	return query.Args{
		"queue": queue.Name, "partition": partition, "budget": budget, "now": now, "token": w.token,
		"version": w.config.ApplicationVersion, "executor": w.config.ExecutorID,
		"application": optional(w.config.ApplicationName), "limited": queue.RateLimit.Max > 0,
		"concurrency": atMost(queue.Concurrency), "rate_max": atMost(queue.RateLimit.Max),
		"period_start": now - queue.RateLimit.Period.Milliseconds(),
	}
}

// atMost is a limit as a number, a great one where there is none.
func atMost(n int) int64 {
	if n <= 0 {
		return math.MaxInt32
	}
	return int64(n)
}
