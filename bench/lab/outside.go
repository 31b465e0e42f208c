package lab

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
)

// Publish sets an event of a workflow and tells whoever listens, as an application does: the row first, then the
// notification. It gives the moment at which the row was committed.
func (d *Database) Publish(ctx context.Context, id, key string) (float64, error) {
	_, err := d.db.ExecContext(ctx, `INSERT INTO dbos.workflow_events (workflow_uuid, key, value, serialization)
		VALUES ($1, $2, '{"state":"shipped"}', 'portable_json')`, id, key)
	committed := task.Now()
	if err != nil {
		return 0, fmt.Errorf("publish %s: %w", key, err)
	}
	_, err = d.db.ExecContext(ctx, "SELECT pg_notify('dbos_workflow_events_channel', $1)", id+"::"+key)
	return committed, err
}

// Finish lets a workflow end in SUCCESS, and gives the moment at which that was committed.
func (d *Database) Finish(ctx context.Context, id string) (float64, error) {
	list := []string{`UPDATE dbos.workflow_status SET status = 'SUCCESS', output = '{"total":45.47}', updated_at = updated_at + 1,
		completed_at = updated_at + 1 WHERE workflow_uuid = $1`}
	if d.split {
		list = append([]string{`INSERT INTO dbos.workflow_output (workflow_uuid, output) VALUES ($1, '{"total":45.47}')`}, list...)
	}
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	for _, text := range list {
		if _, err := tx.ExecContext(ctx, text, id); err != nil {
			return 0, fmt.Errorf("finish %s: %w", id, err)
		}
	}
	err = tx.Commit()
	return task.Now(), err
}
