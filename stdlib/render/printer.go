package render

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Format is how data is written.
type Format string

// The formats.
const (
	Table  Format = "table"  // aligned columns, for people
	JSON   Format = "json"   // indented, one document for each emit
	NDJSON Format = "ndjson" // one line of JSON for each item
	CSV    Format = "csv"    // with a header
	IDs    Format = "ids"    // one id a line, for other commands
)

// Formats are all of them.
var Formats = []string{string(Table), string(JSON), string(NDJSON), string(CSV), string(IDs)}

// ParseFormat reads a format's name.
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
	Columns []string // which members to write, in this order; the usual ones when empty
}

// members are the cells of a row by the names of their columns.
func (r Row) members() declare.Members {
	if members, ok := r.Selected().(declare.Members); ok {
		return members
	}
	return declare.Members{{Key: "value", Value: r.Value}}
}

// columnsOf returns the columns of a list: the requested ones, or the known ones of the kinds of
// its rows, or the members that the rows have.
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

// Kinds says which columns the kinds of record have whose rows do not show all their members.
type Kinds struct {
	Summary map[string][]string // columns of a table, for kinds with too many members
	Fields  map[string][]string // all members; a record shows the ones that are not nil
}

// A Printer writes emitted values. It is not safe for concurrent use.
type Printer struct {
	out    io.Writer
	format Format
	kinds  Kinds
	table  *tableWriter
	csv    *csvWriter
	array  *array // that is being written; nil if none is
	buf    []byte // of the text that was written last, to be used again
	seen   func([]Row)
	told   func(string)
}

// NewPrinter writes to out.
func NewPrinter(out io.Writer, format Format, kinds Kinds) *Printer {
	return &Printer{out: out, format: format, kinds: kinds, table: &tableWriter{out: out, width: func() int { return 0 }}, csv: newCSV(out)}
}

// Needs returns the fields of a kind of record that the format shows, or nil if it is all of them.
// columns are the ones asked for, in their order.
func (p *Printer) Needs(kind string, columns []string) []string {
	switch {
	case p.seen != nil, len(p.kinds.Fields[kind]) == 0:
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

// Watched returns true if a function sees the items that are written.
func (p *Printer) Watched() bool { return p.seen != nil }

// Format returns how the data is written.
func (p *Printer) Format() Format { return p.format }

// Tell sets a function that reports facts that a table does not show: that there are no rows. It
// may be nil.
func (p *Printer) Tell(told func(string)) { p.told = told }

// Watch lets a function see the items that are written, too; nil lets none.
func (p *Printer) Watch(seen func([]Row)) { p.seen = seen }

func (p *Printer) show(rows []Row) {
	if p.seen != nil {
		p.seen(rows)
	}
}

// Fit bounds the tables to a width in characters, which is asked for each table; 0 is no bound.
func (p *Printer) Fit(width func() int) { p.table.width = width }

// List writes a list, which may be empty.
func (p *Printer) List(rows []Row) error { return p.ListOf(rows, nil) }

// ListOf writes a list with the columns that were asked for, which an empty list of CSV has as
// its header.
func (p *Printer) ListOf(rows []Row, columns []string) error {
	p.show(rows)
	if len(rows) == 0 && p.format == Table && p.told != nil {
		err := p.table.flush() // earlier values stand above
		p.told("no rows")
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
		return p.document(rows)
	case Table:
		return errors.Join(p.tableRows(rows), p.table.flush())
	}
	return p.lines(rows)
}

// One writes an item that is no list. In a table it waits for others that follow it.
func (p *Printer) One(row Row) error {
	p.show([]Row{row})
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
