package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// LongestLine is the largest number of bytes of a line. A text of Postgres has at most 1 GiB, and
// its row is refused when it is exported.
const LongestLine = 256 << 20

// A Layout is the tables and columns that a reader knows, with the indexes of ids and keys.
type Layout struct {
	Tables []Table
}

// A Reader reads a file, a workflow at a time.
type Reader struct {
	Header Header

	lines   *bufio.Reader
	longest int
	buffer  []byte
	at      int // the number of the line that was read last
	tables  map[string]int
	places  []map[string]int
	next    *Row // the first row of the next workflow
	last    string
	size    int
	ended   bool
	begun   int
	rows    int
}

// NewReader reads the header. The text may be compressed with gzip. longest is the largest number
// of bytes of a line, LongestLine if 0. An error in the text is a *LineError.
func NewReader(from io.Reader, known Layout, longest int) (*Reader, error) {
	lines := bufio.NewReaderSize(from, 1<<16)
	if magic, _ := lines.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(lines)
		if err != nil {
			return nil, &LineError{1, "its compression is broken: " + err.Error()}
		}
		lines = bufio.NewReaderSize(unpacked, 1<<16)
	}
	if longest == 0 {
		longest = LongestLine
	}
	r := &Reader{lines: lines, longest: longest}
	text, err := r.line()
	if err == io.EOF {
		return nil, &LineError{1, "there is nothing: the file is empty"}
	}
	if err != nil {
		return nil, r.wrong(err)
	}
	if err := r.header(text, known); err != nil {
		return nil, r.wrong(err)
	}
	return r, nil
}

func (r *Reader) wrong(err error) error {
	if below := (*sourceError)(nil); errors.As(err, &below) {
		return below.err
	}
	if known := (*LineError)(nil); errors.As(err, &known) {
		return err
	}
	return &LineError{r.at, err.Error()}
}

func (r *Reader) header(text []byte, known Layout) error {
	if err := json.Unmarshal(text, &r.Header); err != nil || r.Header.Version == 0 {
		return errors.New("this is no export: its first line has no \"dbos_export\"")
	}
	if r.Header.Version != Version {
		return fmt.Errorf("the file has version %d of the format, and this dbos-script reads version %d", r.Header.Version, Version)
	}
	r.tables = map[string]int{}
	order := -1
	for i := range r.Header.Tables {
		t := &r.Header.Tables[i]
		at := slices.IndexFunc(known.Tables, func(k Table) bool { return k.Name == t.Name })
		switch {
		case at < 0:
			return fmt.Errorf("the header names a table %.40q, which this dbos-script does not know", t.Name)
		case at <= order:
			return fmt.Errorf("the header names the table %s in the wrong order", t.Name)
		}
		order = at
		places, err := t.match(known.Tables[at])
		if err != nil {
			return err
		}
		r.tables[t.Name] = i
		r.places = append(r.places, places)
	}
	if len(r.Header.Tables) == 0 || r.Header.Tables[0].Name != known.Tables[0].Name {
		return fmt.Errorf("the header does not begin with the table %s", known.Tables[0].Name)
	}
	return nil
}

// match sets WorkflowColumn and Key, and returns the index of each column.
func (t *Table) match(known Table) (map[string]int, error) {
	places := make(map[string]int, len(t.Columns))
	for i, column := range t.Columns {
		if !slices.Contains(known.Columns, column) {
			return nil, fmt.Errorf("the header names a column %s.%.40q, which this dbos-script does not know", t.Name, column)
		}
		if _, twice := places[column]; twice {
			return nil, fmt.Errorf("the header names the column %s.%s twice", t.Name, column)
		}
		places[column] = i
	}
	t.Key = nil
	for _, at := range append([]int{known.WorkflowColumn}, known.Key...) {
		place, found := places[known.Columns[at]]
		if !found {
			return nil, fmt.Errorf("the header lacks the column %s.%s", t.Name, known.Columns[at])
		}
		t.Key = append(t.Key, place)
	}
	t.WorkflowColumn, t.Key = t.Key[0], t.Key[1:]
	return places, nil
}

// line returns the next line without its end, which holds until the next call.
func (r *Reader) line() ([]byte, error) {
	r.buffer = r.buffer[:0]
	r.at++
	for {
		part, err := r.lines.ReadSlice('\n')
		r.buffer = append(r.buffer, part...)
		if len(r.buffer) > r.longest {
			return nil, &LineError{r.at, fmt.Sprintf("it has more than %d bytes", r.longest)}
		}
		switch {
		case err == nil:
			return bytes.TrimSuffix(r.buffer[:len(r.buffer)-1], []byte("\r")), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(r.buffer) > 0:
			return r.buffer, nil
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), strings.HasPrefix(err.Error(), "flate: "):
			return nil, &LineError{r.at, "its compression is broken, or the file ends early"}
		default:
			return nil, &sourceError{err}
		}
	}
}

