//go:build interop

package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// A ladder has the statements of an SDK that make its tables: those of version 1 first. Versions
// that it skips have none.
type ladder struct {
	name    string
	backend string
	read    func(*testing.T) [][]string
}

// Numbers below 100 are each SDK's own: 37 of the Go SDK has all that a client needs, and that of
// TypeScript has not.
const (
	firstJudged = 37
	lastJudged  = 125
)

func ladders() []ladder {
	return []ladder{
		{"Go 1.8.0", "postgres", migrationsOfGo}, {"Go 1.8.0", "sqlite", fileMigrationsOfGo},
		{"Python 3.4.0", "postgres", func(t *testing.T) [][]string { return migrationsOfPython(t, "postgres") }},
		{"Python 3.4.0", "sqlite", func(t *testing.T) [][]string { return migrationsOfPython(t, "sqlite") }},
		{"TypeScript 5.3.0", "postgres", migrationsOfTypeScript},
	}
}

// The tables of every version from 37 to 125, as the migrations of the SDKs make them one after the
// other, are judged by their columns: a client works with them, says what each of them cannot do,
// and names what is missing if they are too old.
func TestTheTablesOfEveryVersion(t *testing.T) {
	t.Parallel()
	for _, l := range ladders() {
		t.Run(l.name+" "+l.backend, func(t *testing.T) {
			t.Parallel()
			steps := l.read(t)
			o := &other{site: site{database: sdkDatabases(peer.SDK{Language: peer.Go})[l.backend](t)}}
			apply := o.applier(t)
			if l.name != "TypeScript 5.3.0" { // whose own first versions make them
				for _, statement := range firstTables(o.sqlite()) {
					apply(statement)
				}
			}
			for version := 1; version <= lastJudged; version++ {
				changes := version <= len(steps) && len(steps[version-1]) > 0
				for i := 0; changes && i < len(steps[version-1]); i++ {
					apply(steps[version-1][i])
				}
				if version >= firstJudged {
					apply(fmt.Sprintf(`DELETE FROM %sdbos_migrations; INSERT INTO %[1]sdbos_migrations (version) VALUES (%d)`, o.schema(), version))
					o.judge(t, version, changes || version == firstJudged)
				}
			}
			if missing := missingOf(o.columns(t), newest...); len(missing) > 0 {
				t.Errorf("after the last of %d versions %v are missing", len(steps), missing)
			}
		})
	}
}

func firstTables(sqlite bool) []string {
	if sqlite {
		return []string{`CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY)`}
	}
	return []string{`CREATE SCHEMA dbos`, `CREATE TABLE dbos.dbos_migrations (version BIGINT NOT NULL PRIMARY KEY)`}
}

// schema returns the prefix of names of tables.
func (o *other) schema() string {
	if o.sqlite() {
		return ""
	}
	return "dbos."
}

