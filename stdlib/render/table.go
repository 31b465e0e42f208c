package render

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/spec"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// longestTable is how many rows are held to be aligned with each other.
const longestTable = 1000

// A tableWriter collects rows with the same columns.
type tableWriter struct {
	out     io.Writer
	width   func() int
	columns []string
	rows    [][]string
	written bool // a table stands above, so the next one keeps a distance
}

// tableRows adds the rows of a list, which has the columns of all of them.
func (p *Printer) tableRows(rows []Row) error {
	columns := columnsOf(rows, p.kinds.Summary)
	for _, row := range rows {
		if err := p.tableRow(row, columns); err != nil {
			return err
		}
	}
	return nil
}

// tableRow adds a row; one with other columns begins another table.
func (p *Printer) tableRow(row Row, columns []string) error {
	members := row.members()
	t := p.table
	if !slices.Equal(columns, t.columns) || len(t.rows) >= longestTable {
		if err := t.flush(); err != nil {
			return err
		}
		t.columns = columns
	}
	cells := make([]string, len(columns))
	for i, name := range columns {
		cells[i] = cell(member(members, name))
	}
	t.rows = append(t.rows, cells)
	return nil
}

// flush writes the table. A column without any value says nothing, so it is left out.
func (t *tableWriter) flush() error {
	if len(t.rows) == 0 {
		return nil
	}
	w := table.NewWriter()
	w.SetStyle(style())
	lines := t.lines()
	fit(lines, t.width())
	for i, line := range lines {
		if i == 0 {
			w.AppendHeader(line)
			continue
		}
		w.AppendRow(line)
	}
	t.rows = nil
	text := blanksAtEnd.ReplaceAllString(w.Render(), "") + "\n"
	if t.written {
		text = "\n" + text
	}
	t.written = true
	_, err := io.WriteString(t.out, text)
	return err
}

// blanksAtEnd are what the last column is filled up with.
var blanksAtEnd = regexp.MustCompile(`(?m) +$`)

func style() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Options.DrawBorder = false
	s.Options.SeparateColumns = false
	return s
}

// lines are the header and the rows, without the columns that are empty.
func (t *tableWriter) lines() []table.Row {
	kept := t.kept()
	lines := []table.Row{pick(t.columns, kept)}
	for _, row := range t.rows {
		lines = append(lines, pick(row, kept))
	}
	return lines
}

func (t *tableWriter) kept() []int {
	var kept []int
	for i := range t.columns {
		if slices.ContainsFunc(t.rows, func(row []string) bool { return row[i] != "" }) {
			kept = append(kept, i)
		}
	}
	return kept
}

func pick(cells []string, kept []int) table.Row {
	row := make(table.Row, len(kept))
	for i, index := range kept {
		row[i] = cells[index]
	}
	return row
}

// timeLayout is how a table shows times: in UTC, to the second.
const timeLayout = "2006-01-02 15:04:05"

// widest is how much of a value a table shows.
const widest = 60

// cell is a value on one line: text as it is, times to the second, the rest as JSON.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return shorten(oneLine(v))
	case float64:
		return codec.NumberText(v)
	case time.Time:
		return v.UTC().Format(timeLayout)
	case spec.Members:
		if message, ok := errorText(v); ok {
			return cell(message)
		}
	}
	encoded, err := codec.ShowJSON(value, "")
	if err != nil {
		return shorten(fmt.Sprint(value))
	}
	return shorten(encoded)
}

// errorText is the message of a workflow's stored error, which is what a column has room for.
func errorText(members spec.Members) (string, bool) {
	if member(members, "raw") == nil {
		return "", false
	}
	message, ok := member(members, "message").(string)
	return message, ok
}

// oneLine keeps what a value holds from steering the terminal.
func oneLine(s string) string {
	return terminal.Line(strings.Join(strings.Fields(s), " "))
}

func shorten(s string) string { return text.Snip(s, widest, "…") }
