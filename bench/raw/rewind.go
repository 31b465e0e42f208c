package raw

import (
	"context"
	"errors"
	"strings"

	"github.com/dbos-script/dbos-script/bench/task"
)

// rewinds returns the statements of a rewind by hand: $1 are the ids, $2 is the first step that runs
// again, $3 the queue and $4 the time. Table names begin with prefix, and a column is one of the ids if
// it is followed by in. Newer tables have a second place for results, and know when messages were received.
func rewinds(prefix, in string, newer bool) []string {
	received, owner := "", ""
	if newer {
		received, owner = " OR consumed_by_function_id >= $2", ", owner_xid = NULL"
	}
	undone := `EXISTS (SELECT 1 FROM workflow_events_history u WHERE u.workflow_uuid = e.workflow_uuid AND u.key = e.key AND u.function_id >= $2)`
	list := []string{
		`DELETE FROM workflow_events AS e WHERE e.workflow_uuid ` + in + ` AND ` + undone,
		`INSERT INTO workflow_events (workflow_uuid, key, value, serialization)
			SELECT e.workflow_uuid, e.key, e.value, e.serialization FROM workflow_events_history AS e
			WHERE e.workflow_uuid ` + in + ` AND e.function_id < $2 AND ` + undone + `
			AND NOT EXISTS (SELECT 1 FROM workflow_events_history l WHERE l.workflow_uuid = e.workflow_uuid AND l.key = e.key
				AND l.function_id > e.function_id AND l.function_id < $2)`,
		`DELETE FROM workflow_events_history WHERE workflow_uuid ` + in + ` AND function_id >= $2`,
		`DELETE FROM operation_outputs WHERE workflow_uuid ` + in + ` AND function_id >= $2`,
		`DELETE FROM streams WHERE workflow_uuid ` + in + ` AND function_id >= $2 AND value = '"__DBOS_STREAM_CLOSED__"'`,
		`DELETE FROM notifications WHERE destination_uuid ` + in + ` AND (consumed = FALSE OR $2 = 0` + received + `)`,
	}
	if newer {
		list = append(list, `DELETE FROM workflow_output WHERE workflow_uuid `+in)
	}
	list = append(list, `UPDATE workflow_status SET status = 'ENQUEUED', queue_name = $3, queue_partition_key = NULL, recovery_attempts = 0,
		updated_at = $4, workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL,
		output = NULL, error = NULL`+owner+`
		WHERE workflow_uuid `+in+` AND status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`)
	for i, text := range list {
		for _, table := range []string{"workflow_events_history", "workflow_events", "operation_outputs", "streams", "notifications", "workflow_output", "workflow_status"} {
			for _, before := range []string{"FROM ", "INTO ", "UPDATE "} {
				text = strings.ReplaceAll(text, before+table+" ", before+prefix+table+" ")
			}
		}
		list[i] = text
	}
	return list
}

func (p *postgres) rewind(ctx context.Context, t task.Task) (task.Finding, error) {
	send := func(ids []string) error {
		var list []statement
		for _, text := range rewinds("dbos.", "= ANY($1)", p.split) {
			args := []any{ids}
			if strings.Contains(text, "$2") {
				args = append(args, int64(forkStep))
			}
			if strings.Contains(text, "$3") {
				text = strings.NewReplacer("$3", "$2", "$4", "$3").Replace(text)
				args = append(args, t.Prefix, now())
			}
			list = append(list, statement{text, args})
		}
		_, err := p.send(ctx, list...)
		return err
	}
	if err := send(t.Spare()); err != nil {
		return task.Finding{}, err
	}
	ids := t.IDs(t.Count)
	return finding(func() (int, error) { return t.Count, send(ids) })
}

func (s *sqlite) rewind(ctx context.Context, t task.Task) (task.Finding, error) {
	send := func(ids []string) error {
		listed, err := list(ids)
		if err != nil {
			return err
		}
		newer := 0
		err = s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_table_info('notifications') WHERE name = 'consumed_by_function_id'").Scan(&newer)
		if err != nil {
			return err
		}
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		numbers := strings.NewReplacer("$1", "?1", "$2", "?2", "$3", "?3", "$4", "?4")
		for _, text := range rewinds("", "IN (SELECT value FROM json_each($1))", newer > 0) {
			if _, err := tx.ExecContext(ctx, numbers.Replace(text), listed, forkStep, t.Prefix, now()); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
		return tx.Commit()
	}
	if err := send(t.Spare()); err != nil {
		return task.Finding{}, err
	}
	ids := t.IDs(t.Count)
	return finding(func() (int, error) { return t.Count, send(ids) })
}
