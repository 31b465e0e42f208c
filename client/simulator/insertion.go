package simulator

import (
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An insertion holds rows of one table that are about to be inserted, column by column. A column
// is as long as the last row that fills it.
type insertion struct {
	table string
	count int
	cells map[string][]any
	used  map[string]bool
}

func newInsertion(table string) *insertion {
	return &insertion{table: table, cells: map[string][]any{}, used: map[string]bool{}}
}

// An insertedRow is the present last row of an insertion.
type insertedRow struct{ *insertion }

func (s *insertion) row() insertedRow {
	s.count++
	return insertedRow{s}
}

// zeros are the defaults of the columns that have one and take no NULL: a column that holds
// nothing else need not be sent.
var zeros = map[string]any{
	"was_forked_from": false, "is_debounced": false, "rate_limited": false, "recovery_attempts": int64(0), "priority": int64(0),
}

// put fills a column; nil is NULL.
func (l insertedRow) put(column string, value any) {
	if value == nil {
		return
	}
	cells := l.cells[column]
	for len(cells) < l.count-1 {
		cells = append(cells, nil)
	}
	l.cells[column] = append(cells, value)
	if !l.used[column] && value != zeros[column] {
		l.used[column] = true
	}
}

// text fills a column unless the text is empty.
func (l insertedRow) text(column, value string) {
	if value != "" {
		l.put(column, value)
	}
}

// time fills a column with Unix milliseconds, unless the time is zero.
func (l insertedRow) time(column string, value time.Time) {
	if !value.IsZero() {
		l.put(column, value.UnixMilli())
	}
}

// insert is one statement for all rows, with the columns that are filled and that the database
// has; "" when there is nothing to insert.
func (s *insertion) insert(d *Database) (string, query.Args) {
	var names, values, lists []string
	args := query.Args{}
	for _, column := range d.Shape().Columns(s.table) {
		if !s.used[column] {
			continue
		}
		kind := seedKinds[column]
		if kind == "" {
			kind = "TEXT"
		}
		names, values = append(names, `"`+column+`"`), append(values, d.seedValue(column))
		lists = append(lists, fmt.Sprintf(`"%s":%s=:%s`, column, kind, column))
		args[column] = s.column(column, kind)
	}
	if len(names) == 0 {
		return "", nil
	}
	return fmt.Sprintf("INSERT INTO {%s} (%s) SELECT %s FROM {rows new %s}", s.table,
		strings.Join(names, ", "), strings.Join(values, ", "), strings.Join(lists, " ")), args
}

// seedValue reads a column of the rows; Postgres does not take a text for a JSON object.
func (d *Database) seedValue(column string) string {
	if column == "attributes" && d.DB().Dialect() == query.Postgres {
		return `CAST(new."attributes" AS JSONB)`
	}
	return `new."` + column + `"`
}

// seedKinds are the types of the columns that do not hold text.
var seedKinds = map[string]string{
	"created_at": "BIGINT", "updated_at": "BIGINT", "recovery_attempts": "BIGINT", "workflow_timeout_ms": "BIGINT",
	"workflow_deadline_epoch_ms": "BIGINT", "started_at_epoch_ms": "BIGINT", "completed_at": "BIGINT", "completed_at_epoch_ms": "BIGINT",
	"delay_until_epoch_ms": "BIGINT", "debounce_deadline_epoch_ms": "BIGINT", "priority": "BIGINT", "function_id": "BIGINT",
	"was_forked_from": "BOOLEAN", "is_debounced": "BOOLEAN", "rate_limited": "BOOLEAN",
}

// column is a list for a parameter; NULL is nil.
func (s *insertion) column(name, kind string) any {
	switch kind {
	case "BIGINT":
		return columnOf[int64](s.cells[name], s.count)
	case "BOOLEAN":
		return columnOf[bool](s.cells[name], s.count)
	}
	return columnOf[string](s.cells[name], s.count)
}

func columnOf[T any](cells []any, count int) []*T {
	list, values := make([]*T, count), make([]T, len(cells))
	for i, cell := range cells {
		if cell != nil {
			values[i] = cell.(T)
			list[i] = &values[i]
		}
	}
	return list
}
