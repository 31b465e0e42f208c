package raw

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/bench/task"
)

// postgres is a pool, and whether the database keeps payloads in tables of their own.
type postgres struct {
	pool  *pgxpool.Pool
	split bool
}

func postgresScenarios() map[string]func(*postgres, context.Context, task.Task) (task.Finding, error) {
	return map[string]func(*postgres, context.Context, task.Task) (task.Finding, error){
		"enqueue":       (*postgres).enqueue,
		"enqueue_many":  (*postgres).enqueueMany,
		"list":          (*postgres).list,
		"walk":          (*postgres).walk,
		"offset":        (*postgres).offset,
		"aggregate":     (*postgres).aggregate,
		"rewind":        (*postgres).rewind,
		"resume":        (*postgres).resume,
		"resume_each":   (*postgres).resumeEach,
		"cancel":        (*postgres).cancel,
		"cancel_each":   (*postgres).cancelEach,
		"fork":          (*postgres).fork,
		"send":          (*postgres).sendLoop,
		"send_many":     (*postgres).sendMany,
		"get_event":     (*postgres).getEvent,
		"finished":      (*postgres).finished,
		"queued":        (*postgres).queued,
		"backfill":      (*postgres).backfill,
		"debounce":      (*postgres).debounce,
		"debounce_keys": (*postgres).debounceKeys,
	}
}

func runPostgres(ctx context.Context, t task.Task) (task.Finding, error) {
	do, found := postgresScenarios()[t.Scenario]
	if !found {
		return task.Finding{}, unknown(t)
	}
	pool, err := pgxpool.New(ctx, t.URL)
	if err != nil {
		return task.Finding{}, err
	}
	defer pool.Close()
	p := &postgres{pool: pool}
	err = pool.QueryRow(ctx, "SELECT to_regclass('dbos.workflow_input') IS NOT NULL").Scan(&p.split)
	if err != nil {
		return task.Finding{}, err
	}
	return do(p, ctx, t)
}

// A statement is a text with its parameters.
type statement struct {
	sql  string
	args []any
}

// send runs statements in one round trip and returns the number of rows that the last one
// changed.
func (p *postgres) send(ctx context.Context, list ...statement) (int, error) {
	if len(list) == 1 {
		tag, err := p.pool.Exec(ctx, list[0].sql, list[0].args...)
		return int(tag.RowsAffected()), err
	}
	var batch pgx.Batch
	for _, s := range list {
		batch.Queue(s.sql, s.args...)
	}
	results := p.pool.SendBatch(ctx, &batch)
	changed := 0
	for range list {
		tag, err := results.Exec()
		if err != nil {
			return 0, errors.Join(err, results.Close())
		}
		changed = int(tag.RowsAffected())
	}
	return changed, results.Close()
}
