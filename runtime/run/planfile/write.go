package planfile

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/dbos-script/dbos-script/client"
)

// mostGroups is the largest number of kinds of change in one plan, each of which is a bulk run.
const mostGroups = 1000

// A Writer writes a plan, which appears under its name when End has succeeded.
type Writer struct {
	path   string
	file   *os.File
	buffer *bufio.Writer
	hash   hash.Hash
	to     io.Writer // both
	groups map[kind]int
	rows   int64
	begun  bool
}

// A kind is what the rows of a group have in common.
type kind struct {
	operation, verb, options string
	rps, batch               int
	run                      int64 // the bulk run, if it has limits
}

// Create makes a file beside the path, which only its owner may read. It returns the error of the
// file system.
func Create(path string) (*Writer, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return nil, err
	}
	w := &Writer{path: path, file: file, buffer: bufio.NewWriterSize(file, 64<<10), hash: sha256.New(), groups: map[kind]int{}}
	w.to = io.MultiWriter(w.buffer, w.hash)
	return w, nil
}

// Begun returns true if the header is written.
func (w *Writer) Begun() bool { return w.begun }

// Begin writes the header.
func (w *Writer) Begin(h Header) error {
	w.begun, h.Version = true, version
	return w.write(h)
}

// Rows returns the number of rows so far.
func (w *Writer) Rows() int64 { return w.rows }

// Add writes a change, which is part of an operation. It returns a *DeniedError if the plan has too
// many kinds of change.
func (w *Writer) Add(operation string, c client.PlannedChange) error {
	key := kind{operation, c.Verb, c.Options, c.RPS, c.BatchSize, c.Run}
	number, known := w.groups[key]
	if !known {
		if len(w.groups) == mostGroups {
			return denied("a plan has at most %d kinds of change: calls that differ in their options", mostGroups)
		}
		number = len(w.groups) + 1
		w.groups[key] = number
		group := Group{Number: number, Operation: operation, Verb: c.Verb, Options: json.RawMessage(c.Options), RPS: c.RPS, BatchSize: c.BatchSize}
		if c.Limits != (client.BulkLimits{}) {
			group.Limits = &c.Limits
		}
		err := w.write(group)
		if errors.Is(err, errLongLine) {
			return denied("%s: a line of a plan has at most 64 MB, and the options of this change have more", operation)
		}
		if err != nil {
			return err
		}
	}
	w.rows++
	return w.write(Row{number, c.ID, c.Status, c.UpdatedAt})
}

// End writes the end, and gives the file its name. A file of that name is replaced.
func (w *Writer) End(outside int64) error {
	if err := w.write(End{Rows: w.rows, Groups: len(w.groups), Outside: outside}); err != nil {
		return err
	}
	if err := w.write(sum{hex.EncodeToString(w.hash.Sum(nil))}); err != nil {
		return err
	}
	if err := w.buffer.Flush(); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	if err := w.file.Close(); err != nil {
		return err
	}
	return os.Rename(w.file.Name(), w.path)
}

// Discard removes the file if End has not given it its name.
func (w *Writer) Discard() {
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
}

func (w *Writer) write(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("the plan: %w", err)
	}
	if len(text) >= longestLine {
		return errLongLine
	}
	_, err = w.to.Write(append(text, '\n'))
	return err
}
