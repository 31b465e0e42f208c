package raw

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	newColumns = `INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at)`

	insertOne      = newColumns + ` VALUES ($1, 'ENQUEUED', $2, $3, $4, $5, $6, $6)`
	insertOneInput = `INSERT INTO {workflow_input} (workflow_uuid, inputs) VALUES ($1, $2)`
	insertOneBoth  = `WITH kept AS (` + insertOne + `) ` + `INSERT INTO {workflow_input} (workflow_uuid, inputs) VALUES ($1, $4)`

	insertMany = newColumns + ` SELECT new.id, 'ENQUEUED', $1, $2, new.inputs, $3, $4, $4 FROM {new id inputs} WHERE TRUE`
	// The first statement of two that are one returns its rows, so that the inputs are sent once.
	insertManyBoth = `WITH kept AS (` + insertMany + ` RETURNING workflow_uuid, inputs)
		INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, kept.inputs FROM kept`
	insertManyInputs = `INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT new.id, new.inputs FROM {new id inputs} WHERE TRUE`
)

func (p program) insert(ctx context.Context, i int) error {
	id, in := uuid.NewString(), input(i)
	args := []any{id, cmp.Or(p.task.Name, workflow), p.task.Prefix, in, codec, now()}
	switch {
	case !p.split():
		return p.send(ctx, statement{sql: insertOne, args: args})
	case p.oneStatement():
		return p.send(ctx, statement{sql: insertOneBoth, args: args})
	}
	return p.send(ctx, statement{sql: insertOne, args: args}, statement{sql: insertOneInput, args: []any{id, in}})
}

func (p program) enqueue(ctx context.Context) (task.Finding, error) {
	return p.task.Parallel(func(i int) error { return p.insert(ctx, i) })
}

func (p program) enqueueFirst(ctx context.Context) (task.Finding, error) {
	return p.finding(func() (int, error) { return 1, p.insert(ctx, 0) })
}

// inserts are the statements that enqueue many.
func (p program) inserts(ids, inputs []string) []statement {
	set, args := [][]string{ids, inputs}, []any{workflow, p.task.Prefix, codec, now()}
	switch {
	case !p.split():
		return []statement{{insertMany, args, set}}
	case p.oneStatement():
		return []statement{{insertManyBoth, args, set}}
	}
	return []statement{{insertMany, args, set}, {insertManyInputs, nil, set}}
}

func (p program) enqueueMany(ctx context.Context) (task.Finding, error) {
	return p.set(ctx, func(spare []string) []statement {
		ids, inputs := make([]string, len(spare)), make([]string, len(spare))
		for i := range ids {
			ids[i], inputs[i] = uuid.NewString(), input(i)
		}
		return p.inserts(ids, inputs)
	})
}

const (
	resume = `UPDATE {workflow_status} SET status = 'ENQUEUED', queue_name = '_dbos_internal_queue', recovery_attempts = 0, updated_at = $1,
		workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL
		WHERE workflow_uuid %s AND status NOT IN ('SUCCESS', 'ERROR')`
	cancel = `UPDATE {workflow_status} SET status = 'CANCELLED', updated_at = $1, completed_at = $1, started_at_epoch_ms = NULL,
		queue_name = NULL, deduplication_id = NULL
		WHERE workflow_uuid %s AND status IN ('DELAYED', 'ENQUEUED', 'PENDING', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
)

// all changes the task's workflows by one statement.
func (p program) all(ctx context.Context, change string) (task.Finding, error) {
	sql := fmt.Sprintf(change, "{ids}")
	return p.set(ctx, func(ids []string) []statement { return []statement{{sql, []any{now()}, [][]string{ids}}} })
}

// each changes the task's workflows one by one, by a statement with one id.
func (p program) each(ctx context.Context, change string) (task.Finding, error) {
	sql := fmt.Sprintf(change, "= $2")
	one := func(id string) error { return p.send(ctx, statement{sql: sql, args: []any{now(), id}}) }
	if err := one(p.task.ID(p.task.Count + 1)); err != nil {
		return task.Finding{}, err
	}
	ids := p.task.IDs(p.task.Count)
	return p.task.Loop(func(i int) error { return one(ids[i]) })
}

func (p program) resume(ctx context.Context) (task.Finding, error)     { return p.all(ctx, resume) }
func (p program) resumeEach(ctx context.Context) (task.Finding, error) { return p.each(ctx, resume) }
func (p program) cancel(ctx context.Context) (task.Finding, error)     { return p.all(ctx, cancel) }
func (p program) cancelEach(ctx context.Context) (task.Finding, error) { return p.each(ctx, cancel) }
