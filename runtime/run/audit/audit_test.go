package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// written is a new log in a file of the test's own.
func written(t *testing.T, run string) (*audit.Log, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "folder", "audit.jsonl")
	return again(path, run), path
}

func again(path, run string) *audit.Log {
	clock := func() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }
	return audit.New(func() (string, error) { return path, nil }, func() audit.Run { return audit.Run{ID: run, User: "ann"} }, clock, audit.Mask)
}

func change(t *testing.T, l *audit.Log, ids ...string) *audit.Entry {
	t.Helper()
	entry, err := l.Begin(audit.Change{Operation: "cancel_workflows", IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func TestAChangeIsKnownBeforeAndAfter(t *testing.T) {
	t.Parallel()
	log, path := written(t, "r1")
	entry := change(t, log, "a", "b")
	for _, want := range []string{audit.Started, audit.Failed} {
		changes, err := audit.Changes(path, "r1")
		if err != nil || len(changes) != 1 || changes[0].Outcome != want || !slices.Equal(changes[0].IDs, []string{"a", "b"}) || changes[0].Count != 2 {
			t.Fatalf("%+v, %v, want %s", changes, err, want)
		}
		if want == audit.Started {
			if err := entry.End(audit.Failed, []string{"a", "b"}, 0, errors.New("postgres://u:pw@h refused")); err != nil {
				t.Fatal(err)
			}
		} else if changes[0].Error != "postgres://***" {
			t.Errorf("error %q", changes[0].Error)
		}
	}
	if runs, err := audit.Summaries(path); err != nil || len(runs) != 1 || runs[0].Outcome != audit.Unfinished || runs[0].Changes != 1 {
		t.Errorf("%+v, %v", runs, err)
	}
	if err := log.Close("failed", 1); err != nil {
		t.Fatal(err)
	}
	if runs, err := audit.Summaries(path); err != nil || runs[0].Outcome != "failed" || *runs[0].ExitCode != 1 || runs[0].User != "ann" {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestALogWithoutChangesIsNoFile(t *testing.T) {
	t.Parallel()
	log, path := written(t, "r1")
	if err := log.Close("success", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

func TestManyIDsAreOnManyLines(t *testing.T) {
	t.Parallel()
	log, path := written(t, "r1")
	ids := make([]string, 2001)
	for i := range ids {
		ids[i] = strings.Repeat("x", i%7) + "-id"
	}
	change(t, log, ids...)
	var found []string
	lines := 0
	for line, err := range audit.Lines(path) {
		if err != nil || len(line.IDs) > 1000 {
			t.Fatalf("%d ids on a line: %v", len(line.IDs), err)
		}
		lines++
		if line.Event == audit.EventChange && line.Count != len(ids) {
			t.Errorf("the change counts %d ids", line.Count)
		}
		found = append(found, line.IDs...)
	}
	slices.Sort(ids)
	slices.Sort(found)
	if lines != 3 || !slices.Equal(found, ids) {
		t.Errorf("%d lines with %d ids", lines, len(found))
	}
}

func TestALineCutShortIsPassedOver(t *testing.T) {
	t.Parallel()
	log, path := written(t, "r1")
	change(t, log, "a")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, text[:len(text)/2]...), 0o600); err != nil {
		t.Fatal(err)
	}
	change(t, again(path, "r2"), "b")
	runs, err := audit.Summaries(path)
	if err != nil || len(runs) != 2 || runs[0].Run.ID != "r1" || runs[1].Run.ID != "r2" {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestAFailedWriteForbidsFurtherChanges(t *testing.T) {
	t.Parallel()
	log, path := written(t, "r1")
	if err := os.MkdirAll(path, 0o700); err != nil { // a folder in the file's place
		t.Fatal(err)
	}
	var unwritable *audit.UnwritableError
	for range 2 {
		if _, err := log.Begin(audit.Change{Operation: "send"}); !errors.As(err, &unwritable) || unwritable.ErrorCode() != "Denied" || unwritable.ErrorHint() == "" {
			t.Errorf("%v", err)
		}
		os.RemoveAll(path)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"postgres://ann:pw@h/d":       "postgres://***",
		"--password=x y":              "--password=***",
		"password: 'a b', user: c":    "password: ***, user: c",
		`{"api_key": "k", "n": 1}`:    `{"api_key": ***, "n": 1}`,
		"host=h password=pw dbname=d": "***",
		"http://h:80/x":               "http://h:80/x",
		"the tokens of a workflow":    "the tokens of a workflow",

		"Authorization: Bearer s3cret.x": "Authorization: ***", "bearer s3cret.x": "bearer ***", "https://ann:s3cret@h/x": "https://***",
		"key AKIAIOSFODNN7EXAMPLE in": "key *** in", "ghp_abcdefghijklmnopqrstuvwxyz0123456789": "***",
		"x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y": "x *** y", "pass=s3cret": "pass=***", "db_pass: s3cret": "db_pass: ***",
		"https://h/x?key=s3cret&n=1": "https://h/x?key=***&n=1", "https://hooks.slack.com/services/T0/B0/s3cret": "https://hooks.slack.com/services/***",
		"-----BEGIN RSA PRIVATE KEY-----\nMII": "***", "bypass: 3, author: ann, compass=n": "bypass: 3, author: ann, compass=n",
	} {
		if got := audit.Mask(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	got := audit.MaskArguments([]string{"--token", "abc", "--since", "3d", "--secret", "--batch", "5"})
	if want := []string{"--token", "***", "--since", "3d", "--secret", "--batch", "5"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	got = audit.MaskArguments([]string{"-p", "s3cret", "-ps3cret", "-u", "ann:s3cret", "--pass", "s3cret", "--author", "ann", "Bearer", "s3cret", "-n", "5", "--access-key", "-s3cret"})
	want := []string{"-p", "***", "-p***", "-u", "ann:***", "--pass", "***", "--author", "ann", "Bearer", "***", "-n", "5", "--access-key", "***"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A long text is masked at its beginning, which is all that is kept of it: masking takes seconds
// for each mebibyte.
func TestALongTextIsMaskedAtItsBeginning(t *testing.T) {
	t.Parallel()
	got := audit.Mask(strings.Repeat("x ", 30_000) + "https://ann:s3cret" + strings.Repeat("x", 10_000) + "@example.com/" + strings.Repeat("y ", 4<<20))
	if len(got) > 70_000 || strings.Contains(got, "s3cret") || !strings.HasPrefix(got, "x x x ") {
		t.Errorf("%d bytes: %.50s … %s", len(got), got, got[max(0, len(got)-50):])
	}
	if text := strings.Repeat("x ", 30_000); audit.Mask(text) != text {
		t.Error("a text that is not long is cut")
	}
}

// A log whose file was removed begins no further change, and its end says that the record of the
// last one is lost.
func TestALostFileIsNoticed(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(*audit.Log) error{
		"before the next change": func(l *audit.Log) error {
			_, err := l.Begin(audit.Change{Operation: "cancel_workflows", IDs: []string{"b"}})
			return err
		},
		"before the end": func(l *audit.Log) error { return l.Close("done", 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, path := written(t, "r1")
			entry := change(t, log, "a")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := entry.End(audit.Done, []string{"a"}, 1, nil); err != nil {
				t.Fatal(err)
			}
			var unwritable *audit.UnwritableError
			if err := next(log); !errors.As(err, &unwritable) || !strings.Contains(err.Error(), "removed or replaced") {
				t.Errorf("%v", err)
			}
		})
	}
}
