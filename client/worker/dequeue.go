package worker

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	selectDue = `SELECT 1 FROM {workflow_status} AS ws WHERE ws.status = 'DELAYED' AND ws.delay_until_epoch_ms <= :now` + ofApplication + ` LIMIT 1`

	// isWaiting and isRunning repeat the condition of the partial indexes, without which SQLite
	// does not see that an index has all rows of the state. PostgreSQL would take the repeated
	// condition for two ranges of the index, and sort their rows.
	isWaiting = `{if sqlite|ws.status IN ('ENQUEUED', 'PENDING') AND} ws.status = 'ENQUEUED'`
	isRunning = `{if sqlite|ws.status IN ('ENQUEUED', 'PENDING') AND} ws.status = 'PENDING'`

	selectWaits = `SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = :queue AND ` + isWaiting + ofApplication + ` LIMIT 1`

	selectOverdue = `SELECT 1 FROM {workflow_status} AS ws WHERE ` + overdue + ` LIMIT 1`

	// ofApplication restricts to rows of the worker's application and, unless it keeps to
	// owned ones, of none. Rows without an owner on a queue of AddQueue are always its own.
	ofApplication = `{if workflow_status.application_name| AND (CAST(:application AS TEXT) IS NULL OR ws.application_name = CAST(:application AS TEXT)
		OR ws.application_name IS NULL AND (NOT CAST(:owned AS BOOLEAN) OR {in ws.queue_name :own_queues}))}`

	unfinished = `ws.status IN ('ENQUEUED', 'PENDING', 'DELAYED') AND ws.workflow_deadline_epoch_ms IS NOT NULL`
	overdue    = unfinished + ` AND ws.workflow_deadline_epoch_ms <= :now` + ofApplication
)

// A survey holds the work that a worker could do for the database now. It is only read, so that
// an idle worker blocks nobody.
type survey struct {
	overdue bool     // unfinished workflows are past their deadline
	due     bool     // DELAYED workflows are
	queues  []string // with workflows to claim
	table   []Queue  // the table of queues
}

// betweenSweeps is how long the Go SDK waits before it looks for overdue workflows again.
const betweenSweeps = time.Second

func (w *Worker) survey(ctx context.Context) (s survey, err error) {
	err = w.db.Read(ctx, func(b *db.Batch) { w.surveyPlan(b, &s) })
	if err == nil {
		w.listen(s.table, nil)
	}
	return s, err
}

// surveyPlan adds the statements of a survey to a batch.
func (w *Worker) surveyPlan(b *db.Batch, s *survey) {
	args := w.ownArgs()
	args["queue"] = client.InternalQueueName
	*s = survey{}
	if w.sweeps() && w.now() >= w.swept+betweenSweeps.Milliseconds() {
		db.Exists(b, &s.overdue, selectOverdue, args)
	}
	db.Exists(b, &s.due, selectDue, args)
	b.Query(selectWaits, args, func(db.Row) error {
		s.queues = append(s.queues, client.InternalQueueName)
		return nil
	})
	b.Query(selectQueues, args, func(row db.Row) error {
		q, waits, err := scanQueue(row)
		if s.table = append(s.table, q); waits {
			s.queues = append(s.queues, q.Name)
		}
		return err
	})
}

// ownArgs are the arguments of ofApplication, and the present.
func (w *Worker) ownArgs() query.Args {
	return query.Args{"now": w.now(), "application": optional(w.config.ApplicationName), "owned": w.config.owned, "own_queues": w.added.names()}
}

// sweeps returns true if the tables are of an SDK whose applications cancel overdue workflows that
// none of their executors runs.
func (w *Worker) sweeps() bool { return w.tables.Shape().Has("workflow_status", "creator_xid") }

// cancelOverdue cancels the overdue workflows of the application, and of none, whichever executor
// runs them.
const cancelOverdue = `
UPDATE {workflow_status} AS ws SET status = 'CANCELLED', updated_at = :now, completed_at = :now, started_at_epoch_ms = NULL,
	queue_name = NULL, deduplication_id = NULL, owner_xid = NULL
WHERE ` + overdue

func (w *Worker) sweep(ctx context.Context) (bool, error) {
	var cancelled int64
	args := w.ownArgs()
	w.swept = w.now()
	err := w.db.Run(ctx, func(b *db.Batch) {
		b.Exec(cancelOverdue, args, &cancelled)
	})
	return cancelled > 0, err
}

// releaseDelayed applies to every queue, even if this worker does not listen on it.
const releaseDelayed = `
UPDATE {workflow_status} AS ws SET status = 'ENQUEUED', updated_at = :now
	{if workflow_status.is_debounced|, deduplication_id = CASE WHEN is_debounced THEN NULL ELSE deduplication_id END}
WHERE ws.status = 'DELAYED' AND ws.delay_until_epoch_ms <= :now` + ofApplication

// release puts the DELAYED workflows that are due on their queues.
func (w *Worker) release(ctx context.Context) (bool, error) {
	var released int64
	args := w.ownArgs()
	err := w.db.Run(ctx, func(b *db.Batch) {
		b.Exec(releaseDelayed, args, &released)
	})
	return released > 0, err
}

