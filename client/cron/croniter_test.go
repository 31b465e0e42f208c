package cron

import (
	_ "embed"
	"strings"
	"testing"
	"time"
)

// croniter are cron texts with what the Python SDK 2.31.1 makes of them: a text, a time, and the
// four ticks after it as its own croniter finds them; "end" where that finds no more, and "invalid"
// for a text that it refuses.
//
//go:embed testdata/croniter.tsv
var croniter string

// A Python text has the ticks that its application finds, and is refused if the application refuses
// it or never runs it.
func TestPythonTextsAreReadAsCroniterDoes(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(croniter) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		text, start, want := cells[0], cells[1], strings.Fields(cells[2])
		s, err := ParseAs(Python, text, "UTC")
		if want[0] == "invalid" {
			if err == nil {
				t.Errorf("%q is read, and croniter refuses it", text)
			}
			continue
		}
		if err != nil {
			if want[0] != "end" {
				t.Errorf("%q: %v; croniter finds %v", text, err, want)
			}
			continue
		}
		compare(t, s, text, at(t, start), want)
	}
}

func compare(t *testing.T, s *Schedule, text string, after time.Time, want []string) {
	t.Helper()
	from := after
	for i, expected := range want {
		tick, found := s.Next(after), "end"
		if !tick.IsZero() {
			found = tick.Format(time.RFC3339)
		}
		if found != expected {
			t.Errorf("%q after %v: tick %d is %s, and croniter finds %s", text, from, i+1, found, expected)
			return
		}
		after = tick
	}
}
