package syntax

import (
	"fmt"
	"strings"
)

// shortString takes a quoted string and checks its escapes.
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

// laterEscape is one of Lua 5.2 or later. Behind \z blanks and newlines belong to it.
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

func escapeHint(c byte) string {
	switch c {
	case 'x':
		return `write the byte in decimal: "\65" for "\x41"`
	case 'u':
		return `write the character itself, or utf8.char(0x48)`
	}
	return `end the line with a backslash, or use [[…]]`
}

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

func (l *lexer) escapedNewline() *Mistake {
	if l.peek(1) == '\r' && l.peek(2) == '\n' {
		l.pos++
	}
	l.pos += 2
	l.line++
	return nil
}
