package raw

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/bench/task"
)

// selection lists the oldest workflows.
func (p *postgres) selection(payloads bool) string {
	switch {
	case payloads && p.split:
		return `SELECT ` + qualified + `, COALESCE(i.inputs, ws.inputs), COALESCE(o.output, ws.output), COALESCE(o.error, ws.error)
			FROM dbos.workflow_status ws LEFT JOIN dbos.workflow_input i USING (workflow_uuid) LEFT JOIN dbos.workflow_output o USING (workflow_uuid)`
	case payloads:
		return `SELECT ` + columns + `, inputs, output, error FROM dbos.workflow_status ws`
	default:
		return `SELECT ` + columns + ` FROM dbos.workflow_status ws`
	}
}

const (
	inOrder = ` ORDER BY ws.created_at, ws.workflow_uuid LIMIT $1`
	behind  = ` WHERE ws.created_at >= $2 AND (ws.created_at > $2 OR ws.workflow_uuid > $3)`
)

// each runs a query and hands over its rows, which are valid until the next one.
func each(ctx context.Context, db interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}, payloads bool, use func(*record), sql string, args ...any) (int, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var r record
	targets := r.targets(payloads)
	count := 0
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return count, err
		}
		use(&r)
		count++
	}
	return count, rows.Err()
}

func (p *postgres) warm(ctx context.Context) error { return p.pool.Ping(ctx) }

func (p *postgres) list(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) {
		var kept []record
		found, err := each(ctx, p.pool, t.Payloads, func(r *record) { kept = append(kept, *r) }, p.selection(t.Payloads)+inOrder, t.Count)
		return exactly(t.Count, found, err)
	})
}

// walk scans all rows of one statement as they arrive, or page for page behind the last row of
// the one before.
func (p *postgres) walk(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	if t.Page == 0 {
		return finding(func() (int, error) {
			var failed error
			use := func(r *record) { failed = errors.Join(failed, r.read(t)) }
			found, err := each(ctx, p.pool, t.Payloads, use, p.selection(t.Payloads)+inOrder, t.Count)
			return exactly(t.Count, found, errors.Join(err, failed))
		})
	}
	created, id := int64(0), ""
	use := func(r *record) { created, id = r.created, r.id }
	return finding(func() (int, error) {
		return pages(t, func(size, _ int) (int, error) {
			return each(ctx, p.pool, t.Payloads, use, p.selection(t.Payloads)+behind+inOrder, size, created, id)
		})
	})
}

// offset reads pages with OFFSET, as naive clients do.
func (p *postgres) offset(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) {
		return pages(t, func(size, before int) (int, error) {
			return each(ctx, p.pool, t.Payloads, func(*record) {}, p.selection(t.Payloads)+inOrder+" OFFSET $2", size, before)
		})
	})
}
