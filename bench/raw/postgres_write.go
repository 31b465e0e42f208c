package raw

import (
	"context"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	insertOne = `INSERT INTO dbos.workflow_status (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at)
		VALUES ($1, 'ENQUEUED', $2, $3, $4, $5, $6, $6)`
	insertOneInput = `INSERT INTO dbos.workflow_input (workflow_uuid, inputs) VALUES ($1, $2)`

	insertMany = `INSERT INTO dbos.workflow_status (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at)
		SELECT id, 'ENQUEUED', $3, $4, inputs, $5, $6, $6 FROM unnest($1::text[], $2::text[]) AS new(id, inputs)`
	insertManyInputs = `INSERT INTO dbos.workflow_input (workflow_uuid, inputs) SELECT * FROM unnest($1::text[], $2::text[])`
)

func (p *postgres) insert(ctx context.Context, t task.Task, i int) error {
	id, in := uuid.NewString(), input(i)
	list := []statement{{insertOne, []any{id, workflow, t.Prefix, in, codec, now()}}}
	if p.split {
		list = append(list, statement{insertOneInput, []any{id, in}})
	}
	_, err := p.send(ctx, list...)
	return err
}

func (p *postgres) enqueue(ctx context.Context, t task.Task) (task.Finding, error) {
	return t.Parallel(func(i int) error { return p.insert(ctx, t, i) })
}

func (p *postgres) enqueueMany(ctx context.Context, t task.Task) (task.Finding, error) {
	insert := func(count int) (int, error) {
		ids, inputs := make([]string, count), make([]string, count)
		for i := range ids {
			ids[i], inputs[i] = uuid.NewString(), input(i)
		}
		list := []statement{{insertMany, []any{ids, inputs, workflow, t.Prefix, codec, now()}}}
		if p.split {
			list = append(list, statement{insertManyInputs, []any{ids, inputs}})
		}
		return p.send(ctx, list...)
	}
	if _, err := insert(task.Few); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) { return insert(t.Count) })
}

const (
	resumeThem = `UPDATE dbos.workflow_status SET status = 'ENQUEUED', queue_name = '_dbos_internal_queue', recovery_attempts = 0, updated_at = $2,
		workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL
		WHERE workflow_uuid = ANY($1) AND status NOT IN ('SUCCESS', 'ERROR')`
	cancelThem = `UPDATE dbos.workflow_status SET status = 'CANCELLED', updated_at = $2, completed_at = $2, started_at_epoch_ms = NULL,
		queue_name = NULL, deduplication_id = NULL
		WHERE workflow_uuid = ANY($1) AND status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
)

// all changes the task's workflows by one statement.
func (p *postgres) all(ctx context.Context, t task.Task, sql string) (task.Finding, error) {
	if _, err := p.pool.Exec(ctx, sql, t.Spare(), now()); err != nil {
		return task.Finding{}, err
	}
	ids := t.IDs(t.Count)
	return finding(func() (int, error) { return p.send(ctx, statement{sql, []any{ids, now()}}) })
}

// each changes them one by one.
func (p *postgres) each(ctx context.Context, t task.Task, sql string) (task.Finding, error) {
	if _, err := p.pool.Exec(ctx, sql, t.Spare(), now()); err != nil {
		return task.Finding{}, err
	}
	ids := t.IDs(t.Count)
	return t.Loop(func(i int) error {
		_, err := p.pool.Exec(ctx, sql, []string{ids[i]}, now())
		return err
	})
}

func (p *postgres) resume(ctx context.Context, t task.Task) (task.Finding, error) {
	return p.all(ctx, t, resumeThem)
}

func (p *postgres) resumeEach(ctx context.Context, t task.Task) (task.Finding, error) {
	return p.each(ctx, t, resumeThem)
}

func (p *postgres) cancel(ctx context.Context, t task.Task) (task.Finding, error) {
	return p.all(ctx, t, cancelThem)
}

func (p *postgres) cancelEach(ctx context.Context, t task.Task) (task.Finding, error) {
	return p.each(ctx, t, cancelThem)
}
