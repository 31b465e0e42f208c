package raw

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	inOrder = ` ORDER BY ws.created_at, ws.workflow_uuid LIMIT $1`
	behind  = ` WHERE ws.created_at >= $2 AND (ws.created_at > $2 OR ws.workflow_uuid > $3)`
)

// selection returns a SELECT of workflows, without a condition or an order.
func (p program) selection() string {
	columns := qualified(textColumns) + ", " + qualified(numberColumns)
	switch {
	case !p.task.Payloads:
		return "SELECT " + columns + " FROM {workflow_status} ws"
	case !p.split():
		return "SELECT " + columns + ", ws.inputs, ws.output, ws.error FROM {workflow_status} ws"
	}
	return "SELECT " + columns + `, COALESCE(i.inputs, ws.inputs), COALESCE(o.output, ws.output), COALESCE(o.error, ws.error) FROM {workflow_status} ws
		LEFT JOIN {workflow_input} i ON i.workflow_uuid = ws.workflow_uuid LEFT JOIN {workflow_output} o ON o.workflow_uuid = ws.workflow_uuid`
}

// warm opens the connection.
func (p program) warm(ctx context.Context) error {
	return p.rows(ctx, statement{sql: "SELECT 1"}, func(func(...any) error) error { return nil })
}

// first reads one record by a statement whose first parameter is the limit, as the clients warm up
// with a list of one.
func (p program) first(ctx context.Context, text string, more ...any) error {
	var r record
	s := statement{sql: text, args: append([]any{1}, more...)}
	_, err := p.records(ctx, s, p.task.Payloads, func() *record { return &r }, func(*record) error { return nil })
	return err
}

// list keeps all records, and then reads them.
func (p program) list(ctx context.Context) (task.Finding, error) {
	s := statement{sql: p.selection() + inOrder, args: []any{p.task.Count}}
	if err := p.first(ctx, s.sql); err != nil {
		return task.Finding{}, err
	}
	return p.finding(func() (int, error) {
		kept, at := make([]record, p.task.Count), -1
		next := func() *record { at++; return &kept[at] }
		found, err := p.records(ctx, s, p.task.Payloads, next, func(*record) error { return nil })
		for i := 0; err == nil && i < found; i++ {
			err = kept[i].read(p.task)
		}
		return found, err
	})
}

// walk reads all rows of one statement as they arrive, or page for page behind the last row of the
// one before.
func (p program) walk(ctx context.Context) (task.Finding, error) {
	var r record
	next := func() *record { return &r }
	read := func(r *record) error { return r.read(p.task) }
	if p.task.Page == 0 {
		s := statement{sql: p.selection() + inOrder, args: []any{p.task.Count}}
		if err := p.first(ctx, s.sql); err != nil {
			return task.Finding{}, err
		}
		return p.finding(func() (int, error) { return p.records(ctx, s, p.task.Payloads, next, read) })
	}
	text := p.selection() + behind + inOrder
	if err := p.first(ctx, text, int64(0), ""); err != nil {
		return task.Finding{}, err
	}
	return p.pages(func(size, _ int) (int, error) {
		args := []any{size, int64(r.numbers[createdAt]), string(r.texts[idAt])}
		return p.records(ctx, statement{sql: text, args: args}, p.task.Payloads, next, read)
	})
}

// offset reads pages with OFFSET, as naive clients do.
func (p program) offset(ctx context.Context) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	var r record
	text := p.selection() + inOrder + " OFFSET $2"
	return p.pages(func(size, before int) (int, error) {
		return p.records(ctx, statement{sql: text, args: []any{size, before}}, p.task.Payloads, func() *record { return &r },
			func(r *record) error { return r.read(p.task) })
	})
}

// pages measures one page after the other. next is called with the size of the page and the number
// of rows read before.
func (p program) pages(next func(size, before int) (int, error)) (task.Finding, error) {
	return p.finding(func() (int, error) {
		total := 0
		for total < p.task.Count {
			found, err := next(min(p.task.Page, p.task.Count-total), total)
			if err != nil || found == 0 {
				return total, err
			}
			total += found
		}
		return total, nil
	})
}

// cold lists a few rows. The harness measures the whole process. On Postgres, psql does it.
func (p program) cold(ctx context.Context) (task.Finding, error) {
	var r record
	s := statement{sql: p.selection() + inOrder, args: []any{p.task.Count}}
	_, err := p.records(ctx, s, false, func() *record { return &r }, func(r *record) error {
		_, err := fmt.Println(r.texts[idAt], r.texts[statusAt], r.texts[nameAt])
		return err
	})
	return task.Finding{}, err
}

// byStateAndName counts all workflows by state and name, with the longest wait of each group.
const byStateAndName = `SELECT status, name, COUNT(*), MAX(started_at_epoch_ms - created_at) FROM {workflow_status}
	GROUP BY status, name ORDER BY status, name`

// A group is one row of the count.
type group struct {
	status, name string
	count        int64
	wait         *int64
}

func (p program) aggregate(ctx context.Context) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return p.finding(func() (int, error) {
		var groups []group
		err := p.rows(ctx, statement{sql: byStateAndName}, func(scan func(...any) error) error {
			var g group
			groups = append(groups, g)
			last := &groups[len(groups)-1]
			return scan(&last.status, &last.name, &last.count, &last.wait)
		})
		return p.task.Count * min(len(groups), 1), err
	})
}

// readStream reads and decodes all values of a stream that has ended.
func (p program) readStream(ctx context.Context) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	s := statement{sql: `SELECT value FROM {streams} WHERE workflow_uuid = $1 AND key = $2 ORDER BY "offset"`, args: []any{p.task.ID(1), task.Stream}}
	return p.finding(func() (int, error) {
		values := make([]any, 0, p.task.Count)
		var encoded []byte
		err := p.rows(ctx, s, func(scan func(...any) error) error {
			if err := scan(&encoded); err != nil {
				return err
			}
			var value any
			err := json.Unmarshal(encoded, &value)
			values = append(values, value)
			return err
		})
		return len(values), err
	})
}
