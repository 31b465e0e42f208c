package journal_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// A listing is a record that notes what is recorded, and in which order.
type listing struct {
	journal.Record
	notes []string
}

func (l *listing) note(what string) { l.notes = append(l.notes, what) }

func (l *listing) Change(ctx context.Context, s journal.Step, number func(string) int, do func(context.Context) (journal.Step, error)) (journal.Step, error) {
	l.note("change " + s.Name)
	return l.Record.Change(ctx, s, number, do)
}

func (l *listing) Append(ctx context.Context, s journal.Step) error {
	l.note("append " + s.Name)
	return l.Record.Append(ctx, s)
}

func (l *listing) Later(ctx context.Context, s journal.Step) error {
	l.note("later " + s.Name)
	return l.Record.Later(ctx, s)
}

func (l *listing) Flush(ctx context.Context) error {
	l.note("flush")
	return l.Record.Flush(ctx)
}

// listed runs a script, and returns the world with the notes of its record.
func listed(t *testing.T, script string, kill int) (*world, []string) {
	t.Helper()
	w := newWorld()
	w.killAt = kill
	var l *listing
	w.life(func(r journal.Record) {
		l = &listing{Record: r}
		w.record = l
		if _, err := w.process(t, script); err != nil && kill < 0 {
			t.Fatal(err)
		}
	})
	return w, l.notes
}

// A read is recorded with the next change or wait, before an act outside, and at the end.
func TestReadsAreRecordedWithWhatComesNext(t *testing.T) {
	t.Parallel()
	w, notes := listed(t, prelude+`
		t.read() t.read() t.change("a")
		t.read() t.post("p") t.post("q")
		t.read() time.sleep("1m")
		t.read()`, -1)
	want := []string{
		"later t.read", "later t.read", "change t.change",
		"later t.read", "flush", "append t.post", "append t.post",
		"later t.read", "append DBOS.sleep",
		"later t.read", "flush",
	}
	if !slices.Equal(notes, want) {
		t.Errorf("recorded %q\nnot      %q", notes, want)
	}
	if steps := w.recorded().Steps(); len(steps) != 9 {
		t.Errorf("the record has %d steps, want 9: %v", len(steps), steps)
	}
}

// A record that nothing follows does not grow without end.
func TestManyReadsAreRecordedByTheHundred(t *testing.T) {
	t.Parallel()
	_, notes := listed(t, prelude+`for i = 1, 250 do t.read() end`, -1)
	flushed := 0
	for _, note := range notes {
		if note == "flush" {
			flushed++
		}
	}
	if flushed != 3 {
		t.Errorf("250 reads are recorded in %d parts, want 3", flushed)
	}
}

// A read that waits for longer than a second is recorded at the next read.
func TestReadsAreNotHeldBackForLong(t *testing.T) {
	t.Parallel()
	w := newWorld()
	l := &listing{}
	w.tick = 400 * time.Millisecond
	w.life(func(r journal.Record) {
		l.Record = r
		w.record = l
		if _, err := w.process(t, prelude+`for i = 1, 4 do t.read() end t.change("a")`); err != nil {
			t.Fatal(err)
		}
	})
	if at := slices.Index(l.notes, "flush"); at != 4 {
		t.Errorf("reads of 400 ms are recorded so: %q", l.notes)
	}
}

// If a process ends before a read is recorded, the next one reads again, and nothing of the first
// process is left.
func TestAReadThatWasNotRecordedIsMadeAgain(t *testing.T) {
	t.Parallel()
	const script = prelude + `local n = t.read() t.post("p" .. n) print(n)`
	w, _ := listed(t, script, 1) // the point before the record of the read
	if steps := w.recorded().Steps(); len(steps) != 0 || len(w.posts) != 0 {
		t.Fatalf("after the kill there are the steps %v and the posts %v", steps, w.posts)
	}
	if err := w.storage.change(t.Context(), "by somebody else"); err != nil {
		t.Fatal(err)
	}
	w.killAt = -1
	out, err := w.run(t, script)
	if want := "1\n"; err != nil || out != want || fmt.Sprint(w.posts) != "[p1]" {
		t.Errorf("the second process printed %q and posted %v, %v", out, w.posts, err)
	}
}
