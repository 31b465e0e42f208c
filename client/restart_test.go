package client_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// crashing gives a server that can be stopped, with commits that outlive it, and a client.
func crashing(t *testing.T) (*pgtest.Server, client.ClientConfig, client.Client) {
	t.Helper()
	server, err := pgtest.Start(pgtest.Options{Fsync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	config := client.ClientConfig{DatabaseURL: server.URL("postgres"), DatabaseSchema: "dbos", Create: true}
	return server, config, open(t, config)
}

// inEights does something so many times from eight goroutines, and crashes the server each time a
// third of it is done.
func inEights(t *testing.T, server *pgtest.Server, times int, do func(n int) error) {
	t.Helper()
	var next, done atomic.Int64
	var workers sync.WaitGroup
	crash := make(chan struct{}, 2)
	for range 8 {
		workers.Go(func() {
			for n := int(next.Add(1)); n <= times; n = int(next.Add(1)) {
				if err := do(n); err != nil {
					t.Errorf("number %d: %v", n, err)
				}
				if d := int(done.Add(1)); d == times/3 || d == 2*times/3 {
					crash <- struct{}{}
				}
			}
		})
	}
	for range 2 {
		<-crash
		if err := server.StopServer(); err != nil {
			t.Error(err)
		}
		if err := server.StartServer(); err != nil {
			t.Error(err)
		}
	}
	workers.Wait()
}

// once checks that the rows of a table are those numbered from 1 on, each there once.
func once(t *testing.T, config client.ClientConfig, table, where, column string, times int, name func(int) string) {
	t.Helper()
	d, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rows, err := d.Records(t.Context(), table, where, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[any]int{}
	for _, row := range rows {
		seen[row[column]]++
	}
	for n := 1; n <= times; n++ {
		if count := seen[name(n)]; count != 1 {
			t.Errorf("%s is there %d times", name(n), count)
		}
	}
	if len(rows) != times {
		t.Errorf("%d rows, want %d", len(rows), times)
	}
}

func TestEnqueuesOutliveTheServer(t *testing.T) {
	t.Parallel()
	server, config, c := crashing(t)
	inEights(t, server, 1000, func(n int) error {
		_, err := c.Enqueue("q", "wf", n, client.WithEnqueueDeduplicationID(fmt.Sprint("d", n)))
		return err
	})
	once(t, config, "workflow_status", "", "deduplication_id", 1000, func(n int) string { return fmt.Sprint("d", n) })
}

func TestSendsOutliveTheServer(t *testing.T) {
	t.Parallel()
	server, config, c := crashing(t)
	with("receiver")(t, c)
	inEights(t, server, 1000, func(n int) error { return c.Send("receiver", n, "") })
	once(t, config, "notifications", "", "message", 1000, func(n int) string { return fmt.Sprint(n) })
}

func TestForksOutliveTheServer(t *testing.T) {
	t.Parallel()
	server, config, c := crashing(t)
	originals := enqueued(t, c, "original", 201)
	inEights(t, server, 200, func(n int) error {
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: originals[n]})
		return err
	})
	once(t, config, "workflow_status", "forked_from IS NOT NULL", "forked_from", 200, func(n int) string { return originals[n] })
}

// The server goes and comes back while results, events and streams are waited for.
func TestWaitsOutliveTheServer(t *testing.T) {
	t.Parallel()
	server, config, c := crashing(t)
	ids := enqueued(t, c, "w", 20)
	failed := make(chan error, 3)
	go func() { _, err := c.GetEvent("w0", "k", time.Hour); failed <- err }()
	go func() { _, _, err := c.ClientReadStream("w1", "k"); failed <- err }()
	go func() { _, err := c.Wait(ids); failed <- err }()
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	d, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, statement := range []string{
		"INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization) VALUES ('w0', 'k', '1', 'portable_json')",
		"UPDATE {workflow_status} SET status = 'SUCCESS'",
	} {
		if _, err := d.Exec(t.Context(), statement, nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
