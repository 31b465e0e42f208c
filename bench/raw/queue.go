package raw

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
)

// The changes of workflows that wait; the last parameter but the ids is the time.
const (
	setPriority = `UPDATE {workflow_status} SET priority = 7, updated_at = $1 WHERE %s AND status IN ('ENQUEUED', 'DELAYED')`
	moveQueue   = `UPDATE {workflow_status} SET queue_name = 'orders', updated_at = $1 WHERE %s AND status IN ('ENQUEUED', 'DELAYED')`
	// hold knows that none of its workflows is DELAYED, and release that all were ENQUEUED.
	hold    = `UPDATE {workflow_status} SET status = 'DELAYED', delay_until_epoch_ms = 190000000000000, updated_at = $1 WHERE %s AND status = 'ENQUEUED'`
	release = `UPDATE {workflow_status} SET status = 'ENQUEUED', delay_until_epoch_ms = NULL, updated_at = $1
		WHERE %s AND status = 'DELAYED' AND delay_until_epoch_ms = 190000000000000`
)

// waiting changes the task's workflows by one statement with their ids.
func (p program) waiting(ctx context.Context, change string) (task.Finding, error) {
	sql := fmt.Sprintf(change, "workflow_uuid {ids}")
	return p.set(ctx, func(ids []string) []statement { return []statement{{sql, []any{now()}, [][]string{ids}}} })
}

// onQueue changes the workflows on the task's queue by one statement.
func (p program) onQueue(ctx context.Context, change string) (task.Finding, error) {
	s := statement{sql: fmt.Sprintf(change, "queue_name = $2"), args: []any{now(), p.task.Prefix + "-none"}}
	if err := p.send(ctx, s); err != nil {
		return task.Finding{}, err
	}
	s.args[1] = p.task.Prefix
	return p.finding(func() (int, error) { return p.task.Count, p.send(ctx, s) })
}

func (p program) setPriority(ctx context.Context) (task.Finding, error) {
	return p.waiting(ctx, setPriority)
}
func (p program) moveQueue(ctx context.Context) (task.Finding, error) {
	return p.waiting(ctx, moveQueue)
}
func (p program) hold(ctx context.Context) (task.Finding, error)    { return p.waiting(ctx, hold) }
func (p program) release(ctx context.Context) (task.Finding, error) { return p.waiting(ctx, release) }

func (p program) setPriorityFiltered(ctx context.Context) (task.Finding, error) {
	return p.onQueue(ctx, setPriority)
}
func (p program) holdFiltered(ctx context.Context) (task.Finding, error) { return p.onQueue(ctx, hold) }
