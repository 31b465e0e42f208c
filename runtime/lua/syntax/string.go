package syntax

import (
	"fmt"
	"strings"
)

// shortString moves the lexer behind the quoted string that begins at its position. It returns a
// mistake if the string does not end on its line or an escape is wrong, and nil otherwise.
func (l *lexer) shortString(quote byte) *Mistake {
	start := l.line
	for l.pos++; l.pos < len(l.src); {
		switch l.src[l.pos] {
		case quote:
			l.pos++
			return nil
		case '\n', '\r':
			return &Mistake{Line: start, Message: "unfinished string", Hint: `a string ends on its line; [[…]] may run over several`}
		case '\\':
			if err := l.escape(); err != nil {
				return err
			}
		default:
			l.pos++
		}
	}
	return &Mistake{Line: start, Message: "unfinished string"}
}

// escape moves the lexer behind an escape, and returns the mistake in it or nil. In Lua 5.1 a
// backslash before any other character stands for that character, so it is no mistake.
func (l *lexer) escape() *Mistake {
	c := l.peek(1)
	switch {
	case c == 'x' || c == 'u' || c == 'z':
		return l.laterEscape(c)
	case IsDigit(c):
		return l.decimalEscape()
	case c == '\r' || c == '\n':
		return l.escapedNewline()
	}
	l.pos = min(l.pos+2, len(l.src))
	return nil
}

// laterEscape returns the mistake of an escape that only Lua 5.2 and later have. A lenient lexer
// keeps the mistake, moves on and returns nil: behind \z it also skips blanks and newlines, as
// these versions do, so that the string does not seem to end at the newline.
func (l *lexer) laterEscape(c byte) *Mistake {
	mistake := &Mistake{Line: l.line, At: l.pos, Message: fmt.Sprintf(`the escape "\%c" is of a later Lua; this is Lua 5.1`, c), Hint: escapeHint(c)}
	if !l.tolerate(mistake) {
		return mistake
	}
	l.pos += 2
	for c == 'z' && strings.IndexByte(" \t\r\n", l.peek(0)) >= 0 {
		if l.peek(0) == '\n' {
			l.line++
		}
		l.pos++
	}
	return nil
}

// escapeHint returns the way to write a later escape in Lua 5.1.
func escapeHint(c byte) string {
	switch c {
	case 'x':
		return `write the byte in decimal: "\65" for "\x41"`
	case 'u':
		return `write the character itself, or utf8.char(0x48)`
	}
	return `end the line with a backslash, or use [[…]]`
}

// decimalEscape moves behind a backslash and up to three digits, and returns a mistake if they are
// no byte and the lexer is not lenient.
func (l *lexer) decimalEscape() *Mistake {
	value, start := 0, l.pos
	l.pos++
	for i := 0; i < 3 && IsDigit(l.peek(0)); i++ {
		value = value*10 + int(l.peek(0)-'0')
		l.pos++
	}
	if value <= 255 {
		return nil
	}
	mistake := &Mistake{Line: l.line, At: start, Message: fmt.Sprintf(`the escape "\%d" is larger than a byte (at most "\255")`, value)}
	if !l.tolerate(mistake) {
		return mistake
	}
	return nil
}

// escapedNewline moves behind a backslash and the end of a line, with which a string runs on. CR
// and LF together are one end.
func (l *lexer) escapedNewline() *Mistake {
	if l.peek(1) == '\r' && l.peek(2) == '\n' {
		l.pos++
	}
	l.pos += 2
	l.line++
	return nil
}
