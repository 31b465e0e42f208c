package render

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/tabular"
)

// A csvWriter writes rows under one header, which the rows that are written first give.
type csvWriter struct {
	out    *csv.Writer
	header []string
	places map[string]int // of the columns
	cells  []string       // of a row
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
	places := w.places
	if places == nil {
		places = placesOf(header)
	}
	for _, row := range rows {
		if err := fits(places, row.members()); err != nil {
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
	w.header, w.places, w.cells = header, placesOf(header), make([]string, len(header))
	err := w.out.Write(header)
	w.out.Flush()
	return errors.Join(err, w.out.Error())
}

func placesOf(header []string) map[string]int {
	places := make(map[string]int, len(header))
	for i, name := range header {
		places[name] = i
	}
	return places
}

// fits refuses members that the header lacks: a reader would take them for others.
func fits(places map[string]int, members declare.Members) error {
	for _, m := range members {
		if _, has := places[m.Key]; !has && m.Value != nil {
			return fmt.Errorf("emit: the CSV header has no column %q; name all columns with {columns = {…}}", m.Key)
		}
	}
	return nil
}

func (w *csvWriter) row(row Row) error {
	clear(w.cells)
	for _, m := range row.members() {
		place, has := w.places[m.Key]
		if !has {
			continue // it is nil
		}
		text, err := tabular.Field(m.Value)
		if err != nil {
			return err
		}
		w.cells[place] = text
	}
	return w.out.Write(w.cells)
}
