package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A target is the queue, name, class and version of an enqueued workflow. If the database has never
// seen one of them, that is worth a warning, because such a workflow may never run.
type target struct {
	queue, name, class, version string
	keyed                       bool   // a partition key is given
	doubt                       string // a warning about the owner, or ""
}

// ran is true for a row that proves that an application has a workflow of its name. An enqueued row
// proves nothing: if its name is wrong, it is dequeued and cancelled without a step.
const ran = `(ws.status IN ('SUCCESS', 'ERROR') OR ws.status = 'PENDING' AND ws.queue_name IS NULL
	OR ws.status NOT IN ('ENQUEUED', 'DELAYED') AND EXISTS (SELECT 1 FROM {operation_outputs} AS o WHERE o.workflow_uuid = ws.workflow_uuid))`

// dequeued is true for a row that an application has dequeued.
const dequeued = `ws.status IN ('PENDING', 'SUCCESS', 'ERROR')`

const (
	selectNames = `
SELECT COALESCE(ws.name, ''), COALESCE(ws.class_name, ''), MAX(CASE WHEN ` + ran + ` THEN 1 ELSE 0 END)
FROM {workflow_status} AS ws GROUP BY COALESCE(ws.name, ''), COALESCE(ws.class_name, '')`

	selectVersion  = `SELECT version_name FROM {application_versions}`
	selectAllQueue = `SELECT name, partition_queue FROM {queues}`

	// selectDequeued returns a row if an application dequeues from a queue that is not registered,
	// because queues that are declared in code are in no table.
	selectDequeued = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {queues} WHERE name = :queue)
	AND EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = :queue AND ` + dequeued + `)`

	selectDequeuedQueues = `SELECT DISTINCT ws.queue_name FROM {workflow_status} AS ws WHERE ws.queue_name IS NOT NULL AND ` + dequeued

	selectTarget = `SELECT 1 FROM {workflow_status} AS ws WHERE ws.name = :name AND COALESCE(ws.class_name, '') = :class AND ` + ran + ` LIMIT 1`
)

// checkTarget looks up a target the first time it is used. If it is unknown, checkTarget returns
// InvalidOption if strict is true, and logs a warning otherwise.
func (c *systemClient) checkTarget(op string, t target, strict bool) error {
	if fine, checked := c.targets.Load(t); c.config.ReadOnly || checked && (fine.(bool) || !strict) {
		return nil
	}
	warnings, err := c.warnings(op, t)
	if err != nil {
		return err
	}
	if t.doubt != "" {
		warnings = append(warnings, t.doubt)
	}
	if len(warnings) > 0 && strict {
		return invalid(op, "%s", strings.Join(warnings, "; "))
	}
	if _, twice := c.targets.LoadOrStore(t, len(warnings) == 0); !twice {
		for _, warning := range warnings {
			c.config.Logger.Warn(op + ": " + warning)
		}
	}
	return nil
}

// checkQueue is checkTarget for existing workflows whose queue changes. It ignores an empty queue.
func (c *systemClient) checkQueue(op, queue string, keyed bool) error {
	if queue == "" {
		return nil
	}
	return c.checkTarget(op, target{queue: queue, keyed: keyed}, c.config.Strict)
}

// seenTargets holds the names that a database has seen.
type seenTargets struct {
	versions    []string
	queues      []string
	partitioned map[string]bool
	taken       bool // the target's queue is not registered, but an application dequeues from it
	seen        bool // a workflow of the target's name and class has run
}

func (c *systemClient) warnings(op string, t target) ([]string, error) {
	var k seenTargets
	err := c.read(op, func(b *db.Batch) {
		k = seenTargets{partitioned: map[string]bool{}}
		db.Texts(b, &k.versions, selectVersion, noArgs)
		b.Query(selectAllQueue, noArgs, func(row db.Row) error {
			var name string
			var partitioned db.Bool
			err := row.Scan(&name, &partitioned)
			k.queues, k.partitioned[name] = append(k.queues, name), partitioned.Bool
			return err
		})
		db.Exists(b, &k.taken, selectDequeued, query.Args{"queue": t.queue})
		db.Exists(b, &k.seen, selectTarget, query.Args{"name": t.name, "class": t.class})
	})
	if err != nil {
		return nil, err
	}
	warnings, err := c.queueWarnings(op, t, k)
	warnings = append(warnings, k.versionWarnings(t)...)
	if err == nil && !k.seen && t.name != "" {
		return c.nameWarnings(op, t, warnings)
	}
	return warnings, err
}

// queueWarnings returns a warning if the queue is unknown and others are known. It reads the whole
// table for the nearest name, so only if the queue is neither registered nor used.
func (c *systemClient) queueWarnings(op string, t target, k seenTargets) ([]string, error) {
	partitioned, registered := k.partitioned[t.queue]
	switch {
	case partitioned && !t.keyed:
		return []string{fmt.Sprintf("queue %q is partitioned, and a workflow without a queue_partition_key is never taken off it", t.queue)}, nil
	case t.queue == "" || registered || k.taken || t.queue == InternalQueueName:
		return nil, nil
	}
	var queues []string
	err := c.read(op, func(b *db.Batch) { db.Texts(b, &queues, selectDequeuedQueues, noArgs) })
	queues = append(slices.Clone(k.queues), queues...)
	if queues = slices.DeleteFunc(queues, isInternal); err != nil || len(queues) == 0 {
		return nil, err
	}
	return []string{fmt.Sprintf("this database has seen no queue %q%s", t.queue, nearest.Suggestion(t.queue, queues))}, nil
}

func isInternal(queue string) bool { return queue == InternalQueueName }

func (k *seenTargets) versionWarnings(t target) []string {
	if t.version == "" || len(k.versions) == 0 {
		return nil
	}
	for _, version := range k.versions {
		if version == t.version {
			return nil
		}
	}
	return []string{fmt.Sprintf("no application has registered the version %q%s", t.version, nearest.Suggestion(t.version, k.versions))}
}

// A registration is a name and a class of workflows in the database.
type registration struct {
	name, class string
	ran         bool
}

// nameWarnings adds a warning if the name is unknown. It reads the whole table for the nearest name.
// Only names that have run count or, if nothing has run yet, all names. An empty database warns of
// nothing.
func (c *systemClient) nameWarnings(op string, t target, warnings []string) ([]string, error) {
	var found []registration
	err := c.read(op, func(b *db.Batch) {
		db.Collect(b, &found, selectNames, noArgs, func(row db.Row) (r registration, err error) {
			var ran db.Int
			err = row.Scan(&r.name, &r.class, &ran)
			r.ran = ran.Int64 > 0
			return r, err
		})
	})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(found, func(r registration) bool { return r.ran }) {
		found = slices.DeleteFunc(found, func(r registration) bool { return !r.ran })
	}
	return append(warnings, t.nameWarning(found)...), nil
}

// nameWarning returns the warning about the target's name or class, if it is not among the known
// ones.
func (t target) nameWarning(found []registration) []string {
	var names, classes []string
	for _, r := range found {
		if names = append(names, r.name); r.name == t.name {
			classes = append(classes, r.class)
		}
	}
	switch {
	case len(names) == 0 || slices.Contains(classes, t.class):
		return nil
	case len(classes) == 0:
		return []string{fmt.Sprintf("this database has seen no workflow %q%s", t.name, nearest.Suggestion(t.name, names))}
	}
	return []string{fmt.Sprintf("this database has seen workflow %q only %s", t.name, classList(classes))}
}

func classList(classes []string) string {
	var words []string
	for _, class := range classes {
		if class == "" {
			words = append(words, "without a class")
		} else {
			words = append(words, fmt.Sprintf("of class %q", class))
		}
	}
	return strings.Join(words, " and ")
}