const (
	waitingOnQueue = `ws.queue_name = :queue AND ` + isWaiting + `
		AND (CAST(:partition AS TEXT) IS NULL OR ws.queue_partition_key = CAST(:partition AS TEXT))` + ofApplication

	inOrder = `
	ORDER BY ws.priority, ws.created_at, ws.workflow_uuid`

	// claimable are the rows of a queue that this worker may run. A row without a version is for
	// the latest version alone, or for any while none is registered.
	claimable = waitingOnQueue + `
		AND (ws.application_version = :version OR ws.application_version IS NULL AND COALESCE((
			SELECT v.version_name FROM {application_versions} AS v
			{if application_versions.application_name|WHERE CAST(:application AS TEXT) IS NULL OR v.application_name IS NULL OR v.application_name = CAST(:application AS TEXT)}
			ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1), :version) = :version)` + inOrder

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

	// freely is the limit of a claim that regards no other worker.
	freely = `
	LIMIT :budget {lock}`

	claimFree = claimHead + claimable + freely + claimTail

	claimShared = claimHead + claimable + together + claimTail

	// startedSince are the starts of a queue that its rate counts, after the time that follows.
	startedSince = `ws.queue_name = :queue AND ws.rate_limited = TRUE AND ws.status NOT IN ('ENQUEUED', 'DELAYED') AND ws.started_at_epoch_ms >`

	// together keeps to the limits that count the rows of all workers. It does not skip locked
	// rows: two claims at once want the same rows, the second waits and finds them taken.
	together = `
	LIMIT (SELECT CASE WHEN MIN(budget.rest) < 0 THEN 0 ELSE MIN(budget.rest) END FROM (
		SELECT CAST(:budget AS BIGINT) AS rest
		UNION ALL SELECT CAST(:concurrency AS BIGINT) - COUNT(*) FROM {workflow_status} AS ws
			WHERE ws.queue_name = :queue AND ` + isRunning + ofApplication + `
		UNION ALL SELECT CAST(:partition_concurrency AS BIGINT) - COUNT(*) FROM {workflow_status} AS ws
			WHERE ws.queue_name = :queue AND ` + isRunning + ` AND ws.queue_partition_key = CAST(:partition AS TEXT)` + ofApplication + `
		UNION ALL SELECT CAST(:rate_max AS BIGINT) - COUNT(*) FROM {workflow_status} AS ws
			WHERE ` + startedSince + ` :period_start` + ofApplication + `
		UNION ALL SELECT CAST(:partition_max AS BIGINT) - COUNT(*) FROM {workflow_status} AS ws
			WHERE ` + startedSince + ` :partition_start AND ws.queue_partition_key = CAST(:partition AS TEXT)` + ofApplication + `) AS budget)`
)

const selectPartitions = `
SELECT DISTINCT ws.queue_partition_key FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ` + isWaiting + ` AND ws.queue_partition_key IS NOT NULL
ORDER BY ws.queue_partition_key`

// dequeue is one round of claims: every queue on which something waits once, in the order in which
// the worker listens on them.
func (w *Worker) dequeue(ctx context.Context, waiting []string) (claimed bool, err error) {
	for _, queue := range w.queues {
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
	if !queue.divided() {
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
	whole, part := queue.scopes()
	budget := min(w.localBudget(queue.Name, whole.worker, nil), w.localBudget(queue.Name, part.worker, partition))
	if budget <= 0 {
		return false, nil
	}
	text := claimFree
	if queue.counted() {
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

// localBudget returns the number of further workflows that a limit of the worker's own allows, on a
// queue or on one of its partitions.
func (w *Worker) localBudget(queue string, most int, partition *string) int64 {
	if most <= 0 {
		return math.MaxInt32
	}
	budget := int64(most)
	for _, e := range w.running {
		if e.queue == queue && (partition == nil || e.partition == *partition) {
			budget--
		}
	}
	return budget
}

func (w *Worker) claimArgs(queue Queue, partition *string, budget int64) query.Args {
	now := w.now()
	whole, part := queue.scopes()
	return query.Args{
		"queue": queue.Name, "partition": partition, "budget": budget, "now": now, "token": w.token,
		"version": w.config.ApplicationVersion, "executor": w.config.ExecutorID,
		"application": optional(w.config.ApplicationName), "owned": w.config.owned, "own_queues": w.added.names(), "limited": whole.rate.Max > 0 || part.rate.Max > 0,
		"concurrency": atMost(whole.concurrency), "rate_max": atMost(whole.rate.Max), "period_start": now - whole.rate.Period.Milliseconds(),
		"partition_concurrency": atMost(part.concurrency), "partition_max": atMost(part.rate.Max), "partition_start": now - part.rate.Period.Milliseconds(),
	}
}

// atMost is a limit as a number, a great one where there is none.
func atMost(n int) int64 {
	if n <= 0 {
		return math.MaxInt32
	}
	return int64(n)
}
