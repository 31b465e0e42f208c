package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	// syncDelay is the longest time that a line is only in the memory of the operating system.
	// Such a line survives the end of the process, but not a crash of the machine.
	syncDelay = 100 * time.Millisecond
	// syncAbove is how many ids make a change wait for the disk: one of more than a line of them
	// is not over before its lines are there.
	syncAbove = idsPerLine
)

// A Log is the record of one run. It opens its file at the first change. It is safe for
// concurrent use.
type Log struct {
	path  func() (string, error)
	run   func() Run
	clock func() time.Time
	mask  func(string) string

	mutex   sync.Mutex
	whole   []byte // the members of the run in a line, as they were when the file was opened
	short   []byte // its id alone
	text    []byte // of the last line
	file    *os.File
	place   place // of the file
	failed  error // of a write or a sync; nothing is to be changed after it
	syncing *time.Timer
	changes int
}

// New returns the log of a run. path returns the place of its file; it is called, and the file
// made, before the first change, and then run, which returns the members of the run. mask removes
// secrets from texts.
func New(path func() (string, error), run func() Run, clock func() time.Time, mask func(string) string) *Log {
	return &Log{path: path, run: run, clock: clock, mask: mask}
}

// An Entry is a change whose first line is written.
type Entry struct {
	log    *Log
	change Change
	onDisk <-chan error // nil where nobody waits for that
}

// Begin writes that a change is about to be sent. An error means that it must not be.
func (l *Log) Begin(c Change) (*Entry, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if err := l.open(); err != nil {
		return nil, l.unwritable(err)
	}
	if err := l.place.check(); err != nil {
		return nil, l.unwritable(err)
	}
	l.changes++
	c.Number = l.changes
	if err := l.writeStart(c); err != nil {
		return nil, l.unwritable(err)
	}
	return &Entry{l, c, l.syncBeside(c)}, nil
}

// syncBeside has the lines of a change of many ids written to the disk while the database is at
// the change, which takes as long. They are in the operating system's hands before, so that only
// a crash of the machine in between could take them along.
func (l *Log) syncBeside(c Change) <-chan error {
	if len(c.IDs) <= syncAbove {
		return nil
	}
	done, file := make(chan error, 1), l.file
	go func() { done <- toDisk(file) }()
	return done
}

// writeStart writes the lines of a change. The line "started" comes last, so a change without it
// was not sent.
func (l *Log) writeStart(c Change) error {
	for from := idsPerLine; from < len(c.IDs); from += idsPerLine {
		more := Change{Number: c.Number, IDs: part(c.IDs, from), From: part(c.From, from)}
		if err := l.write(Line{Event: EventIDs, Change: more}); err != nil {
			return err
		}
	}
	return l.write(l.line(c, Started))
}

func part(list []string, from int) []string {
	if from >= len(list) {
		return nil
	}
	return list[from:min(from+idsPerLine, len(list))]
}

func (l *Log) line(c Change, outcome string) Line {
	c.Count, c.IDs, c.From = cmp.Or(c.Count, len(c.IDs)), part(c.IDs, 0), part(c.From, 0)
	return Line{Event: EventChange, Change: c, Outcome: outcome}
}

// Keep adds what an undo of the change needs to the line that End writes.
func (e *Entry) Keep(before []Before) { e.change.Before = before }

// End writes the outcome of a change. changed is the number of changed things, failure the reason
// if it failed. If End returns an error, nothing more may be changed.
func (e *Entry) End(outcome string, ids []string, changed int64, failure error) error {
	l := e.log
	var unsynced error
	if e.onDisk != nil {
		unsynced = <-e.onDisk
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if unsynced != nil {
		l.failed = unsynced
	}
	e.change.IDs = ids
	line := l.line(e.change, outcome)
	line.Changed = &changed
	if failure != nil {
		line.Error = l.mask(failure.Error())
	}
	if err := l.write(line); err != nil {
		return l.unwritable(err)
	}
	return nil
}

// Deny writes that a change was refused. Where no file can be written there is none: nothing was
// changed.
func (l *Log) Deny(c Change, why error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.open() != nil {
		return
	}
	l.changes++
	c.Number = l.changes
	line := l.line(c, Denied)
	line.Error = l.mask(why.Error())
	_ = l.write(line)
}

// Approval writes a line about the needs of a script, and frees the file. It is for a log of
// nothing else. An error means that the line is not kept.
func (l *Log) Approval(outcome string, needs []string) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	err := l.open()
	if err == nil {
		err = l.write(Line{Event: EventApproval, Needs: needs, Outcome: outcome})
	}
	if err == nil {
		err = toDisk(l.file)
	}
	if l.syncing != nil {
		l.syncing.Stop()
	}
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
	if err != nil {
		return l.unwritable(err)
	}
	l.failed = errOver
	return nil
}

