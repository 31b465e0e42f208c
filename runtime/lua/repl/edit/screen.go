package edit

import (
	"fmt"
	"io"
	"strings"
)

// A row is a row of the window that shows a part of the text.
type row struct {
	from, to int
	first    bool // of a line, so that a prompt stands before it
	width    int  // columns that are drawn, with the prompt
}

// A screen draws the text below the terminal's content, and redraws it in place.
type screen struct {
	out  io.Writer
	size func() (width, height int)
	// drawn are the widths of the rows that stand on the terminal, up to the one with the cursor.
	// The next drawing begins at the first of them.
	drawn []int
}

// defaultWidth and defaultHeight are the size in characters if the terminal does not report one.
const defaultWidth, defaultHeight = 80, 24

func (s *screen) window() (width, height int) {
	width, height = s.size()
	if width < 1 {
		width = defaultWidth
	}
	if height < 1 {
		height = defaultHeight
	}
	return width, height
}

// A drawing is the content of a screen.
type drawing struct {
	text      string
	at        int       // the byte that the cursor is on
	prompts   [2]prompt // of the first line, and of the others
	spans     []Span
	below     []string // rows under the text, with colours, each narrower than the window
	wholeText bool     // the text is drawn to its end, however long it is, as it stays on the terminal
}

type prompt struct {
	text   string
	colour string
}

func (p prompt) draw() string {
	if p.colour == "" {
		return p.text
	}
	return p.colour + p.text + noColour
}

// Sequences for the terminal.
const (
	noColour       = "\x1b[0m"
	hideCursor     = "\x1b[?25l"
	showCursor     = "\x1b[?25h"
	clearBelow     = "\x1b[J"
	saveCursor     = "\x1b7"
	restoreCursor  = "\x1b8"
	cursorUpByRows = "\x1b[%dA"
)

// prompt returns the prompt of a row. It is shortened if it would leave no room for the text.
func (d *drawing) prompt(r row, width int) prompt {
	if !r.first {
		return prompt{}
	}
	p := d.prompts[1]
	if r.from == 0 {
		p = d.prompts[0]
	}
	if textWidth(d.prompts[0].text) > width/2 {
		p.text = "> "
	}
	return p
}

// rows lays the text out. A line that fills its last row is followed by an empty one, for the
// cursor.
func (d *drawing) rows(width int) []row {
	var rows []row
	begin := func(from int, first bool) {
		r := row{from: from, to: from, first: first}
		r.width = textWidth(d.prompt(r, width).text)
		rows = append(rows, r)
	}
	begin(0, true)
	for at := 0; at < len(d.text); {
		end := after(d.text, at)
		last := &rows[len(rows)-1]
		if d.text[at] == '\n' {
			last.to = at
			begin(end, true)
			at = end
			continue
		}
		_, columns := shown(d.text[at:end])
		if last.width+columns > width && last.width > 0 {
			begin(at, false)
			last = &rows[len(rows)-1]
		}
		last.width += columns
		last.to = end
		at = end
		if last.width >= width {
			begin(at, false)
		}
	}
	return rows
}

// cursorRow returns the row that holds a place of the text.
func cursorRow(rows []row, at int) int {
	for i := len(rows) - 1; i > 0; i-- {
		if rows[i].from <= at {
			return i
		}
	}
	return 0
}

// draw shows a drawing in the place of the last one, in one write.
func (s *screen) draw(d drawing) error {
	width, height := s.window()
	rows := d.rows(width)
	cursor := cursorRow(rows, d.at)
	d.below = d.below[:min(len(d.below), max(height-1, 0))]
	first, last := 0, len(rows)
	if room := max(height-len(d.below), 1); len(rows) > room && !d.wholeText {
		first = min(max(cursor-room/2, 0), len(rows)-room)
		last = first + room
	}
	var b strings.Builder
	b.WriteString(hideCursor)
	s.toTop(&b, width)
	b.WriteString(clearBelow)
	if under := last - first + len(d.below) - 1; under > 0 && !d.wholeText {
		// New lines at the bottom of the window scroll it, which makes room for the rows.
		fmt.Fprintf(&b, "%s"+cursorUpByRows, strings.Repeat("\n", under), under)
	}
	s.drawn = s.drawn[:0]
	for i := first; i < last; i++ {
		if i > first {
			b.WriteString("\r\n")
		}
		d.drawRow(&b, rows[i], width, i == cursor)
		if i <= cursor {
			s.drawn = append(s.drawn, rows[i].width)
		}
	}
	for _, line := range d.below {
		b.WriteString("\r\n" + line)
	}
	if !d.wholeText {
		b.WriteString(restoreCursor)
	}
	b.WriteString(showCursor)
	_, err := io.WriteString(s.out, b.String())
	return err
}

// toTop moves the cursor to the first drawn row. If the window has become narrower, rows have
// wrapped.
func (s *screen) toTop(b *strings.Builder, width int) {
	up := 0
	for i, drawn := range s.drawn {
		if i < len(s.drawn)-1 {
			up += 1 + max(drawn-1, 0)/width
		}
	}
	if up > 0 {
		fmt.Fprintf(b, cursorUpByRows, up)
	}
	b.WriteByte('\r')
}

// drawRow draws a row. The terminal itself remembers where the cursor is to stand, since it may
// take some characters for wider than they are taken here.
func (d *drawing) drawRow(b *strings.Builder, r row, width int, hasCursor bool) {
	b.WriteString(d.prompt(r, width).draw())
	colour := ""
	for at := r.from; at < r.to; {
		if hasCursor && at == d.at {
			b.WriteString(saveCursor)
		}
		end := after(d.text, at)
		text, _ := shown(d.text[at:end])
		if want := d.colourAt(at); want != colour {
			if colour != "" {
				b.WriteString(noColour)
			}
			b.WriteString(want)
			colour = want
		}
		b.WriteString(text)
		at = end
	}
	if colour != "" {
		b.WriteString(noColour)
	}
	if hasCursor && d.at >= r.to {
		b.WriteString(saveCursor)
	}
}

// colourAt returns the colour of a place. Places are asked for in rising order.
func (d *drawing) colourAt(at int) string {
	for len(d.spans) > 0 && d.spans[0].To <= at {
		d.spans = d.spans[1:]
	}
	if len(d.spans) > 0 && d.spans[0].From <= at {
		return d.spans[0].Colour
	}
	return ""
}
