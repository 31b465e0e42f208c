package pgtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	server, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func queryText(t *testing.T, conn *pgx.Conn, sql string, args ...any) string {
	t.Helper()
	var text string
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func TestRestartKeepsCommittedData(t *testing.T) {
	t.Parallel()
	server := start(t, Options{Fsync: true, Settings: map[string]string{"work_mem": "5MB", "application_name": "it's"}})
	before := connect(t, server.URL("postgres"))
	for parameter, want := range map[string]string{"fsync": "on", "work_mem": "5MB", "application_name": "it's"} {
		if got := queryText(t, before, "SELECT current_setting($1)", parameter); got != want {
			t.Errorf("%s = %q, want %q", parameter, got, want)
		}
	}
	if _, err := before.Exec(t.Context(), "CREATE TABLE kept AS SELECT 'yes' AS word"); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	if err := before.Ping(t.Context()); err == nil {
		t.Error("a connection outlived the restart")
	}
	if got := queryText(t, connect(t, server.URL("postgres")), "SELECT word FROM kept"); got != "yes" {
		t.Errorf("kept = %q", got)
	}
}

func TestStoppedServerRefusesConnections(t *testing.T) {
	t.Parallel()
	server := start(t, Options{})
	if err := server.StopServer(); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), server.URL("postgres")); err == nil {
		t.Fatal("a stopped server took a connection")
	}
	if err := server.StartServer(); err != nil {
		t.Fatal(err)
	}
	connect(t, "host="+server.SocketDir()+" user=postgres dbname=postgres port="+strings.TrimPrefix(server.Address(), "127.0.0.1:"))
}

func TestStopRemovesTheFolderOnce(t *testing.T) {
	t.Parallel()
	server := start(t, Options{})
	for range 2 {
		if err := server.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(server.SocketDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if err := server.StartServer(); err == nil {
		t.Error("a server stopped for good was started")
	}
}

func TestDirIsKeptAndUsedAgain(t *testing.T) {
	t.Parallel()
	owner, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(owner.tempDir(), "pgtest-kept-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	first := start(t, Options{Dir: dir})
	if _, err := connect(t, first.URL("postgres")).Exec(t.Context(), "CREATE DATABASE kept"); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	connect(t, start(t, Options{Dir: dir}).URL("kept"))
}

func TestPasswordIsAskedFor(t *testing.T) {
	t.Parallel()
	server := start(t, Options{Password: "it's a/secret@home"})
	connect(t, server.URL("postgres"))
	_, err := pgx.Connect(t.Context(), "postgres://postgres:wrong@"+server.Address()+"/postgres?sslmode=disable")
	if err == nil || !strings.Contains(err.Error(), "28P01") {
		t.Errorf("a wrong password gave %v", err)
	}
}

func TestBadSettingShowsTheServersLog(t *testing.T) {
	t.Parallel()
	_, err := Start(Options{Settings: map[string]string{"wrok_mem": "1"}})
	if err == nil || !strings.Contains(err.Error(), "wrok_mem") {
		t.Errorf("error does not name the setting: %v", err)
	}
}

func TestDatabasesAreApartAndDropped(t *testing.T) {
	t.Parallel()
	var first string
	t.Run("use two", func(t *testing.T) {
		first = NewDatabase(t)
		for _, address := range []string{first, NewDatabase(t)} {
			conn := connect(t, address)
			if _, err := conn.Exec(t.Context(), "CREATE TABLE mine ()"); err != nil {
				t.Error(err)
			}
		}
	})
	if _, err := pgx.Connect(t.Context(), first); err == nil || !strings.Contains(err.Error(), "3D000") {
		t.Errorf("the database is still there: %v", err)
	}
}

// The pipe that keeps the server alive closes when it is collected.
func TestSharedServerOutlivesTheGarbageCollector(t *testing.T) {
	t.Parallel()
	conn := connect(t, URL(t))
	for range 100 {
		runtime.GC()
		if err := conn.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSchemasAreApartAndDropped(t *testing.T) {
	t.Parallel()
	var address, schema string
	t.Run("create", func(t *testing.T) {
		address, schema = NewSchema(t)
		if _, other := NewSchema(t); other == schema {
			t.Errorf("two schemas named %s", schema)
		}
		conn := connect(t, address)
		if _, err := conn.Exec(t.Context(), "CREATE SCHEMA "+quote(schema)+" CREATE TABLE mine ()"); err != nil {
			t.Fatal(err)
		}
	})
	got := queryText(t, connect(t, address), "SELECT count(*)::text FROM pg_namespace WHERE nspname = $1", schema)
	if got != "0" {
		t.Errorf("schema %s is still there", schema)
	}
}

func TestMissingServerNamesThePackage(t *testing.T) {
	t.Parallel()
	_, err := findBinaries(t.TempDir(), t.TempDir()+"/*/bin")
	if !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "apt-get install -y --no-install-recommends postgresql") {
		t.Errorf("error = %v", err)
	}
}

func TestNewestCompleteVersionIsFound(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for version, programs := range map[string][]string{
		"9":  {"initdb", "pg_ctl", "postgres"},
		"16": {"initdb", "pg_ctl", "postgres"},
		"17": {"initdb", "pg_ctl"},
	} {
		install(t, filepath.Join(root, version, "bin"), programs)
	}
	got, err := findBinaries("", filepath.Join(root, "*", "bin"))
	if want := filepath.Join(root, "16", "bin"); err != nil || got != want {
		t.Errorf("found %s, %v; want %s", got, err, want)
	}
	first := filepath.Join(root, "9", "bin")
	if got, err := findBinaries(t.TempDir()+":"+first, filepath.Join(root, "*", "bin")); err != nil || got != first {
		t.Errorf("found %s, %v; want %s of PATH", got, err, first)
	}
}

func install(t *testing.T, folder string, programs []string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, program := range programs {
		if err := os.WriteFile(filepath.Join(folder, program), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
