package render

import (
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// padding is the number of blanks around a cell.
const padding = 2

// How far columns are cut to make a table fit: times to the minute, and the first column, which
// holds the id that is copied from a table, only after the others.
const (
	narrowest      = 12
	narrowestTime  = len("2006-01-02 15:04Z")
	narrowestFirst = 24
	narrowestAsked = 6 // of a column that was asked for, which is cut before the rows become cards
)

// fit makes lines at most so wide, in characters of a terminal; 0 is no bound. The widest columns
// are cut first. Then requested columns are cut further, and other columns are dropped if there is
// no room; fit returns the names of these. It returns false if that is not enough.
func fit(lines []table.Row, width int, asked bool) (dropped []string, fits bool) {
	widths := columnWidths(lines)
	if width <= 0 || total(widths) <= width {
		return nil, true
	}
	shrink(widths, leastWidths(lines), width)
	if asked {
		shrink(widths, askedWidths(lines), width)
		if total(widths) > width {
			return nil, false
		}
	}
	kept := keep(widths, askedWidths(lines), width)
	for column, name := range lines[0] {
		if !slices.Contains(kept, column) {
			dropped = append(dropped, name.(string))
		}
	}
	for i, line := range lines {
		lines[i] = make(table.Row, len(kept))
		for j, column := range kept {
			lines[i][j] = cut(line[column].(string), widths[column])
		}
	}
	return dropped, true
}

// keep returns the columns that a table has room for: the first, and each further one that still
// fits, cut to its least width if there is no more room. It adjusts the widths.
func keep(widths, least []int, width int) (kept []int) {
	if total(widths) <= width {
		return all(widths)
	}
	room := width - widths[0] - padding
	kept = []int{0}
	for column := 1; column < len(widths); column++ {
		if fitting := min(widths[column], room-padding); fitting >= min(widths[column], least[column]) {
			widths[column] = fitting
			kept = append(kept, column)
			room -= fitting + padding
		}
	}
	return kept
}

func all(widths []int) []int {
	columns := make([]int, len(widths))
	for i := range columns {
		columns[i] = i
	}
	return columns
}

// shrink makes the widest column narrower, one character at a time, until all fit or none may be
// cut further.
func shrink(widths, least []int, width int) {
	for total(widths) > width {
		widest := widestOf(widths, least)
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

// askedWidths are the least widths of columns that must not be dropped: a short name stays whole.
func askedWidths(lines []table.Row) []int {
	least := leastWidths(lines)
	for column := range least {
		if !(column > 0 && timesOnly(lines[1:], column)) {
			least[column] = max(narrowestAsked, min(terminal.Width(lines[0][column].(string)), narrowest))
		}
	}
	return least
}

// cut leaves the seconds of a time out, and marks that other text is cut.
func cut(cell string, width int) string {
	if isTime(cell) && width < len(cell) {
		return cell[:narrowestTime-1] + strings.Repeat("Z", len(cell)-len(time.DateTime))
	}
	return text.Snip(cell, width, "…")
}

func isTime(cell string) bool {
	_, inUTC := time.Parse(timeLayout, cell)
	_, elsewhere := time.Parse(time.DateTime, cell)
	return inUTC == nil || elsewhere == nil
}

func columnWidths(lines []table.Row) []int {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for column, cell := range line {
			widths[column] = max(widths[column], text.StringWidth(cell.(string)))
		}
	}
	return widths
}

func leastWidths(lines []table.Row) []int {
	least := make([]int, len(lines[0]))
	for column := range least {
		least[column] = narrowest
		if column == 0 {
			least[column] = narrowestFirst
		} else if timesOnly(lines[1:], column) {
			least[column] = narrowestTime
		}
	}
	return least
}

func timesOnly(rows []table.Row, column int) bool {
	times := false
	for _, row := range rows {
		times = times || isTime(row[column].(string))
		if cell := row[column].(string); strings.TrimSpace(cell) != "" && !isTime(cell) {
			return false
		}
	}
	return times
}

func total(widths []int) int {
	sum := 0
	for _, width := range widths {
		sum += width + padding
	}
	return sum
}

// widestOf is the widest column that may still be cut, the first one only where no other may; -1
// when there is none.
func widestOf(widths, least []int) int {
	widest := 0
	for column := range widths {
		if widths[column] > least[column] && (widest == 0 || widths[column] > widths[widest]) {
			widest = column
		}
	}
	if widest == 0 && widths[0] <= least[0] {
		return -1
	}
	return widest
}
