package client

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A QueueConflictPolicy decides what a registration does with a queue that exists.
type QueueConflictPolicy string

// The policies.
const (
	// QueueConflictAlwaysUpdate changes it. It is the default.
	QueueConflictAlwaysUpdate QueueConflictPolicy = "always_update"
	// QueueConflictNeverUpdate leaves it as it is.
	QueueConflictNeverUpdate QueueConflictPolicy = "never_update"
	// QueueConflictUpdateIfLatestVersion changes it if QueueInput.ApplicationVersion is the latest
	// version of its application.
	QueueConflictUpdateIfLatestVersion QueueConflictPolicy = "update_if_latest_version"
)

// QueueInput defines a queue. Name is required.
type QueueInput struct {
	Name string `json:"name" doc:"The queue's name." required:"true" nonempty:"true"`
	QueueLimits
	PriorityEnabled    bool                `json:"priority_enabled" doc:"Whether older SDKs order it by priority; newer ones always do."`
	PartitionQueue     bool                `json:"partition_queue" doc:"Divides its workflows by their partition key in the way of older SDKs: the other limits then hold for each partition. Applications of Python 3 and TypeScript 5 do not know it and treat the queue as one; partition limits work with all, and by themselves."`
	PollingInterval    time.Duration       `json:"polling_interval" doc:"How often an executor looks for work; a second when not given." min:"0"`
	ApplicationName    string              `json:"application_name" doc:"The application that takes from it; when not given, that of the connection, else every one of the database." nonempty:"true"`
	OnConflict         QueueConflictPolicy `json:"on_conflict" doc:"What happens to a queue that exists." enum:"always_update,never_update,update_if_latest_version" default:"always_update"`
	ApplicationVersion string              `json:"application_version" doc:"The version that update_if_latest_version compares with the latest one." nonempty:"true"`
}

// A QueueUpdate holds new values of a queue. A nil field leaves the value as it is.
type QueueUpdate struct {
	QueueLimits
	PriorityEnabled *bool          `json:"priority_enabled" doc:"Whether older SDKs order it by priority."`
	PartitionQueue  *bool          `json:"partition_queue" doc:"Whether its workflows need a partition key."`
	PollingInterval *time.Duration `json:"polling_interval" doc:"How often an executor looks for work."`
	Clear           []string       `json:"clear" doc:"The limits to remove." enum:"concurrency,worker_concurrency,rate_limit,partition_concurrency,partition_worker_concurrency,partition_rate_limit"`
}

const registeringQueue = "register queue"

const insertQueue = `
INSERT INTO {queues} AS ws (queue_id, name, concurrency, worker_concurrency, rate_limit_max, rate_limit_period_sec, priority_enabled,
	partition_queue, polling_interval_sec, created_at, updated_at{if queues.application_name|, application_name}
	{if queues.partition_concurrency|, partition_concurrency, partition_worker_concurrency, partition_rate_limit_max, partition_rate_limit_period_sec})
SELECT CAST(:id AS TEXT), CAST(:name AS TEXT), CAST(:concurrency AS INTEGER), CAST(:worker AS INTEGER), CAST(:max AS INTEGER),
	CAST(:period AS DOUBLE PRECISION), CAST(:priority AS BOOLEAN), CAST(:partitioned AS BOOLEAN), CAST(:polling AS DOUBLE PRECISION),
	CAST(:now AS BIGINT), CAST(:now AS BIGINT){if queues.application_name|, CAST(:owner AS TEXT)}
	{if queues.partition_concurrency|, CAST(:partition_concurrency AS INTEGER), CAST(:partition_worker AS INTEGER), CAST(:partition_max AS INTEGER),
		CAST(:partition_period AS DOUBLE PRECISION)}
WHERE TRUE`

