package edit

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A menu holds the candidates of a completion. One of them may be in the text already.
type menu struct {
	completion Completion
	from       int    // where the candidates stand in the text
	typed      string // the typed part of the candidates
	at         int    // the chosen one, counted from 1; 0 before one is chosen
}

func (m *menu) open() bool   { return len(m.completion.Candidates) > 0 }
func (m *menu) chosen() bool { return m.at > 0 }

// complete inserts the common beginning of all candidates and opens the menu. The next calls walk
// through its candidates.
func (e *Editor) complete(by int) {
	if e.menu.open() {
		n := len(e.menu.completion.Candidates)
		next := e.menu.at + by
		if next < 1 {
			next = n
		}
		e.menu.choose(&e.buffer, (next-1)%n)
		return
	}
	b := &e.buffer
	completion := e.Complete(b.text[:b.at])
	list := completion.Candidates
	from := b.at - completion.Typed
	switch {
	case len(list) == 0:
		return
	case len(list) == 1 && !completion.Partial:
		b.replace(from, b.at, list[0].Text+following(list[0].After, b.text[b.at:]))
		return
	}
	if common := commonPrefix(list); !completion.Partial && len(common) > completion.Typed {
		b.replace(from, b.at, common)
	}
	e.menu = menu{completion: completion, from: from, typed: b.text[from:b.at]}
}

// following returns the text to insert after a candidate, or nothing if it is there already.
func following(text, rest string) string {
	if strings.HasPrefix(strings.TrimSpace(rest), strings.TrimSpace(text)) {
		return ""
	}
	return text
}

// choose puts a candidate into the text. An index of -1 restores the typed text.
func (m *menu) choose(b *buffer, index int) {
	text := m.typed
	if index >= 0 {
		text = m.completion.Candidates[index].Text
	}
	m.at = index + 1
	b.replace(m.from, b.at, text)
}

func commonPrefix(list []Candidate) string {
	common := list[0].Text
	for _, candidate := range list[1:] {
		for !strings.HasPrefix(candidate.Text, common) {
			_, size := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-size]
		}
	}
	return common
}

// rows are the candidates as the rows of a window, the chosen one among them, and how many do not
// fit.
func (m *menu) rows(width, height int, colour bool) []string {
	documented := false
	for _, c := range m.completion.Candidates {
		documented = documented || c.Doc != ""
	}
	height = min(max(height, 1), maxRows+1)
	rows, perRow := m.list, 1
	if !documented {
		rows, perRow = m.grid, m.perRow(width)
	}
	all := rows(width, colour)
	if len(all) < height || len(all) == height && !m.completion.Partial {
		return all
	}
	room, first := min(max(height-1, 1), len(all)), 0
	if row := max(m.at-1, 0) / perRow; row >= room {
		first = row - room + 1
	}
	hidden := len(m.completion.Candidates) - (min((first+room)*perRow, len(m.completion.Candidates)) - first*perRow)
	return append(all[first:first+room], cut(m.more(hidden), width-1))
}

// maxRows is the largest number of rows of a menu. More rows would hide the text above the input.
const maxRows = 20

func (m *menu) more(hidden int) string {
	text := fmt.Sprintf("%d more", hidden)
	if m.completion.Partial {
		text = fmt.Sprintf("more than %d more", hidden)
	}
	return text + " (type on, or walk through them with Tab)"
}

// list has a row for each candidate, with its sentence.
func (m *menu) list(width int, colour bool) []string {
	widest := min(m.widest(), width/2) // a long candidate leaves room for the sentences
	rows := make([]string, len(m.completion.Candidates))
	for i, c := range m.completion.Candidates {
		text := plain(c.Text)
		if c.Doc != "" {
			text = padded(cut(text, widest), widest) + "  -- " + plain(strings.ReplaceAll(c.Doc, "\n", " "))
		}
		rows[i] = m.mark(i, cut(text, width-1), colour)
	}
	return rows
}

// gap is the number of blanks between two candidates of a row.
const gap = 2

// perRow is how many candidates a row of the grid has.
func (m *menu) perRow(width int) int {
	return max((width-1+gap)/(min(m.widest(), width-1)+gap), 1)
}

// grid has as many candidates in a row as fit.
func (m *menu) grid(width int, colour bool) []string {
	widest, perRow := min(m.widest(), width-1), m.perRow(width)
	var rows []string
	for i, c := range m.completion.Candidates {
		text := plain(c.Text)
		if (i+1)%perRow != 0 && i+1 < len(m.completion.Candidates) {
			text = padded(text, widest)
		}
		text = m.mark(i, cut(text, width-1), colour)
		if i%perRow == 0 {
			rows = append(rows, text)
			continue
		}
		rows[len(rows)-1] += strings.Repeat(" ", gap) + text
	}
	return rows
}

func (m *menu) widest() int {
	widest := 0
	for _, c := range m.completion.Candidates {
		widest = max(widest, textWidth(plain(c.Text)))
	}
	return widest
}

// mark makes the chosen candidate stand out.
func (m *menu) mark(index int, text string, colour bool) string {
	switch {
	case index != m.at-1:
		return text
	case colour:
		return "\x1b[7m" + text + noColour
	}
	return text + " <"
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-textWidth(text), 0))
}

// plain is a text as it is drawn.
func plain(text string) string {
	var b strings.Builder
	for text != "" {
		size := cluster(text)
		drawn, _ := shown(text[:size])
		b.WriteString(drawn)
		text = text[size:]
	}
	return b.String()
}
