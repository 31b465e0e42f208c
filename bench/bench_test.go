package main

import (
	"bufio"
	"encoding/json"
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
	for _, r := range rows() {
		for _, s := range all {
			wanted := r.taskFor(s, "postgres://x", "p")
			switch {
			case wanted.Scenario == nothing || wanted.Scenario == "offset" && s.name != "raw":
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

// A row without a limit would pass if it were ten times slower. The walk by offsets is no row of
// ours.
func TestEveryRowHasALimit(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, r := range every() {
		if !r.limits.any() && r.name != "walk_offset" {
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
		"peer":    {rows(), []string{"raw", "go", "lua", "ts", "gosdk"}},
		"own":     {rows(), own},
		"sqlite":  {sqliteRows(rows()), append(own, "gosdk")},
		"line":    {slowLineRows(rows()), []string{"raw", "go", "lua", "ts", "gosdk"}},
		"output":  {outputRows(), []string{"raw", "lua", "ts", "gosdk"}},
		"million": {millionRows(1000, time.Now()), []string{"gosdk", "lua"}},
	} {
		p := programs{folder: ".", sdk: "there", gosdk: "there"}
		known := only(subjects(p), c.subjects...)
		for _, r := range c.rows {
			m := measured{r, map[string][]sample{}}
			ours := false
			for _, s := range known {
				if s.knows(r.taskFor(s, "postgres://x", "p")) {
					m.samples[s.name] = slices.Repeat([]sample{{Seconds: 1, CPU: 1, Memory: 1}}, enoughSamples)
					ours = ours || s.name == "go" || s.name == "lua"
				}
			}
			v := checkTargets([]table{newTable(name, "Test", known, []measured{m})})
			if ours && len(v.Targets) == 0 {
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

// The limits that the project has promised are not to slip.
func TestTheLimitsAreThePromisedOnes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]limits{
		"enqueue": {Raw: 1.3, Peers: 0.9}, "resume_loop": {Raw: 1.3, Peers: 0.9}, "cancel_loop": {Raw: 1.3, Peers: 0.9}, "send": {Raw: 1.3, Peers: 0.9},
		"debounce_key": {Raw: 1.3, Peers: 0.9}, "prune": {Raw: 1.3}, "enqueue_many": {Raw: 1.2, Peers: 0.9}, "fork_1000": {Raw: 1.2, Peers: 0.9},
		"resume_1000": {Raw: 1.2, Peers: 1}, "cancel_100000": {Raw: 1.2, Peers: 1}, "walk_10000": {Raw: 1.5, Peers: 0.9},
		"list_10000_inputs": {Raw: 2, CPU: true, Peers: 0.9}, "backfill_week": {Raw: 2, Peers: 0.9}, "read_stream": {Raw: 1.3, Peers: 0.9},
		"cold": {Raw: 1.6, Peers: 0.9, Memory: 25}, "emit_ids": {Peers: 0.9, Work: 1, Memory: 60}, "emit_csv_payloads": {Peers: 0.9, Work: 3, Memory: 60},
		"list_prefix": {Peers: 1.1, Most: 0.01}, "list_two_states": {Peers: 1.1, Most: 0.01}, "first_unknown": {Most: 0.03}, "info": {Most: 0.3, Memory: 40},
	} {
		for _, r := range every() {
			if r.name == name && r.limits != want {
				t.Errorf("%s: %+v, not %+v", name, r.limits, want)
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
			for _, r := range rows() {
				sameWork(t, database, r.sized(20))
			}
		})
	}
}

// sameWork compares the workflows and inputs that a row's task leaves.
func sameWork(t *testing.T, database *databases.Database, r row) {
	t.Helper()
	switch scenario := r.task.Scenario; {
	case scenario == "get_event" || scenario == "queued" || scenario == "offset" || r.task.Whole():
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

func TestFigures(t *testing.T) {
	t.Parallel()
	samples := []sample{{Seconds: 5}, {Seconds: 1}, {Seconds: 2}}
	if got := of(samples, sample.time); got != (figure{2, 1, 5}) {
		t.Errorf("three: %v", got)
	}
	if got := of(append(samples, sample{Seconds: 3}), sample.time); got != (figure{2.5, 1, 5}) {
		t.Errorf("four: %v", got)
	}
	if got := middle(samples); got.Seconds != 2 {
		t.Errorf("the middle one: %v", got)
	}
	for text, d := range map[string]time.Duration{"1.23ms": 1234567, "987ns": 987, "0s": 0, "12.3s": 12345678901} {
		if got := rounded(d).String(); got != text {
			t.Errorf("%d is %s, not %s", d, got, text)
		}
	}
	if got := withCommas(1234567) + " " + withCommas(999) + " " + withCommas(1000); got != "1,234,567 999 1,000" {
		t.Error(got)
	}
}

func TestTogetherIsTheMedianCallAndAllMemory(t *testing.T) {
	t.Parallel()
	got := together([]sample{{Seconds: 3, Memory: 10}, {Seconds: 1, Memory: 20}, {Seconds: 2, Memory: 30}})
	if got.Seconds != 2 || got.Memory != 60 {
		t.Errorf("%+v", got)
	}
}

// tableOf is a table of one row, with the medians of its subjects, each of three samples.
func tableOf(name, row string, l limits, medians map[string]float64) table {
	return tableOfSamples(3, name, row, l, medians)
}

func tableOfSamples(count int, name, row string, l limits, medians map[string]float64) table {
	r := rows()[0]
	for _, one := range rows() {
		if one.name == row {
			r = one
		}
	}
	r.limits = l
	m := measured{r, map[string][]sample{}}
	for subject, seconds := range medians {
		m.samples[subject] = slices.Repeat([]sample{{Seconds: seconds, CPU: seconds / 2, Memory: 50e6}}, count)
	}
	return newTable(name, "Test", subjects(programs{}), []measured{m})
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table table
		holds string
	}{
		{tableOf("peer", "enqueue", limits{Raw: 1.15}, map[string]float64{"raw": 1, "go": 1.1, "lua": 1.2, "ts": 1.15}), "yes NO"},
		{tableOf("peer", "enqueue", limits{Peers: 0.9}, map[string]float64{"raw": 1, "go": 1.1, "lua": 1.2, "ts": 1.3}), "yes NO"},
		{tableOf("peer", "enqueue", limits{Peers: 0.9}, map[string]float64{"go": 1, "lua": 1, "ts": 2, "gosdk": 1.05}), "NO NO"},
		{tableOf("peer", "enqueue", limits{Peers: 0.9}, map[string]float64{"go": 1, "lua": 1, "ts": 1.05, "gosdk": 2}), "NO NO"},
		{tableOf("peer", "enqueue_8", limits{Raw: 1.15}, map[string]float64{"raw": 1, "go": 1.1, "lua": 1.2}), "yes"},
		{tableOf("sqlite", "send", limits{Raw: 1.15}, map[string]float64{"raw": 1, "go": 1.1, "lua": 9}), "yes NO"},
		{tableOf("peer", "list_10000_inputs", limits{Raw: 1.9, CPU: true}, map[string]float64{"raw": 1, "lua": 2}), "NO"},
		{tableOf("peer", "get_event", limits{Most: 0.01}, map[string]float64{"go": 0.009, "lua": 0.011}), "yes NO"},
		{tableOf("sqlite", "get_event", limits{Most: 0.01}, map[string]float64{"go": 0.009, "lua": 0.011}), "yes NO"},
		{tableOf("output", "cold", limits{Work: 1, Memory: 40}, map[string]float64{"lua": 1.9}), "yes NO"},
		{tableOf("line", "fork_1000", limits{}, map[string]float64{"go": 1, "lua": 2, "ts": 5}), "yes NO"},
		{tableOf("line", "send", limits{Peers: 0.9}, map[string]float64{"go": 1, "lua": 2, "ts": 1.5}), "yes NO"},
	} {
		var words []string
		for _, p := range checkTargets([]table{c.table}).Targets {
			words = append(words, p.Holds)
		}
		if got := strings.Join(words, " "); got != c.holds {
			t.Errorf("%s, %s: %s, not %s", c.table.Name, c.table.Lines[0].Name, got, c.holds)
		}
	}
}

// One slow moment of the machine is not to decide.
func TestNothingIsJudgedByFewSamples(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]string{1: notJudged, 2: notJudged, 3: yes} {
		for _, medians := range []map[string]float64{{"raw": 1, "lua": 1}, {"ts": 2, "lua": 1}, {"gosdk": 2, "lua": 1}} {
			v := checkTargets([]table{tableOfSamples(count, "peer", "enqueue", limits{Raw: 1.3, Peers: 0.9}, medians)})
			var text strings.Builder
			writeText(&text, v)
			if len(v.Targets) != 1 || v.Targets[0].Holds != want || !strings.Contains(text.String(), want) {
				t.Errorf("%d samples of %v: %+v\n%s", count, medians, v, text.String())
			}
		}
	}
}

// However long a task takes, each subject has enough samples; then a row ends in time.
func TestARowEndsWithEnoughSamples(t *testing.T) {
	t.Parallel()
	database, err := databases.NewSQLite(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	finding, err := json.Marshal(task.Finding{Seconds: 1, Items: 1})
	if err != nil {
		t.Fatal(err)
	}
	for rowTime, want := range map[time.Duration]int{0: enoughSamples, time.Hour: 4} {
		s := &session{database: database, runs: 4, rowTime: rowTime, progress: t.Output()}
		for _, name := range []string{"raw", "lua"} {
			s.subjects = append(s.subjects, subject{name: name, knows: func(task.Task) bool { return true }, command: func(task.Task) ([]string, error) {
				return []string{"/bin/sh", "-c", "echo '" + string(finding) + `'; echo '{"seconds":1}' >&3`}, nil
			}})
		}
		m, err := s.measure(t.Context(), row{name: "quick", task: task.Task{Scenario: "list", Count: 1}, brief: true})
		if err != nil || len(m.samples["raw"]) != want || len(m.samples["lua"]) != want {
			t.Errorf("row time %v: %v, %v", rowTime, m.samples, err)
		}
	}
}

// TestTheSmallProgramsHaveALimit holds the mean of the ratios against its limit.
func TestTheSmallProgramsHaveALimit(t *testing.T) {
	t.Parallel()
	for _, mean := range []struct {
		ratios []float64
		holds  bool
	}{{[]float64{0.5, 1.4}, true}, {[]float64{0.9, 1.2}, false}} {
		c := luaComparison{}
		for _, r := range mean.ratios {
			c.Programs = append(c.Programs, programTimes{Name: "p", Own: r, Plain: 1, Ratio: r})
		}
		var text strings.Builder
		c.turns = turnsPerRun
		v := checkTargets(nil, c.target())
		writeText(&text, c)
		if (v.Targets[0].Holds == yes) != mean.holds || !strings.Contains(text.String(), ratio(c.mean())) {
			t.Errorf("%v: %+v\n%s", mean.ratios, v, text.String())
		}
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	report := tableOfSamples(1, "peer", "enqueue_many", limits{Raw: 1.43, Peers: 0.9}, map[string]float64{"raw": 1, "go": 1.1})
	var text, markdown, data strings.Builder
	writeText(&text, report)
	writeMarkdown(&markdown, report)
	if err := writeJSON(&data, []sheet{report, checkTargets([]table{report})}); err != nil {
		t.Fatal(err)
	}
	for _, cells := range []string{text.String(), markdown.String()} {
		for _, want := range []string{"enqueue_many of 10,000", "1.1s (once)", "1.10", "raw 1.43, peers 0.9"} {
			if !strings.Contains(cells, want) {
				t.Errorf("no %q in\n%s", want, cells)
			}
		}
	}
	var back []struct {
		Rows []struct {
			Name     string
			Subjects map[string]struct{ Ratio float64 }
		}
	}
	if err := json.Unmarshal([]byte(data.String()), &back); err != nil || back[0].Rows[0].Subjects["go"].Ratio != 1.1 {
		t.Errorf("%v, %v in %s", back, err, data.String())
	}
}

func readFindings(text string) (task.Finding, error) {
	return findings(bufio.NewScanner(strings.NewReader(text)), func(int) error { return nil })
}

func TestFindings(t *testing.T) {
	t.Parallel()
	if _, err := readFindings(""); err == nil {
		t.Error("nothing was taken for a finding")
	}
	got, err := readFindings(`{"waiting":0}` + "\n" + `{"seconds":2,"items":3}` + "\n")
	if err != nil || got.Seconds != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := readFindings("warning\n"); err == nil {
		t.Error("what is no JSON was taken for a finding")
	}
}

// A command that writes fewer rows would look fast.
func TestTheOutputOfACommandIsComplete(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("x", shortest) + "\n"
	for _, c := range []struct {
		output string
		task   task.Task
		whole  bool
	}{
		{line + line, task.Task{Scenario: "cold", Count: 2}, true},
		{line, task.Task{Scenario: "cold", Count: 2}, false},
		{"\n\n", task.Task{Scenario: "emit", Format: "ids", Count: 2}, false},
		{strings.Repeat("x", 2*shortest), task.Task{Scenario: "emit", Format: "json", Count: 2}, true},
		{"little", task.Task{Scenario: "emit", Format: "json", Count: 2}, false},
		{"little", task.Task{Scenario: "info", Count: 1}, true},
	} {
		if err := printed(strings.NewReader(c.output), c.task); (err == nil) != c.whole {
			t.Errorf("%+v: %v", c, err)
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
