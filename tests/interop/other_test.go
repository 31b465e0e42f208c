//go:build interop

package interop

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// testSDK runs every capability on each kind of database that the SDK can use.
func testSDK(t *testing.T, sdk peer.SDK, results *table) {
	for backend, database := range sdkDatabases(sdk) {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			o := &other{site: site{version: sdk.Version, database: database(t)}, sdk: sdk}
			o.start(t)
			if sdk.Language != peer.TypeScript {
				o.refusesBlind(t)
				o.showsItself(t)
			}
			t.Run("can", func(t *testing.T) {
				for _, capability := range capabilities {
					if !capability.aloneWith(sdk) {
						t.Run(capability.name, func(t *testing.T) {
							t.Parallel()
							capability.prove(t, o, results)
						})
					}
				}
			})
			for _, capability := range capabilities {
				if capability.aloneWith(sdk) {
					t.Run(capability.name, func(t *testing.T) { capability.prove(t, o, results) })
				}
			}
		})
	}
}

// sdkDatabases returns how to make a database, for each kind that the SDK can use.
func sdkDatabases(sdk peer.SDK) map[string]func(*testing.T) string {
	found := map[string]func(*testing.T) string{"postgres": func(t *testing.T) string { return pgtest.NewDatabase(t) }}
	if sdk.SQLite() {
		found["sqlite"] = func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "app.sqlite") }
	}
	return found
}

// anySchedules makes, runs, triggers, backfills and repairs schedules of both sides. It restarts
// the application.
func anySchedules(t *testing.T, o *other) {
	o.run(t, "applications.lua", "--class", o.class(), "--language", string(o.sdk.Language))
	o.keepsTicks(t)
	o.checkContexts(t)
	o.goesOnAfterRestart(t)
	o.repairsContext(t)
}

// other is a database with an application of any SDK.
type other struct {
	site
	sdk peer.SDK
}

// sqlite reports whether the database is a file.
func (o *other) sqlite() bool { return strings.HasPrefix(o.database, "sqlite:") }

// name returns the application's name.
func (o *other) name() string {
	return map[peer.Language]string{peer.Go: "goapp", peer.Python: "pyapp", peer.Java: "javaapp", peer.TypeScript: "peer"}[o.sdk.Language]
}

// has reports whether the database has a column ("table.column") or a table ("table").
func (o *other) has(t *testing.T, what string) bool {
	t.Helper()
	if !o.sqlite() {
		return hasColumn(t, o.database, what)
	}
	handle := o.open(t)
	defer handle.Close()
	table, name, _ := strings.Cut(what, ".")
	return len(column(t, handle, `SELECT name FROM pragma_table_info(?) WHERE ? IN ('', name)`, table, name)) > 0
}

// runAny runs one of the runbooks that take the parameters of runbooks/any.lua.
func (o *other) runAny(t *testing.T, runbook string, parameters ...string) emitted {
	t.Helper()
	return o.run(t, runbook, append(o.parameters(t), parameters...)...)
}

func (o *other) parameters(t *testing.T) []string {
	t.Helper()
	parameters := []string{"--class", o.class(), "--language", string(o.sdk.Language), "--settle", o.settle()}
	if o.has(t, "queues.application_name") {
		parameters = append(parameters, "--app", o.name())
	}
	return parameters
}

func (o *other) start(t *testing.T) {
	t.Helper()
	o.app = launchOther(t, o.sdk, peer.Options{DatabaseURL: o.database})
}

// launchOther starts an application of any SDK, which ends with the test.
func launchOther(t *testing.T, sdk peer.SDK, opts peer.Options) *peer.Application {
	t.Helper()
	if _, err := sdk.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), launchTime)
	defer cancel()
	app, err := peer.StartOther(ctx, sdk, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Stop() })
	return app
}

// refusesBlind wants a schedule to be refused before anything has run: a wrong guess stops all
// schedules.
func (o *other) refusesBlind(t *testing.T) {
	t.Helper()
	o.chunk(t, `
		local ok, err = pcall(dbos.create_schedule, {schedule_name = "blind", workflow_name = "tick", schedule = "* * * * * *", context = {1}})
		assert(not ok and err.code == "Unsupported", tostring(err))
		assert(#dbos.list_schedules() == 0)`)
}

// showsItself has the application run something and make a schedule of its own.
func (o *other) showsItself(t *testing.T) {
	t.Helper()
	o.site.start(t, "shown", "echo", map[string]any{"n": 1})
	o.ask(t, peer.Request{Do: "result", WorkflowID: "shown"}, nil)
	o.ask(t, peer.Request{Do: "schedule", Key: "own", Args: []any{"* * * * * *", map[string]any{"shop": "own"}}}, nil)
	info := o.describe(t)
	want := map[peer.Language]string{peer.Go: "DBOS_JSON", peer.Python: "py_pickle", peer.Java: "java_jackson"}[o.sdk.Language]
	if len(info.Owners) != 1 || info.Owners[0].SDK != o.sdk.Language || !strings.Contains(info.Owners[0].Why, want) {
		t.Errorf("db info says of the application %+v, want %s because of %s", info.Owners, o.sdk.Language, want)
	}
}