var errOver = errors.New("the run is over")

// Close writes how a run ended, if it changed anything, and frees the file. Nothing can be
// changed after it.
func (l *Log) Close(outcome string, code int) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	defer func() {
		if l.failed == nil {
			l.failed = errOver
		}
	}()
	if l.file == nil {
		return nil
	}
	err := l.place.check() // the last lines may be gone
	if err == nil {
		err = l.write(Line{Event: EventEnd, Outcome: outcome, ExitCode: &code})
	}
	if err == nil {
		err = toDisk(l.file)
	}
	if l.syncing != nil {
		l.syncing.Stop()
	}
	l.file.Close()
	l.file = nil
	if err != nil {
		return l.unwritable(err)
	}
	return nil
}

// open makes the file and its folder, for nobody's eyes but the user's. A line that a crash has cut
// short gets its end.
func (l *Log) open() error {
	if l.file != nil || l.failed != nil {
		return l.failed
	}
	path, err := l.path()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := openLog(path)
	if err != nil {
		return err
	}
	l.file, l.place = file, placeOf(path, file)
	if err = l.encodeRun(l.run()); err == nil && l.cut() {
		_, err = file.WriteString("\n")
	}
	return err
}

func (l *Log) cut() bool {
	size, err := l.file.Seek(0, io.SeekEnd)
	last := []byte{'\n'}
	if err == nil && size > 0 {
		_, _ = l.file.ReadAt(last, size-1)
	}
	return last[0] != '\n'
}

// write adds a line in one piece, so that runs that write at once do not mix.
func (l *Log) write(line Line) error {
	if l.failed != nil {
		return l.failed
	}
	line.Time = l.clock().UTC()
	text, err := l.encode(line)
	if err != nil {
		return err
	}
	if _, l.failed = l.file.Write(text); l.failed == nil {
		l.failed = l.place.kept()
	}
	if l.failed == nil && l.syncing == nil {
		l.syncing = time.AfterFunc(syncDelay, l.sync)
	}
	return l.failed
}

// sync does not hold up the lines that come while the disk is at work.
func (l *Log) sync() {
	l.mutex.Lock()
	l.syncing = nil
	file := l.file
	l.mutex.Unlock()
	if file == nil {
		return
	}
	err := toDisk(file)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.file == file && l.failed == nil { // not closed in between, which does the same
		l.failed = err
	}
}

// toDisk waits until all that was written is on the disk; a pipe to a collector has none.
func toDisk(file *os.File) error {
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return file.Sync()
}

// unwritable is the error of a record that cannot be kept.
func (l *Log) unwritable(err error) error {
	if l.failed == nil {
		l.failed = err
	}
	return &UnwritableError{Err: err}
}

// An UnwritableError says that the file cannot be written, so that nothing may be changed.
type UnwritableError struct{ Err error }

// Error says why the log cannot be written.
func (e *UnwritableError) Error() string {
	return fmt.Sprintf("the audit log cannot be written: %v", e.Err)
}

// Unwrap returns the cause.
func (e *UnwritableError) Unwrap() error { return e.Err }

// ErrorCode returns "Denied".
func (e *UnwritableError) ErrorCode() string { return "Denied" }

// ErrorHint returns a hint.
func (e *UnwritableError) ErrorHint() string {
	return "nothing is changed without a record of it: --audit FILE names another file"
}
