package client

import (
	"errors"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// The SDKs write no time of completion for a workflow that an older version ended, and the Go SDK
// none for one that ran out of recovery attempts. The row was last changed when that happened.
const endedAt = "COALESCE(ws.completed_at, ws.updated_at)"

const (
	isFinished   = "status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
	isUnfinished = "status NOT IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
)

// A recursive query may name itself once, and a join on either of two columns finds no index, so
// each row of down is taken twice: for its parent, and for its original.
const (
	bothAncestors = `CROSS JOIN (SELECT 1 AS side UNION ALL SELECT 2) AS edge
		WHERE ` + ancestor + ` IS NOT NULL`
	ancestor = `CASE edge.side WHEN 1 THEN down.parent_workflow_id ELSE down.forked_from END`

	// upwards adds parents and originals of the workflows that a recursive query has found.
	upwards = `
	UNION SELECT ` + ancestor + ` FROM protected JOIN {workflow_status} AS down ON down.workflow_uuid = protected.id ` + bothAncestors
)

// hasWaitingParent is true for a workflow whose unfinished parent may still read its result. Most
// have no parent, for which nothing is looked up.
const hasWaitingParent = `(ws.parent_workflow_id IS NOT NULL AND EXISTS (SELECT 1 FROM {workflow_status} AS parent WHERE parent.workflow_uuid = ws.parent_workflow_id AND parent.` + isUnfinished + `))`

const (
	// neededBelow finds the workflows that unfinished ones need, among a batch and above it. It
	// looks for the unfinished ones among the descendants of the batch, because all of them may be
	// a million. docs/design/prune.md has the reasons.
	neededBelow = `
WITH RECURSIVE below(id, status) AS (
	SELECT ws.workflow_uuid, ws.status FROM {workflow_status} AS ws WHERE {in ws.parent_workflow_id :page}
	UNION ALL SELECT ws.workflow_uuid, ws.status FROM {workflow_status} AS ws WHERE {in ws.forked_from :page}
	UNION SELECT ws.workflow_uuid, ws.status FROM below JOIN {workflow_status} AS ws ON ws.parent_workflow_id = below.id OR ws.forked_from = below.id
), protected(id) AS (
	SELECT below.id FROM below WHERE below.` + isUnfinished + upwards + `
)`

	deletePruned = `DELETE FROM {workflow_status} AS ws`

	// andUnneeded follows the conditions of the call, among which is always one on the state.
	andUnneeded = `
	AND ws.workflow_uuid NOT IN (SELECT protected.id FROM protected)
	AND NOT ` + hasWaitingParent + `
RETURNING workflow_uuid`

	selectLeft = `SELECT ws.workflow_uuid, CASE WHEN ws.` + isFinished + ` AND ` + endedAt + ` <= :before THEN 1 ELSE 0 END
FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :page}`

	// selectLoads returns how many sessions wait for locks of this transaction, and the longest lag
	// of a replica in milliseconds, if the role may see it.
	selectLoads = `SELECT (SELECT COUNT(*) FROM pg_catalog.pg_stat_get_activity(NULL) AS other WHERE CASE WHEN other.wait_event_type = 'Lock'
		THEN pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(other.pid)) ELSE FALSE END),
	COALESCE((SELECT CAST(MAX(EXTRACT(EPOCH FROM replica.replay_lag)) * 1000 AS BIGINT) FROM pg_catalog.pg_stat_replication AS replica), 0)`
)

// A prunePhase is a part of the workflows that an index finds in an order.
type prunePhase struct {
	order     string // the column of the order
	condition string
}

// phases returns the workflows with a time of completion, and then the others if there are any.
func (p *prune) phases() []prunePhase {
	list := []prunePhase{{"ws.completed_at", "ws.completed_at <= :before"}}
	if p.undated > 0 {
		list = append(list, prunePhase{"ws.created_at", "ws.completed_at IS NULL AND ws.updated_at <= :before"})
	}
	return list
}

// A pruneRow is a workflow that is to be deleted.
type pruneRow struct {
	id, name string
	status   WorkflowStatusType
	order    int64
}

// filter returns the conditions of the call.
func (p *prune) filter() (*where.Filter, error) {
	f, err := p.client.filter(p.op, p.input.Where)
	if err != nil {
		return nil, err
	}
	f.Args["before"] = p.before
	return f, nil
}

// pagesAhead is the number of batches whose ids are read at a time.
const pagesAhead = 10

// page reads the next workflows of a phase.
func (p *prune) page(phase prunePhase, after *pruneRow) ([]pruneRow, error) {
	f, err := p.filter()
	if err != nil || f.Nothing {
		return nil, err
	}
	f.Add(phase.condition)
	p.exclude(f)
	if f.Nothing {
		return nil, nil
	}
	if after != nil {
		f.Add(phase.order + " >= :last_order AND (" + phase.order + " > :last_order OR ws.workflow_uuid > :last_id)")
		f.Args["last_order"], f.Args["last_id"] = after.order, after.id
	}
	f.Args["first"] = int64(pagesAhead * p.pace.most)
	text := "SELECT ws.workflow_uuid, COALESCE(ws.name, ''), ws.status, " + phase.order + "\nFROM {workflow_status} AS ws" + f.SQL() +
		"\nORDER BY " + phase.order + ", ws.workflow_uuid LIMIT :first"
	var rows []pruneRow
	err = p.client.read(p.op, func(b *db.Batch) {
		b.Indexed()
		db.Collect(b, &rows, text, f.Args, func(row db.Row) (r pruneRow, err error) {
			var status string
			err = row.Scan(&r.id, &r.name, &status, &r.order)
			r.status = WorkflowStatusType(status)
			return r, err
		})
	})
	return rows, err
}

// A pruneLoad shows whether a batch is in the way of others.
type pruneLoad struct {
	waiters int64 // sessions that waited for its locks
	lag     int64 // of the replica that is farthest behind, in milliseconds
}

// onPostgres returns true for Postgres itself, which alone deletes from several tables in one
// statement that is known to work, and shows who waits for a lock.
func (c *systemClient) onPostgres() bool {
	return c.db.Dialect() == query.Postgres && !c.db.Cockroach()
}

// delete adds the statements that delete the workflows of a filter with all that belongs to them.
// The ids of the deleted ones go to gone.
func (c *systemClient) delete(b *db.Batch, f *where.Filter, gone *map[string]bool) {
	deletion := deletePruned + f.SQL() + andUnneeded
	if c.onPostgres() {
		text := neededBelow + ", gone AS (\n" + deletion + "\n)"
		for _, table := range c.loose() {
			text += ", of_" + table + " AS (\n\tDELETE FROM {" + table + "} WHERE workflow_uuid IN (SELECT gone.workflow_uuid FROM gone)\n)"
		}
		db.Set(b, gone, text+"\nSELECT gone.workflow_uuid FROM gone", f.Args)
		return
	}
	db.Set(b, gone, neededBelow+"\n"+deletion, f.Args)
	for _, table := range c.loose() {
		b.Exec("DELETE FROM {"+table+"} AS part WHERE {in part.workflow_uuid :page}\n"+
			"\tAND part.workflow_uuid NOT IN (SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :page})", f.Args, nil)
	}
}

// A prunedBatch is the result of one batch.
type prunedBatch struct {
	Groups    []PruneGroup `json:"groups"` // the deleted workflows, without sizes and times
	Protected int64        `json:"protected"`
	Changed   int64        `json:"changed"`
}

// deleted returns the number of workflows that the batch has deleted.
func (b *prunedBatch) deleted() (count int64) {
	for _, g := range b.Groups {
		count += g.Count
	}
	return count
}

// delete counts a deleted workflow.
func (b *prunedBatch) delete(row pruneRow) {
	for i := range b.Groups {
		if g := &b.Groups[i]; g.Name == row.name && g.Status == row.status {
			g.Count++
			return
		}
	}
	b.Groups = append(b.Groups, PruneGroup{Name: row.name, Status: row.status, Count: 1})
}

// add adds a batch to the result.
func (p *prune) add(b prunedBatch) {
	p.result.Batches++
	p.result.Protected += b.Protected
	p.result.Changed += b.Changed
	for _, g := range b.Groups {
		p.result.Deleted += g.Count
		key := pruneKey{g.Name, g.Status}
		if p.tally[key] == nil {
			p.tally[key] = &PruneGroup{Name: g.Name, Status: g.Status}
		}
		p.tally[key].Count += g.Count
	}
}

// send deletes workflows in one transaction, and returns the load that it puts on the database.
func (p *prune) send(w *writer, phase prunePhase, rows []pruneRow) (b prunedBatch, load pruneLoad, err error) {
	c := w.client
	f, err := p.filter()
	if err != nil {
		return b, load, err
	}
	f.Add(phase.condition)
	f.WithIDs(column(rows, func(r pruneRow) string { return r.id }))
	var gone map[string]bool
	last, err := w.write(func(b *db.Batch) {
		b.Bitmaps()
		p.lease.take(b, c.now())
		c.delete(b, f, &gone)
		if c.onPostgres() {
			db.One(b, &load, selectLoads, noArgs, func(row db.Row) (l pruneLoad, err error) {
				err = row.Scan(&l.waiters, &l.lag)
				return l, err
			})
		}
	})
	if errors.Is(err, errPruning) {
		return b, load, p.lease.conflict(c)
	}
	if err != nil {
		return b, load, err
	}
	var kept []pruneRow
	for _, row := range rows {
		if gone[row.id] {
			b.delete(row)
		} else {
			kept = append(kept, row)
		}
	}
	if len(kept) > 0 {
		err = p.classify(c, &b, kept, last.AnswerLost)
	}
	return b, load, err
}

// classify counts the workflows that a batch has not returned as deleted: one that matches still is
// protected, one that does not was changed since it was read. If an answer was lost, one that does
// not exist was deleted by the attempt before.
func (p *prune) classify(c *systemClient, batch *prunedBatch, rows []pruneRow, answerLost bool) error {
	args := query.Args{"page": column(rows, func(r pruneRow) string { return r.id }), "before": p.before}
	var left map[string]bool
	err := c.read(p.op, func(b *db.Batch) {
		b.Indexed()
		db.Map(b, &left, selectLeft, args, func(row db.Row) (id string, matches bool, err error) {
			var number int64
			err = row.Scan(&id, &number)
			return id, number == 1, err
		})
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		matches, exists := left[row.id]
		switch {
		case matches:
			batch.Protected++
		case exists || !answerLost:
			batch.Changed++
		default:
			batch.delete(row)
		}
	}
	return nil
}

// summarize sets the groups of the result, with sizes by the averages of what was expected.
func (p *prune) summarize() {
	for _, expected := range p.expected.Groups {
		group := p.tally[pruneKey{expected.Name, expected.Status}]
		if group != nil && expected.Count > 0 {
			group.Bytes = expected.Bytes * group.Count / expected.Count
			group.Oldest, group.Newest = expected.Oldest, expected.Newest
		}
	}
	keys := slices.SortedFunc(maps.Keys(p.tally), pruneKey.compare)
	for _, key := range keys {
		p.result.Groups = append(p.result.Groups, *p.tally[key])
		p.result.Bytes += p.tally[key].Bytes
	}
}
