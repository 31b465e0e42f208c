package render

import (
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// padding is what stands around a cell.
const padding = 2

// How far columns are cut to make a table fit: times to the minute, and the first column, which holds the id that is
// copied from a table, only after the others.
const (
	narrowest      = 12
	narrowestTime  = len("2006-01-02 15:04")
	narrowestFirst = 24
)

// fit makes lines at most so wide, in characters of a terminal; 0 is no bound. The widest columns are cut first. What is
// still too wide loses columns from the right.
func fit(lines []table.Row, width int) {
	widths := columnWidths(lines)
	if width <= 0 || total(widths) <= width {
		return
	}
	least := leastWidths(lines)
	for total(widths) > width {
		widest := widestOf(widths, least)
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	for len(widths) > 1 && total(widths) > width {
		widths = widths[:len(widths)-1]
	}
	for i, line := range lines {
		lines[i] = line[:len(widths)]
		for column, most := range widths {
			line[column] = cut(line[column].(string), most)
		}
	}
}

// cut leaves the seconds of a time out, and marks that other text is cut.
func cut(cell string, width int) string {
	if isTime(cell) && width < len(cell) {
		return cell[:narrowestTime]
	}
	return text.Snip(cell, width, "…")
}

func isTime(cell string) bool {
	_, err := time.Parse(timeLayout, cell)
	return err == nil
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
	for _, row := range rows {
		if cell := row[column].(string); strings.TrimSpace(cell) != "" && !isTime(cell) {
			return false
		}
	}
	return true
}

func total(widths []int) int {
	sum := 0
	for _, width := range widths {
		sum += width + padding
	}
	return sum
}

// widestOf is the widest column that may still be cut, the first one only where no other may; -1 when there is none.
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
