package clienttest_test

import (
	"database/sql"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/worker"
)

// bareHandle is a handle of SQLite as it comes, without any of the settings the SDKs use.
func bareHandle(t *testing.T, b clienttest.Backend) *sql.DB {
	t.Helper()
	handle, err := sql.Open("sqlite", strings.TrimPrefix(b.Config().DatabaseURL, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { handle.Close() })
	return handle
}

func withHandle(handle *sql.DB) func(*client.ClientConfig) {
	return func(c *client.ClientConfig) { c.SqliteSystemDB, c.DatabaseURL = handle, "" }
}

func TestASQLiteHandleWithoutPragmas(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(withHandle(bareHandle(t, b)))
	lifeOf(t, b, c)
	if err := c.Send("missing", 1, ""); client.CodeOf(err) != client.NonExistentWorkflow {
		t.Errorf("without foreign keys a message to nobody gave %v", err)
	}
	id := enqueue(t, c, "w", nil)
	if err := c.Send(id, 1, ""); err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteWorkflows([]string{id}); err != nil {
		t.Fatal(err)
	}
	if left := b.Rows("notifications", "", nil); len(left) != 0 {
		t.Errorf("%d messages outlived their workflow", len(left))
	}
	writeTogether(t, b, c)
}

// lifeOf sees a workflow through with a client.
func lifeOf(t *testing.T, b clienttest.Backend, c client.Client) {
	t.Helper()
	w := launched(t, b, map[string]worker.Workflow{"two": twoSteps})
	id := enqueue(t, c, "two", "x")
	if err := c.CancelWorkflow(id); err != nil {
		t.Fatal(err)
	}
	handle, err := c.ResumeWorkflow(id, client.WithResumeQueue(queue))
	if err != nil {
		t.Fatal(err)
	}
	mustDrain(t, w)
	if result, err := handle.GetResult(); result != "x" || err != nil {
		t.Errorf("result %v, %v", result, err)
	}
	forked := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: id, StartStep: 1})
	mustDrain(t, w)
	if found, err := c.GetWorkflowSteps(forked); err != nil || len(found) != 2 {
		t.Errorf("%d steps, %v", len(found), err)
	}
	w.Close()
}

// writeTogether writes from many sides at once.
func writeTogether(t *testing.T, b clienttest.Backend, c client.Client) {
	t.Helper()
	other := b.NewClient()
	var group sync.WaitGroup
	for range 8 {
		for _, c := range []client.Client{c, other} {
			group.Go(func() {
				if _, err := c.EnqueueMany("together", "w", make([]any, 5)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	if rows := b.Rows("workflow_status", "queue_name = 'together'", nil); len(rows) != 80 {
		t.Errorf("%d rows", len(rows))
	}
}

// A caller's own connections are a client's like any other, one of them is enough, and a client
// that could not be made leaves them open.
func TestAPoolWithOneConnection(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	config, err := pgxpool.ParseConfig(b.Config().DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	_, err = client.NewClient(t.Context(), client.ClientConfig{SystemDBPool: pool, DatabaseSchema: "no such schema"})
	if client.CodeOf(err) != client.Initialization {
		t.Errorf("an empty schema gave %v", err)
	}
	c := b.NewClient(func(c *client.ClientConfig) { c.SystemDBPool, c.DatabaseURL = pool, "" })
	lifeOf(t, b, c)
	for range c.Workflows(client.WithPageSize(1)) {
		if _, err := c.ListWorkflows(); err != nil {
			t.Error(err)
		}
	}
	writeTogether(t, b, c)
	c.Shutdown(time.Minute)
	if err := pool.Ping(t.Context()); err == nil {
		t.Error("the pool is still open after Shutdown")
	}
}

func TestTwoHandlesAreRefused(t *testing.T) {
	t.Parallel()
	b, other := clienttest.On(t, "SQLite"), clienttest.On(t, "Postgres")
	pool, err := pgxpool.New(t.Context(), other.Config().DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	_, err = client.NewClient(t.Context(), client.ClientConfig{SystemDBPool: pool, SqliteSystemDB: bareHandle(t, b)})
	if client.CodeOf(err) != client.Initialization {
		t.Errorf("both gave %v", err)
	}
	if err := pool.Ping(t.Context()); err != nil {
		t.Errorf("the pool was closed: %v", err)
	}
	if _, err := client.NewClient(t.Context(), client.ClientConfig{}); client.CodeOf(err) != client.Initialization {
		t.Errorf("none gave %v", err)
	}
}

// A handle comes before a URL.
func TestAHandleComesBeforeAURL(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	id := enqueue(t, b.NewClient(), "w", nil)
	c := b.NewClient(func(c *client.ClientConfig) {
		c.SqliteSystemDB, c.DatabaseURL = bareHandle(t, b), "sqlite:/no/such/file"
	})
	if _, err := c.RetrieveWorkflow(id); err != nil {
		t.Error(err)
	}
}

func TestAReadOnlyClient(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if err := operations.Prepare(b.NewClient()); err != nil {
			t.Fatal(err)
		}
		b.Exec("INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at) VALUES ('id', 'v1', 1, 1)", nil)
		c := b.NewClient(func(c *client.ClientConfig) { c.ReadOnly = true })
		before := b.Rows("workflow_status", "", nil)
		for _, o := range operations.All() {
			if o.Call == nil {
				continue
			}
			if err := o.Do(c); o.Changes != (client.CodeOf(err) == client.ReadOnly) || !o.Changes && err != nil {
				t.Errorf("%s returns %v", o.Method, err)
			}
		}
		if after := b.Rows("workflow_status", "", nil); !reflect.DeepEqual(before, after) {
			t.Errorf("before\n%v\nafter\n%v", before, after)
		}
	})
}

// A database that refuses to be written to says so in the client's words, and can be read.
func TestAReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SQLite", "Postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, name)
			enqueue(t, b.NewClient(), "w", nil, client.WithEnqueueWorkflowID("id"))
			c := b.NewClient(func(config *client.ClientConfig) { config.DatabaseURL = unwritable(t, b) })
			for name, err := range map[string]error{"enqueue": enqueuing(c), "cancel": c.CancelWorkflow("id"), "delete": c.DeleteWorkflows([]string{"id"})} {
				if client.CodeOf(err) != client.ReadOnly {
					t.Errorf("%s returns %v", name, err)
				}
			}
			if list, err := c.ListWorkflows(); err != nil || len(list) != 1 {
				t.Errorf("%d workflows, %v", len(list), err)
			}
		})
	}
}

func enqueuing(c client.Client) error {
	_, err := c.Enqueue("q", "w", 1)
	return err
}

// unwritable is the address of the database for those who may not write.
func unwritable(t *testing.T, b clienttest.Backend) string {
	t.Helper()
	if b.Name != "SQLite" {
		return b.Config().DatabaseURL + "&default_transaction_read_only=on"
	}
	path := strings.TrimPrefix(b.Config().DatabaseURL, "sqlite:")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return "sqlite:file:" + path + "?mode=ro"
}
