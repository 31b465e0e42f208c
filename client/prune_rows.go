package client

import (
	"errors"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// The SDKs write no time of completion for a workflow that an older version ended, and the Go SDK none
// for one that ran out of recovery attempts. The row was last changed when that happened.
const endedAt = "COALESCE(ws.completed_at, ws.updated_at)"

const (
	isFinished   = "status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
	isUnfinished = "status NOT IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
)

// A recursive query may name itself once, and a join on either of two columns finds no index, so each row
// of down is taken twice: for its parent, and for its original.
const (
	bothAncestors = `CROSS JOIN (SELECT 1 AS side UNION ALL SELECT 2) AS edge
		WHERE ` + ancestor + ` IS NOT NULL`
	ancestor = `CASE edge.side WHEN 1 THEN down.parent_workflow_id ELSE down.forked_from END`

	// upwards adds to a recursive query the parents and the originals of the workflows that it has found.
	upwards = `
	UNION SELECT ` + ancestor + ` FROM protected JOIN {workflow_status} AS down ON down.workflow_uuid = protected.id ` + bothAncestors
)

// hasWaitingParent is true for a workflow whose parent is unfinished, and may still read its result.
const hasWaitingParent = `EXISTS (SELECT 1 FROM {workflow_status} AS parent WHERE parent.workflow_uuid = ws.parent_workflow_id AND parent.` + isUnfinished + `)`

const (
	// deletePruned deletes workflows of a batch, but for the ones that unfinished workflows need. It looks
	// for those among the descendants of the batch, because all unfinished workflows may be a million.
	// docs/design/prune.md has the reasons. The conditions of the batch follow.
	deletePruned = `
WITH RECURSIVE below(id) AS (
	SELECT d.id FROM {rows d id:TEXT=:page}
	UNION SELECT ws.workflow_uuid FROM below JOIN {workflow_status} AS ws ON ws.parent_workflow_id = below.id OR ws.forked_from = below.id
), protected(id) AS (
	SELECT ws.workflow_uuid FROM below JOIN {workflow_status} AS ws ON ws.workflow_uuid = below.id WHERE ws.` + isUnfinished + upwards + `
)
DELETE FROM {workflow_status} AS ws`

	andUnprotected = `
	AND ws.` + isFinished + ` AND ws.workflow_uuid NOT IN (SELECT protected.id FROM protected)
	AND NOT ` + hasWaitingParent

	selectLeft = `SELECT ws.workflow_uuid, CASE WHEN ws.` + isFinished + ` AND ` + endedAt + ` <= :before THEN 1 ELSE 0 END
FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :page}`

	// selectLoads returns how many sessions wait for locks of this transaction, and the longest lag of a
	// replica in milliseconds, if the role may see it.
	selectLoads = `SELECT (SELECT COUNT(*) FROM pg_catalog.pg_stat_get_activity(NULL) AS other WHERE CASE WHEN other.wait_event_type = 'Lock'
		THEN pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(other.pid)) ELSE FALSE END),
	COALESCE((SELECT CAST(MAX(EXTRACT(EPOCH FROM replica.replay_lag)) * 1000 AS BIGINT) FROM pg_catalog.pg_stat_replication AS replica), 0)`
)

// deletePart deletes the rows of a table that belong to workflows of the batch which are gone.
func deletePart(table string) string {
	return "DELETE FROM {" + table + "} AS part WHERE {in part.workflow_uuid :page}\n" +
		"\tAND NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = part.workflow_uuid)"
}

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

// loads are the signs that a batch is in the way of others.
type loads struct {
	waiters int64 // sessions that waited for its locks
	lag     int64 // of the replica that is farthest behind, in milliseconds
}

// batch deletes workflows in one transaction.
func (p *prune) batch(w *writer, phase prunePhase, rows []pruneRow) (signs loads, err error) {
	c := p.client
	f, err := p.filter()
	if err != nil {
		return signs, err
	}
	f.Add(phase.condition)
	f.WithIDs(column(rows, func(r pruneRow) string { return r.id }))
	text := deletePruned + f.SQL() + andUnprotected
	left := map[string]bool{}
	_, err = w.write(func(b *db.Batch) {
		b.Bitmaps()
		p.lease.take(b, c.now())
		b.Exec(text, f.Args, nil)
		for _, table := range c.loose() {
			b.Exec(deletePart(table), f.Args, nil)
		}
		db.Map(b, &left, selectLeft, f.Args, func(row db.Row) (id string, stays bool, err error) {
			var matches int64
			err = row.Scan(&id, &matches)
			return id, matches == 1, err
		})
		if c.db.Dialect() == query.Postgres && !c.db.Cockroach() {
			db.One(b, &signs, selectLoads, noArgs, func(row db.Row) (l loads, err error) {
				err = row.Scan(&l.waiters, &l.lag)
				return l, err
			})
		}
	})
	if errors.Is(err, errPruning) {
		return signs, p.lease.taken(c)
	}
	if err != nil {
		return signs, err
	}
	p.count(rows, left)
	return signs, nil
}

// count adds a batch to the result. A row that is left matches still, or was changed since it was read.
func (p *prune) count(rows []pruneRow, left map[string]bool) {
	r := p.result
	r.Batches++
	for _, row := range rows {
		matches, stays := left[row.id]
		switch {
		case stays && matches:
			r.Protected++
			continue
		case stays:
			r.Changed++
			continue
		}
		r.Deleted++
		key := pruneKey{row.name, row.status}
		group := p.tally[key]
		if group == nil {
			group = &PruneGroup{Name: row.name, Status: row.status}
			p.tally[key] = group
		}
		group.Count++
	}
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
