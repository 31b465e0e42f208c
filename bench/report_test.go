package main

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

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

func TestReport(t *testing.T) {
	t.Parallel()
	report := tableOfSamples(1, "peer", "enqueue_many", limits{Raw: 1.43, Peers: 0.9}, map[string]float64{"raw": 1, "go": 1.1})
	var text, markdown, data strings.Builder
	writeText(&text, report)
	writeMarkdown(&markdown, report)
	if err := writeJSON(&data, []reportPart{report, judgeTargets([]table{report})}); err != nil {
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
	return findings(bufio.NewScanner(strings.NewReader(text)), func(int) {})
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
