package databases

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
)

// Publish sets an event of a workflow and notifies listeners, as an application does: the row
// first, then the notification. It returns the time of the commit.
func (d *Database) Publish(ctx context.Context, id, key string) (float64, error) {
	_, err := d.db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %sworkflow_events (workflow_uuid, key, value, serialization)
		VALUES (%s, %s, '{"state":"shipped"}', 'portable_json')`, d.schema, d.place(1), d.place(2)), id, key)
	committed := task.Now()
	if err != nil {
		return 0, fmt.Errorf("publish %s: %w", key, err)
	}
	if d.IsSQLite() {
		return committed, nil
	}
	_, err = d.db.ExecContext(ctx, "SELECT pg_notify('dbos_workflow_events_channel', $1)", id+"::"+key)
	return committed, err
}

// Finish ends a workflow in SUCCESS and returns the time of the commit.
func (d *Database) Finish(ctx context.Context, id string) (float64, error) {
	statements := []string{fmt.Sprintf(`UPDATE %sworkflow_status SET status = 'SUCCESS', output = '{"total":45.47}', updated_at = updated_at + 1,
		completed_at = updated_at + 1 WHERE workflow_uuid = %s`, d.schema, d.place(1))}
	if d.split {
		statements = append(statements, fmt.Sprintf(`INSERT INTO %sworkflow_output (workflow_uuid, output) VALUES (%s, '{"total":45.47}')`, d.schema, d.place(1)))
	}
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	for _, text := range statements {
		if _, err := tx.ExecContext(ctx, text, id); err != nil {
			return 0, fmt.Errorf("finish %s: %w", id, err)
		}
	}
	err = tx.Commit()
	return task.Now(), err
}
