package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/goclient"
	"github.com/dbos-script/dbos-script/bench/luaonly"
	"github.com/dbos-script/dbos-script/bench/raw"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A row that a subject does not know would be an empty cell that nobody misses.
func TestEverySubjectKnowsEveryRow(t *testing.T) {
	t.Parallel()
	for _, r := range rows() {
		scenario := r.task.Scenario
		has := map[string]bool{
			"raw on SQLite": raw.Knows("sqlite:x", scenario), "raw on Postgres": raw.Knows("postgres://x", scenario),
			"Go": goclient.Knows(scenario), "Lua": exists("lua", scenario+".lua"), "TypeScript": exists("typescript", scenario+".mjs"),
		}
		switch {
		case scenario == "offset":
			delete(has, "Go")
			delete(has, "Lua")
		case r.instead["ts"] != "":
			has["TypeScript"] = r.instead["ts"] == "nothing" || exists("typescript", r.instead["ts"]+".mjs")
		}
		for subject, knows := range has {
			if !knows {
				t.Errorf("%s: %s does not know %q", r.name, subject, scenario)
			}
		}
	}
}

func exists(names ...string) bool {
	_, err := os.Stat(filepath.Join(names...))
	return err == nil
}

// What the raw program does must be as much as what the client does.
func TestTheRawProgramDoesTheSameOnSQLite(t *testing.T) {
	t.Parallel()
	database, err := databases.NewSQLite(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	if err := database.Fill(t.Context(), 50); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows() {
		r = r.sized(20)
		switch scenario := r.task.Scenario; {
		case scenario == "get_event" || scenario == "queued" || scenario == "cold" || scenario == "offset":
			continue
		case r.task.Page > 0:
			r.task.Page = 7
		}
		got := map[string]int{}
		for _, subject := range []string{"raw", "go"} {
			got[subject] = leaves(t, database, r, subject)
		}
		// One of them may have warmed up with one more.
		if difference := got["raw"] - got["go"]; difference < -1 || difference > 1 {
			t.Errorf("%s leaves %v workflows", r.name, got)
		}
	}
}

// leaves counts the workflows that there are after a task.
func leaves(t *testing.T, database *databases.Database, r row, name string) int {
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
	count, err := database.Count(ctx, prefix)
	if err != nil {
		t.Fatal(err)
	}
	if err := database.Remove(ctx, prefix); err != nil {
		t.Fatal(err)
	}
	if left, err := database.Count(ctx, prefix); left != 0 || err != nil {
		t.Errorf("%s, %s: %d are left, %v", r.name, name, left, err)
	}
	return count
}

// Every script runs without a database too, which is how its own part is measured.
func TestEveryScriptRunsAlone(t *testing.T) {
	t.Parallel()
	for _, r := range rows() {
		path := programs{folder: "."}.luaFile(r.task)
		if !exists(path) || r.task.Scenario == "cold" {
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
	if got := group(1234567) + " " + group(999) + " " + group(1000); got != "1,234,567 999 1,000" {
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

// tableOf is a table of one row, with the medians of its subjects.
func tableOf(name, row string, target float64, medians map[string]float64) table {
	r := rows()[0]
	for _, one := range rows() {
		if one.name == row {
			r = one
		}
	}
	r.target = target
	m := measured{r, map[string][]sample{}}
	for subject, seconds := range medians {
		m.samples[subject] = []sample{{Seconds: seconds, Memory: 1e6}}
	}
	return newTable(name, "Test", subjects(programs{}), []measured{m})
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table table
		holds string
	}{
		{tableOf("peer", "enqueue", 1.15, map[string]float64{"raw": 1, "go": 1.1, "lua": 1.2, "ts": 1.15}), "yes NO yes NO"},
		{tableOf("sqlite", "enqueue", 1.15, map[string]float64{"raw": 1, "go": 1.25, "lua": 1.35}), "yes NO"},
		{tableOf("sqlite", "send", 1.15, map[string]float64{"raw": 1, "go": 9}), ""},
		{tableOf("line", "fork_1000", 0, map[string]float64{"go": 1, "lua": 2, "ts": 5}), "yes NO"},
		{tableOf("line", "send", 0, map[string]float64{"go": 1, "lua": 2, "ts": 1.5}), "yes NO"},
		{tableOf("peer", "get_event", 0, map[string]float64{"go": 0.009, "lua": 0.011}), "yes NO"},
	} {
		var words []string
		for _, p := range checkTargets([]table{c.table}).Targets {
			words = append(words, map[bool]string{true: "yes", false: "NO"}[p.holds()])
		}
		if got := strings.Join(words, " "); got != c.holds {
			t.Errorf("%s, %s: %s, not %s", c.table.Name, c.table.Lines[0].Name, got, c.holds)
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
		c := contest{}
		for _, r := range mean.ratios {
			c.Programs = append(c.Programs, contestant{Name: "p", Own: r, Plain: 1, Ratio: r})
		}
		var text strings.Builder
		v := checkTargets(nil, c.target())
		writeText(&text, c)
		if v.Targets[0].holds() != mean.holds || !strings.Contains(text.String(), ratio(c.mean())) {
			t.Errorf("%v: %+v\n%s", mean.ratios, v, text.String())
		}
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	report := tableOf("peer", "enqueue_many", 1.43, map[string]float64{"raw": 1, "go": 1.1})
	var text, markdown, data strings.Builder
	writeText(&text, report)
	writeMarkdown(&markdown, report)
	if err := writeJSON(&data, []sheet{report, checkTargets([]table{report})}); err != nil {
		t.Fatal(err)
	}
	for _, cells := range []string{text.String(), markdown.String()} {
		for _, want := range []string{"enqueue_many of 10,000", "1.1s (once)", "1.10", "1.43"} {
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

func readFindings(text string, t task.Task) (task.Finding, error) {
	return findings(bufio.NewScanner(strings.NewReader(text)), t, func(int) error { return nil })
}

func TestFindings(t *testing.T) {
	t.Parallel()
	if _, err := readFindings("\n", task.Task{Scenario: "cold", Count: 2}); err == nil {
		t.Error("a row is missing and nobody noticed")
	}
	got, err := readFindings(`{"waiting":0}`+"\n"+`{"seconds":2,"items":3}`+"\n", task.Task{Scenario: "queued", Count: 3})
	if err != nil || got.Seconds != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := readFindings("warning\n", task.Task{Scenario: "list"}); err == nil {
		t.Error("what is no JSON was taken for a finding")
	}
}
