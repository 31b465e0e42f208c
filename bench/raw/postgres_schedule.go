package raw

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	insertRuns = `INSERT INTO dbos.workflow_status (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at)
		SELECT id, 'ENQUEUED', $3, $4, inputs, $5, $6, $6 FROM unnest($1::text[], $2::text[]) AS new(id, inputs)
		ON CONFLICT (workflow_uuid) DO NOTHING`
	insertRunInputs = `INSERT INTO dbos.workflow_input (workflow_uuid, inputs) SELECT * FROM unnest($1::text[], $2::text[])
		ON CONFLICT (workflow_uuid) DO NOTHING`
)

// backfill knows that the schedule fires every minute.
func (p *postgres) backfill(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) {
		ids, inputs := ticks(t)
		list := []statement{{insertRuns, []any{ids, inputs, workflow, t.Prefix, codec, now()}}}
		if p.split {
			list = append(list, statement{insertRunInputs, []any{ids, inputs}})
		}
		_, err := p.send(ctx, list...)
		return exactly(t.Count, len(ids), err)
	})
}

const (
	bounce = `INSERT INTO dbos.workflow_status (workflow_uuid, status, name, queue_name, deduplication_id, inputs, serialization, created_at,
		updated_at, delay_until_epoch_ms, is_debounced) VALUES ($1, 'DELAYED', $2, $3, $4, $5, $6, $7, $7, $8, TRUE)
		ON CONFLICT (queue_name, deduplication_id) WHERE deduplication_id IS NOT NULL
		DO UPDATE SET inputs = excluded.inputs, delay_until_epoch_ms = excluded.delay_until_epoch_ms, updated_at = excluded.updated_at`
	bounceInput = `INSERT INTO dbos.workflow_input (workflow_uuid, inputs)
		SELECT workflow_uuid, inputs FROM dbos.workflow_status WHERE queue_name = $1 AND deduplication_id = $2
		ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs`
)

func (p *postgres) bounce(ctx context.Context, t task.Task, key string, i int) error {
	key, at := workflow+"-"+key, now()
	list := []statement{{bounce, []any{uuid.NewString(), workflow, t.Prefix, key, input(i), codec, at, at + time.Hour.Milliseconds()}}}
	if p.split {
		list = append(list, statement{bounceInput, []any{t.Prefix, key}})
	}
	_, err := p.send(ctx, list...)
	return err
}

func (p *postgres) debounce(ctx context.Context, t task.Task) (task.Finding, error) {
	return p.debounced(ctx, t, func(int) string { return "key" })
}

func (p *postgres) debounceKeys(ctx context.Context, t task.Task) (task.Finding, error) {
	return p.debounced(ctx, t, task.Key)
}

func (p *postgres) debounced(ctx context.Context, t task.Task, key func(int) string) (task.Finding, error) {
	if err := p.bounce(ctx, t, key(t.Count), 0); err != nil {
		return task.Finding{}, err
	}
	return t.Loop(func(i int) error { return p.bounce(ctx, t, key(i), i) })
}
