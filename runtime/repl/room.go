package repl

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// The editor needs an empty row below its input. It would find out by asking the terminal where the cursor is, each time
// it draws, but loses the keys that arrive with the answer, which over a slow line are many. So it does not ask, and what
// is here makes room instead: moving down and up again scrolls the bottom of the window, and does nothing above it.

// room keeps rows below an input.
type room struct {
	out   io.Writer
	width func() int // of the window; 0 when that is not known
	row   int        // where the cursor was when the input was drawn last, counted from its first row
}

// make gives room for a text that is drawn next, with the cursor after some of its runes.
func (r *room) make(indent int, text []rune, cursor int) {
	rows := max(r.rows(indent, text)-r.row, 0) + 1
	fmt.Fprintf(r.out, "%s\x1b[%dA", strings.Repeat("\x1bD", rows), rows)
	r.row = r.rows(indent, text[:min(cursor, len(text))])
}

// wraps tells whether a line of a text is wider than the window.
func (r *room) wraps(indent int, text []rune) bool {
	return r.rows(indent, text) > strings.Count(string(text), "\n")
}

// rows is how many line ends a text has on the screen.
func (r *room) rows(indent int, text []rune) int {
	lines := strings.Split(string(text), "\n")
	rows := len(lines) - 1
	if width := r.width(); width > 0 {
		for _, line := range lines {
			rows += (indent + runewidth.StringWidth(line)) / width
		}
	}
	return rows
}