// A sourceError is the error of the reader below, which is no error in the text.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }

// Next returns the next workflow, and io.EOF behind the last one. An error in the text is a
// *LineError. Then, and at the end, the header has been checked against what the file holds.
func (r *Reader) Next() (*Workflow, error) {
	if r.ended {
		return nil, io.EOF
	}
	w := &Workflow{}
	var keys map[string]bool
	if r.next != nil {
		r.begin(w)
	}
	for {
		row, size, err := r.row()
		if err != nil {
			return nil, r.wrong(err)
		}
		switch {
		case row == nil && w.Rows == nil:
			return nil, io.EOF
		case row == nil:
			return w, nil
		case row.Table == 0:
			r.next, r.size = row, size
			if err := r.ascends(row); err != nil {
				return nil, r.wrong(err)
			}
			if w.Rows != nil {
				return w, nil
			}
			r.begin(w)
			continue
		}
		if err := r.belongs(w, row); err != nil {
			return nil, r.wrong(err)
		}
		if keys == nil {
			keys = map[string]bool{}
		}
		if key := r.keyOf(row); keys[key] {
			return nil, r.wrong(fmt.Errorf("the row occurs twice: %s has its key already", r.Header.Tables[row.Table].Name))
		} else {
			keys[key] = true
		}
		w.Rows = append(w.Rows, *row)
		w.Size += size
	}
}

// begin moves the row that was read ahead into a workflow.
func (r *Reader) begin(w *Workflow) {
	w.ID, w.Rows, w.Size = r.workflowOf(r.next), []Row{*r.next}, r.size
	r.next = nil
}

// workflowOf returns the id of the workflow that a row belongs to.
func (r *Reader) workflowOf(row *Row) string {
	return row.Values[r.Header.Tables[row.Table].WorkflowColumn].Bytes
}

// keyOf returns the table and key of a row as one text.
func (r *Reader) keyOf(row *Row) string {
	key := []byte{byte(row.Table)}
	for _, at := range r.Header.Tables[row.Table].Key {
		key = append(AppendValue(key, row.Values[at]), 0)
	}
	return string(key)
}

// ascends returns an error unless the first row of a workflow has an id after the last one.
func (r *Reader) ascends(row *Row) error {
	id := row.Values[r.Header.Tables[0].WorkflowColumn]
	switch {
	case id.Kind != Text || id.Bytes == "":
		return errors.New("the workflow has no id")
	case r.begun > 0 && id.Bytes == r.last:
		return fmt.Errorf("the workflow %.80q occurs twice", id.Bytes)
	case r.begun > 0 && id.Bytes < r.last:
		return fmt.Errorf("the workflow %.80q comes after %.80q, but the ids of a file ascend", id.Bytes, r.last)
	}
	r.begun, r.last = r.begun+1, id.Bytes
	return nil
}

// belongs returns an error unless a row goes on with a workflow.
func (r *Reader) belongs(w *Workflow, row *Row) error {
	t := r.Header.Tables[row.Table]
	switch id := row.Values[t.WorkflowColumn]; {
	case w.Rows == nil:
		return fmt.Errorf("a row of %s comes before its workflow", t.Name)
	case id.Kind != Text || id.Bytes != w.ID:
		return fmt.Errorf("a row of %s of workflow %.80q is among the rows of %.80q", t.Name, id.Bytes, w.ID)
	case row.Table < w.Rows[len(w.Rows)-1].Table:
		return fmt.Errorf("a row of %s comes after a row of %s", t.Name, r.Header.Tables[w.Rows[len(w.Rows)-1].Table].Name)
	}
	return nil
}

// row returns the next row, or nil at the end of the file.
func (r *Reader) row() (*Row, int, error) {
	text, err := r.line()
	if err == io.EOF {
		return nil, 0, errors.New("the file ends early: its last line has to be the end")
	}
	if err != nil {
		return nil, 0, err
	}
	if bytes.HasPrefix(text, []byte(`{"end":`)) {
		return nil, 0, r.end(text)
	}
	row, err := parseRow(text, r.tables, &r.Header, r.places)
	if err != nil {
		return nil, 0, err
	}
	row.Line = r.at
	r.rows++
	return &row, len(text), nil
}

func (r *Reader) end(text []byte) error {
	var e end
	if err := json.Unmarshal(text, &e); err != nil || e.End == nil {
		return errors.New("it is not the end of an export")
	}
	if e.End.Workflows != r.begun || e.End.Rows != r.rows || r.Header.Workflows != r.begun {
		return fmt.Errorf("lines are missing: there are %d workflows and %d rows, and the file had %d and %d", r.begun, r.rows, e.End.Workflows, e.End.Rows)
	}
	r.ended = true
	if _, err := r.line(); err != io.EOF {
		if err == nil {
			err = errors.New("there is text after the end")
		}
		return err
	}
	return nil
}
