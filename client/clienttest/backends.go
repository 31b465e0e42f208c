package clienttest

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A Record is a row of a table as text.
type Record = simulator.Record

// A Backend is an empty system database of a test's own, and the clock of all who work on it.
type Backend struct {
	Name     string // "SQLite", "Postgres", "Cockroach" or "PgBouncer"
	Clock    *simulator.Clock
	Database *simulator.Database // the tables themselves

	t      testing.TB
	config client.ClientConfig
}

// start is where the clocks of tests stand at first.
var start = time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)

// poll is the interval at which clients and workers of tests poll. It is short, because another
// goroutine causes the event at once.
const poll = 2 * time.Millisecond

// Backends runs a test on every back end, as parallel subtests, each on a fresh system database.
// Without a Postgres the test fails.
func Backends(t *testing.T, test func(t *testing.T, b Backend)) {
	t.Helper()
	isPooled(t)
	for _, name := range wanted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, On(t, name))
		})
	}
}

// BackendsAt is Backends with tables of one schema version everywhere, for a test that changes
// their shape.
func BackendsAt(t *testing.T, version int, test func(t *testing.T, b Backend)) {
	t.Helper()
	isPooled(t)
	for _, name := range wanted() {
		if name == olderSQLite {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind := kinds()[name]
			kind.version = version
			test(t, newBackend(t, name, kind))
		})
	}
}

// On returns one back end by its name, for a test that must run alone.
func On(t testing.TB, name string) Backend {
	t.Helper()
	kind, ok := kinds()[name]
	if !ok {
		t.Fatalf("no back end %q", name)
	}
	return newBackend(t, strings.TrimSuffix(name, "107"), kind)
}

// EnvBackend names the environment variable with the one back end that Backends uses in place of
// the usual ones: PgBouncer, whose tests are a run of their own.
const EnvBackend = "DBOS_SCRIPT_TEST_BACKEND"

// EnvUnpooled names the environment variable with a regular expression of the tests that are left
// out of the run through PgBouncer, because they run on other back ends alone.
const EnvUnpooled = "DBOS_SCRIPT_TEST_UNPOOLED"

// isPooled fails a test of every back end that is left out of the run through PgBouncer.
func isPooled(t *testing.T) {
	t.Helper()
	unpooled, name := os.Getenv(EnvUnpooled), strings.Split(t.Name(), "/")[0]
	if unpooled != "" && regexp.MustCompile(unpooled).MatchString(name) {
		t.Errorf("%s runs on every back end, and %s leaves it out of the run through PgBouncer", name, EnvUnpooled)
	}
}

func wanted() []string {
	if one := os.Getenv(EnvBackend); one != "" {
		return []string{one}
	}
	return []string{"SQLite", olderSQLite, "Postgres", "Cockroach"}
}

// olderSQLite is SQLite with the tables of older applications.
const olderSQLite = "SQLite107"

// A kind is a database, and the schema version of its tables: 0 is the newest. Both versions take
// their turn on each
// of the two databases.
type kind struct {
	open    func(testing.TB) client.ClientConfig
	version int
}

func kinds() map[string]kind {
	return map[string]kind{
		"SQLite": {onSQLite, 0}, olderSQLite: {onSQLite, 107},
		"Postgres": {onPostgres, 0}, "Cockroach": {onCockroach, 107}, "PgBouncer": {onPgBouncer, 0},
	}
}

// onPgBouncer is a Postgres behind a pooler that hands each transaction to another session.
func onPgBouncer(t testing.TB) client.ClientConfig {
	url, schema := pgtest.NewSchema(t)
	return client.ClientConfig{DatabaseURL: pgtest.Pooled(t, url), DatabaseSchema: schema}
}

func onSQLite(t testing.TB) client.ClientConfig {
	return client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db")}
}

func onPostgres(t testing.TB) client.ClientConfig {
	url, schema := pgtest.NewSchema(t)
	return client.ClientConfig{DatabaseURL: url, DatabaseSchema: schema}
}

// onCockroach is a Postgres that plays CockroachDB: it has no LISTEN and no triggers, and one
// request out of seven is undone with a conflict.
func onCockroach(t testing.TB) client.ClientConfig {
	url, schema := pgtest.NewSchema(t)
	proxy := pgproxy.New(t, url, pgproxy.Options{Cockroach: true, Intercept: pgproxy.Every(7, pgproxy.Conflict)})
	return client.ClientConfig{DatabaseURL: proxy.URL(), DatabaseSchema: schema}
}

func newBackend(t testing.TB, name string, kind kind) Backend {
	t.Helper()
	config := kind.open(t)
	config.SchemaVersion = kind.version
	clock := simulator.NewClock(start)
	config.Logger, config.Clock, config.PollInterval = slog.New(slog.NewTextHandler(io.Discard, nil)), clock.Now, poll
	b := Backend{Name: name, Clock: clock, t: t, config: config}
	b.create()
	database, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(database.Close)
	b.Database = database
	return b
}