// setQueue leaves a paused queue paused.
const setQueue = ` SET concurrency = CAST(:concurrency AS INTEGER), worker_concurrency = CAST(:worker AS INTEGER),
	queue_id = CASE WHEN ` + isPaused + ` THEN CAST(:paused_id AS TEXT) ELSE ws.queue_id END,
	rate_limit_max = CASE WHEN ` + isPaused + ` THEN 0 ELSE CAST(:max AS INTEGER) END,
	rate_limit_period_sec = CASE WHEN ` + isPaused + ` THEN COALESCE(CAST(:period AS DOUBLE PRECISION), 1) ELSE CAST(:period AS DOUBLE PRECISION) END,
	priority_enabled = CAST(:priority AS BOOLEAN),
	partition_queue = CAST(:partitioned AS BOOLEAN), polling_interval_sec = CAST(:polling AS DOUBLE PRECISION), updated_at = CAST(:now AS BIGINT)
	{if queues.application_name|, application_name = COALESCE(ws.application_name, CAST(:owner AS TEXT))}
	{if queues.partition_concurrency|, partition_concurrency = CAST(:partition_concurrency AS INTEGER), partition_worker_concurrency = CAST(:partition_worker AS INTEGER),
		partition_rate_limit_max = CAST(:partition_max AS INTEGER), partition_rate_limit_period_sec = CAST(:partition_period AS DOUBLE PRECISION)}`

const (
	registerQueue = insertQueue + `
ON CONFLICT (name) DO UPDATE` + setQueue

	registerQueueOnce = insertQueue + `
ON CONFLICT (name) DO NOTHING`

	updateQueue = `UPDATE {queues} AS ws` + setQueue + ` WHERE ws.name = :name`

	// registerQueueIfLatest changes a queue if the version is the latest of its owner.
	registerQueueIfLatest = registerQueue + `
WHERE CAST(:version AS TEXT) = (SELECT v.version_name FROM {application_versions} AS v
	{if application_versions.application_name|WHERE CAST(:owner AS TEXT) IS NULL OR v.application_name IS NULL OR v.application_name = CAST(:owner AS TEXT)}
	ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1)`

	selectOtherQueueOwner = `
SELECT ws.application_name FROM {queues} AS ws
WHERE ws.name = :name AND ws.application_name IS NOT NULL AND ws.application_name <> CAST(:owner AS TEXT)`

	deleteQueue = `DELETE FROM {queues} WHERE name = :name`

	// countStranded counts the workflows that nobody takes once the queue is gone.
	countStranded = `
SELECT (SELECT COUNT(*) FROM {workflow_status} AS ws WHERE ` + waitsOnQueue + `) + (SELECT COUNT(*) FROM {workflow_status} AS ws WHERE ` + delayedForQueue + `)`

	// countKeyless counts the workflows that nobody takes once the queue has partition keys.
	countKeyless = `
SELECT (SELECT COUNT(*) FROM {workflow_status} AS ws WHERE ` + waitsOnQueue + ` AND ws.queue_partition_key IS NULL)
	+ (SELECT COUNT(*) FROM {workflow_status} AS ws WHERE ` + delayedForQueue + ` AND ws.queue_partition_key IS NULL)`

	// Each of the two conditions repeats that of a partial index.
	waitsOnQueue    = `{if sqlite|ws.status IN ('ENQUEUED', 'PENDING') AND} ws.status = 'ENQUEUED' AND ws.queue_name = :name`
	delayedForQueue = `ws.status = 'DELAYED' AND ws.queue_name = :name`
)

// queue returns the row that the input defines.
func (input QueueInput) queue(app string) Queue {
	return Queue{Name: input.Name, QueueLimits: input.QueueLimits, PriorityEnabled: input.PriorityEnabled,
		PartitionQueue: input.PartitionQueue || input.partitioned(), PollingInterval: cmp.Or(input.PollingInterval, defaultPolling),
		ApplicationName: cmp.Or(input.ApplicationName, app)}
}

func (input QueueInput) check(op string) error {
	switch {
	case input.PartitionQueue && input.partitioned():
		return invalid(op, "partition_queue makes the other limits hold for each partition, so it excludes partition limits")
	case input.OnConflict == QueueConflictUpdateIfLatestVersion && input.ApplicationVersion == "":
		return invalid(op, "on_conflict %q needs an application_version", input.OnConflict)
	case input.OnConflict == "", input.OnConflict == QueueConflictAlwaysUpdate, input.OnConflict == QueueConflictNeverUpdate,
		input.OnConflict == QueueConflictUpdateIfLatestVersion:
		return nil
	}
	return invalid(op, "no conflict policy %q: it is always_update, never_update or update_if_latest_version", input.OnConflict)
}

// text returns the statement of the policy.
func (input QueueInput) text() string {
	switch input.OnConflict {
	case QueueConflictNeverUpdate:
		return registerQueueOnce
	case QueueConflictUpdateIfLatestVersion:
		return registerQueueIfLatest
	}
	return registerQueue
}

