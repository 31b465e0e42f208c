package tables

import (
	"context"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Record is a row of a table as text, the same on every back end, so that the fleet and tests can
// compare rows: NULL is nil, a boolean is "true" or "false", and other values are their text.
type Record map[string]any

// Records returns the rows of a table for which the condition holds, with all columns that the
// database has, in the order of the key. An empty condition selects all rows.
func (d *Database) Records(ctx context.Context, table, condition string, args map[string]any) ([]Record, error) {
	columns := d.shape.Columns(table)
	var records []Record
	err := d.db.Read(ctx, func(b *db.Batch) {
		db.Collect(b, &records, recordsText(table, condition, columns), query.Args(args), func(row db.Row) (Record, error) {
			return scanRecord(row, columns)
		})
	})
	return records, err
}

func recordsText(table, condition string, columns []string) string {
	texts := make([]string, len(columns))
	for i, column := range columns {
		texts[i] = textOf(column)
	}
	text := "SELECT " + strings.Join(texts, ", ") + " FROM {" + table + "}"
	if condition != "" {
		text += " WHERE " + condition
	}
	return text + " ORDER BY " + orderOf(table)
}

// booleans are stored as numbers on SQLite.
var booleans = map[string]bool{
	"was_forked_from": true, "rate_limited": true, "is_debounced": true, "consumed": true,
	"automatic_backfill": true, "priority_enabled": true, "partition_queue": true,
}

func textOf(column string) string {
	quoted := `"` + column + `"`
	if booleans[column] {
		return fmt.Sprintf("CASE WHEN %s THEN 'true' WHEN NOT %s THEN 'false' END", quoted, quoted)
	}
	return fmt.Sprintf("CAST(%s AS TEXT)", quoted)
}

// orderOf is the order of a table's rows.
func orderOf(table string) string {
	keys := map[string]string{
		"workflow_status": "created_at, workflow_uuid", "operation_outputs": "workflow_uuid, function_id",
		"notifications": "created_at_epoch_ms, message_uuid", "workflow_events": "workflow_uuid, key",
		"workflow_events_history": "workflow_uuid, function_id, key", "streams": `workflow_uuid, key, "offset"`,
		"workflow_schedules": "schedule_name", "application_versions": "version_name", "queues": "name",
	}
	if key, found := keys[table]; found {
		return key
	}
	return "1"
}

func scanRecord(row db.Row, columns []string) (Record, error) {
	values, targets := make([]db.Text, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	err := row.Scan(targets...)
	record := make(Record, len(columns))
	for i, column := range columns {
		record[column] = nil
		if values[i].Valid {
			record[column] = values[i].String
		}
	}
	return record, err
}