// create makes the tables.
func (b Backend) create() {
	b.t.Helper()
	if path, isFile := strings.CutPrefix(b.config.DatabaseURL, "sqlite:"); isFile && emptyFiles[b.config.SchemaVersion] != nil {
		writeEmpty(b.t, path, b.config.SchemaVersion)
		return
	}
	b.NewClient(func(c *client.ClientConfig) { c.Create = true })
}

// WriteEmpty makes an SQLite file with the tables of the newest version. It copies one that is made
// once a process, because SQLite takes longer to make the tables than most tests take.
func WriteEmpty(t testing.TB, path string) {
	t.Helper()
	writeEmpty(t, path, 0)
}

func writeEmpty(t testing.TB, path string, version int) {
	t.Helper()
	content, err := emptyFiles[version]()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// emptyFiles are SQLite files with the tables of each version, made once a process.
var emptyFiles = map[int]func() ([]byte, error){
	0: emptyFile(0), 107: emptyFile(107), 125: emptyFile(125),
}

func emptyFile(version int) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		folder, err := os.MkdirTemp("", "clienttest-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
		path := filepath.Join(folder, "empty.sqlite")
		c, err := client.NewClient(context.Background(), client.ClientConfig{DatabaseURL: "sqlite:" + path, SchemaVersion: version, Create: true})
		if err != nil {
			return nil, err
		}
		c.Shutdown(0)
		return os.ReadFile(path)
	})
}

// Existing returns a database that exists as a back end, with a clock of its own.
func Existing(t testing.TB, config client.ClientConfig) Backend {
	t.Helper()
	clock := simulator.NewClock(start)
	config.Logger, config.Clock, config.PollInterval = slog.New(slog.NewTextHandler(io.Discard, nil)), clock.Now, poll
	database, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(database.Close)
	return Backend{Name: "Existing", Clock: clock, Database: database, t: t, config: config}
}

// For returns the back end for a subtest, so that failures are the subtest's.
func (b Backend) For(t testing.TB) Backend {
	b.t = t
	return b
}

// Of returns the back end with clients that are told the SDK of the application.
func (b Backend) Of(sdk client.SDK) Backend {
	b.config.SDK = sdk
	return b
}

// Behind returns the back end with clients that connect to another address of the database.
func (b Backend) Behind(url string) Backend {
	b.config.DatabaseURL = url
	return b
}

// Config returns the configuration of a client of the database.
func (b Backend) Config() client.ClientConfig { return b.config }

// NewClient returns a client, shut down when the test ends.
func (b Backend) NewClient(changes ...func(*client.ClientConfig)) client.Client {
	b.t.Helper()
	config := b.config
	for _, change := range changes {
		change(&config)
	}
	c, err := client.NewClient(context.WithoutCancel(b.t.Context()), config)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { c.Shutdown(time.Minute) })
	return c
}

// NewWorker returns a worker that is not launched yet, closed when the test ends.
func (b Backend) NewWorker(changes ...func(*worker.Config)) *worker.Worker {
	b.t.Helper()
	config := worker.Config{ClientConfig: b.config}
	for _, change := range changes {
		change(&config)
	}
	w, err := worker.New(b.t.Context(), config)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(w.Close)
	return w
}

// Rows returns the rows of a table that match a condition; an empty condition matches all.
func (b Backend) Rows(table, condition string, args map[string]any) []Record {
	b.t.Helper()
	records, err := b.Database.Records(context.WithoutCancel(b.t.Context()), table, condition, args)
	if err != nil {
		b.t.Fatal(err)
	}
	return records
}

// Workflow returns the row of a workflow, or nil if there is none.
func (b Backend) Workflow(id string) Record {
	b.t.Helper()
	records := b.Rows("workflow_status", "workflow_uuid = :id", map[string]any{"id": id})
	if len(records) == 0 {
		return nil
	}
	return records[0]
}

// Exec carries out a statement on the tables.
func (b Backend) Exec(text string, args map[string]any) {
	b.t.Helper()
	if _, err := b.Database.Exec(context.WithoutCancel(b.t.Context()), text, args); err != nil {
		b.t.Fatal(err)
	}
}

// Alter changes tables. Clients and workers that are made from now on see it.
func (b Backend) Alter(statements ...string) {
	b.t.Helper()
	if err := b.Database.Alter(context.WithoutCancel(b.t.Context()), statements...); err != nil {
		b.t.Fatal(err)
	}
}

// Millis is the present of the clock as the database stores it, in text.
func (b Backend) Millis() string { return strconv.FormatInt(b.Clock.Now().UnixMilli(), 10) }
