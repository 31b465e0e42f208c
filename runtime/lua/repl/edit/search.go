package edit

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A search looks for an input of the history that holds a text, the newest first.
type search struct {
	active bool
	wanted string
	failed bool
	entry  int // the entry that was found, or where the search began
	before state
}

func (s *search) line() string {
	if s.failed {
		return fmt.Sprintf("nothing older or newer holds: %s", plain(s.wanted))
	}
	return fmt.Sprintf("search: %s", plain(s.wanted))
}

func (e *Editor) startSearch() {
	e.search = search{active: true, entry: e.History.Len(), before: state{e.buffer.text, e.buffer.at}}
}

// searchKey handles a key while a search is on; it returns false for a key that ends the search
// and has its own meaning.
func (e *Editor) searchKey(k key) bool {
	s := &e.search
	switch k.name {
	case typed, pasted:
		e.lookFor(strings.TrimRight(k.text, "\n"))
	case "backspace":
		s.wanted = s.wanted[:before(s.wanted, len(s.wanted))]
		e.find(e.History.Len(), -1)
	case "ctrl-r":
		e.find(s.entry-1, -1)
	case "ctrl-s":
		e.find(s.entry+1, 1)
	case "ctrl-g":
		e.buffer.text, e.buffer.at = s.before.text, s.before.at
		s.active = false
	case ignored:
	case "escape":
		s.active = false
	default:
		s.active = false
		return false
	}
	return true
}

// lookFor adds a text to the search letter by letter, as if it were typed.
func (e *Editor) lookFor(text string) {
	for text != "" {
		_, size := utf8.DecodeRuneInString(text)
		e.search.wanted += text[:size]
		text = text[size:]
		e.find(e.search.entry, -1)
	}
}

// find shows the next entry, starting at from, that contains the search text.
func (e *Editor) find(from, by int) {
	s := &e.search
	s.failed = false
	if s.wanted == "" {
		return
	}
	for at := min(from, e.History.Len()-1); at >= 0 && at < e.History.Len(); at += by {
		text, err := e.History.GetLine(at)
		if err != nil {
			break
		}
		if place := strings.Index(text, s.wanted); place >= 0 {
			if e.entry == e.History.Len() {
				e.draft = s.before.text
			}
			s.entry, e.entry = at, at
			e.buffer.set(text)
			e.buffer.at = place
			return
		}
	}
	s.failed = true
}
