package tabular

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Rows reads a table row by row: fields by the names of the columns, or an array of them where
// there are no names. It ends with an error, which names the line. Empty lines are no rows, and a
// byte-order mark is skipped.
func Rows(in io.Reader, f Format) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		t := newReader(in, f)
		if err := t.begin(f); err != nil {
			if err != io.EOF {
				yield(nil, err)
			}
			return
		}
		for {
			row, err := t.row()
			if err == io.EOF || !yield(row, err) || err != nil {
				return
			}
		}
	}
}

type reader struct {
	csv   *csv.Reader
	names []string // nil where fields have none, "" where one has none
}

func newReader(in io.Reader, f Format) *reader {
	r := csv.NewReader(lineEnds(withoutMark(in)))
	r.Comma, r.ReuseRecord, r.FieldsPerRecord = f.delimiter(), true, -1
	return &reader{csv: r}
}

func withoutMark(in io.Reader) *bufio.Reader {
	buffered := bufio.NewReader(in)
	if start, _ := buffered.Peek(3); string(start) == "\ufeff" {
		buffered.Discard(3)
	}
	return buffered
}

// lineEnds converts the line ends of old Macs, a single carriage return, to line feeds, because
// the csv package would read the whole text as one line. The first line end outside of a quoted
// field decides which kind the text has.
func lineEnds(in *bufio.Reader) io.Reader {
	start, _ := in.Peek(in.Size())
	quoted := false
	at := bytes.IndexFunc(start, func(r rune) bool {
		quoted = quoted != (r == '"')
		return !quoted && (r == '\r' || r == '\n')
	})
	if at < 0 || start[at] == '\n' || at+1 < len(start) && start[at+1] == '\n' {
		return in
	}
	return oldLines{in}
}

type oldLines struct{ in io.Reader }

func (o oldLines) Read(data []byte) (int, error) {
	n, err := o.in.Read(data)
	for i, b := range data[:n] {
		if b == '\r' {
			data[i] = '\n'
		}
	}
	return n, err
}

// begin finds the names of the columns. io.EOF says that there is nothing to read.
func (t *reader) begin(f Format) error {
	var header []string
	if !f.Headless {
		record, err := t.csv.Read()
		if err != nil {
			return worded(err)
		}
		header = append(header, record...)
	}
	t.names = header
	if len(f.Columns) > 0 {
		t.names = f.Columns
	}
	return t.unique()
}

func (t *reader) unique() error {
	seen := map[string]bool{}
	for _, name := range t.names {
		if seen[name] && name != "" {
			return fmt.Errorf("line 1: two columns are named %q", name)
		}
		seen[name] = true
	}
	return nil
}

func (t *reader) row() (any, error) {
	record, err := t.csv.Read()
	if err != nil {
		return nil, worded(err)
	}
	if t.names == nil {
		return array(record), nil
	}
	if len(record) != len(t.names) {
		line, _ := t.csv.FieldPos(0)
		return nil, fmt.Errorf("line %d has %s for %s", line, counted(len(record), "field"), counted(len(t.names), "column"))
	}
	row := make(declare.Members, 0, len(record))
	for i, field := range record {
		if t.names[i] != "" {
			row = append(row, declare.Member{Key: t.names[i], Value: field})
		}
	}
	return row, nil
}

func array(record []string) []any {
	row := make([]any, len(record))
	for i, field := range record {
		row[i] = field
	}
	return row
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// worded says a mistake in the house's words; other errors stay.
func worded(err error) error {
	mistake, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	switch mistake.Err {
	case csv.ErrQuote:
		if mistake.StartLine != mistake.Line {
			return fmt.Errorf("line %d: a quoted field begins there, and its quote is not followed by a delimiter on line %d", mistake.StartLine, mistake.Line)
		}
		return fmt.Errorf("line %d, character %d: a quoted field has a quote inside that is not doubled, or no end", mistake.Line, mistake.Column)
	case csv.ErrBareQuote:
		return fmt.Errorf("line %d, character %d: a quote inside a field that is not quoted", mistake.Line, mistake.Column)
	}
	return fmt.Errorf("line %d: %w", mistake.Line, mistake.Err)
}
