package render

import (
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// maxTableRows is the number of rows that are held to be aligned with each other.
const maxTableRows = 1000

// A tableWriter collects rows with the same columns.
type tableWriter struct {
	out     io.Writer
	width   func() int
	zone    *time.Location
	now     func() time.Time // if times are shown as ages; otherwise nil
	local   bool             // a time in a zone other than UTC is in the table
	columns []string
	asked   bool // the columns were requested, so none is left out
	single  bool // the rows were emitted one by one
	rows    [][]any
	written bool // a table was written, so an empty line comes before the next
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

// tableRow adds a row. If it has other columns than the rows before, it begins another table.
func (p *Printer) tableRow(row Row, columns []string) error {
	members := row.members()
	t := p.table
	if asked := len(row.Columns) > 0; !slices.Equal(columns, t.columns) || asked != t.asked || len(t.rows) >= maxTableRows {
		if err := t.flush(); err != nil {
			return err
		}
		t.columns, t.asked = columns, asked
	}
	values := make([]any, len(columns))
	for i, name := range columns {
		values[i] = t.shown(member(members, name))
	}
	t.rows, t.single = append(t.rows, values), false
	return nil
}

// flush writes the table. If requested columns do not fit, it writes a card for each row.
func (t *tableWriter) flush() error {
	if len(t.rows) == 0 {
		return nil
	}
	text := t.text(t.width())
	t.rows, t.local = nil, false
	if t.written {
		text = "\n" + text
	}
	t.written = true
	_, err := io.WriteString(t.out, text)
	return err
}

// text returns the table, or the cards, as a text.
func (t *tableWriter) text(width int) string {
	if t.counts() {
		t.columns, t.rows, t.asked = []string{"name", "count"}, pairs(t.columns, t.rows[0]), false
	}
	lines := t.lines(width)
	dropped, fits := fit(lines, width, t.asked)
	if !fits {
		text := cards(t.columns, t.rows)
		if t.local {
			text += " times are in " + t.zone.String() + "\n"
		}
		return text
	}
	w := table.NewWriter()
	w.SetStyle(style())
	w.AppendHeader(lines[0])
	w.AppendRows(lines[1:])
	text := blanksAtEnd.ReplaceAllString(w.Render(), "") + "\n"
	if t.local {
		text += " times are in " + t.zone.String() + "\n"
	}
	if len(dropped) > 0 {
		text += terminal.Wrap(fmt.Sprintf(" +%d %s: %s", len(dropped), plural(len(dropped), "column"), strings.Join(dropped, ", ")), width, padding) + "\n"
	}
	return text
}

// counts returns true if the table is a single row of numbers, such as seq.count_by returns. It is
// shown with a row for each name and number.
func (t *tableWriter) counts() bool {
	if !t.single || t.asked || len(t.rows) != 1 || len(t.columns) < 2 {
		return false
	}
	return !slices.ContainsFunc(t.rows[0], func(value any) bool {
		switch value.(type) {
		case int64, float64, *big.Int:
			return false
		}
		return true
	})
}

// pairs returns a row for each name and its value.
func pairs(names []string, values []any) [][]any {
	rows := make([][]any, len(names))
	for i, name := range names {
		rows[i] = []any{name, values[i]}
	}
	return rows
}

// cards returns a text with a line for each value of each row. Values are not cut.
func cards(names []string, rows [][]any) string {
	width := 0
	for _, name := range names {
		width = max(width, terminal.Width(name))
	}
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for column, name := range names {
			fmt.Fprintln(&b, strings.TrimRight(" "+name+":"+strings.Repeat(" ", width-terminal.Width(name)+1)+wholeCell(row[column]), " "))
		}
	}
	return b.String()
}

func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return what + "s"
}

// blanksAtEnd matches the padding of the last column.
var blanksAtEnd = regexp.MustCompile(`(?m) +$`)

func style() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Options.DrawBorder = false
	s.Options.SeparateColumns = false
	return s
}

// lines returns the header and the rows. Empty columns are left out, unless they were requested.
func (t *tableWriter) lines(width int) []table.Row {
	kept := t.kept()
	lines := []table.Row{make(table.Row, len(kept))}
	for i, index := range kept {
		lines[0][i] = wholeCell(t.columns[index])
	}
	for _, row := range t.rows {
		line := make(table.Row, len(kept))
		for i, index := range kept {
			line[i] = cell(row[index], width)
		}
		lines = append(lines, line)
	}
	return lines
}

// kept returns the indexes of the columns to show.
func (t *tableWriter) kept() []int {
	var kept []int
	for i := range t.columns {
		if t.asked || slices.ContainsFunc(t.rows, func(row []any) bool { return row[i] != nil && row[i] != "" }) {
			kept = append(kept, i)
		}
	}
	return kept
}

// timeLayout is the format of times in a table, in UTC. In another zone it has no Z, and a line
// below the table names the zone.
const timeLayout = "2006-01-02 15:04:05Z"

// shown returns a value as a person reads it: a time as its age, or in the zone of the table.
func (t *tableWriter) shown(value any) any {
	at, ok := value.(time.Time)
	switch {
	case !ok || at.IsZero():
		return value
	case t.now != nil:
		return declare.Age(at, t.now())
	}
	t.local = t.local || t.zone != time.UTC
	return at.In(t.zone)
}

// maxCell is the number of characters of a value in a table whose width is not bounded.
const maxCell = 120

// cell returns the text of a value, cut to the width of the table. If that is not bounded, only a
// text of several words is cut, at maxCell, because an id has to stay whole.
func cell(value any, width int) string {
	text := wholeCell(value)
	if width > 0 {
		return cutTo(text, max(width, narrowestFirst))
	}
	if _, isText := value.(string); isText && !strings.Contains(text, " ") {
		return text
	}
	return cutTo(text, maxCell)
}

// cutTo returns a line cut to a width, or whole if the width is 0.
func cutTo(line string, width int) string {
	if width <= 0 {
		return line
	}
	return terminal.Cut(line, width)
}

// wholeCell returns a value on one line: text as it is, times to the second, the rest as JSON.
func wholeCell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return oneLine(v)
	case float64:
		return codec.NumberText(v)
	case time.Time:
		if v.Location() != time.UTC {
			return v.Format(time.DateTime)
		}
		return v.Format(timeLayout)
	case declare.Members:
		if message, ok := errorText(v); ok {
			return oneLine(message)
		}
	}
	encoded, err := codec.ShowJSON(value, "")
	if err != nil {
		return oneLine(err.Error())
	}
	return oneLine(encoded)
}

// errorText returns the message of a workflow's stored error, because a column has no room for
// more.
func errorText(members declare.Members) (string, bool) {
	if member(members, "raw") == nil {
		return "", false
	}
	message, ok := member(members, "message").(string)
	return message, ok
}

// oneLine returns a text on one line, with single blanks and without control characters.
func oneLine(s string) string {
	return terminal.Line(strings.Join(strings.Fields(s), " "))
}
