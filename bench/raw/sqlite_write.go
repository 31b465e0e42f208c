package raw

import (
	"context"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	sqliteInsert = `INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at)
		VALUES (?1, 'ENQUEUED', ?2, ?3, ?4, ?5, ?6, ?6)`
	sqliteInsertMany = `INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at)
		SELECT value ->> 0, 'ENQUEUED', ?2, ?3, value ->> 1, ?4, ?5, ?5 FROM json_each(?1) WHERE TRUE`
	sqliteResume = `UPDATE workflow_status SET status = 'ENQUEUED', queue_name = '_dbos_internal_queue', recovery_attempts = 0, updated_at = ?2,
		workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL
		WHERE workflow_uuid IN (SELECT value FROM json_each(?1)) AND status NOT IN ('SUCCESS', 'ERROR')`
	sqliteCancel = `UPDATE workflow_status SET status = 'CANCELLED', updated_at = ?2, completed_at = ?2, started_at_epoch_ms = NULL,
		queue_name = NULL, deduplication_id = NULL
		WHERE workflow_uuid IN (SELECT value FROM json_each(?1)) AND status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
)

func (s *sqlite) enqueue(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.loop(ctx, t, sqliteInsert, func(i int) []any {
		return []any{uuid.NewString(), workflow, t.Prefix, input(i), codec, now()}
	})
}

func (s *sqlite) enqueueMany(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.once(ctx, t, sqliteInsertMany, t.IDs(task.Few), func(ids []string) ([]any, error) {
		rows := make([][2]string, len(ids))
		for i := range rows {
			rows[i] = [2]string{uuid.NewString(), input(i)}
		}
		text, err := list(rows)
		return []any{text, workflow, t.Prefix, codec, now()}, err
	})
}

func (s *sqlite) all(ctx context.Context, t task.Task, text string) (task.Finding, error) {
	return s.once(ctx, t, text, t.Spare(), func(ids []string) ([]any, error) {
		named, err := list(ids)
		return []any{named, now()}, err
	})
}

func (s *sqlite) one(ctx context.Context, t task.Task, text string) (task.Finding, error) {
	ids := t.IDs(t.Count)
	return s.loop(ctx, t, text, func(i int) []any { return []any{`["` + ids[i] + `"]`, now()} })
}

func (s *sqlite) resume(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.all(ctx, t, sqliteResume)
}

func (s *sqlite) resumeEach(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.one(ctx, t, sqliteResume)
}

func (s *sqlite) cancel(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.all(ctx, t, sqliteCancel)
}

func (s *sqlite) cancelEach(ctx context.Context, t task.Task) (task.Finding, error) {
	return s.one(ctx, t, sqliteCancel)
}
