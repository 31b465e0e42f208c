package raw

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	sqliteMessage = `INSERT INTO notifications (message_uuid, destination_uuid, topic, message, created_at_epoch_ms, serialization)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6)`
	sqliteMessages = `INSERT INTO notifications (message_uuid, destination_uuid, topic, message, created_at_epoch_ms, serialization)
		SELECT value ->> 0, value ->> 1, ?2, value ->> 2, ?3, ?4 FROM json_each(?1)`
)

func (s *sqlite) sendLoop(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.loop(ctx, t, sqliteMessage, func(i int) []any {
		return []any{uuid.NewString(), t.ID(1), topic, message(i), now(), codec}
	})
}

func (s *sqlite) sendMany(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.once(ctx, t, sqliteMessages, t.IDs(task.Few), func(ids []string) ([]any, error) {
		rows := make([][3]string, len(ids))
		for i := range rows {
			rows[i] = [3]string{uuid.NewString(), ids[i], message(i)}
		}
		text, err := list(rows)
		return []any{text, topic, now(), codec}, err
	})
}

// getEvent polls, because SQLite has no notifications.
func (s *sqlite) getEvent(ctx context.Context, t task.Task) (task.Finding, error) {
	found := task.Finding{Items: t.Count}
	for i := range t.Count {
		if err := errors.Join(announce(i), s.awaitEvent(ctx, t.ID(1), task.Key(i))); err != nil {
			return found, err
		}
		found.Seen = append(found.Seen, task.Now())
	}
	return found, nil
}

func (s *sqlite) awaitEvent(ctx context.Context, id, key string) error {
	for {
		var value string
		err := s.db.QueryRowContext(ctx, "SELECT value FROM workflow_events WHERE workflow_uuid = ?1 AND key = ?2", id, key).Scan(&value)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		time.Sleep(interval)
	}
}

func (s *sqlite) outcomes(ctx context.Context, ids []string, use func(id string)) error {
	named, err := list(ids)
	if err != nil {
		return err
	}
	rows, err := s.db.QueryContext(ctx, `SELECT workflow_uuid, output FROM workflow_status
		WHERE workflow_uuid IN (SELECT value FROM json_each(?1)) AND status = 'SUCCESS'`, named)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var output *string
		if err := rows.Scan(&id, &output); err != nil {
			return err
		}
		use(id)
	}
	return rows.Err()
}

func (s *sqlite) finished(ctx context.Context, t task.Task) (task.Finding, error) {
	return finding(func() (int, error) { return allEnded(ctx, t, s.outcomes) })
}

func (s *sqlite) queued(ctx context.Context, t task.Task) (task.Finding, error) {
	return watched(ctx, t, s.outcomes)
}