// describe returns what db info says of owners and schedules.
func (o *other) describe(t *testing.T) (info struct {
	Owners []struct {
		Application string
		SDK         peer.Language
		Why         string
	}
	Unreadable []struct{ Name, Reason, Repair string } `json:"unreadable schedules"`
}) {
	t.Helper()
	out := call(t, o.database, "db", "info", "--output", "json")
	if out.err != nil {
		t.Fatalf("db info: %v\n%s", out.err, out.stderr)
	}
	if err := json.Unmarshal([]byte(out.stdout), &info); err != nil {
		t.Fatal(err)
	}
	return info
}

// keepsTicks has the application backfill ticks that have a run of ours, and one more. The Java SDK
// runs them again: it spells the ticks of a backfill in another way than its own runs, and
// so repeats its own too.
func (o *other) keepsTicks(t *testing.T) {
	t.Helper()
	if o.sdk.Language == peer.Java {
		return
	}
	var ids []string
	o.ask(t, peer.Request{Do: "backfill", Key: "quarter", Args: []any{"2026-01-01T00:00:01Z", "2026-01-01T01:00:01Z"}}, &ids)
	if len(ids) != 4 {
		t.Errorf("the application's backfill has the runs %v, not four", ids)
	}
	o.chunk(t, `assert(#dbos.list_workflows{workflow_id_prefix = "sched-quarter-2"} == 4)`)
}

// seen is a schedule as the application's SDK reads it.
type seen struct {
	Status  string
	Context any
}

// checkContexts has the application read all contexts, which no schedule may prevent.
func (o *other) checkContexts(t *testing.T) {
	t.Helper()
	var schedules map[string]seen
	o.ask(t, peer.Request{Do: "schedules"}, &schedules)
	for name, context := range map[string]any{
		"own":     map[string]any{"shop": "own", "again": true},
		"ours":    map[string]any{"shop": "north", "list": []any{1.0, []any{2.0}}},
		"quarter": map[string]any{"shop": "past"},
		"zoned":   nil,
	} {
		if got, found := schedules[name]; !found || !reflect.DeepEqual(got, seen{"ACTIVE", context}) {
			t.Errorf("the application reads schedule %q as %+v", name, got)
		}
	}
	if info := o.describeUnreadable(t); info != "" {
		t.Errorf("db info says of a healthy database: %s", info)
	}
}

func (o *other) describeUnreadable(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, s := range o.describe(t).Unreadable {
		lines = append(lines, s.Name+": "+s.Reason)
	}
	return strings.Join(lines, "\n")
}

// runsOn is Lua that waits for two more runs of schedules.
const runsOn = `
	local time = require "time"
	local function count(name) return #dbos.list_workflows{workflow_id_prefix = "sched-" .. name .. "-2", status = "SUCCESS"} end
	for _, name in ipairs{"own", "ours", "zoned"} do
		local before = count(name)
		for _ = 1, 200 do
			if count(name) >= before + 2 then break end
			time.sleep(0.1)
		end
		assert(count(name) >= before + 2, name .. " runs no more")
	end`

// goesOnAfterRestart wants the application's schedules and ours to run in a new process too.
func (o *other) goesOnAfterRestart(t *testing.T) {
	t.Helper()
	o.app.Stop()
	o.start(t)
	o.chunk(t, runsOn)
}

// repairsContext writes a context that the application cannot read. db info must name it, and the
// repair that it prints must bring the schedules back.
func (o *other) repairsContext(t *testing.T) {
	t.Helper()
	o.app.Stop()
	foreign := map[peer.Language]string{peer.Go: "gASVCgAAAAAAAAB9lIwBYZRLAXMu", peer.Python: `{"shop":"north"}`, peer.Java: `{"shop":"north"}`}[o.sdk.Language]
	o.exec(t, "UPDATE {workflow_schedules} SET context = '"+foreign+"' WHERE schedule_name = 'ours'")
	broken := o.describe(t).Unreadable
	if len(broken) != 1 || broken[0].Name != "ours" || !strings.Contains(broken[0].Reason, "context") {
		t.Fatalf("db info names as unreadable %+v; the owners are %+v", broken, o.describe(t).Owners)
	}
	o.chunk(t, broken[0].Repair)
	if left := o.describeUnreadable(t); left != "" {
		t.Errorf("after the repair db info says: %s", left)
	}
	o.start(t)
	o.chunk(t, runsOn)
}

// exec changes the database beside every SDK.
func (o *other) exec(t *testing.T, statement string) {
	t.Helper()
	handle, prefix := o.open(t), "dbos."
	defer handle.Close()
	if o.sqlite() {
		prefix = ""
	}
	mustExec(t, handle, strings.ReplaceAll(statement, "{workflow_schedules}", prefix+"workflow_schedules"))
}

// open opens the database beside every SDK.
func (o *other) open(t *testing.T) *sql.DB {
	t.Helper()
	driver, source := "pgx", o.database
	if o.sqlite() {
		driver, source = "sqlite", "file:"+strings.TrimPrefix(o.database, "sqlite:")+"?_pragma=busy_timeout(20000)"
	}
	handle, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	return handle
}
