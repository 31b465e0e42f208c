package render

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Format is a way to write data.
type Format string

// The formats.
const (
	Table  Format = "table"  // aligned columns, for people
	JSON   Format = "json"   // indented, one document for each emit
	NDJSON Format = "ndjson" // one line of JSON for each item
	CSV    Format = "csv"    // with a header
	IDs    Format = "ids"    // one id a line, for other commands
)

// Formats are the names of all formats.
var Formats = []string{string(Table), string(JSON), string(NDJSON), string(CSV), string(IDs)}

// ParseFormat returns the format of a name, or an error with all names.
func ParseFormat(name string) (Format, error) {
	for _, known := range Formats {
		if name == known {
			return Format(name), nil
		}
	}
	return "", fmt.Errorf("no output format %q: it is %s", name, strings.Join(Formats, ", "))
}

// A Row is one item: data with ordered members, and its type as a script sees it ("workflow").
type Row struct {
	Kind    string
	Value   any
	Columns []string // the members to write, in this order; if empty, the summary or all of them
}

// members returns the cells of a row with the names of their columns.
func (r Row) members() declare.Members {
	if members, ok := r.Selected().(declare.Members); ok {
		return members
	}
	return declare.Members{{Key: "value", Value: r.Value}}
}

// columnsOf returns the columns of a list: of each row the requested columns, or the known columns
// of its kind, or else its members.
func columnsOf(rows []Row, known map[string][]string) []string {
	var columns []string
	seen := map[string]bool{}
	for _, row := range rows {
		for _, name := range row.columns(known[row.Kind]) {
			if !seen[name] {
				seen[name], columns = true, append(columns, name)
			}
		}
	}
	return columns
}

func (r Row) columns(known []string) []string {
	switch {
	case len(r.Columns) > 0:
		return r.Columns
	case len(known) > 0:
		return known
	}
	var names []string
	for _, m := range r.members() {
		names = append(names, m.Key)
	}
	return names
}

// Kinds holds the columns of records, by their kind.
type Kinds struct {
	Summary map[string][]string // columns of a table, for kinds with too many members
	Fields  map[string][]string // all members; a record shows each that is not nil
}

// A Printer writes emitted values. It is not safe for concurrent use.
type Printer struct {
	out    io.Writer
	format Format
	kinds  Kinds
	table  *tableWriter
	csv    *csvWriter
	array  *array // the array that is being written, or nil
	buf    []byte // the memory of the last text, for the next
	watch  func([]Row)
	note   func(string)
}

// NewPrinter returns a printer that writes to out.
func NewPrinter(out io.Writer, format Format, kinds Kinds) *Printer {
	return &Printer{out: out, format: format, kinds: kinds, table: &tableWriter{out: out, width: func() int { return 0 }, zone: time.UTC}, csv: newCSV(out)}
}

// In has tables show times in a zone, whose name stands once below them if it is not UTC.
func (p *Printer) In(zone *time.Location) {
	if zone != nil {
		p.table.zone = zone
	}
}

// Ages has tables show times as how long ago they were at the time that now returns.
func (p *Printer) Ages(now func() time.Time) { p.table.now = now }

// Needs returns the fields of a kind of record that the format shows, or nil if it shows all.
// columns are the requested columns, in their order.
func (p *Printer) Needs(kind string, columns []string) []string {
	switch {
	case p.watch != nil, len(p.kinds.Fields[kind]) == 0:
		return nil
	case p.format == IDs:
		return idNames
	case len(columns) > 0:
		return columns
	case p.format == Table:
		return p.kinds.Summary[kind]
	}
	return nil
}

// Known returns true if values are records of one kind, all of whose fields are known.
func (p *Printer) Known(items []declare.Raw) bool {
	if len(items) == 0 || len(p.kinds.Fields[items[0].Type()]) == 0 {
		return false
	}
	first := items[0].Type()
	return !slices.ContainsFunc(items, func(item declare.Raw) bool { return item.Type() != first })
}

// Watched returns true if Watch has set a function.
func (p *Printer) Watched() bool { return p.watch != nil }

// Format returns the format of the data.
func (p *Printer) Format() Format { return p.format }

// Notify sets a function that receives a note if a table has no rows, because nothing is written
// then. It may be nil.
func (p *Printer) Notify(note func(string)) { p.note = note }

// Watch sets a function that receives all items that are written. It may be nil.
func (p *Printer) Watch(watch func([]Row)) { p.watch = watch }

// watched passes rows to the function of Watch.
func (p *Printer) watched(rows []Row) {
	if p.watch != nil {
		p.watch(rows)
	}
}

// Fit sets the function that returns the width of tables in characters. 0 is no bound.
func (p *Printer) Fit(width func() int) { p.table.width = width }

// List writes a list, which may be empty.
func (p *Printer) List(rows []Row) error { return p.ListOf(rows, nil) }

// ListOf writes a list with the requested columns, which an empty list of CSV has as its header.
func (p *Printer) ListOf(rows []Row, columns []string) error {
	p.watched(rows)
	if len(rows) == 0 && p.format == Table && p.note != nil {
		err := p.table.flush() // earlier values stand above
		p.note("no rows")
		return err
	}
	if len(rows) == 0 && p.format == CSV && len(columns) > 0 {
		return p.csv.begin(columns)
	}
	return p.part(rows)
}

// part writes rows of a list.
func (p *Printer) part(rows []Row) error {
	switch p.format {
	case JSON:
		return p.wholeArray(rows)
	case Table:
		return errors.Join(p.tableRows(rows), p.table.flush())
	}
	return p.lines(rows)
}

// One writes an item that is no list. A table holds it until Flush, or until it is full.
func (p *Printer) One(row Row) error {
	p.watched([]Row{row})
	switch p.format {
	case JSON:
		return p.write(row, "  ")
	case Table:
		err := p.tableRows([]Row{row})
		p.table.single = true
		return err
	}
	return p.lines([]Row{row})
}

// lines writes rows in a format with a line for each row.
func (p *Printer) lines(rows []Row) error {
	switch p.format {
	case CSV:
		return p.csv.write(rows, p.kinds.Fields)
	case IDs:
		return each(rows, p.id)
	}
	return each(rows, func(row Row) error { return p.write(row, "") })
}

// Flush writes buffered rows. Rows that are emitted one by one are buffered, because a table
// needs all of them to know its widths.
func (p *Printer) Flush() error { return p.table.flush() }

func each(rows []Row, write func(Row) error) error {
	for _, row := range rows {
		if err := write(row); err != nil {
			return err
		}
	}
	return nil
}
