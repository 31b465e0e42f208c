package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
)

// The limits that the project has promised are not to slip.
func TestTheLimitsAreThePromisedOnes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]limits{
		"enqueue": {Raw: 1.3, Peers: 0.9}, "resume_loop": {Raw: 1.3, Peers: 0.9}, "cancel_loop": {Raw: 1.3, Peers: 0.9}, "send": {Raw: 1.3, Peers: 0.9},
		"debounce_key": {Raw: 1.3, Peers: 0.9}, "prune": {Raw: 1.3}, "enqueue_many": {Raw: 1.2, Peers: 0.9}, "fork_1000": {Raw: 1.2, Peers: 0.9},
		"resume_1000": {Raw: 1.2, Peers: 1}, "cancel_100000": {Raw: 1.2, Peers: 1}, "walk_10000": {Raw: 1.5, Peers: 0.9}, "walk_offset": {Raw: 0.25, Peers: 0.9},
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
		for _, p := range judgeTargets([]table{c.table}).Targets {
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
			v := judgeTargets([]table{tableOfSamples(count, "peer", "enqueue", limits{Raw: 1.3, Peers: 0.9}, medians)})
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
		v := judgeTargets(nil, c.target())
		writeText(&text, c)
		if (v.Targets[0].Holds == yes) != mean.holds || !strings.Contains(text.String(), ratio(c.mean())) {
			t.Errorf("%v: %+v\n%s", mean.ratios, v, text.String())
		}
	}
}