// applier returns a function that carries out statements.
func (o *other) applier(t *testing.T) func(string) {
	t.Helper()
	if o.sqlite() {
		handle := o.open(t)
		t.Cleanup(func() { handle.Close() })
		return func(statement string) { mustExec(t, handle, statement) }
	}
	conn := connect(t, o.database)
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	return func(statement string) {
		if _, err := conn.PgConn().Exec(t.Context(), statement).ReadAll(); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// columns returns the columns of all tables, as "table.column", and the tables.
func (o *other) columns(t *testing.T) map[string]bool {
	t.Helper()
	handle, text := o.open(t), `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'dbos'`
	defer handle.Close()
	if o.sqlite() {
		text = `SELECT m.name || '.' || p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'`
	}
	found := map[string]bool{}
	for _, name := range column(t, handle, text) {
		table, _, _ := strings.Cut(name, ".")
		found[name], found["table "+table] = true, true
	}
	return found
}

// needed are tables and columns that came late to some SDK before its 37th version, or after it.
var needed = []string{
	"table queues", "table workflow_events_history", "table application_versions", "table workflow_schedules", "table streams",
	"workflow_status.rate_limited", "workflow_status.completed_at", "workflow_status.was_forked_from", "workflow_status.delay_until_epoch_ms",
	"workflow_status.serialization", "workflow_status.parent_workflow_id", "workflow_schedules.queue_name", "workflow_schedules.cron_timezone",
	"notifications.consumed", "operation_outputs.completed_at_epoch_ms", "streams.function_id",
}

// newest are columns of the newest tables.
var newest = []string{"workflow_status.creator_xid", "workflow_output.output", "notifications.consumed_by_function_id", "queues.partition_concurrency"}

// judge opens the database, whose tables are of a version, and works with it if it is new enough.
func (o *other) judge(t *testing.T, version int, changed bool) {
	t.Helper()
	columns := o.columns(t)
	var lacks []string
	for _, name := range needed {
		if table, _, _ := strings.Cut(name, "."); !columns[name] && (columns["table "+table] || strings.HasPrefix(name, "table ")) {
			lacks = append(lacks, name)
		}
	}
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: o.database, SDK: client.SDKGo, Logger: slog.New(slog.DiscardHandler)})
	if len(lacks) > 0 {
		for _, name := range lacks {
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("version %d lacks %s, and it is opened with %v", version, name, err)
			}
		}
		return
	}
	if err != nil {
		t.Fatalf("version %d lacks nothing: %v", version, err)
	}
	defer c.Shutdown(time.Minute)
	info, err := c.Info()
	if err != nil || info.Version != int64(version) {
		t.Fatalf("version %d: %v, %+v", version, err, info)
	}
	for words, wanted := range limits {
		missing := missingOf(columns, wanted...)
		listed := slices.ContainsFunc(info.Unsupported, func(m client.MissingCapability) bool {
			return m.Capability == words && m.Missing == strings.Join(missing, ", ")
		})
		if listed != (len(missing) > 0) {
			t.Errorf("version %d: %s needs %v, of which %v are missing; it says %v", version, words, wanted, missing, info.Unsupported)
		}
	}
	if changed {
		o.workOn(t, c, version, columns)
	}
}

// limits are what db info says that older tables cannot do, and the columns for it.
var limits = map[string][]string{
	"debounce":                   {"workflow_status.debounce_deadline_epoch_ms", "workflow_status.is_debounced"},
	"filter by attributes":       {"workflow_status.attributes"},
	"filter by schedule_name":    {"workflow_status.schedule_name"},
	"filter by application_name": {"workflow_status.application_name"},
}

func missingOf(columns map[string]bool, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return columns[name] })
}

// workOn does something of every kind. What needs a column that the tables lack is Unsupported,
// with the name of the column, and all else works.
func (o *other) workOn(t *testing.T, c client.Client, version int, columns map[string]bool) {
	t.Helper()
	id := fmt.Sprint("at-", version)
	one := 1
	for _, work := range []struct {
		what  string
		do    func() error
		needs []string
	}{
		{"enqueue", func() error {
			_, err := c.Enqueue("q", "w", "in", client.WithEnqueueWorkflowID(id))
			return err
		}, nil},
		{"list", func() error {
			found, err := c.ListWorkflows(client.WithWorkflowIDs([]string{id}), client.WithLoadInput(true))
			if err == nil && (len(found) != 1 || found[0].Input != "in") {
				return fmt.Errorf("%+v", found)
			}
			return err
		}, nil},
		{"send", func() error { return c.Send(id, "hello", "topic") }, nil},
		{"fork", func() error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: id + "-fork"})
			return err
		}, nil},
		{"cancel", func() error { return c.CancelWorkflow(id) }, nil},
		{"rewind", func() error { _, err := c.RewindWorkflow(id); return err }, nil},
		{"cancel again", func() error { return c.CancelWorkflow(id) }, nil},
		{"resume", func() error { _, err := c.ResumeWorkflow(id); return err }, nil},
		{"steps", func() error { _, err := c.GetWorkflowSteps(id); return err }, nil},
		{"messages", func() error {
			_, err := c.WorkflowMessages(id)
			return err
		}, nil},
		{"a schedule", func() error {
			return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: id, WorkflowName: "w", Schedule: "@hourly", SDK: client.SDKGo})
		}, nil},
		{"a run of it", func() error { _, err := c.TriggerSchedule(id); return err }, nil},
		{"a queue", func() error { _, err := c.RegisterQueue(client.QueueInput{Name: id}); return err }, nil},
		{"a queue with limits of partitions", func() error {
			_, err := c.RegisterQueue(client.QueueInput{Name: id + "-parted", QueueLimits: client.QueueLimits{PartitionConcurrency: &one}})
			return err
		}, []string{"queues.partition_concurrency"}},
		{"attributes", func() error { return c.SetWorkflowAttributes(id, map[string]any{"a": 1}) }, []string{"workflow_status.attributes"}},
		{"a filter by schedule", func() error {
			_, err := c.ListWorkflows(client.WithScheduleName(id))
			return err
		}, []string{"workflow_status.schedule_name"}},
		{"debounce", func() error {
			_, err := c.Debounce("w", id, time.Second, 1, client.DebouncerOptions{})
			return err
		}, []string{"workflow_status.debounce_deadline_epoch_ms", "workflow_status.is_debounced"}},
		{"an owner", func() error {
			_, err := c.Enqueue("q", "w", 1, client.WithEnqueueApplicationName("another"))
			return err
		}, []string{"workflow_status.application_name"}},
		{"rename", func() error {
			_, err := c.RenameApplication(client.RenameApplicationInput{OldName: "another", NewName: "other"})
			return err
		}, []string{"workflow_status.application_name", "queues.application_name", "workflow_schedules.application_name",
			"application_versions.application_name", "operation_outputs.application_name"}},
		{"delete", func() error { return c.DeleteWorkflows([]string{id, id + "-fork"}) }, nil},
	} {
		err, missing := work.do(), missingOf(columns, work.needs...)
		if len(missing) == 0 && err != nil && !(work.what == "rename" && errors.Is(err, &client.Error{Code: client.NonExistentApplication})) {
			t.Errorf("version %d: %s: %v", version, work.what, err)
		}
		if len(missing) > 0 && (!errors.Is(err, &client.Error{Code: client.Unsupported}) || !strings.Contains(err.Error(), missing[0])) {
			t.Errorf("version %d: %s without %v: %v", version, work.what, missing, err)
		}
	}
}

