package vm

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The scanner reads a source before gopher-lua's parser does. It keeps the parser's stack small
// (nesting) and blanks comments, some of which the parser cannot read. It also names the syntax
// of later Luas, because the parser mistakes it for something else or reports only "syntax
// error".

type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	keywordToken
	numberToken
	stringToken
	symbolToken
)

type token struct {
	kind tokenKind
	text string
	line int
	at   int    // where it begins, in bytes
	as   string // the replacement in a lenient scan; empty if there is none
}

// is returns true if the token is this keyword or symbol.
func (t token) is(text string) bool {
	return (t.kind == keywordToken || t.kind == symbolToken) && t.text == text
}

// lexError is a mistake in the words of a source. unfinished means that more text could mend it.
type lexError struct {
	line       int
	at         int    // where in the source, in bytes; 0 stands for the token it was found at
	token      string // that was not expected, as the parser names it
	column     int    // where the parser found it, in its own count; near enough to tell two tokens apart
	message    string
	hint       string
	unfinished bool
}

func (e *lexError) Error() string { return fmt.Sprintf("%d: %s", e.line, e.message) }

type lexer struct {
	src   string
	pos   int
	line  int
	clean []byte // the source with blanks for comments

	lenient bool        // goes on after mistakes that leave no doubt about the rest
	pardons []*lexError // mistakes after which a lenient scan went on
}

// pardon records a mistake and returns true if the scan may go on.
func (l *lexer) pardon(mistake *lexError) bool {
	if l.lenient {
		l.pardons = append(l.pardons, mistake)
	}
	return l.lenient
}

func newLexer(src string) *lexer {
	return &lexer{src: src, line: 1, clean: []byte(src)}
}

// next returns the next token. After the last one it returns endToken for ever.
func (l *lexer) next() (token, *lexError) {
	if err := l.skipBlanks(); err != nil {
		return token{}, err
	}
	t := token{line: l.line, at: l.pos}
	if l.pos >= len(l.src) {
		return t, nil
	}
	pardoned := len(l.pardons)
	var err *lexError
	t.kind, err = l.word()
	t.text = l.src[t.at:l.pos]
	if len(l.pardons) > pardoned {
		t.as = standIn(t.kind)
	}
	if t.kind == nameToken && isKeyword(t.text) {
		t.kind = keywordToken
	}
	return t, err
}

func (l *lexer) word() (tokenKind, *lexError) {
	switch c := l.src[l.pos]; {
	case isNameStart(c):
		l.takeWhile(isNamePart)
		return nameToken, nil
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		return numberToken, l.number()
	case c == '"' || c == '\'':
		return stringToken, l.shortString(c)
	case c == '[' && l.longLevel() >= 0:
		return stringToken, l.longBracket("string")
	}
	l.pos += len(l.symbol())
	return symbolToken, nil
}

func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) takeWhile(test func(byte) bool) {
	for l.pos < len(l.src) && test(l.src[l.pos]) {
		l.pos++
	}
}

func (l *lexer) skipBlanks() *lexError {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '\n':
			l.line++
			l.pos++
		case c == ' ' || c == '\t' || c == '\r':
			l.pos++
		case c == '\f' || c == '\v':
			l.clean[l.pos] = ' '
			l.pos++
		case c == '-' && l.peek(1) == '-':
			if err := l.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) comment() *lexError {
	start := l.pos
	l.pos += 2
	var err *lexError
	if l.peek(0) == '[' && l.longLevel() >= 0 {
		err = l.longBracket("comment")
	} else {
		l.takeWhile(func(c byte) bool { return c != '\n' && c != '\r' })
	}
	for i := start; i < l.pos; i++ {
		if l.clean[i] != '\n' {
			l.clean[i] = ' '
		}
	}
	return err
}

// longLevel is the number of '=' in an opening long bracket at the position, -1 when there is none.
func (l *lexer) longLevel() int {
	i := l.pos + 1
	for i < len(l.src) && l.src[i] == '=' {
		i++
	}
	if i < len(l.src) && l.src[i] == '[' {
		return i - l.pos - 1
	}
	return -1
}

func (l *lexer) longBracket(what string) *lexError {
	level := l.longLevel()
	closing := "]" + strings.Repeat("=", level) + "]"
	body := l.pos + level + 2
	end := strings.Index(l.src[body:], closing)
	if end < 0 {
		err := &lexError{line: l.line, message: "unfinished long " + what, unfinished: true}
		l.pos = len(l.src)
		return err
	}
	l.line += strings.Count(l.src[body:body+end], "\n")
	l.pos = body + end + len(closing)
	return nil
}

// number reads a number with all letters after it, so that 3x and 1..2 are one malformed number.
func (l *lexer) number() *lexError {
	start := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		exponent := (c == '+' || c == '-') && l.src[l.pos-1]|0x20 == 'e' && !isHex(l.src[start:l.pos])
		if !exponent && c != '.' && !isNamePart(c) {
			break
		}
		l.pos++
	}
	text := l.src[start:l.pos]
	if _, ok := parseNumber(text); ok {
		return nil
	}
	if mistake := (&lexError{line: l.line, at: start, message: fmt.Sprintf("malformed number %q", text)}); !l.pardon(mistake) {
		return mistake
	}
	return nil
}

func isHex(text string) bool { return strings.HasPrefix(strings.ToLower(text), "0x") }

func isNameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isNamePart(c byte) bool  { return isNameStart(c) || isDigit(c) }
func isDigit(c byte) bool     { return c >= '0' && c <= '9' }

func isKeyword(name string) bool {
	switch name {
	case "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
		"nil", "not", "or", "repeat", "return", "then", "true", "until", "while":
		return true
	}
	return false
}

// symbol is the longest symbol at the position, symbols of later Luas and of other languages
// included.
func (l *lexer) symbol() string {
	for _, s := range []string{"...", "==", "~=", "<=", ">=", "..", "::", "!=", "&&", "||", "//", "<<", ">>", "++", "+=", "-=", "*=", "/=", "%=", "^="} {
		if strings.HasPrefix(l.src[l.pos:], s) {
			return s
		}
	}
	_, size := utf8.DecodeRuneInString(l.src[l.pos:])
	return l.src[l.pos : l.pos+size]
}
