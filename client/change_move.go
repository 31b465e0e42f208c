package client

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	opMoveQueue   = "move queue"
	opMoveVersion = "move version"
)

const (
	newQueue = `
UPDATE {workflow_status} SET queue_name = CAST(:queue AS TEXT), application_version = ` + pinned + `, updated_at = :now`

	newVersion = `
UPDATE {workflow_status} SET application_version = CAST(:version AS TEXT), updated_at = :now`

	moveQueue       = newQueue + byIDs + ofWaiting + returningStandings
	moveQueueKept   = newQueue + fromFormer + ofWaiting + endFormer + returningStandings + formerReturned
	moveVersion     = newVersion + byIDs + ofWaiting + returningStandings
	moveVersionKept = newVersion + fromFormer + ofWaiting + endFormer + returningStandings + formerReturned

	// selectKeyless finds a workflow without the partition key that its queue needs.
	selectKeyless = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws
WHERE {in ws.workflow_uuid :ids} AND ws.status IN ('ENQUEUED', 'DELAYED') AND ws.queue_partition_key IS NULL
	AND EXISTS (SELECT 1 FROM {queues} AS q WHERE q.name = :queue AND q.partition_queue) LIMIT 1`

	// selectClash finds a workflow whose deduplication id another one on the queue holds, or
	// another one that moves there.
	selectClash = `
SELECT ws.workflow_uuid, ws.deduplication_id, holder.workflow_uuid
FROM {workflow_status} AS ws JOIN {workflow_status} AS holder
	ON holder.deduplication_id = ws.deduplication_id AND holder.workflow_uuid <> ws.workflow_uuid
WHERE {in ws.workflow_uuid :ids} AND ws.status IN ('ENQUEUED', 'DELAYED') AND ws.deduplication_id IS NOT NULL
	AND (holder.queue_name = :queue OR {in holder.workflow_uuid :ids} AND holder.status IN ('ENQUEUED', 'DELAYED')) LIMIT 1`
)

func (c *systemClient) MoveQueueAll(workflowIDs []string, queueName string) (*Report, error) {
	const op = opMoveQueue
	if queueName == "" {
		return nil, invalid(op, "the queue has no name")
	}
	return c.move(op, workflowIDs, target{queue: queueName, keyed: true}, moveQueue, moveQueueKept, query.Args{"queue": queueName})
}

func (c *systemClient) MoveVersionAll(workflowIDs []string, version string) (*Report, error) {
	const op = opMoveVersion
	if version == "" {
		return nil, invalid(op, "the version has no name")
	}
	return c.move(op, workflowIDs, target{version: version}, moveVersion, moveVersionKept, query.Args{"version": version})
}

// move changes the queue or the version of workflows that wait.
func (c *systemClient) move(op string, ids []string, t target, text, keeping string, args query.Args) (*Report, error) {
	if err := c.writable(op); err != nil {
		return nil, err
	}
	if err := c.checkTarget(op, t, true); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return &Report{Op: op}, nil
	}
	args["ids"], args["now"] = ids, c.now()
	if t.queue != "" {
		if err := cmp.Or(c.checkKeys(op, args), c.setShared(op, ids, args)); err != nil {
			return nil, err
		}
	}
	report, err := c.steer(&steering{
		write: &write{Change: Change{Op: op, IDs: ids, Plural: true, Queue: t.queue, To: cmp.Or(t.queue, t.version),
			bulk: asBulk{verb: "move", options: BulkMoveOptions{QueueName: t.queue, Version: t.version}}}}, keeps: true, states: true, text: text, keeping: keeping, args: args, why: notWaiting,
	})
	if errors.Is(err, db.ErrUnique) {
		if clash := c.clash(op, args); clash != nil {
			return nil, clash
		}
	}
	return report, err
}

// checkKeys returns InvalidOption if the queue is partitioned and a workflow has no partition key.
func (c *systemClient) checkKeys(op string, args query.Args) error {
	var keyless []string
	err := c.read(op, func(b *db.Batch) { db.Texts(b, &keyless, selectKeyless, args) })
	if err == nil && len(keyless) > 0 {
		failed := invalid(op, "queue %q is partitioned, and workflow %q has no partition key, so nobody would take it off", args["queue"], keyless[0])
		failed.WorkflowID = keyless[0]
		return failed
	}
	return err
}

// clash returns QueueDeduplicated if a deduplication id of the workflows is held on the queue.
func (c *systemClient) clash(op string, args query.Args) error {
	var failed *Error
	err := c.read(op, func(b *db.Batch) {
		failed = nil
		b.Query(selectClash, args, func(row db.Row) error {
			var id, key, holder db.Text
			err := row.Scan(&id, &key, &holder)
			failed = &Error{Code: QueueDeduplicated, Op: op, WorkflowID: id.String, DeduplicationID: key.String, QueueName: fmt.Sprint(args["queue"]),
				Message: fmt.Sprintf("workflow %q cannot move to queue %q: workflow %q holds its deduplication id %q there", id.String, args["queue"], holder.String, key.String)}
			return err
		})
	})
	if err == nil && failed != nil {
		return failed
	}
	return err
}

// lookAtMove returns the error of a deduplication id that is held.
func lookAtMove(d *dryRun, p *preview) error { return d.clash(p.Op, p.detail.(*steering).args) }

// reportMove sets the results of a change of version, and the version.
func reportMove(d *dryRun, p *preview) error {
	version, _ := p.detail.(*steering).args["version"].(string)
	p.amend = func(w *WorkflowStatus) { w.ApplicationVersion = version }
	return reportSteering(d, p)
}
