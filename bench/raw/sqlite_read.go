package raw

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
)

func (s *sqlite) selection(payloads bool) string {
	text := "SELECT " + columns
	if payloads {
		text += ", inputs, output, error"
	}
	return text + " FROM workflow_status"
}

const sqliteOrder = " ORDER BY created_at, workflow_uuid LIMIT ?1"

// each runs a query and hands over its rows, which are valid until the next one.
func (s *sqlite) each(ctx context.Context, payloads bool, use func(*record), text string, parameters ...any) (int, error) {
	rows, err := s.db.QueryContext(ctx, text, parameters...)
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

func (s *sqlite) list(ctx context.Context, t task.Task) (task.Finding, error) {
	return finding(func() (int, error) {
		var kept []record
		found, err := s.each(ctx, t.Payloads, func(r *record) { kept = append(kept, *r) }, s.selection(t.Payloads)+sqliteOrder, t.Count)
		return exactly(t.Count, found, err)
	})
}

// walk scans all rows of one statement as they arrive, or page for page behind the last row of
// the one before.
func (s *sqlite) walk(ctx context.Context, t task.Task) (task.Finding, error) {
	if t.Page == 0 {
		return finding(func() (int, error) {
			var failed error
			use := func(r *record) { failed = errors.Join(failed, r.read(t)) }
			found, err := s.each(ctx, t.Payloads, use, s.selection(t.Payloads)+sqliteOrder, t.Count)
			return exactly(t.Count, found, errors.Join(err, failed))
		})
	}
	const behind = " WHERE created_at >= ?2 AND (created_at > ?2 OR workflow_uuid > ?3)"
	created, id := int64(0), ""
	use := func(r *record) { created, id = r.created, r.id }
	return finding(func() (int, error) {
		return pages(t, func(size, _ int) (int, error) {
			return s.each(ctx, t.Payloads, use, s.selection(t.Payloads)+behind+sqliteOrder, size, created, id)
		})
	})
}

// offset reads pages with OFFSET, as naive clients do.
func (s *sqlite) offset(ctx context.Context, t task.Task) (task.Finding, error) {
	return finding(func() (int, error) {
		return pages(t, func(size, before int) (int, error) {
			return s.each(ctx, t.Payloads, func(*record) {}, s.selection(t.Payloads)+sqliteOrder+" OFFSET ?2", size, before)
		})
	})
}

// cold lists a few rows. The harness measures the whole process.
func (s *sqlite) cold(ctx context.Context, t task.Task) (task.Finding, error) {
	_, err := s.each(ctx, false, func(r *record) { fmt.Println(r.id, *r.status, *r.name) }, s.selection(false)+sqliteOrder, t.Count)
	return task.Finding{}, err
}
