package raw

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

func (s *sqlite) backfill(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.once(ctx, t, sqliteInsertMany+" ON CONFLICT (workflow_uuid) DO NOTHING", nil, func([]string) ([]any, error) {
		ids, inputs := ticks(t)
		rows := make([][2]string, len(ids))
		for i := range rows {
			rows[i] = [2]string{ids[i], inputs[i]}
		}
		text, err := list(rows)
		return []any{text, workflow, t.Prefix, codec, now()}, err
	})
}

const sqliteBounce = `INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, deduplication_id, inputs, serialization, created_at,
	updated_at, delay_until_epoch_ms, is_debounced) VALUES (?1, 'DELAYED', ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, 1)
	ON CONFLICT (queue_name, deduplication_id) WHERE deduplication_id IS NOT NULL
	DO UPDATE SET inputs = excluded.inputs, delay_until_epoch_ms = excluded.delay_until_epoch_ms, updated_at = excluded.updated_at`

func (s *sqlite) debounce(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.debounced(ctx, t, func(int) string { return "key" })
}

func (s *sqlite) debounceKeys(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.debounced(ctx, t, task.Key)
}

func (s *sqlite) debounced(ctx context.Context, t task.Task, key func(int) string) (task.Finding, error) {
	return s.loop(ctx, t, sqliteBounce, func(i int) []any {
		at := now()
		return []any{uuid.NewString(), workflow, t.Prefix, workflow + "-" + key(i), input(i), codec, at, at + time.Hour.Milliseconds()}
	})
}
