package tabular

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Writer writes rows under one header: the requested columns, or the columns of the first row.
type Writer struct {
	out    io.Writer
	csv    *csv.Writer
	format Format
	header []string // the columns; nil if the first row was an array and none were requested
	begun  bool     // the header is decided, and written unless it is left out
	cells  []string // of the last row, to use the memory again
}

// NewWriter returns a writer to out. The caller calls Flush after the last row.
func NewWriter(out io.Writer, f Format) *Writer {
	w := &Writer{out: out, csv: csv.NewWriter(out), format: f}
	w.csv.Comma = f.delimiter()
	return w
}

// Write adds a row: declare.Members, or []any, which is written in its order. The field of a
// missing member is empty. A member without a column is left out if the columns were requested, and
// an error if the first row named them. It returns an error for any other value, for an
// array that is not as long as the header, and for members if the first row was an array.
func (w *Writer) Write(row any) error {
	members, named := row.(declare.Members)
	fields, listed := row.([]any)
	if !named && !listed {
		return fmt.Errorf("a row is a table of fields by column or an array, not %s", quoted(row))
	}
	if !w.begun && named && len(members) == 0 && len(w.format.Columns) == 0 {
		return errors.New("the first row has no fields to take the columns from; name all columns")
	}
	if err := w.begin(members); err != nil {
		return err
	}
	if !named {
		return w.fields(fields)
	}
	if w.header == nil {
		return errors.New("the rows before were arrays")
	}
	return w.members(members)
}

// quoted returns a value that is no row for an error: its text in quotes, if that is short.
func quoted(value any) string {
	text, err := Field(value)
	if err != nil || len(text) > 40 {
		return "this value"
	}
	return strconv.Quote(text)
}

// begin takes the columns from the first row, unless they were requested, and writes the header.
func (w *Writer) begin(first declare.Members) error {
	if w.begun {
		return nil
	}
	w.begun = true
	w.header = w.format.Columns
	if len(w.header) == 0 {
		for _, m := range first {
			w.header = append(w.header, m.Key)
		}
	}
	if w.header == nil || w.format.Headless {
		return nil
	}
	return w.record(w.header)
}

// members writes a row with a field for each column.
func (w *Writer) members(row declare.Members) error {
	w.cells = slices.Grow(w.cells[:0], len(w.header))[:len(w.header)]
	clear(w.cells)
	for _, m := range row {
		text, err := Field(m.Value)
		if err != nil {
			return fmt.Errorf("the field %q: %w", m.Key, err)
		}
		switch at := slices.Index(w.header, m.Key); {
		case at >= 0:
			w.cells[at] = text
		case len(w.format.Columns) == 0:
			return fmt.Errorf("there is no column %q, because the first row had none; name all columns%s", m.Key, declare.DidYouMean(m.Key, w.header))
		}
	}
	return w.record(w.cells)
}

// fields writes a row that is an array.
func (w *Writer) fields(row []any) error {
	if w.header != nil && len(row) != len(w.header) {
		return fmt.Errorf("a row has %s for %s", counted(len(row), "field"), counted(len(w.header), "column"))
	}
	w.cells = w.cells[:0]
	for i, value := range row {
		text, err := Field(value)
		if err != nil {
			return fmt.Errorf("field %d: %w", i+1, err)
		}
		w.cells = append(w.cells, text)
	}
	return w.record(w.cells)
}

// record writes one row. If its only field is empty, it writes "", because readers skip an empty
// line.
func (w *Writer) record(cells []string) error {
	if len(cells) == 1 && cells[0] == "" {
		w.csv.Flush()
		_, err := io.WriteString(w.out, "\"\"\n")
		return errors.Join(err, w.csv.Error())
	}
	return w.csv.Write(cells)
}

// Flush writes what is buffered, and if there was no row, the header of the requested columns. It
// is called after the last row.
func (w *Writer) Flush() error {
	if err := w.begin(nil); err != nil {
		return err
	}
	w.csv.Flush()
	return w.csv.Error()
}

// Field returns the text of a field: a text as it is, except that a byte that is not UTF-8 becomes
// \xff, "" for nil, the text of a value with a method MarshalText, such as a time in RFC 3339, and
// any other value as JSON.
func Field(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return codec.VisibleText(v), nil
	case float64:
		return codec.NumberText(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	case interface{ MarshalText() ([]byte, error) }:
		text, err := v.MarshalText()
		return string(text), err
	}
	return codec.ShowJSON(value, "")
}