var recorded = regexp.MustCompile(`dbos_migrations"? (?:SET version = |\(version\) VALUES \()(\d+)`)

// migrationsOfGo has an application of the Go SDK print the statements, and sorts them by version.
func migrationsOfGo(t *testing.T) [][]string {
	t.Helper()
	command, err := peer.SDK{Language: peer.Go, Version: "1.8.0"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var statements, version []string
	printedJSON(t, &statements, command[0], "migrations")
	var steps [][]string
	for _, statement := range statements {
		number := recorded.FindStringSubmatch(statement)
		switch {
		case strings.HasPrefix(statement, "--") && !strings.Contains(statement, "\n"): // a comment
		case strings.Contains(statement, "CREATE SCHEMA IF"), strings.Contains(statement, "dbos_migrations (version BIGINT"):
		case number == nil:
			version = append(version, statement)
		default:
			last, _ := strconv.Atoi(number[1])
			steps = append(steps, make([][]string, last-len(steps))...)
			steps[last-1], version = version, nil
		}
	}
	return steps
}

// fileMigrationsOfGo reads the statements for SQLite off the module's source.
func fileMigrationsOfGo(t *testing.T) [][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(goModule(t), "dbos", "internal", "sysdb", "migrations", "sqlite", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	steps := make([][]string, lastJudged)
	for _, file := range files {
		number, _, _ := strings.Cut(filepath.Base(file), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version > lastJudged {
			t.Fatalf("%s: %v", file, err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		steps[version-1] = []string{string(text)}
	}
	return steps
}

// primaryKeyOfMessages is the version in which Python adds a primary key that new tables have.
const primaryKeyOfMessages = 10

func migrationsOfPython(t *testing.T, backend string) [][]string {
	t.Helper()
	command, err := peer.SDK{Language: peer.Python, Version: "3.4.0"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var steps map[string][][]string
	printedJSON(t, &steps, command[0], filepath.Join("declared", "migrations.py"))
	if backend == "postgres" {
		steps[backend][primaryKeyOfMessages-1] = nil
	}
	return steps[backend]
}

func migrationsOfTypeScript(t *testing.T) [][]string {
	t.Helper()
	installed, err := peer.Install(t.Context(), "5.3.0")
	if err != nil {
		t.Fatal(err)
	}
	var steps [][]string
	printedJSON(t, &steps, "node", filepath.Join("declared", "migrations.mjs"), installed)
	return steps
}

// printedJSON decodes what a program prints.
func printedJSON(t *testing.T, into any, program string, arguments ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, arguments...).Output()
	if failed, is := errors.AsType[*exec.ExitError](err); is {
		t.Fatalf("%s %v: %v\n%s", program, arguments, err, failed.Stderr)
	}
	if err == nil {
		err = json.Unmarshal(out, into)
	}
	if err != nil {
		t.Fatalf("%s %v: %v", program, arguments, err)
	}
}
