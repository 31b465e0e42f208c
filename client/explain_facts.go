package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// facts are the rows that the rules of an explanation look at.
type facts struct {
	now      time.Time
	workflow WorkflowStatus

	steps    []StepInfo // the last few, the newest first
	children []child    // unfinished ones that it has started or waits for
	unread   int64      // messages that it has not received

	queue     *Queue        // nil if it is not registered
	versions  []VersionInfo // of its owner and of none, the latest first
	executors []executor    // that have worked lately
	sessions  catalog.Sessions
	seen      *seenTargets // read for a workflow that no executor has taken, or that has no step

	running   []slots   // PENDING workflows of its queue by executor
	partition int64     // the number of PENDING workflows of its partition
	holders   []string  // ids of workflows that run on its queue or partition, at most maxHolders
	ahead     int64     // ENQUEUED workflows that come before it, at most maxAhead
	started   []started // in the period of the queue, and in that of its partition
}

// A child is a workflow that another one waits for.
type child struct {
	id, name, queue string
	status          WorkflowStatusType
}

// An executor is a process of an application that has lately run a workflow.
type executor struct {
	id, version, owner string
	at                 time.Time // its last sign of life
}

// slots are the workflows of a queue that one executor runs.
type slots struct {
	executor string
	count    int64
}

// started are the workflows that a queue with a rate limit has started in its period.
type started struct {
	count  int64
	oldest time.Time
}

const (
	// lastSteps is the LIMIT of selectLastSteps: so many steps show the present work of a workflow.
	lastSteps = 5
	// maxAhead is the LIMIT of countAhead, because nobody needs the exact length of a long queue.
	maxAhead = 10_000
	// maxHolders is the LIMIT of selectRunningIDs, and the number of running workflows that an
	// explanation names.
	maxHolders = 5
)

