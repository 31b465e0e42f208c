package raw

import (
	"context"
	"database/sql"

	"github.com/dbos-script/dbos-script/bench/task"
)

// byStateAndName counts all workflows of a table by state and name, with the longest wait of each
// group.
func byStateAndName(table string) string {
	return "SELECT status, name, COUNT(*), MAX(started_at_epoch_ms - created_at) FROM " + table + " GROUP BY status, name ORDER BY status, name"
}

// A group is one row of the count.
type group struct {
	status, name sql.NullString
	count, wait  sql.NullInt64
}

// A cursor has the methods that the rows of both drivers share.
type cursor interface {
	Next() bool
	Scan(targets ...any) error
	Err() error
}

// readGroups reads all groups. It returns count, or an error if there is no group.
func readGroups(rows cursor, count int) (int, error) {
	var groups []group
	for rows.Next() {
		var g group
		if err := rows.Scan(&g.status, &g.name, &g.count, &g.wait); err != nil {
			return 0, err
		}
		groups = append(groups, g)
	}
	return exactly(count, count*min(len(groups), 1), rows.Err())
}

func (p *postgres) aggregate(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) {
		rows, err := p.pool.Query(ctx, byStateAndName("dbos.workflow_status"))
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		return readGroups(rows, t.Count)
	})
}

func (s *sqlite) aggregate(ctx context.Context, t task.Task) (task.Finding, error) {
	return finding(func() (int, error) {
		rows, err := s.db.QueryContext(ctx, byStateAndName("workflow_status"))
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		return readGroups(rows, t.Count)
	})
}
