package render

import (
	"fmt"
	"io"
	"strings"
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

// A Row is one item: its data with members in order, and what a script calls it ("workflow").
type Row struct {
	Kind    string
	Value   any
	Columns []string // which members to write, in this order; the usual ones when empty
}

// A Printer collects the rows of an emit and writes them. It is not safe for concurrent use.
type Printer struct {
	out    io.Writer
	format Format
	// summary is what a table shows of a kind that has too many members for one.
	summary map[string][]string
	rows    []Row // of the emit under way
	table   *tableWriter
	csv     *csvWriter
}

// NewPrinter writes to out. summary names the columns a table shows of a kind of record.
func NewPrinter(out io.Writer, format Format, summary map[string][]string) *Printer {
	return &Printer{out: out, format: format, summary: summary, table: &tableWriter{out: out}, csv: newCSV(out)}
}

// Add takes an item of the emit under way.
func (p *Printer) Add(row Row) { p.rows = append(p.rows, row) }

// Done ends an emit. listed says that a list was emitted, which may be empty.
func (p *Printer) Done(listed bool) error {
	rows := p.rows
	p.rows = nil
	switch p.format {
	case JSON:
		return p.document(rows, listed)
	case NDJSON:
		return each(rows, p.line)
	case CSV:
		return each(rows, p.csv.row)
	case IDs:
		return each(rows, p.id)
	}
	err := each(rows, p.tableRow)
	if err == nil && listed {
		err = p.table.flush()
	}
	return err
}

// Flush writes what is held back: rows that are emitted one by one wait for each other, for a table
// needs all of them to know how wide it is.
func (p *Printer) Flush() error { return p.table.flush() }

func each(rows []Row, write func(Row) error) error {
	for _, row := range rows {
		if err := write(row); err != nil {
			return err
		}
	}
	return nil
}
