package client

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// The safe modes rest on the database: a statement that changes something is refused by its
// sessions, also if no method has thought of the mode, and also through a pooler, whose
// sessions others use too.
func TestTheDatabaseRefusesWhatASafeModeForgets(t *testing.T) {
	t.Parallel()
	server, schema := pgtest.NewSchema(t)
	pooled, pooledSchema := pgtest.NewSchema(t)
	for name, where := range map[string]ClientConfig{
		"SQLite":    {DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "a.sqlite")},
		"Postgres":  {DatabaseURL: server, DatabaseSchema: schema},
		"PgBouncer": {DatabaseURL: pgtest.Pooled(t, pooled), DatabaseSchema: pooledSchema},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where.Create = true
			c, err := NewClient(t.Context(), where)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Shutdown(0) })
			if _, err := c.Enqueue("q", "wf", 1, WithEnqueueWorkflowID("w")); err != nil {
				t.Fatal(err)
			}
			where.Create = false
			for mode, config := range map[string]ClientConfig{"read-only": readOnly(where), "a dry run": dry(where)} {
				forgetful(t, mode, config)
			}
			if left, err := c.ListWorkflows(); err != nil || len(left) != 1 || left[0].Status != WorkflowStatusEnqueued {
				t.Errorf("what is left: %v, %v", left, err)
			}
		})
	}
}

func readOnly(c ClientConfig) ClientConfig { c.ReadOnly = true; return c }

func dry(c ClientConfig) ClientConfig { c.DryRun = true; return c }

// live returns the client that sends statements, also from inside a dry run.
func live(c Client) *systemClient {
	if d, is := c.(*dryRun); is {
		return d.systemClient
	}
	return c.(*systemClient)
}

// forgetful sends statements past the methods of a client, on each way that statements take.
func forgetful(t *testing.T, mode string, config ClientConfig) {
	t.Helper()
	opened, err := NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Shutdown(0)
	c := live(opened)
	const update, remove = "UPDATE {workflow_status} SET status = 'CANCELLED'", "DELETE FROM {workflow_status}"
	scan := func(db.Row) error { return nil }
	plans := map[string]db.Plan{
		"a statement":        func(b *db.Batch) { b.Exec(update, nil, nil) },
		"one with rows":      func(b *db.Batch) { b.Query(remove+" RETURNING workflow_uuid", nil, scan) },
		"after another":      func(b *db.Batch) { b.Query("SELECT 1 FROM {workflow_status}", nil, scan); b.Exec(remove, nil, nil) },
		"with settings":      func(b *db.Batch) { b.Indexed(); b.Exec(remove, nil, nil) },
		"prepared elsewhere": func(b *db.Batch) { b.Exec(update, nil, nil); b.Query("SELECT 1 FROM {workflow_status}", nil, scan) },
		"with a guard before": func(b *db.Batch) {
			b.Guard("SELECT 1 FROM {workflow_status} WHERE 1 = 0", nil, errIDConflict)
			b.Exec(remove, nil, nil)
		},
	}
	for what, plan := range plans {
		for way, send := range map[string]func() error{
			"written": func() error { return c.db.Run(t.Context(), plan) },
			"read":    func() error { return c.db.Read(t.Context(), plan) },
		} {
			if err := send(); !errors.Is(err, db.ErrReadOnly) {
				t.Errorf("%s: %s, %s: %v", mode, what, way, err)
			}
		}
	}
}