func (c *systemClient) queueArgs(q Queue) query.Args {
	id := uuid.NewString()
	args := query.Args{"id": id, "paused_id": id + markOf(q.RateLimit), "name": q.Name, "concurrency": q.Concurrency, "worker": q.WorkerConcurrency, "max": nil, "period": nil,
		"priority": q.PriorityEnabled, "partitioned": q.PartitionQueue, "polling": q.PollingInterval.Seconds(), "now": c.now(),
		"owner": optional(q.ApplicationName), "partition_concurrency": q.PartitionConcurrency, "partition_worker": q.PartitionWorkerConcurrency,
		"partition_max": nil, "partition_period": nil}
	for name, limit := range map[string]*RateLimit{"": q.RateLimit, "partition_": q.PartitionRateLimit} {
		if limit != nil {
			args[name+"max"], args[name+"period"] = int64(limit.Limit), limit.Period.Seconds()
		}
	}
	return args
}

// A queueChange is the write of one queue.
type queueChange struct {
	*write
	before, after []Queue
	keeps         bool // a queue that exists stays as it is
	stranded      int64
}

func newQueueChange(op, name string) *queueChange {
	q := &queueChange{write: &write{Change: Change{Op: op, Of: Queues, IDs: []string{name}}}}
	q.detail = q
	return q
}

func (c *systemClient) RegisterQueue(input QueueInput) (*Queue, error) {
	const op = registeringQueue
	q := input.queue(c.config.AppName)
	err := cmp.Or(input.check(op), q.check(op))
	if err == nil {
		err = c.supported(op, q)
	}
	if err != nil {
		return nil, err
	}
	change, args := newQueueChange(op, q.Name), c.queueArgs(q)
	change.New, change.after = true, []Queue{q}
	change.keeps = input.OnConflict == QueueConflictNeverUpdate
	args["version"] = input.ApplicationVersion
	change.send = func(w *writer) error {
		_, err := w.write(func(b *db.Batch) {
			db.Collect(b, &change.before, selectQueueRow, args, scanQueue)
			c.guardQueue(b, args)
			b.Exec(input.text(), args, nil)
			db.Collect(b, &change.after, selectQueueRow, args, scanQueue)
		})
		change.countChange()
		return c.otherQueueOwner(op, q.Name, args, err)
	}
	if err := c.apply(change.write); err != nil {
		return nil, err
	}
	return change.result(), c.warnOfPartitions(op, change)
}

// countChange counts the queue if it differs from before.
func (q *queueChange) countChange() {
	if q.Changed = 1; reflect.DeepEqual(q.before, q.after) {
		q.Changed = 0
	}
}

func (q *queueChange) result() *Queue {
	if len(q.after) == 0 {
		return nil
	}
	return &q.after[0]
}

// guardQueue refuses to change a queue of another application than the stated one.
func (c *systemClient) guardQueue(b *db.Batch, args query.Args) {
	if c.shape.Has("queues", "application_name") {
		b.Guard(selectOtherQueueOwner, args, errOtherOwner)
	}
}

func (c *systemClient) otherQueueOwner(op, name string, args query.Args, err error) error {
	if !errors.Is(err, errOtherOwner) {
		return err
	}
	var owners []string
	if err := c.read(op, func(b *db.Batch) { db.Texts(b, &owners, selectOtherQueueOwner, args) }); err != nil {
		return err
	}
	wanted := args["owner"].(*string)
	if len(owners) == 0 || wanted == nil {
		return err
	}
	failed := ownedBy(op, "queue", name, owners[0], *wanted)
	failed.QueueName = name
	return failed
}

// warnOfPartitions warns if a queue is newly divided by partition keys, and workflows without one
// wait on it.
func (c *systemClient) warnOfPartitions(op string, q *queueChange) error {
	if len(q.before) == 0 || q.before[0].PartitionQueue || len(q.after) == 0 || !q.after[0].PartitionQueue {
		return nil
	}
	var count int64
	args := query.Args{"name": q.after[0].Name}
	err := c.read(op, func(b *db.Batch) {
		b.Bitmaps()
		db.Scalar(b, &count, countKeyless, args)
	})
	if err == nil && count > 0 {
		c.warn(op, fmt.Sprintf("queue %q is partitioned now, so nobody takes the %d workflows that wait on it without a "+
			"partition key", q.after[0].Name, count))
	}
	return err
}

