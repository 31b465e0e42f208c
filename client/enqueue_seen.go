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
const (
	ran = `(` + ranOutright + ` OR ` + ranWithSteps + ` AND ` + hasStep + `)`

	ranOutright  = `(ws.status IN ('SUCCESS', 'ERROR') OR ws.status = 'PENDING' AND ws.queue_name IS NULL)`
	ranWithSteps = `ws.status NOT IN ('ENQUEUED', 'DELAYED')` // if it has any
	hasStep      = `EXISTS (SELECT 1 FROM {operation_outputs} AS o WHERE o.workflow_uuid = ws.workflow_uuid)`
)

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

// selectNames groups the rows by their state first, because that takes half the time.
func selectNames(rows string) string {
	return `
SELECT COALESCE(ws.name, ''), COALESCE(ws.class_name, ''), COALESCE(ws.queue_name, ''), CAST(SUM(ws.workflows) AS BIGINT),
	MAX(CASE WHEN ` + ranOutright + ` THEN 1 ELSE 0 END), MAX(CASE WHEN ` + ranWithSteps + ` THEN 1 ELSE 0 END),
	MAX(CASE WHEN ` + dequeued + ` THEN 1 ELSE 0 END)
FROM (SELECT n.name, n.class_name, n.queue_name, n.status, COUNT(*) AS workflows FROM ` + rows + ` AS n
	GROUP BY n.name, n.class_name, n.queue_name, n.status) AS ws
GROUP BY COALESCE(ws.name, ''), COALESCE(ws.class_name, ''), COALESCE(ws.queue_name, '')`
}

// selectStepped returns the names and classes of the rows that have a step, of some names.
func selectStepped(rows string) string {
	return `
SELECT DISTINCT COALESCE(ws.name, ''), COALESCE(ws.class_name, '') FROM ` + rows + ` AS ws
WHERE {in ws.name :workflows} AND ` + ranWithSteps + ` AND ` + hasStep
}

// seenTargets holds the names that a database has seen.
type seenTargets struct {
	versions []string
	queues   map[string]bool // registered ones, and whether each is partitioned
	taken    bool            // the target's queue is not registered, but an application dequeues from it
	ran      bool            // a workflow of the target's name and class has run
	partial  bool            // there may be further workflows
	looked   bool            // the fields above are read
	found    []registration
}

// A registration is a name, a class and a queue of workflows in the database.
type registration struct {
	name, class, queue string
	count              int64
	ran, dequeued      bool
	mayHaveRun         bool // it has if a workflow has a step
}

// look returns the lookup of a target among the newest workflows.
func (k *seenTargets) look(t target) lookup {
	return lookup{
		plan: func(b *db.Batch) {
			db.Texts(b, &k.versions, selectVersion, noArgs)
			db.Map(b, &k.queues, selectAllQueue, noArgs, scanRegisteredQueue)
			db.Exists(b, &k.taken, selectDequeued(newest(firstNewest)), query.Args{"queue": t.queue})
			db.Exists(b, &k.ran, selectTarget(newest(firstNewest)), query.Args{"workflow": t.name, "class": t.class})
		},
		keep: func() { k.looked = true },
	}
}

// see looks for a target among the newest workflows, unless that is done, and reads the names of
// more of them if it is not there. If right is true, it reads the names of all workflows before it
// calls a target unknown.
func (c *systemClient) see(op string, k *seenTargets, t target, right bool) (err error) {
	if !k.looked {
		err = c.lookUp(op, k.look(t))
	}
	if err == nil && !k.knows(t) {
		err = c.readNames(op, k, t, maxNewest)
	}
	if err == nil && !k.knows(t) && k.partial && right {
		err = c.readNames(op, k, t, 0)
	}
	return err
}

func scanRegisteredQueue(row db.Row) (name string, partitioned bool, err error) {
	var isPartitioned db.Bool
	err = row.Scan(&name, &isPartitioned)
	return name, isPartitioned.Bool, err
}

// readNames collects the names of the newest workflows, or of all if the count is 0. It looks for
// steps only if the target is not among the names that ran anyway.
func (c *systemClient) readNames(op string, k *seenTargets, t target, count int) error {
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		db.Collect(b, &k.found, selectNames(newest(count)), noArgs, scanRegistration)
	})
	total := int64(0)
	for _, r := range k.found {
		total += r.count
	}
	doubtful := k.doubtful()
	k.partial = count > 0 && total >= int64(count)
	if err != nil || len(doubtful) == 0 || k.knows(t) {
		return err
	}
	return c.readStepped(op, k, doubtful, count)
}

// doubtful returns the names that have run only if one of their workflows has a step. A name and
// class that have run on one queue are known, so their workflows on others, or without a queue, as
// cancelled ones are, need no look at their steps.
func (k *seenTargets) doubtful() []string {
	ran := map[[2]string]bool{}
	for _, r := range k.found {
		ran[r.key()] = ran[r.key()] || r.ran
	}
	var names []string
	for i, r := range k.found {
		if k.found[i].ran = ran[r.key()]; r.mayHaveRun && !ran[r.key()] {
			names = append(names, r.name)
		}
	}
	return names
}

// key is the name and the class.
func (r registration) key() [2]string { return [2]string{r.name, r.class} }

// readStepped sets ran for names of which a workflow has a step.
func (c *systemClient) readStepped(op string, k *seenTargets, names []string, count int) error {
	var stepped map[[2]string]bool
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		db.Map(b, &stepped, selectStepped(newest(count)), query.Args{"workflows": names}, func(row db.Row) (key [2]string, _ bool, err error) {
			err = row.Scan(&key[0], &key[1])
			return key, true, err
		})
	})
	for i, r := range k.found {
		k.found[i].ran = r.ran || r.mayHaveRun && stepped[r.key()]
	}
	return err
}

func scanRegistration(row db.Row) (r registration, err error) {
	var ran, mayHaveRun, dequeued db.Int
	err = row.Scan(&r.name, &r.class, &r.queue, &r.count, &ran, &mayHaveRun, &dequeued)
	r.ran, r.mayHaveRun, r.dequeued = ran.Int64 > 0, mayHaveRun.Int64 > 0, dequeued.Int64 > 0
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
