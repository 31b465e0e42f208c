package render

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/spec"
)

// A csvWriter writes rows under one header, which the first of them gives.
type csvWriter struct {
	out    *csv.Writer
	header []string
}

func newCSV(out io.Writer) *csvWriter { return &csvWriter{out: csv.NewWriter(out)} }

// row refuses members that the header lacks: a reader would take them for others.
func (w *csvWriter) row(row Row) error {
	members, ok := row.selected().(spec.Members)
	if !ok {
		members = spec.Members{{Key: "value", Value: row.Value}}
	}
	if err := w.begin(members); err != nil {
		return err
	}
	cells := make([]string, len(w.header))
	for i, name := range w.header {
		text, err := field(member(members, name))
		if err != nil {
			return err
		}
		cells[i] = text
	}
	err := w.out.Write(cells)
	w.out.Flush()
	return errors.Join(err, w.out.Error())
}

func (w *csvWriter) begin(members spec.Members) error {
	if w.header == nil {
		for _, m := range members {
			w.header = append(w.header, m.Key)
		}
		return w.out.Write(w.header)
	}
	for _, m := range members {
		if m.Value != nil && !slices.Contains(w.header, m.Key) {
			return fmt.Errorf("emit: the CSV header has no column %q; name all columns with {columns = {…}}", m.Key)
		}
	}
	return nil
}

// field is a value in full: text as it is, the rest as JSON.
func field(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case interface{ MarshalText() ([]byte, error) }:
		text, err := v.MarshalText()
		return string(text), err
	}
	return codec.EncodeJSON(value, "")
}
