package syntax

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Kind is the grammatical kind of a Token.
type Kind uint8

// The kinds of tokens. End is the zero kind, behind the last token of a source.
const (
	End Kind = iota
	Name
	Keyword
	Number
	String  // in quotes or long brackets
	Symbol  // operators and punctuation, of later Luas and of other languages too
	Comment // only in the result of the function Tokens
)

// A Token is a word of a source.
type Token struct {
	Kind Kind
	Text string // as it stands in the source, quotes included
	Line int    // counted from 1
	At   int    // where it begins, in bytes
	Open bool   // the end of the source cuts it off; only in the result of the function Tokens

	as string // the text that a lenient scan reads in place of Text; empty if it reads Text
}

// Is returns true if the token is this keyword or symbol.
func (t Token) Is(text string) bool {
	return (t.Kind == Keyword || t.Kind == Symbol) && t.Text == text
}

// End returns where the token ends, in bytes.
func (t Token) End() int { return t.At + len(t.Text) }

// A lexer finds the tokens of a source.
type lexer struct {
	src   string
	pos   int
	line  int
	clean []byte // the source with blanks in place of comments, and of characters that gopher-lua's parser cannot read

	lenient   bool       // it goes on after a mistake if the meaning is clear, see lenient.go
	tolerated []*Mistake // the mistakes after which a lenient scan went on
}

// tolerate returns true if the lexer is lenient: it then keeps the mistake, and the caller goes on.
// Otherwise the mistake is an error of the caller.
func (l *lexer) tolerate(mistake *Mistake) bool {
	if l.lenient {
		l.tolerated = append(l.tolerated, mistake)
	}
	return l.lenient
}

func newLexer(src string) *lexer {
	return &lexer{src: src, line: 1, clean: []byte(src)}
}

// next returns the next token, or one of the kind End behind the last one.
func (l *lexer) next() (Token, *Mistake) {
	if err := l.skipBlanks(); err != nil {
		return Token{}, err
	}
	t := Token{Line: l.line, At: l.pos}
	if l.pos >= len(l.src) {
		return t, nil
	}
	tolerated := len(l.tolerated)
	var err *Mistake
	t.Kind, err = l.passToken()
	t.Text = l.src[t.At:l.pos]
	if len(l.tolerated) > tolerated {
		t.as = placeholder(t.Kind)
	}
	if t.Kind == Name && IsKeyword(t.Text) {
		t.Kind = Keyword
	}
	return t, err
}

// passToken moves the position behind the token that begins there, and returns its kind. A keyword
// counts as a Name.
func (l *lexer) passToken() (Kind, *Mistake) {
	switch c := l.src[l.pos]; {
	case isNameStart(c):
		l.takeWhile(IsNamePart)
		return Name, nil
	case IsDigit(c) || c == '.' && IsDigit(l.peek(1)):
		return Number, l.number()
	case c == '"' || c == '\'':
		return String, l.shortString(c)
	case c == '[' && l.longLevel() >= 0:
		return String, l.longBracket("string")
	}
	l.pos += len(l.symbol())
	return Symbol, nil
}

// peek returns the byte n places on, or 0 behind the end.
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

// skipBlanks passes over blanks and comments.
func (l *lexer) skipBlanks() *Mistake {
	for l.skipSpace(); l.atComment(); l.skipSpace() {
		if err := l.comment(); err != nil {
			return err
		}
	}
	return nil
}

// skipSpace passes over blanks. Form feeds and vertical tabs, which the parser does not know,
// become spaces.
func (l *lexer) skipSpace() {
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case '\n':
			l.line++
		case '\f', '\v':
			l.clean[l.pos] = ' '
		case ' ', '\t', '\r':
		default:
			return
		}
		l.pos++
	}
}

func (l *lexer) atComment() bool { return l.peek(0) == '-' && l.peek(1) == '-' }

// comment passes over a comment, and writes blanks over it in clean.
func (l *lexer) comment() *Mistake {
	start := l.pos
	l.pos += 2
	var err *Mistake
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

// longLevel returns the number of '=' in an opening long bracket at the position, which is at a
// '['. It returns -1 if there is no long bracket.
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

// longBracket passes over a long string or comment. kind is "string" or "comment", for the message
// of a mistake.
func (l *lexer) longBracket(kind string) *Mistake {
	level := l.longLevel()
	closing := "]" + strings.Repeat("=", level) + "]"
	body := l.pos + level + 2
	end := strings.Index(l.src[body:], closing)
	if end < 0 {
		err := &Mistake{Line: l.line, Message: "unfinished long " + kind, Unfinished: true}
		l.pos = len(l.src)
		return err
	}
	l.line += strings.Count(l.src[body:body+end], "\n")
	l.pos = body + end + len(closing)
	return nil
}

// number passes over a number. It takes all letters and dots that follow, as Lua does, so that 3x
// and 1..2 are one malformed number each and not two tokens.
func (l *lexer) number() *Mistake {
	start := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		exponentSign := (c == '+' || c == '-') && l.src[l.pos-1]|0x20 == 'e' && !IsHex(l.src[start:l.pos])
		if !exponentSign && c != '.' && !IsNamePart(c) {
			break
		}
		l.pos++
	}
	text := l.src[start:l.pos]
	if _, ok := ParseNumber(text); ok {
		return nil
	}
	if mistake := (&Mistake{Line: l.line, At: start, Message: fmt.Sprintf("malformed number %q", text)}); !l.tolerate(mistake) {
		return mistake
	}
	return nil
}

func isNameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// IsNamePart returns true for a byte that may stand in a name.
func IsNamePart(c byte) bool { return isNameStart(c) || IsDigit(c) }

// IsDigit returns true for a decimal digit.
func IsDigit(c byte) bool { return c >= '0' && c <= '9' }

// reserved lists the keywords, sorted. "goto" is one, because gopher-lua has it from Lua 5.2.
var reserved = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
	"nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

// Keywords returns the keywords of the language, sorted.
func Keywords() []string { return slices.Clone(reserved) }

// IsKeyword returns true if the name is a keyword of the language.
func IsKeyword(name string) bool {
	_, found := slices.BinarySearch(reserved, name)
	return found
}

// symbol returns the longest symbol at the position, including symbols of later versions of Lua and
// of other languages, so that a mistake can name them. Any other character is a symbol by itself.
func (l *lexer) symbol() string {
	for _, s := range []string{"...", "==", "~=", "<=", ">=", "..", "::", "!=", "&&", "||", "//", "<<", ">>", "++", "+=", "-=", "*=", "/=", "%=", "^="} {
		if strings.HasPrefix(l.src[l.pos:], s) {
			return s
		}
	}
	_, size := utf8.DecodeRuneInString(l.src[l.pos:])
	return l.src[l.pos : l.pos+size]
}
