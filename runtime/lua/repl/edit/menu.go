package edit

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A menu holds the candidates of a completion. The chosen one replaces the typed part in the text.
type menu struct {
	completion Completion
	from       int    // where the typed part begins in the text
	typed      string // the typed part
	at         int    // the number of the chosen candidate, from 1; 0 before one is chosen
}

func (m *menu) open() bool   { return len(m.completion.Candidates) > 0 }
func (m *menu) chosen() bool { return m.at > 0 }

// complete inserts the common beginning of all candidates and opens the menu. If the menu is open,
// it chooses the next candidate, or the previous one if by is -1.
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

// rows returns the menu in at most height rows. If there are more, the chosen candidate is in one
// of them, and the last row has the number of hidden candidates.
func (m *menu) rows(width, height int, colour bool) []string {
	all, perRow := m.layout(width, colour)
	height = min(max(height, 1), maxRows+1)
	if len(all) < height || len(all) == height && !m.completion.Partial {
		return all
	}
	count, first := min(max(height-1, 1), len(all)), 0
	if row := max(m.at-1, 0) / perRow; row >= count {
		first = row - count + 1
	}
	candidates := len(m.completion.Candidates)
	hidden := candidates - (min((first+count)*perRow, candidates) - first*perRow)
	return append(all[first:first+count], cut(m.more(hidden), width-1))
}

// layout returns the rows of the menu: a list if candidates have descriptions, else a grid.
func (m *menu) layout(width int, colour bool) (rows []string, perRow int) {
	if slices.ContainsFunc(m.completion.Candidates, func(c Candidate) bool { return c.Doc != "" }) {
		return m.list(width, colour), 1
	}
	return m.grid(width, colour), m.perRow(width)
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

// list returns a row for each candidate, with its description.
func (m *menu) list(width int, colour bool) []string {
	widest := min(m.widest(), width/2) // a long candidate leaves room for the descriptions
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

// perRow returns the number of candidates in a row of the grid.
func (m *menu) perRow(width int) int {
	return max((width-1+gap)/(min(m.widest(), width-1)+gap), 1)
}

// grid returns rows of as many candidates as fit.
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

// plain returns a text as the terminal draws it.
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