const (
	selectLastSteps = `
SELECT function_id, function_name, error, child_workflow_id, started_at_epoch_ms, completed_at_epoch_ms, serialization,
	CASE WHEN function_name = 'DBOS.sleep' THEN output END
FROM {operation_outputs} WHERE workflow_uuid = :id ORDER BY function_id DESC LIMIT :last_steps`

	// selectChildren is a union, because no plan finds the rows of an OR over two indexes in order.
	selectChildren = `
SELECT child.workflow_uuid, child.name, child.queue_name, child.status FROM (
	SELECT ws.workflow_uuid, ws.name, ws.queue_name, ws.status, ws.created_at
	FROM {workflow_status} AS ws WHERE ws.parent_workflow_id = :id
	UNION
	SELECT ws.workflow_uuid, ws.name, ws.queue_name, ws.status, ws.created_at
	FROM {operation_outputs} AS o JOIN {workflow_status} AS ws ON ws.workflow_uuid = o.child_workflow_id
	WHERE o.workflow_uuid = :id AND o.child_workflow_id IS NOT NULL) AS child
WHERE child.status NOT IN ('SUCCESS', 'ERROR', 'CANCELLED')
ORDER BY child.created_at, child.workflow_uuid LIMIT 5`

	countUnread = `SELECT COUNT(*) FROM {notifications} WHERE destination_uuid = :id AND NOT consumed`

	// counted is a condition for workflows of the same application, because only they count for the
	// limits of its queue.
	counted = `{if workflow_status.application_name| AND (CAST(:owner AS TEXT) IS NULL OR ws.application_name IS NULL OR ws.application_name = CAST(:owner AS TEXT))}`

	// SQLite uses an index of some states only if the statement has the condition of the index.
	isRunning = `{if sqlite|ws.status IN ('ENQUEUED', 'PENDING') AND} ws.status = 'PENDING'`
	isWaiting = `{if sqlite|ws.status IN ('ENQUEUED', 'PENDING') AND} ws.status = 'ENQUEUED'`

	countSlots = `
SELECT COALESCE(ws.executor_id, ''), COUNT(*) FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ` + isRunning + counted + `
GROUP BY COALESCE(ws.executor_id, '') ORDER BY 2 DESC, 1`

	countPartition = `
SELECT COUNT(*) FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ` + isRunning + ` AND ws.queue_partition_key = CAST(:partition AS TEXT)` + counted

	selectRunningIDs = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ` + isRunning + `
	AND (CAST(:partition AS TEXT) IS NULL OR ws.queue_partition_key = CAST(:partition AS TEXT))` + counted + `
ORDER BY ws.priority, ws.created_at LIMIT :holders`

	countAhead = `
SELECT COUNT(*) FROM (SELECT 1 FROM {workflow_status} AS ws
	WHERE ws.queue_name = :queue AND ` + isWaiting + `
		AND (ws.priority < :priority OR ws.priority = :priority AND ws.created_at < :created)
		AND (CAST(:partition AS TEXT) IS NULL OR ws.queue_partition_key = CAST(:partition AS TEXT))` + counted + `
	LIMIT :ahead) AS line`

	// countStarted reads the period of the limit from the queue's row, because this saves a round
	// trip. The second row is for the limit of the partition.
	countStarted = `
SELECT COUNT(*), MIN(ws.started_at_epoch_ms) FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ws.rate_limited AND ws.status NOT IN ('ENQUEUED', 'DELAYED')
	AND ws.started_at_epoch_ms > :now - COALESCE((SELECT CAST(q.rate_limit_period_sec * 1000 AS BIGINT) FROM {queues} AS q WHERE q.name = :queue), 0)
	AND (CAST(:partition AS TEXT) IS NULL OR ws.queue_partition_key = CAST(:partition AS TEXT)
		OR NOT EXISTS (SELECT 1 FROM {queues} AS q WHERE q.name = :queue AND q.partition_queue))` + counted + `
{if queues.partition_rate_limit_period_sec|UNION ALL
SELECT COUNT(*), MIN(ws.started_at_epoch_ms) FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ws.rate_limited AND ws.status NOT IN ('ENQUEUED', 'DELAYED') AND ws.queue_partition_key = CAST(:partition AS TEXT)
	AND ws.started_at_epoch_ms > :now - COALESCE((SELECT CAST(q.partition_rate_limit_period_sec * 1000 AS BIGINT) FROM {queues} AS q WHERE q.name = :queue), 0)` + counted + `}`

	// selectExecutors finds the executors that have lately started or ended a workflow, or stored a
	// step. The newest 1000 of each are enough, so its cost does not grow with the tables.
	selectExecutors = `
SELECT seen.executor_id, COALESCE(seen.application_version, ''), COALESCE(seen.owner, ''), MAX(seen.at) FROM (
	SELECT * FROM (SELECT ws.executor_id, ws.application_version, ` + ownerOf + ` AS owner, ws.started_at_epoch_ms AS at
		FROM {workflow_status} AS ws WHERE ws.status = 'PENDING' ORDER BY ws.created_at DESC LIMIT 1000) AS pending
	UNION ALL
	SELECT * FROM (SELECT ws.executor_id, ws.application_version, ` + ownerOf + ` AS owner, ws.completed_at AS at
		FROM {workflow_status} AS ws WHERE ws.completed_at IS NOT NULL AND ws.status IN ('SUCCESS', 'ERROR')
		ORDER BY ws.completed_at DESC LIMIT 1000) AS ended
	UNION ALL
	SELECT ws.executor_id, ws.application_version, ` + ownerOf + ` AS owner, step.at
	FROM (SELECT o.workflow_uuid, o.completed_at_epoch_ms AS at FROM {operation_outputs} AS o WHERE o.completed_at_epoch_ms IS NOT NULL
		ORDER BY o.completed_at_epoch_ms DESC LIMIT 1000) AS step
	JOIN {workflow_status} AS ws ON ws.workflow_uuid = step.workflow_uuid
	UNION ALL
	SELECT ws.executor_id, ws.application_version, ` + ownerOf + ` AS owner, o.completed_at_epoch_ms
	FROM {workflow_status} AS ws JOIN {operation_outputs} AS o ON o.workflow_uuid = ws.workflow_uuid WHERE ws.workflow_uuid = :id
) AS seen WHERE seen.executor_id IS NOT NULL AND seen.executor_id <> '' AND seen.at IS NOT NULL
GROUP BY seen.executor_id, seen.application_version, seen.owner`

	ownerOf = `{if workflow_status.application_name|ws.application_name}{unless workflow_status.application_name|CAST(NULL AS TEXT)}`
)

// over returns true for the states that end a workflow.
func over(status WorkflowStatusType) bool {
	return status != WorkflowStatusEnqueued && status != WorkflowStatusDelayed && status != WorkflowStatusPending
}

// facts reads the rows that the rules for the workflow's state need, in at most four round trips.
func (c *systemClient) facts(op, id string) (*facts, error) {
	wf, err := c.status(op, id)
	if err != nil {
		return nil, err
	}
	f := &facts{now: time.UnixMilli(c.now()).UTC(), workflow: wf}
	t, seen := target{queue: wf.QueueName, name: wf.Name, class: wf.ClassName}, &seenTargets{}
	if err := f.readRows(c, op, seen.look(t)); err != nil {
		return nil, err
	}
	switch {
	case wf.Status == WorkflowStatusEnqueued, wf.Status == WorkflowStatusPending && len(f.steps) == 0:
		f.seen = seen
		err = c.see(op, seen, t, false)
	case wf.Status == WorkflowStatusError, wf.Status == WorkflowStatusMaxRecoveryAttemptsExceeded:
		err = f.readError(c, op)
	}
	return f, err
}

// readRows also looks for the workflow's target, if the workflow has not ended.
func (f *facts) readRows(c *systemClient, op string, target lookup) error {
	wf := f.workflow
	args := query.Args{"id": wf.ID, "queue": wf.QueueName, "owner": optional(wf.ApplicationName), "partition": optional(wf.QueuePartitionKey),
		"priority": int64(wf.Priority), "created": wf.CreatedAt.UnixMilli(), "now": f.now.UnixMilli(),
		"last_steps": int64(lastSteps), "holders": int64(maxHolders), "ahead": int64(maxAhead)}
	rows := lookup{keep: func() {}, plan: func(b *db.Batch) {
		db.Collect(b, &f.steps, selectLastSteps, args, scanStep)
		db.Collect(b, &f.children, selectChildren, args, scanChild)
		db.Scalar(b, &f.unread, countUnread, args)
		db.Collect(b, &f.versions, selectVersions, query.Args{"limit": int64(1<<63 - 1), "owner": optional(wf.ApplicationName)}, scanVersion)
		db.Collect(b, &f.executors, selectExecutors, args, scanExecutor)
		catalog.ReadSessions(b, c.db, &f.sessions)
		if wf.QueueName != "" && !over(wf.Status) {
			f.readQueue(b, args)
		}
	}}
	if over(wf.Status) {
		return c.lookUp(op, rows)
	}
	return c.lookUp(op, rows, target)
}

// readQueue adds to the batch the queue, the workflows that run on it and the workflows that come
// first.
func (f *facts) readQueue(b *db.Batch, args query.Args) {
	var found Queue
	f.queue = nil // an earlier attempt of the batch may have set it
	db.Fold(b, &found, selectQueueRow, query.Args{"name": f.workflow.QueueName}, func(_ *Queue, row db.Row) error {
		q, err := scanQueue(row)
		f.queue = &q
		return err
	})
	db.Collect(b, &f.running, countSlots, args, func(row db.Row) (s slots, err error) {
		err = row.Scan(&s.executor, &s.count)
		return s, err
	})
	db.Scalar(b, &f.partition, countPartition, args)
	db.Texts(b, &f.holders, selectRunningIDs, args)
	db.Scalar(b, &f.ahead, countAhead, args)
	db.Collect(b, &f.started, countStarted, args, scanStarted)
}

// readError reads the error of a workflow that has ended with one.
func (f *facts) readError(c *systemClient, op string) error {
	found, err := c.ListWorkflows(WithWorkflowIDs([]string{f.workflow.ID}), WithLoadOutput(true))
	if err == nil && len(found) > 0 {
		f.workflow.Error = found[0].Error
	}
	return failure(op, err)
}

func scanChild(row db.Row) (child, error) {
	var id, name, queue, status db.Text
	err := row.Scan(&id, &name, &queue, &status)
	return child{id.String, name.String, queue.String, WorkflowStatusType(status.String)}, err
}

func scanExecutor(row db.Row) (executor, error) {
	var id, version, owner db.Text
	var at db.Int
	err := row.Scan(&id, &version, &owner, &at)
	return executor{id.String, version.String, owner.String, millis(at.Int64)}, err
}

func scanStarted(row db.Row) (started, error) {
	var count, oldest db.Int
	err := row.Scan(&count, &oldest)
	return started{count.Int64, millis(oldest.Int64)}, err
}
