package render

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/tabular"
)

// A csvWriter writes rows under one header, which the rows that are written first give.
type csvWriter struct {
	out    *csv.Writer
	header []string
}

func newCSV(out io.Writer) *csvWriter { return &csvWriter{out: csv.NewWriter(out)} }

// write writes nothing when one of the rows does not fit.
func (w *csvWriter) write(rows []Row, fields map[string][]string) error {
	if len(rows) == 0 {
		return nil
	}
	header := w.header
	if header == nil {
		header = columnsOf(rows, fields)
	}
	for _, row := range rows {
		if err := fits(header, row.members()); err != nil {
			return err
		}
	}
	if err := w.begin(header); err != nil {
		return err
	}
	err := each(rows, w.row)
	w.out.Flush()
	return errors.Join(err, w.out.Error())
}

// begin writes the header, once.
func (w *csvWriter) begin(header []string) error {
	if w.header != nil {
		return nil
	}
	w.header = header
	err := w.out.Write(header)
	w.out.Flush()
	return errors.Join(err, w.out.Error())
}

// fits refuses members that the header lacks: a reader would take them for others.
func fits(header []string, members declare.Members) error {
	for _, m := range members {
		if m.Value != nil && !slices.Contains(header, m.Key) {
			return fmt.Errorf("emit: the CSV header has no column %q; name all columns with {columns = {…}}", m.Key)
		}
	}
	return nil
}

func (w *csvWriter) row(row Row) error {
	members := row.members()
	cells := make([]string, len(w.header))
	for i, name := range w.header {
		text, err := tabular.Field(member(members, name))
		if err != nil {
			return err
		}
		cells[i] = text
	}
	return w.out.Write(cells)
}
