package clienttest_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A client and a worker share a database in memory through one handle, as tests of scripts do.
func TestAClientAndAWorkerShareADatabaseInMemory(t *testing.T) {
	t.Parallel()
	handle, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { handle.Close() })
	handle.SetMaxOpenConns(1)
	clock := simulator.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	config := client.ClientConfig{SqliteSystemDB: handle, Clock: clock.Now, Create: true}
	c, err := client.NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	w, err := worker.New(t.Context(), worker.Config{ClientConfig: config, Queues: []worker.Queue{{Name: queue}}})
	if err != nil {
		t.Fatal(err)
	}
	w.Register("w", func(r *worker.Run) (any, error) {
		if err := r.Sleep(time.Hour); err != nil {
			return nil, err
		}
		return r.Step("list", func() (any, error) {
			list, err := c.ListWorkflows()
			return len(list), err
		})
	}, worker.RegisterOptions{})
	if err := w.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	handleOf, err := client.Enqueue[any, int](c, queue, "w", nil)
	if err != nil {
		t.Fatal(err)
	}
	mustDrain(t, w)
	clock.Advance(time.Hour)
	mustDrain(t, w)
	if result, err := handleOf.GetResult(); result != 1 || err != nil {
		t.Errorf("result %d, %v", result, err)
	}
	w.Close()
	if _, err := c.ListWorkflows(); err != nil {
		t.Errorf("closing the worker closed the handle: %v", err)
	}
}
