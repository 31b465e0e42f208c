package client_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// newFile makes a system database in a file, changes it, and leaves it closed.
func newFile(t *testing.T, change string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "system.db")
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path, Create: true, SchemaVersion: 107})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w1")); err != nil {
		t.Fatal(err)
	}
	c.Shutdown(0)
	handle, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	for _, statement := range []string{change, "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := handle.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return path
}

func hash(t *testing.T, path string) [32]byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(data)
}

func TestAFileThatLacksAColumnIsRefusedAndUnchanged(t *testing.T) {
	t.Parallel()
	path := newFile(t, "ALTER TABLE workflow_status DROP COLUMN was_forked_from")
	before := hash(t, path)
	_, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path, Create: true})
	if client.CodeOf(err) != client.Initialization || !strings.Contains(err.Error(), "workflow_status.was_forked_from") {
		t.Fatalf("want an Initialization error that names the column, got %v", err)
	}
	if hash(t, path) != before {
		t.Error("the file changed")
	}
}

func TestAFileThatLacksALaterColumnIsLimitedAndUnchanged(t *testing.T) {
	t.Parallel()
	path := newFile(t, "ALTER TABLE workflow_status DROP COLUMN application_name")
	before := hash(t, path)
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := c.ListWorkflows(client.WithLoadInput(true)); err != nil || len(found) != 1 || found[0].ApplicationName != "" {
		t.Fatalf("list: %v %v", found, err)
	}
	_, err = c.ListWorkflows(client.WithApplicationName("shop"))
	if client.CodeOf(err) != client.Unsupported || !strings.Contains(err.Error(), "workflow_status.application_name") {
		t.Errorf("want an Unsupported error that names the column, got %v", err)
	}
	c.Shutdown(0)
	if hash(t, path) != before {
		t.Error("the file changed")
	}
}

// catalog is everything of a schema that a migration would change.
func catalog(t *testing.T, conn *pgx.Conn, schema string) string {
	t.Helper()
	var text string
	err := conn.QueryRow(t.Context(), `
SELECT string_agg(line, E'\n' ORDER BY line) FROM (
	SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || COALESCE(column_default, '') AS line
	FROM information_schema.columns WHERE table_schema = $1
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = $1
	UNION ALL SELECT proname || prosrc FROM pg_proc WHERE pronamespace = to_regnamespace(quote_ident($1))
) AS lines`, schema).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestASchemaThatLacksAColumnIsRefusedAndUnchanged(t *testing.T) {
	t.Parallel()
	url, schema := pgtest.NewSchema(t)
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: url, DatabaseSchema: schema, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	c.Shutdown(0)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	drop := "ALTER TABLE " + pgx.Identifier{schema, "workflow_status"}.Sanitize() + " DROP COLUMN completed_at"
	if _, err := conn.Exec(t.Context(), drop); err != nil {
		t.Fatal(err)
	}
	before := catalog(t, conn, schema)
	_, err = client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: url, DatabaseSchema: schema, Create: true})
	if client.CodeOf(err) != client.Initialization || !strings.Contains(err.Error(), "workflow_status.completed_at") {
		t.Fatalf("want an Initialization error that names the column, got %v", err)
	}
	if after := catalog(t, conn, schema); after != before {
		t.Errorf("the schema changed:\n%s\n---\n%s", before, after)
	}
}

func TestAMistypedFileIsNotCreated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mistyped.db")
	_, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path})
	if client.CodeOf(err) != client.Unavailable || !strings.Contains(err.Error(), path) {
		t.Errorf("want an Unavailable error that names the file, got %v", err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file was created: %v", err)
	}
}
