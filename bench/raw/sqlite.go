package raw

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"github.com/dbos-script/dbos-script/bench/task"
)

func isSQLite(url string) bool { return strings.HasPrefix(url, "sqlite:") }

// sqlite is a file, on one connection.
type sqlite struct{ db *sql.DB }

func sqliteScenarios() map[string]func(*sqlite, context.Context, task.Task) (task.Finding, error) {
	return map[string]func(*sqlite, context.Context, task.Task) (task.Finding, error){
		"enqueue":       (*sqlite).enqueue,
		"enqueue_many":  (*sqlite).enqueueMany,
		"list":          (*sqlite).list,
		"walk":          (*sqlite).walk,
		"offset":        (*sqlite).offset,
		"aggregate":     (*sqlite).aggregate,
		"rewind":        (*sqlite).rewind,
		"resume":        (*sqlite).resume,
		"resume_each":   (*sqlite).resumeEach,
		"cancel":        (*sqlite).cancel,
		"cancel_each":   (*sqlite).cancelEach,
		"fork":          (*sqlite).fork,
		"send":          (*sqlite).sendLoop,
		"send_many":     (*sqlite).sendMany,
		"get_event":     (*sqlite).getEvent,
		"finished":      (*sqlite).finished,
		"queued":        (*sqlite).queued,
		"backfill":      (*sqlite).backfill,
		"debounce":      (*sqlite).debounce,
		"debounce_keys": (*sqlite).debounceKeys,
		"cold":          (*sqlite).cold,
	}
}

func runSQLite(ctx context.Context, t task.Task) (task.Finding, error) {
	do, found := sqliteScenarios()[t.Scenario]
	if !found {
		return task.Finding{}, unknown(t)
	}
	path := strings.TrimPrefix(t.URL, "sqlite:")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		return task.Finding{}, err
	}
	db.SetMaxOpenConns(1)
	if err := db.PingContext(ctx); err != nil {
		return task.Finding{}, errors.Join(err, db.Close())
	}
	outcome, err := do(&sqlite{db}, ctx, t)
	return outcome, errors.Join(err, db.Close())
}

// loop measures calls of one statement, whose parameters are made for each.
func (s *sqlite) loop(ctx context.Context, t task.Task, text string, parameters func(i int) []any) (task.Finding, error) {
	statement, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return task.Finding{}, err
	}
	defer statement.Close()
	return t.Parallel(func(i int) error {
		_, err := statement.ExecContext(ctx, parameters(i)...)
		return err
	})
}

// once measures one statement about all workflows of the task. warm lists workflows to warm up
// with; it may be empty.
func (s *sqlite) once(ctx context.Context, t task.Task, text string, warm []string, parameters func(ids []string) ([]any, error)) (task.Finding, error) {
	do := func(ids []string) (int, error) {
		values, err := parameters(ids)
		if err != nil {
			return 0, err
		}
		_, err = s.db.ExecContext(ctx, text, values...)
		return t.Count, err
	}
	if len(warm) > 0 {
		if _, err := do(warm); err != nil {
			return task.Finding{}, err
		}
	}
	ids := t.IDs(t.Count)
	return finding(func() (int, error) { return do(ids) })
}

// list is a JSON array, which json_each takes apart.
func list(values any) (string, error) {
	text, err := json.Marshal(values)
	return string(text), err
}
