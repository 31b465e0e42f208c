package client

import (
	"fmt"
	"math"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A queue that is registered is a row of the table queues, which running applications read again
// every second or so. A queue that an application declares in code alone is in no table.
//
//   - queue.go reads queues, and checks their limits.
//   - queue_define.go registers, updates and deletes them.
//   - queue_pause.go pauses and resumes them.
//   - queue_load.go counts their workflows.

// A RateLimit is how many workflows may start in a period.
type RateLimit struct {
	Limit  int           `json:"limit" doc:"How many may start in a period." required:"true" min:"1"`
	Period time.Duration `json:"period" doc:"The period." required:"true"`
}

// QueueLimits are the limits of a queue. A limit that is nil is not set. A queue with a partition
// limit divides its workflows by their partition key, without which none is taken.
type QueueLimits struct {
	Concurrency       *int       `json:"concurrency" doc:"How many of its workflows may run at once." min:"1"`
	WorkerConcurrency *int       `json:"worker_concurrency" doc:"How many of them one executor may run at once." min:"1"`
	RateLimit         *RateLimit `json:"rate_limit" doc:"How many may start in a period."`

	PartitionConcurrency       *int       `json:"partition_concurrency" doc:"How many workflows of one partition may run at once." min:"1"`
	PartitionWorkerConcurrency *int       `json:"partition_worker_concurrency" doc:"How many of them one executor may run at once." min:"1"`
	PartitionRateLimit         *RateLimit `json:"partition_rate_limit" doc:"How many of one partition may start in a period."`
}

// A Queue is a registered queue.
type Queue struct {
	Name string `json:"name" doc:"The queue's name."`
	QueueLimits
	PriorityEnabled bool          `json:"priority_enabled" doc:"Whether older SDKs order it by priority; newer ones always do."`
	PartitionQueue  bool          `json:"partition_queue" doc:"Whether its workflows need a partition key. Without partition limits the other limits hold for each partition, except in applications of Python 3 and TypeScript 5, to which the queue is one."`
	PollingInterval time.Duration `json:"polling_interval" doc:"How often an executor looks for work."`
	ApplicationName string        `json:"application_name,omitempty" doc:"The application that takes from it; nil if all do."`
	Paused          bool          `json:"paused" doc:"Whether it is paused, so that no workflow of it starts. Its rate limit holds again once it is resumed."`
	Unregistered    bool          `json:"unregistered,omitempty" doc:"Whether no application has registered it, so that it has no limits that are known; the one without a name stands for no queue. dbos.list_queues returns such a queue only if it is asked to."`
	QueueLoad
}

// defaultPolling is the polling interval of the SDKs.
const defaultPolling = time.Second

// partitioned returns true if a limit of partitions is set.
func (l QueueLimits) partitioned() bool {
	return l.PartitionConcurrency != nil || l.PartitionWorkerConcurrency != nil || l.PartitionRateLimit != nil
}

// check returns InvalidOption for limits that no SDK accepts.
func (q Queue) check(op string) error {
	for _, pair := range []struct {
		less, more       *int
		lessName, moreIs string
	}{
		{q.WorkerConcurrency, q.Concurrency, "worker_concurrency", "concurrency"},
		{q.PartitionConcurrency, q.Concurrency, "partition_concurrency", "concurrency"},
		{q.PartitionWorkerConcurrency, q.Concurrency, "partition_worker_concurrency", "concurrency"},
		{q.PartitionWorkerConcurrency, q.PartitionConcurrency, "partition_worker_concurrency", "partition_concurrency"},
		{q.PartitionWorkerConcurrency, q.WorkerConcurrency, "partition_worker_concurrency", "worker_concurrency"},
	} {
		if pair.less != nil && pair.more != nil && *pair.less > *pair.more {
			return invalid(op, "%s %d is above %s %d", pair.lessName, *pair.less, pair.moreIs, *pair.more)
		}
	}
	for name, limit := range map[string]*int{"concurrency": q.Concurrency, "worker_concurrency": q.WorkerConcurrency,
		"partition_concurrency": q.PartitionConcurrency, "partition_worker_concurrency": q.PartitionWorkerConcurrency} {
		if limit != nil && (*limit < 1 || *limit > math.MaxInt32) {
			return invalid(op, "%s %d is not from 1 to 2147483647", name, *limit)
		}
	}
	for name, limit := range map[string]*RateLimit{"rate_limit": q.RateLimit, "partition_rate_limit": q.PartitionRateLimit} {
		if limit != nil && (limit.Limit < 1 || limit.Limit > math.MaxInt32 || limit.Period <= 0) {
			return invalid(op, "%s needs a limit from 1 to 2147483647 and a positive period", name)
		}
	}
	return q.checkName(op)
}

func (q Queue) checkName(op string) error {
	switch {
	case q.Name == "":
		return invalid(op, "the queue has no name")
	case q.Name == InternalQueueName:
		return invalid(op, "the name %q is reserved for the SDKs", q.Name)
	case q.PollingInterval <= 0:
		return invalid(op, "the polling interval %v is not positive", q.PollingInterval)
	}
	return nil
}

// supported returns Unsupported if the database lacks the column of a limit or of the owner.
func (c *systemClient) supported(op string, q Queue) error {
	if missing := c.shape.Missing(schema.PartitionLimits); missing != "" && q.partitioned() {
		return unsupported(op, missing, "")
	}
	if missing := c.shape.Missing(schema.QueueApplication); missing != "" && q.ApplicationName != "" {
		return unsupported(op, missing, "")
	}
	return nil
}

const selectQueueRows = `
SELECT ws.name, ws.concurrency, ws.worker_concurrency, ws.rate_limit_max, ws.rate_limit_period_sec,
	{if queues.partition_concurrency|ws.partition_concurrency, ws.partition_worker_concurrency, ws.partition_rate_limit_max, ws.partition_rate_limit_period_sec}
	{unless queues.partition_concurrency|CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE PRECISION)},
	ws.priority_enabled, ws.partition_queue, ws.polling_interval_sec,
	{if queues.application_name|ws.application_name}{unless queues.application_name|NULL}, ws.queue_id
FROM {queues} AS ws`

const selectQueueRow = selectQueueRows + ` WHERE ws.name = :name`

// A queueRow receives the columns of selectQueueRows.
type queueRow struct {
	name, owner, id                                                        db.Text
	concurrency, worker, limit, partition, partitionWorker, partitionLimit db.Int
	period, partitionPeriod, polling                                       db.Float
	priority, partitioned                                                  db.Bool
}

func (r *queueRow) targets() []any {
	return []any{&r.name, &r.concurrency, &r.worker, &r.limit, &r.period, &r.partition, &r.partitionWorker, &r.partitionLimit, &r.partitionPeriod,
		&r.priority, &r.partitioned, &r.polling, &r.owner, &r.id}
}

func (r *queueRow) queue() Queue {
	q := Queue{Name: r.name.String, PriorityEnabled: r.priority.Bool, ApplicationName: r.owner.String, PollingInterval: duration(r.polling.Float64),
		QueueLimits: QueueLimits{
			Concurrency: small(r.concurrency), WorkerConcurrency: small(r.worker), RateLimit: rate(r.limit, r.period),
			PartitionConcurrency: small(r.partition), PartitionWorkerConcurrency: small(r.partitionWorker), PartitionRateLimit: rate(r.partitionLimit, r.partitionPeriod),
		}}
	q.PartitionQueue = r.partitioned.Bool || q.partitioned()
	q.unpaused(r.id.String)
	return q
}

func scanQueue(row db.Row) (Queue, error) {
	var r queueRow
	err := row.Scan(r.targets()...)
	return r.queue(), err
}

func small(n db.Int) *int {
	if !n.Valid {
		return nil
	}
	value := int(n.Int64)
	return &value
}

func rate(limit db.Int, period db.Float) *RateLimit {
	if !limit.Valid {
		return nil
	}
	return &RateLimit{Limit: int(limit.Int64), Period: duration(period.Float64)}
}

func duration(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

func (c *systemClient) RetrieveQueue(name string) (*Queue, error) {
	const op = "get queue"
	if name == "" {
		return nil, invalid(op, "the queue has no name")
	}
	var found []Queue
	err := c.read(op, func(b *db.Batch) { db.Collect(b, &found, selectQueueRow, query.Args{"name": name}, scanQueue) })
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// ListQueuesOptions select queues.
type ListQueuesOptions struct {
	ApplicationName []string `json:"application_name" doc:"Only queues of one of these applications." nonempty:"true"`
	Unregistered    bool     `json:"unregistered" doc:"Queues too that no application has registered, if workflows are on them or ended there in the last five minutes, and one without a name for workflows that are on none."`
}

// A ListQueuesOption sets one of the ListQueuesOptions.
type ListQueuesOption func(*ListQueuesOptions)

// WithListQueuesOptions sets all options at once.
func WithListQueuesOptions(options ListQueuesOptions) ListQueuesOption {
	return func(o *ListQueuesOptions) { *o = options }
}

// WithListQueuesApplicationNames selects queues by the application that owns them. It needs a newer
// schema: otherwise the list returns Unsupported.
func WithListQueuesApplicationNames(names ...string) ListQueuesOption {
	return func(o *ListQueuesOptions) { o.ApplicationName = given(names) }
}

// WithUnregisteredQueues adds the queues that are not registered and have workflows. They
// have no limits, and Unregistered is true. The one without a name counts the workflows that
// are on no queue.
func WithUnregisteredQueues() ListQueuesOption {
	return func(o *ListQueuesOptions) { o.Unregistered = true }
}

func (c *systemClient) ListQueues(opts ...ListQueuesOption) ([]Queue, error) {
	const op = "list queues"
	options := apply(opts)
	f := c.newFilter("queues")
	f.AnyOf("application_name", options.ApplicationName)
	c.ownRows(f, options.ApplicationName, nil)
	if f.Err != nil || f.Nothing {
		return []Queue{}, failure(op, f.Err)
	}
	var found []Queue
	var loads map[string]QueueLoad
	var others []string
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		if options.Unregistered && !c.shape.HasTable("queues") { // older tables have none, and counts all the same
			c.queueLoads(b, &loads)
			return
		}
		c.queuesAndLoads(b, f, &found, &loads)
		if options.Unregistered && f.SQL() != "" {
			db.Texts(b, &others, selectEachQueue, nil)
		}
	})
	for i := range found {
		found[i].setLoad(loads)
	}
	if options.Unregistered {
		found = withUnregistered(found, others, loads)
	}
	return notNil(found), err
}

// noSuchQueue returns QueueNotFound. A queue that applications declare in code is not registered.
func noSuchQueue(op, name string) *Error {
	return &Error{Code: QueueNotFound, Op: op, QueueName: name, Message: fmt.Sprintf("no queue %q is registered", name),
		Hint: "a queue that an application declares in code is in no table, so only its code can change it"}
}
