package edit

import (
	"io"
	"maps"
	"strings"
)

// bindings returns the action of each key. The keys are the same as in Emacs and in shells.
func (e *Editor) bindings() map[string]func() {
	all := map[string]func(){}
	for _, some := range []map[string]func(){e.movements(), e.changes(), e.commands()} {
		maps.Copy(all, some)
	}
	return all
}

func (e *Editor) movements() map[string]func() {
	b := &e.buffer
	left, right := func() { b.at = b.left() }, func() { b.at = b.right() }
	home, end := func() { b.at = b.lineStart() }, func() { b.at = b.lineEnd() }
	wordLeft, wordRight := func() { b.at = b.wordLeft() }, func() { b.at = b.wordRight() }
	return map[string]func(){
		"left": left, "ctrl-b": left, "right": right, "ctrl-f": right,
		"home": home, "ctrl-a": home, "end": end, "ctrl-e": end,
		"ctrl-left": wordLeft, "alt-left": wordLeft, "alt-b": wordLeft,
		"ctrl-right": wordRight, "alt-right": wordRight, "alt-f": wordRight,
		"up": func() { e.vertical(-1) }, "ctrl-p": func() { e.vertical(-1) },
		"down": func() { e.vertical(1) }, "ctrl-n": func() { e.vertical(1) },
		"alt-<": func() { e.show(0) }, "alt->": func() { e.show(e.History.Len()) },
		"ctrl-up": func() { e.show(e.entry - 1) }, "ctrl-down": func() { e.show(e.entry + 1) },
	}
}

func (e *Editor) changes() map[string]func() {
	b := &e.buffer
	backspace := func() { b.replace(b.left(), b.at, "") }
	wordBack := func() { b.kill(b.wordLeft(), b.at) }
	wordAhead := func() { b.kill(b.at, b.wordRight()) }
	return map[string]func(){
		"backspace": backspace, "delete": func() { b.replaceAhead() },
		"alt-backspace": wordBack, "ctrl-backspace": wordBack, "alt-d": wordAhead,
		"ctrl-delete": wordAhead, "alt-delete": wordAhead,
		"ctrl-w": func() { b.kill(b.blankLeft(), b.at) },
		"ctrl-u": func() { b.kill(b.lineStart(), b.at) },
		"ctrl-k": func() { b.killLine() },
		"ctrl-y": func() { b.insert(b.killed) },
		"ctrl-t": b.transpose, "ctrl-_": b.undo,
		"alt-u":     func() { b.changeWord(strings.ToUpper) },
		"alt-l":     func() { b.changeWord(strings.ToLower) },
		"alt-c":     func() { b.changeWord(capitalized) },
		"alt-enter": func() { b.insert("\n") },
		"ctrl-q":    func() { e.verbatim = true }, "ctrl-v": func() { e.verbatim = true },
	}
}

func (e *Editor) commands() map[string]func() {
	return map[string]func(){
		"enter": e.enter, "ctrl-c": func() { e.finish(ErrInterrupted) }, "ctrl-d": e.endOrDelete,
		"ctrl-l": e.clear, "tab": func() { e.complete(1) }, "shift-tab": func() { e.complete(-1) },
		"ctrl-r": e.startSearch, "ctrl-s": e.startSearch,
	}
}

// replaceAhead deletes the character at the cursor.
func (b *buffer) replaceAhead() {
	at := b.at
	b.replace(at, b.right(), "")
}

// killLine cuts the rest of the line, or the line end if nothing else is left.
func (b *buffer) killLine() {
	end := b.lineEnd()
	if end == b.at {
		end = b.right()
	}
	b.kill(b.at, end)
}

// enter ends an input that is finished, wherever the cursor is.
func (e *Editor) enter() {
	if e.Finished(e.buffer.text) {
		e.finish(nil)
		return
	}
	e.buffer.insert("\n")
}

func (e *Editor) endOrDelete() {
	if e.buffer.text == "" {
		e.finish(io.EOF)
		return
	}
	e.buffer.replaceAhead()
	if e.buffer.at == len(e.buffer.text) {
		e.note = "Ctrl-D ends at an empty input; Ctrl-C drops this one"
	}
}

// clear empties the window. An error shows at the next drawing.
func (e *Editor) clear() {
	_, _ = io.WriteString(e.Out, "\x1b[H\x1b[2J")
	e.screen.drawn = nil
}

// vertical moves between lines, and from the first and the last one into the history.
func (e *Editor) vertical(by int) {
	if !e.buffer.vertical(by) {
		e.show(e.entry + by)
	}
}

// show replaces the text with an entry of the history. The entry after the last is the draft.
func (e *Editor) show(entry int) {
	length := e.History.Len()
	if entry < 0 || entry > length || entry == e.entry {
		return
	}
	if e.entry == length {
		e.draft = e.buffer.text
	}
	text := e.draft
	if entry < length {
		kept, err := e.History.GetLine(entry)
		if err != nil {
			e.note = err.Error()
			return
		}
		text = kept
	}
	e.entry = entry
	e.buffer.set(text)
}
