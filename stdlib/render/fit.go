package render

import (
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// padding is what stands around a cell.
const padding = 2

// narrowest is how far a column is cut to make a table fit.
const narrowest = 8

// fit makes lines at most so wide, in characters of a terminal; 0 is no bound. The widest columns are cut first, and
// the first one never, as it holds the id that is copied from a table. What is still too wide loses columns from the right.
func fit(lines []table.Row, width int) {
	widths := columnWidths(lines)
	if width <= 0 || total(widths) <= width {
		return
	}
	for total(widths) > width {
		widest := widestOf(widths)
		if widest == 0 {
			break
		}
		widths[widest]--
	}
	for len(widths) > 1 && total(widths) > width {
		widths = widths[:len(widths)-1]
	}
	for i, line := range lines {
		lines[i] = line[:len(widths)]
		for column := 1; column < len(widths); column++ {
			line[column] = text.Snip(line[column].(string), widths[column], "…")
		}
	}
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

func total(widths []int) int {
	sum := 0
	for _, width := range widths {
		sum += width + padding
	}
	return sum
}

// widestOf is the widest column that may still be cut; 0 when there is none.
func widestOf(widths []int) int {
	widest := 0
	for column := 1; column < len(widths); column++ {
		if widths[column] > narrowest && (widest == 0 || widths[column] > widths[widest]) {
			widest = column
		}
	}
	return widest
}