func (c *systemClient) UpdateQueue(name string, update QueueUpdate) (*Queue, error) {
	const op = "update queue"
	if err := c.writable(op); err != nil {
		return nil, err
	}
	found, err := c.view.retrieveQueue(op, name)
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, noSuchQueue(op, name)
	}
	q, err := update.on(op, *found)
	if err == nil {
		err = c.supported(op, q)
	}
	if err != nil {
		return nil, err
	}
	change, args := newQueueChange(op, name), c.queueArgs(q)
	args["owner"] = optional(c.config.AppName)
	change.before, change.after = []Queue{*found}, []Queue{q}
	change.send = func(w *writer) error {
		_, err := w.write(func(b *db.Batch) {
			c.guardQueue(b, args)
			b.Exec(updateQueue, args, &change.Changed)
			db.Collect(b, &change.after, selectQueueRow, args, scanQueue)
		})
		return c.otherQueueOwner(op, name, args, err)
	}
	change.verify = func() error {
		if change.Changed == 0 {
			return noSuchQueue(op, name)
		}
		return nil
	}
	if err := c.apply(change.write); err != nil {
		return nil, err
	}
	return change.result(), c.warnOfPartitions(op, change)
}

// on returns the queue with the new values.
func (u QueueUpdate) on(op string, q Queue) (Queue, error) {
	legacy, elsewhere := q.PartitionQueue && !q.partitioned(), q.pausedElsewhere()
	limits := map[string][2]any{
		"concurrency": {&q.Concurrency, u.Concurrency}, "worker_concurrency": {&q.WorkerConcurrency, u.WorkerConcurrency},
		"rate_limit": {&q.RateLimit, u.RateLimit}, "partition_concurrency": {&q.PartitionConcurrency, u.PartitionConcurrency},
		"partition_worker_concurrency": {&q.PartitionWorkerConcurrency, u.PartitionWorkerConcurrency},
		"partition_rate_limit":         {&q.PartitionRateLimit, u.PartitionRateLimit},
	}
	for _, limit := range limits {
		if value := reflect.ValueOf(limit[1]); !value.IsNil() {
			reflect.ValueOf(limit[0]).Elem().Set(value)
		}
	}
	for _, name := range u.Clear {
		limit, known := limits[name]
		if !known {
			return q, invalid(op, "clear: there is no limit %q", name)
		}
		reflect.ValueOf(limit[0]).Elem().SetZero()
	}
	if u.PriorityEnabled != nil {
		q.PriorityEnabled = *u.PriorityEnabled
	}
	if u.PollingInterval != nil {
		q.PollingInterval = *u.PollingInterval
	}
	if u.RateLimit != nil || slices.Contains(u.Clear, "rate_limit") {
		q.Paused = q.Paused && !elsewhere
	}
	if u.PartitionQueue != nil {
		legacy = *u.PartitionQueue
	}
	if q.partitioned() && legacy {
		return q, invalid(op, "queue %q is partitioned without partition limits: set partition_queue to false to give it some", q.Name)
	}
	q.PartitionQueue = legacy || q.partitioned()
	return q, q.check(op)
}

func (c *systemClient) DeleteQueue(name string) (int64, error) {
	const op = "delete queue"
	if name == "" {
		return 0, invalid(op, "the queue has no name")
	}
	change, args := newQueueChange(op, name), query.Args{"name": name, "owner": optional(c.config.AppName)}
	var last db.Attempt
	change.send = func(w *writer) (err error) {
		if there, err := c.exists(op, selectNamedQueues, name); err != nil || !there {
			return err
		}
		last, err = w.write(func(b *db.Batch) {
			b.Bitmaps()
			c.guardQueue(b, args)
			change.countStranded(b, args)
			b.Exec(deleteQueue, args, &change.Changed)
		})
		return c.otherQueueOwner(op, name, args, err)
	}
	change.verify = func() error {
		if change.Changed == 0 && !last.AnswerLost {
			return noSuchQueue(op, name)
		}
		return nil
	}
	if err := c.apply(change.write); err != nil {
		return 0, err
	}
	return change.stranded, nil
}

func (q *queueChange) countStranded(b *db.Batch, args query.Args) {
	db.Scalar(b, &q.stranded, countStranded, args)
}

func (c *systemClient) retrieveQueue(op, name string) (*Queue, error) {
	found, err := c.RetrieveQueue(name)
	return found, failure(op, err)
}

func (c *systemClient) queueNames(op string) ([]string, error) {
	names, err := c.QueueNames()
	return names, failure(op, err)
}
