package terminal

import (
	"bufio"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// records returns the records of a log, which must be one JSON object a line.
func records(t rapid.TB, text string) (all []map[string]any) {
	t.Helper()
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var record map[string]any
		if err := stdjson.Unmarshal(lines.Bytes(), &record); err != nil {
			t.Fatalf("%v: %q", err, lines.Text())
		}
		all = append(all, record)
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		t.Fatalf("the last line has no end: %q", text)
	}
	return all
}

func TestAJSONLogHasItsFields(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	log := NewJSONLog(&text, false)
	run := log.With("run", "r1").With("script", "a.lua")
	slog.New(run.Handler()).Warn("late", "took", 1500*time.Millisecond, "at", time.Date(2026, 3, 2, 1, 0, 0, 0, time.FixedZone("", 3600)), "error", errors.New("a\nb"))
	slog.New(run.Handler()).Debug("left out")
	fmt.Fprint(run, "first\nsec")
	fmt.Fprint(run, "ond\x1b[1m\n\nthird")
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	slog.New(NewJSONLog(&text, true).Handler()).Debug("shown")
	got := records(t, text.String())
	want := []string{"late", "first", `second\u001b[1m`, "third", "shown"}
	if len(got) != len(want) {
		t.Fatalf("%d records: %v", len(got), got)
	}
	for i, r := range got {
		if strings.ReplaceAll(fmt.Sprint(r["msg"]), `\x1b`, `\u001b`) != want[i] || (r["run"] == "r1") != (i < 4) || (r["script"] == "a.lua") != (i < 4) {
			t.Errorf("record %d is %v, want %q", i, r, want[i])
		}
	}
	if first := got[0]; first["took"] != 1.5 || first["at"] != "2026-03-02T00:00:00.000Z" || first["error"] != "a\nb" || first["level"] != "WARN" {
		t.Errorf("%v", first)
	}
}

// However text is cut into pieces and mixed with records, all lines are JSON and no text is lost.
func TestAllTextBecomesRecords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		log := NewJSONLog(&text, false)
		lines := rapid.SliceOf(rapid.StringMatching(`[a-z"\\{} é]{0,20}`)).Draw(t, "lines")
		whole := strings.Join(lines, "\n")
		for rest := whole; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if _, err := log.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, r := range records(t, text.String()) {
			got = append(got, fmt.Sprint(r["msg"]))
		}
		for _, line := range strings.Split(whole, "\n") {
			if line != "" {
				want = append(want, line)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q became %q", want, got)
		}
	})
}

// Runs that write at once do not tear each other's records, and a record that a bound has cut is
// left out.
func TestRecordsStayWhole(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	log := NewJSONLog(&text, false)
	var writers sync.WaitGroup
	for n := range 8 {
		writers.Go(func() {
			own := log.With("run", n)
			for range 50 {
				slog.New(own.Handler()).Info("hello")
				fmt.Fprintln(own, "text")
			}
		})
	}
	writers.Wait()
	slog.New(log.HandlerTo(cutting{log.Stream()})).Info("cut")
	if got := len(records(t, text.String())); got != 800 {
		t.Errorf("%d records, want 800", got)
	}
}

// cutting passes on half of each record.
type cutting struct{ to io.Writer }

func (c cutting) Write(text []byte) (int, error) { return c.to.Write(text[:len(text)/2]) }
