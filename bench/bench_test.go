package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/goclient"
	"github.com/dbos-script/dbos-script/bench/luaonly"
	"github.com/dbos-script/dbos-script/bench/raw"
	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// every returns the rows of all tables.
func every() []row {
	return slices.Concat(rows(), outputRows(), millionRows(1000, time.Now()))
}

// A row that a subject does not know would be an empty cell that nobody misses.
func TestEverySubjectKnowsEveryRow(t *testing.T) {
	t.Parallel()
	p := programs{folder: ".", sdk: "there", gosdk: "there"}
	all := subjects(p)
	for _, r := range slices.Concat(rows(), bulkRows()) {
		for _, s := range all {
			wanted := r.taskFor(s, "postgres://x", "p")
			switch {
			case wanted.Scenario == nothing:
				continue
			case !s.knows(wanted):
				t.Errorf("%s: %s does not know %q", r.name, s.name, wanted.Scenario)
			}
			wanted.URL = "sqlite:x"
			if s.name != "ts" && !s.knows(wanted) {
				t.Errorf("%s: %s does not know %q on SQLite", r.name, s.name, wanted.Scenario)
			}
		}
	}
	for _, r := range outputRows() {
		for _, s := range only(subjects(p), "lua", "ts", "gosdk") {
			if wanted := r.taskFor(s, "postgres://x", "p"); wanted.Scenario != nothing && !s.knows(wanted) {
				t.Errorf("%s: %s does not know %q", r.name, s.name, wanted.Scenario)
			}
		}
	}
	for _, r := range millionRows(1000, time.Now()) {
		for _, s := range only(subjects(p), "lua", "gosdk") {
			if wanted := r.taskFor(s, "postgres://x", "p"); wanted.Scenario != nothing && !s.knows(wanted) {
				t.Errorf("%s: %s does not know %q", r.name, s.name, wanted.Scenario)
			}
		}
	}
}

// A row without a limit would pass if it were ten times slower.
func TestEveryRowHasALimit(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, r := range slices.Concat(every(), bulkRows(), engineRows(), servedRows(), durableRows()) {
		if !r.limits.any() {
			t.Errorf("%s has no limit", r.name)
		}
		if text := r.limits.String(); r.limits.any() != (text != "") {
			t.Errorf("%s shows %q for %+v", r.name, text, r.limits)
		}
		if names[r.name] && !strings.HasPrefix(r.name, "first_") {
			t.Errorf("two rows are called %s", r.name)
		}
		names[r.name] = true
	}
	if (limits{}).any() || (limits{CPU: true}).any() {
		t.Error("a row that has nothing to hold would pass")
	}
}

// The program on the Go SDK is a module of its own, with a task and a finding of its own.
func TestTheGoSDKProgramKnowsEveryFieldOfATask(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("gosdk/measure.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []reflect.Type{reflect.TypeFor[task.Task](), reflect.TypeFor[task.Finding]()} {
		for i := range message.NumField() {
			name, _, _ := strings.Cut(message.Field(i).Tag.Get("json"), ",")
			if !strings.Contains(string(source), `json:"`+name+`"`) && !strings.Contains(string(source), `json:"`+name+`,omitempty"`) {
				t.Errorf("%v: no field %q", message, name)
			}
		}
	}
}

// A row that is measured is judged, on whichever database.
func TestEveryRowIsJudgedOnEveryTable(t *testing.T) {
	t.Parallel()
	own := []string{"raw", "go", "lua"}
	for name, c := range map[string]struct {
		rows     []row
		subjects []string
	}{
		"peer":    {slices.Concat(rows(), bulkRows()), []string{"raw", "go", "lua", "ts", "gosdk"}},
		"own":     {slices.Concat(rows(), bulkRows(), engineRows(), servedRows(), durableRows()), own},
		"sqlite":  {sqliteRows(slices.Concat(rows(), servedRows(), durableRows())), append(own, "gosdk")},
		"line":    {slowLineRows(rows()), []string{"raw", "go", "lua", "ts", "gosdk"}},
		"output":  {outputRows(), []string{"raw", "lua", "ts", "gosdk"}},
		"million": {millionRows(1000, time.Now()), []string{"gosdk", "lua"}},
	} {
		p := programs{folder: ".", sdk: "there", gosdk: "there"}
		known := only(subjects(p), c.subjects...)
		for _, r := range c.rows {
			m := measured{r, map[string][]sample{}}
			for _, s := range known {
				if s.knows(r.taskFor(s, "postgres://x", "p")) {
					m.samples[s.name] = slices.Repeat([]sample{{Seconds: 1, CPU: 1, Memory: 1}}, enoughSamples)
				}
			}
			v := judgeTargets([]table{newTable(name, "Test", known, []measured{m})})
			if len(v.Targets) == 0 {
				t.Errorf("%s has no limit in the table %s", r.name, name)
			}
			for _, target := range v.Targets {
				if target.Holds == notJudged {
					t.Errorf("%s in the table %s: %+v", r.name, name, target)
				}
			}
		}
	}
}

