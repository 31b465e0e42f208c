package raw

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

// sqliteForks are the statements of a fork; ?1 is a JSON array of pairs of original and fork.
func sqliteForks() []string {
	const pairs = ` FROM (SELECT value ->> 0 AS original, value ->> 1 AS id FROM json_each(?1)) AS fork `
	return []string{
		`INSERT INTO workflow_status (workflow_uuid, status, name, class_name, config_name, authenticated_user, assumed_role,
			authenticated_roles, application_id, inputs, serialization, application_version, queue_name, created_at, updated_at, forked_from,
			attributes, application_name)
			SELECT fork.id, 'ENQUEUED', ws.name, ws.class_name, ws.config_name, ws.authenticated_user, ws.assumed_role,
			ws.authenticated_roles, ws.application_id, ws.inputs, ws.serialization, ws.application_version, ?2, ?3, ?3, ws.workflow_uuid,
			ws.attributes, ws.application_name` + pairs + `JOIN workflow_status ws ON ws.workflow_uuid = fork.original`,
		`UPDATE workflow_status SET was_forked_from = 1 WHERE workflow_uuid IN (SELECT value ->> 0 FROM json_each(?1))`,
		`INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, output, error, child_workflow_id,
			started_at_epoch_ms, completed_at_epoch_ms, serialization, application_name)
			SELECT fork.id, s.function_id, s.function_name, s.output, s.error, s.child_workflow_id, s.started_at_epoch_ms, s.completed_at_epoch_ms,
			s.serialization, s.application_name` + pairs + `JOIN operation_outputs s ON s.workflow_uuid = fork.original AND s.function_id < ?4`,
		`INSERT INTO workflow_events_history (workflow_uuid, function_id, key, value, serialization)
			SELECT fork.id, h.function_id, h.key, h.value, h.serialization` + pairs +
			`JOIN workflow_events_history h ON h.workflow_uuid = fork.original AND h.function_id < ?4`,
		`INSERT INTO workflow_events (workflow_uuid, key, value, serialization)
			SELECT fork.id, h.key, h.value, h.serialization` + pairs +
			`JOIN workflow_events_history h ON h.workflow_uuid = fork.original AND h.function_id = (SELECT max(l.function_id)
			FROM workflow_events_history l WHERE l.workflow_uuid = h.workflow_uuid AND l.key = h.key AND l.function_id < ?4)`,
		`INSERT INTO streams (workflow_uuid, key, value, "offset", function_id, serialization)
			SELECT fork.id, s.key, s.value, s."offset", s.function_id, s.serialization` + pairs +
			`JOIN streams s ON s.workflow_uuid = fork.original AND s.function_id < ?4`,
	}
}

func (s *sqlite) fork(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := s.forkAll(ctx, t.Spare(), t.Prefix); err != nil {
		return task.Finding{}, err
	}
	originals := t.IDs(t.Count)
	return finding(func() (int, error) { return t.Count, s.forkAll(ctx, originals, t.Prefix) })
}

func (s *sqlite) forkAll(ctx context.Context, originals []string, queue string) error {
	forks := make([][2]string, len(originals))
	for i, original := range originals {
		forks[i] = [2]string{original, uuid.NewString()}
	}
	pairs, err := list(forks)
	if err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, text := range sqliteForks() {
		if _, err := tx.ExecContext(ctx, text, pairs, queue, now(), forkStep); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}
