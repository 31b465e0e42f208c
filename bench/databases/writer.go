package databases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// stepPause is the time between two steps of the application.
const stepPause = 2 * time.Millisecond

// Write plays an application beside a task: it finishes one step after the other of a workflow of
// its own, each in a transaction, until stop is called. stop returns the error of the first commit
// that failed.
func (d *Database) Write(ctx context.Context, prefix string) (stop func() error, err error) {
	if !d.IsSQLite() {
		return nil, errors.New("an application beside a task is for SQLite")
	}
	path := strings.TrimPrefix(d.URL, "sqlite:")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var failed error
	var group sync.WaitGroup
	group.Go(func() {
		for number := 0; failed == nil && ctx.Err() == nil; number++ {
			failed = d.step(db, prefix+"-app", number)
			time.Sleep(stepPause)
		}
	})
	return func() error {
		cancel()
		group.Wait()
		return errors.Join(failed, db.Close())
	}, nil
}

// step records the result of a step, and the time of the change in the workflow's row. A step that
// has begun is not interrupted.
func (d *Database) step(db *sql.DB, id string, number int) error {
	tx, err := db.Begin()
	if err != nil {
		return fmt.Errorf("the application beside: %w", err)
	}
	defer tx.Rollback()
	for _, text := range []string{
		`INSERT INTO workflow_status (workflow_uuid, status, name, created_at, updated_at) VALUES (?1, 'PENDING', 'app', ?2, ?2)
			ON CONFLICT (workflow_uuid) DO UPDATE SET updated_at = excluded.updated_at`,
		`INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, output) VALUES (?1, ?2, 'step', '{"done":true}')
			ON CONFLICT DO UPDATE SET output = excluded.output`,
	} {
		if _, err := tx.Exec(text, id, number); err != nil {
			return fmt.Errorf("the application beside: %w", err)
		}
	}
	return tx.Commit()
}
