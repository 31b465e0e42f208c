package client

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// ran is true for a row that proves that an application has a workflow of its name. An enqueued row
// proves nothing: if its name is wrong, it is dequeued and cancelled without a step.
const ran = `(ws.status IN ('SUCCESS', 'ERROR') OR ws.status = 'PENDING' AND ws.queue_name IS NULL
	OR ws.status NOT IN ('ENQUEUED', 'DELAYED') AND EXISTS (SELECT 1 FROM {operation_outputs} AS o WHERE o.workflow_uuid = ws.workflow_uuid))`

// dequeued is true for a row that an application has dequeued.
const dequeued = `ws.status IN ('PENDING', 'SUCCESS', 'ERROR')`

// The numbers of newest workflows among which a name or a queue is looked for, because no schema
// has an index on either: a million rows take seconds, these some milliseconds. Most targets are
// among the first; the names of the second are compared with one that is not.
const (
	firstNewest = 1_000
	maxNewest   = 10_000
)

// newest returns SQL for the rows of the newest workflows, or of all if the count is 0.
func newest(count int) string {
	if count == 0 {
		return "{workflow_status}"
	}
	return fmt.Sprintf(`(SELECT workflow_uuid, status, name, class_name, queue_name FROM {workflow_status}
	ORDER BY created_at DESC LIMIT %d)`, count)
}

const (
	selectVersion  = `SELECT version_name FROM {application_versions}`
	selectAllQueue = `SELECT name, partition_queue FROM {queues}`
)

// selectDequeued returns a row if an application dequeues from a queue that is not registered,
// because queues that are declared in code are in no table.
func selectDequeued(rows string) string {
	return `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {queues} WHERE name = :queue)
	AND EXISTS (SELECT 1 FROM ` + rows + ` AS ws WHERE ws.queue_name = :queue AND ` + dequeued + `)`
}

func selectTarget(rows string) string {
	return `SELECT 1 FROM ` + rows + ` AS ws WHERE ws.name = :workflow AND COALESCE(ws.class_name, '') = :class AND ` + ran + ` LIMIT 1`
}

func selectNames(rows string) string {
	return `
SELECT COALESCE(ws.name, ''), COALESCE(ws.class_name, ''), COALESCE(ws.queue_name, ''), COUNT(*),
	MAX(CASE WHEN ` + ran + ` THEN 1 ELSE 0 END), MAX(CASE WHEN ` + dequeued + ` THEN 1 ELSE 0 END)
FROM ` + rows + ` AS ws GROUP BY COALESCE(ws.name, ''), COALESCE(ws.class_name, ''), COALESCE(ws.queue_name, '')`
}

// seenTargets holds the names that a database has seen.
type seenTargets struct {
	versions []string
	queues   map[string]bool // registered ones, and whether each is partitioned
	taken    bool            // the target's queue is not registered, but an application dequeues from it
	ran      bool            // a workflow of the target's name and class has run
	partial  bool            // there may be further workflows
	found    []registration
}

// A registration is a name, a class and a queue of workflows in the database.
type registration struct {
	name, class, queue string
	count              int64
	ran, dequeued      bool
}

// seen looks for a target among the newest workflows, and reads the names of more of them if it is
// not there. If right is true, it reads the names of all workflows before it calls
// a target unknown.
func (c *systemClient) seen(op string, t target, right bool) (*seenTargets, error) {
	k := &seenTargets{}
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		db.Texts(b, &k.versions, selectVersion, noArgs)
		db.Map(b, &k.queues, selectAllQueue, noArgs, scanRegisteredQueue)
		db.Exists(b, &k.taken, selectDequeued(newest(firstNewest)), query.Args{"queue": t.queue})
		db.Exists(b, &k.ran, selectTarget(newest(firstNewest)), query.Args{"workflow": t.name, "class": t.class})
	})
	if err == nil && !k.knows(t) {
		err = c.readNames(op, k, maxNewest)
	}
	if err == nil && !k.knows(t) && k.partial && right {
		err = c.readNames(op, k, 0)
	}
	return k, err
}

func scanRegisteredQueue(row db.Row) (name string, partitioned bool, err error) {
	var isPartitioned db.Bool
	err = row.Scan(&name, &isPartitioned)
	return name, isPartitioned.Bool, err
}

// readNames collects the names of the newest workflows, or of all if the count is 0.
func (c *systemClient) readNames(op string, k *seenTargets, count int) error {
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		db.Collect(b, &k.found, selectNames(newest(count)), noArgs, scanRegistration)
	})
	total := int64(0)
	for _, r := range k.found {
		total += r.count
	}
	k.partial = count > 0 && total >= int64(count)
	return err
}

func scanRegistration(row db.Row) (r registration, err error) {
	var ran, dequeued db.Int
	err = row.Scan(&r.name, &r.class, &r.queue, &r.count, &ran, &dequeued)
	r.ran, r.dequeued = ran.Int64 > 0, dequeued.Int64 > 0
	return r, err
}

func (k *seenTargets) knows(t target) bool { return k.knowsQueue(t) && k.knowsName(t) }

func (k *seenTargets) knowsQueue(t target) bool {
	_, registered := k.queues[t.queue]
	return t.queue == "" || t.queue == InternalQueueName || k.taken || registered || slices.Contains(k.dequeued(), t.queue)
}

func (k *seenTargets) knowsName(t target) bool {
	return t.name == "" || k.ran || slices.ContainsFunc(k.found, func(r registration) bool {
		return r.ran && r.name == t.name && r.class == t.class
	})
}

// appQueues returns the queues that are registered or from which an application has dequeued
// workflows, without that of DBOS itself.
func (k *seenTargets) appQueues() []string {
	queues := slices.Concat(slices.Sorted(maps.Keys(k.queues)), k.dequeued())
	return slices.DeleteFunc(queues, func(name string) bool { return name == InternalQueueName })
}

// dequeued returns the queues from which an application has dequeued workflows.
func (k *seenTargets) dequeued() []string {
	var queues []string
	for _, r := range k.found {
		if r.queue != "" && r.dequeued {
			queues = append(queues, r.queue)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(queues)))
}

// registrations returns the names that have run or, if nothing has run, all names, each once for
// every queue.
func (k *seenTargets) registrations() []registration {
	if !slices.ContainsFunc(k.found, func(r registration) bool { return r.ran }) {
		return k.found
	}
	return slices.DeleteFunc(slices.Clone(k.found), func(r registration) bool { return !r.ran })
}

// where names the workflows that were looked at, if they may not be all.
func (k *seenTargets) where() string {
	if k.partial {
		return fmt.Sprintf(" in its newest %d workflows", maxNewest)
	}
	return ""
}