func exists(names ...string) bool {
	_, err := os.Stat(filepath.Join(names...))
	return err == nil
}

// What the raw program does must be as much as what the client does.
func TestTheRawProgramDoesTheSame(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) (*databases.Database, error){
		"SQLite": func(t *testing.T) (*databases.Database, error) { return databases.NewSQLite(t.Context(), t.TempDir()) },
		"Postgres": func(t *testing.T) (*databases.Database, error) {
			return databases.NewSplit(t.Context(), pgtest.NewDatabase(t))
		},
		"Postgres, 107": func(t *testing.T) (*databases.Database, error) {
			return databases.NewPostgres(t.Context(), pgtest.NewDatabase(t))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { database.Close() })
			if err := database.Fill(t.Context(), 50); err != nil {
				t.Fatal(err)
			}
			for _, r := range slices.Concat(rows(), bulkRows()) {
				sameWork(t, database, r.sized(20))
			}
		})
	}
}

// sameWork compares the workflows and inputs that a row's task leaves.
func sameWork(t *testing.T, database *databases.Database, r row) {
	t.Helper()
	switch scenario := r.task.Scenario; {
	case scenario == "get_event" || scenario == "queued" || r.task.Whole():
		return
	case scenario == "rewind" && !database.Split(): // the newest tables only
		return
	case scenario == "enqueue_first":
		r = r.sized(1)
	case r.task.Page > 0:
		r.task.Page = 7
	}
	got := map[string][2]int{}
	for _, subject := range []string{"raw", "go"} {
		got[subject] = leaves(t, database, r, subject)
	}
	// One of them may have warmed up with one more.
	for i, what := range []string{"workflows", "inputs"} {
		if difference := got["raw"][i] - got["go"][i]; difference < -1 || difference > 1 {
			t.Errorf("%s leaves %v %s", r.name, got, what)
		}
	}
}

// leaves counts the workflows that there are after a task, and their inputs.
func leaves(t *testing.T, database *databases.Database, r row, name string) [2]int {
	t.Helper()
	ctx, prefix := t.Context(), fmt.Sprintf("%s_%s", r.name, name)
	if group := r.group(prefix); group != nil {
		if err := database.Add(ctx, *group); err != nil {
			t.Fatal(err)
		}
	}
	if r.recorded {
		if err := database.RecordRuns(ctx); err != nil {
			t.Fatal(err)
		}
	}
	do := goclient.Run
	if name == "raw" {
		do = raw.Run
	}
	found, err := do(ctx, r.taskFor(subject{name: name}, database.URL, prefix))
	if err != nil || found.Items != r.task.Count || found.Seconds <= 0 {
		t.Fatalf("%s, %s: %+v, %v", r.name, name, found, err)
	}
	if loops := r.lineCount > 0; loops && found.P99 < found.Seconds {
		t.Errorf("%s, %s: the slowest call is %v, the median %v", r.name, name, found.P99, found.Seconds)
	}
	workflows, inputs, err := database.Count(ctx, prefix)
	if err != nil {
		t.Fatal(err)
	}
	if err := database.Remove(ctx, prefix); err != nil {
		t.Fatal(err)
	}
	if left, _, err := database.Count(ctx, prefix); left != 0 || err != nil {
		t.Errorf("%s, %s: %d are left, %v", r.name, name, left, err)
	}
	return [2]int{workflows, inputs}
}

// An application beside a task commits, and what it wrote goes with the task's workflows.
func TestAnApplicationWritesBesideATask(t *testing.T) {
	t.Parallel()
	database, err := databases.NewSQLite(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	stop, err := database.Write(t.Context(), "shared")
	if err != nil {
		t.Fatal(err)
	}
	work := task.Task{Scenario: "enqueue", URL: database.URL, Prefix: "shared", Count: 20}
	if _, err := goclient.Run(t.Context(), work); err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if count, _, err := database.Count(t.Context(), "shared"); count < 21 || err != nil {
		t.Errorf("%d workflows, %v", count, err)
	}
}

// Every script runs without a database too, which is how its own part is measured.
func TestEveryScriptRunsAlone(t *testing.T) {
	t.Parallel()
	for _, r := range every() {
		path := programs{folder: "."}.luaFile(r.task)
		if !exists(path) || r.task.Whole() {
			continue
		}
		_, err := luaonly.Script(t.Context(), path, r.sized(3).task, 1)
		if err != nil {
			t.Errorf("%s: %v", r.name, err)
		}
	}
}

// Debian's psql is a script that takes four times as long as the program.
func TestPsqlIsTheProgramItself(t *testing.T) {
	t.Parallel()
	path, err := psql(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil || strings.HasPrefix(string(program), "#!") {
		t.Errorf("%s is a script, %v", path, err)
	}
}
