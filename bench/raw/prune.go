package raw

import (
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

// oldest selects the next batch of workflows that ended before $2. $1 is the latest
// completed_at of the batch before it: without it the statement would read the index entries of
// all deleted rows again.
const oldest = `SELECT workflow_uuid, completed_at FROM {workflow_status} WHERE completed_at >= $1 AND completed_at < $2
	AND status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') ORDER BY completed_at LIMIT 1000`

// childTables returns the tables whose rows must be deleted by a statement of their own, because
// they have no foreign key that deletes them with their workflow.
func (p program) childTables() []string {
	if !p.split() {
		return nil
	}
	return []string{"operation_outputs", "workflow_input", "workflow_output"}
}

func (p program) prune(ctx context.Context) (task.Finding, error) {
	batch, before := p.pruneInSteps, time.Now().Add(-task.Old).UnixMilli()
	if p.oneStatement() {
		batch = p.pruneAtOnce
	}
	return p.finding(func() (deleted int, err error) {
		last := int64(0)
		for {
			count, newest, err := batch(ctx, last, before)
			if err != nil || count == 0 {
				return deleted, err
			}
			deleted, last = deleted+count, newest
		}
	})
}

// pruneAtOnce deletes a batch by one statement, which selects it too.
func (p program) pruneAtOnce(ctx context.Context, after, before int64) (count int, newest int64, err error) {
	sql := "WITH old AS MATERIALIZED (" + oldest + ")"
	for _, table := range p.childTables() {
		sql += fmt.Sprintf(", of_%[1]s AS (DELETE FROM {%[1]s} AS part USING old WHERE part.workflow_uuid = old.workflow_uuid)", table)
	}
	sql += `, gone AS (DELETE FROM {workflow_status} AS ws USING old WHERE ws.workflow_uuid = old.workflow_uuid RETURNING old.completed_at)
		SELECT COUNT(*), COALESCE(MAX(completed_at), 0) FROM gone`
	err = p.rows(ctx, statement{sql: sql, args: []any{after, before}}, func(scan func(...any) error) error { return scan(&count, &newest) })
	return count, newest, err
}

// pruneInSteps reads the ids of a batch, and deletes from one table after the other.
func (p program) pruneInSteps(ctx context.Context, after, before int64) (count int, newest int64, err error) {
	var ids []string
	err = p.rows(ctx, statement{sql: oldest, args: []any{after, before}}, func(scan func(...any) error) error {
		var id string
		err := scan(&id, &newest)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) == 0 {
		return 0, 0, err
	}
	var list []statement
	for _, table := range append(p.childTables(), "workflow_status") {
		list = append(list, statement{sql: "DELETE FROM {" + table + "} WHERE workflow_uuid {ids}", set: [][]string{ids}})
	}
	return len(ids), newest, p.send(ctx, list...)
}
