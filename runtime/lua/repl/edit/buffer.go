package edit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxUndo is how many states of a text can be brought back.
const maxUndo = 100

// A buffer is a text that is edited, and the byte of it that the cursor is on.
type buffer struct {
	text   string
	at     int
	undone []state
	killed string // the last text that was cut
	typing int    // where the text ends that was typed last, if nothing else was done since; undo takes all of it
}

type state struct {
	text string
	at   int
}

// replace puts a text in the place of a part, with the cursor behind it.
func (b *buffer) replace(from, to int, text string) {
	if from == to && text == "" {
		return
	}
	b.undone = append(b.undone, state{b.text, b.at})
	if extra := len(b.undone) - maxUndo; extra > 0 {
		b.undone = b.undone[extra:]
	}
	b.put(from, to, text)
	b.typing = -1
}

func (b *buffer) put(from, to int, text string) {
	b.text = b.text[:from] + text + b.text[to:]
	b.at = from + len(text)
}

// typeText inserts a text that is typed, which may arrive letter by letter.
func (b *buffer) typeText(text string) {
	if b.typing == b.at && len(b.undone) > 0 {
		b.put(b.at, b.at, text)
	} else {
		b.insert(text)
	}
	b.typing = b.at
}

func (b *buffer) insert(text string) { b.replace(b.at, b.at, text) }

func (b *buffer) set(text string) { b.replace(0, len(b.text), text) }

func (b *buffer) undo() {
	if n := len(b.undone); n > 0 {
		b.text, b.at, b.undone = b.undone[n-1].text, b.undone[n-1].at, b.undone[:n-1]
		b.typing = -1
	}
}

// kill cuts a part, for yank.
func (b *buffer) kill(from, to int) {
	if from < to {
		b.killed = b.text[from:to]
		b.replace(from, to, "")
	}
}

func (b *buffer) left() int  { return before(b.text, b.at) }
func (b *buffer) right() int { return after(b.text, b.at) }

// lineStart and lineEnd are the ends of the line that the cursor is in.
func (b *buffer) lineStart() int { return strings.LastIndexByte(b.text[:b.at], '\n') + 1 }

func (b *buffer) lineEnd() int {
	if end := strings.IndexByte(b.text[b.at:], '\n'); end >= 0 {
		return b.at + end
	}
	return len(b.text)
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// wordLeft returns the beginning of the word before the cursor.
func (b *buffer) wordLeft() int {
	text := strings.TrimRightFunc(b.text[:b.at], func(r rune) bool { return !isWord(r) })
	return len(strings.TrimRightFunc(text, isWord))
}

// wordRight returns the end of the word after the cursor.
func (b *buffer) wordRight() int {
	text := strings.TrimLeftFunc(b.text[b.at:], func(r rune) bool { return !isWord(r) })
	return len(b.text) - len(strings.TrimLeftFunc(text, isWord))
}

// blankLeft returns the start of the word before the cursor. Words are separated by blanks.
func (b *buffer) blankLeft() int {
	text := strings.TrimRightFunc(b.text[:b.at], unicode.IsSpace)
	return len(strings.TrimRightFunc(text, func(r rune) bool { return !unicode.IsSpace(r) }))
}

// vertical moves the cursor a line up or down, to the same column; it returns false if there is
// no such line.
func (b *buffer) vertical(by int) bool {
	column := textWidth(b.text[b.lineStart():b.at])
	start := b.lineStart()
	switch {
	case by < 0 && start == 0, by > 0 && b.lineEnd() == len(b.text):
		return false
	case by < 0:
		b.at = start - 1
	default:
		b.at = b.lineEnd() + 1
	}
	b.at = b.lineStart()
	for end := b.lineEnd(); b.at < end; {
		next := after(b.text, b.at)
		if column -= textWidth(b.text[b.at:next]); column < 0 {
			break
		}
		b.at = next
	}
	return true
}

// transpose exchanges the characters on both sides of the cursor, or the last two at the end of
// the line.
func (b *buffer) transpose() {
	middle := b.at
	if middle == b.lineEnd() {
		middle = b.left()
	}
	from := max(before(b.text, middle), b.lineStart())
	to := after(b.text, middle)
	if from < middle && middle < to && b.text[middle] != '\n' {
		b.replace(from, to, b.text[middle:to]+b.text[from:middle])
	}
}

// changeWord rewrites the text up to the end of the next word.
func (b *buffer) changeWord(change func(string) string) {
	to := b.wordRight()
	b.replace(b.at, to, change(b.text[b.at:to]))
}

func capitalized(text string) string {
	at := strings.IndexFunc(text, isWord)
	if at < 0 {
		return text
	}
	r, size := utf8.DecodeRuneInString(text[at:])
	return text[:at] + string(unicode.ToUpper(r)) + strings.ToLower(text[at+size:])
}
