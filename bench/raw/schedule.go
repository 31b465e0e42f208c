package raw

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

// backfill knows that the schedule has a tick every minute, and that no tick has run.
func (p program) backfill(ctx context.Context) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return p.finding(func() (int, error) {
		ids, inputs := p.ticks()
		return len(ids), p.send(ctx, p.inserts(ids, inputs)...)
	})
}

// ticks are the ids and inputs of that schedule.
func (p program) ticks() (ids, inputs []string) {
	ids, inputs = make([]string, 0, p.task.Count), make([]string, 0, p.task.Count)
	for tick := p.task.From.Truncate(time.Minute).Add(time.Minute); tick.Before(p.task.To); tick = tick.Add(time.Minute) {
		text := tick.UTC().Format(time.RFC3339)
		ids = append(ids, "sched-"+p.task.Prefix+"-"+text)
		inputs = append(inputs, `{"positionalArgs":["`+text+`",null],"namedArgs":{}}`)
	}
	return ids, inputs
}

// A debounce delays the group of its key, or begins one. An insert that does not look for a group
// would fail at the second call for a key.
const (
	beginGroup = `INSERT INTO {workflow_status} AS ws (workflow_uuid, status, name, queue_name, deduplication_id, inputs, serialization, created_at,
		updated_at, delay_until_epoch_ms, is_debounced) VALUES ($1, 'DELAYED', $2, $3, $4, $5, $6, $7, $7, $8, TRUE)
		ON CONFLICT (queue_name, deduplication_id) WHERE deduplication_id IS NOT NULL DO UPDATE SET inputs = excluded.inputs,
		delay_until_epoch_ms = excluded.delay_until_epoch_ms, updated_at = excluded.updated_at WHERE ws.status = 'DELAYED'`
	beginGroupBoth = `WITH kept AS (` + beginGroup + ` RETURNING workflow_uuid)
		INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, $5 FROM kept` + replaceInput
	beginInput = `INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT ws.workflow_uuid, $3 FROM {workflow_status} ws
		WHERE ws.queue_name = $1 AND ws.deduplication_id = $2 AND ws.status = 'DELAYED'` + replaceInput
	replaceInput = ` ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs`

	bounce = `UPDATE {workflow_status} SET inputs = $3, delay_until_epoch_ms = $5, updated_at = $4
		WHERE queue_name = $1 AND deduplication_id = $2 AND COALESCE(status, '') = 'DELAYED'`
	bounceBoth = `WITH kept AS (` + bounce + ` RETURNING workflow_uuid)
		UPDATE {workflow_input} SET inputs = $3 FROM kept WHERE {workflow_input}.workflow_uuid = kept.workflow_uuid`
	bounceInput = `UPDATE {workflow_input} SET inputs = $3 WHERE workflow_uuid = (SELECT ws.workflow_uuid FROM {workflow_status} ws
		WHERE ws.queue_name = $1 AND ws.deduplication_id = $2)`
)

func (p program) begin(ctx context.Context, key string, i int) error {
	in, at := input(i), now()
	args := []any{uuid.NewString(), workflow, p.task.Prefix, workflow + "-" + key, in, codec, at, at + time.Hour.Milliseconds()}
	switch {
	case !p.split():
		return p.send(ctx, statement{sql: beginGroup, args: args})
	case p.oneStatement():
		return p.send(ctx, statement{sql: beginGroupBoth, args: args})
	}
	return p.send(ctx, statement{sql: beginGroup, args: args}, statement{sql: beginInput, args: []any{p.task.Prefix, args[3], in}})
}

// bounce delays the group of a key that waits.
func (p program) bounce(ctx context.Context, key string, i int) error {
	at, in := now(), input(i)
	args := []any{p.task.Prefix, workflow + "-" + key, in, at, at + time.Hour.Milliseconds()}
	switch {
	case !p.split():
		return p.send(ctx, statement{sql: bounce, args: args})
	case p.oneStatement():
		return p.send(ctx, statement{sql: bounceBoth, args: args})
	}
	return p.send(ctx, statement{sql: bounce, args: args}, statement{sql: bounceInput, args: args[:3]})
}

// debounce bounces one key again and again.
func (p program) debounce(ctx context.Context) (task.Finding, error) {
	if err := p.begin(ctx, "key", 0); err != nil {
		return task.Finding{}, err
	}
	return p.task.Loop(func(i int) error { return p.bounce(ctx, "key", i) })
}

// debounceKeys begins a group for each of many keys.
func (p program) debounceKeys(ctx context.Context) (task.Finding, error) {
	if err := p.begin(ctx, task.Key(p.task.Count), 0); err != nil {
		return task.Finding{}, err
	}
	return p.task.Loop(func(i int) error { return p.begin(ctx, task.Key(i), i) })
}
