package syntax

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// Place is a line and a column of a source, counted from 1, the column in characters. The zero
// Place is unknown.
type Place struct{ Line, Column int }

// Reading is a source as a checker looks at it: its syntax tree, and all that is wrong with its
// words and structure.
type Reading struct {
	// Chunk is the syntax tree; nil where a mistake leaves none. The line of a node is no line of
	// the source: the methods with a parameter treeLine find its place there.
	Chunk []ast.Stmt
	// Mistakes are of kind Syntax, with file, line and column. There may be several if the source
	// uses the syntax of a later Lua, because such syntax is replaced and the reading goes on.
	Mistakes []*Mistake

	name, source string
	tokens       []Token
	lines        []int // index of the token, by line of the tree
}

// Read reads a source as Compile does, without compiling it, and goes on after mistakes where
// that is possible.
func Read(name, source string) *Reading {
	r := &Reading{name: name, source: source}
	text := WithoutPreamble(source)
	if len(source) > MaxSource || strings.HasPrefix(text, "\x1b") { // too long, or compiled
		_, _, mistake := Parse(name, source)
		r.Mistakes = append(r.Mistakes, mistake)
		return r
	}
	s := newScanner(text)
	s.lexer.lenient = true
	err := s.scan()
	r.tokens = s.tokens
	for _, tolerated := range s.lexer.tolerated {
		r.add(text, tolerated)
	}
	if err != nil {
		r.add(text, err)
		return r
	}
	r.parse(s.repaired(), text)
	return r
}

func (r *Reading) add(text string, mistake *Mistake) {
	mistake.Column = column(text, mistake.At)
	r.Mistakes = append(r.Mistakes, mistake.In(r.source))
}

// column counts the characters before a byte on its line.
func column(text string, at int) int {
	at = min(at, len(text))
	line := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	return utf8.RuneCountInString(line) + 1
}

// parse makes the tree, or adds the mistake of a source that cannot be compiled.
func (r *Reading) parse(repaired, text string) {
	mistake := check(r.name, repaired)
	chunk, err := parse.Parse(strings.NewReader(r.layOut()), r.name)
	if mistake == nil && err == nil {
		r.Chunk = chunk
		return
	}
	if mistake == nil {
		mistake = &Mistake{Message: err.Error()}
	}
	var found *parse.Error
	if errors.As(err, &found) && found.Pos.Line != parse.EOF {
		switch t := r.token(found.Pos.Line); {
		case t != nil && t.as != "":
			return // a mistake at this place is known
		case t != nil:
			mistake.At = t.At
		}
	}
	if mistake.At == 0 {
		mistake.At = r.firstOn(mistake.Line)
	}
	r.add(text, mistake)
}

// firstOn is where the first token of a line begins.
func (r *Reading) firstOn(line int) int {
	for _, t := range r.tokens {
		if t.Line == line {
			return t.At
		}
	}
	return 0
}

// layOut writes every token on a line of its own, because the parser notes lines and no columns:
// so the line of a node is the number of a token, whose place is known. The "(" of a call stays
// on the line before it, because Lua 5.1 refuses one that begins a line.
func (r *Reading) layOut() string {
	var b strings.Builder
	r.lines = []int{0}
	for i, t := range r.tokens {
		text := strings.ReplaceAll(strings.ReplaceAll(t.reads(), "\r\n", "\n"), "\r", "\n")
		if i > 0 && strings.HasPrefix(text, "(") && callable(r.tokens[i-1]) {
			b.WriteString(" " + text)
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
		for range strings.Count(text, "\n") + 1 {
			r.lines = append(r.lines, i)
		}
	}
	return b.String()
}

// callable returns true if a "(" after the token opens arguments or parameters.
func callable(t Token) bool {
	return t.Kind == Name || t.Kind == String || t.Is(")") || t.Is("]") || t.Is("}") || t.Is("function")
}

// reads returns the text that the parser reads for the token.
func (t Token) reads() string {
	if t.as != "" {
		return t.as
	}
	return t.Text
}

// repaired returns the source without comments, and with the replacements of a lenient scan.
func (s *scanner) repaired() string {
	if len(s.lexer.tolerated) == 0 {
		return string(s.lexer.clean)
	}
	var b strings.Builder
	end := 0
	for _, t := range s.tokens {
		if t.as != "" {
			b.Write(s.lexer.clean[end:t.At])
			b.WriteString(t.as + strings.Repeat("\n", strings.Count(t.Text, "\n")))
			end = t.At + len(t.Text)
		}
	}
	b.Write(s.lexer.clean[end:])
	return b.String()
}

func (r *Reading) token(treeLine int) *Token {
	if treeLine < 1 || treeLine >= len(r.lines) {
		return nil
	}
	return &r.tokens[r.lines[treeLine]]
}

// Place is where a node begins.
func (r *Reading) Place(treeLine int) Place {
	t := r.token(treeLine)
	if t == nil {
		return Place{}
	}
	return Place{Line: t.Line, Column: column(WithoutPreamble(r.source), t.At)}
}

// Name is the place of the first token with this text in or after a node; that of the node when
// there is none.
func (r *Reading) Name(treeLine int, text string) Place {
	for next := treeLine; r.token(next) != nil; next++ {
		if r.token(next).Text == text {
			return r.Place(next)
		}
	}
	return r.Place(treeLine)
}

// Method is the place of a method's name in a chain of calls that begins with a node. The chain
// calls the method skip times before that.
func (r *Reading) Method(treeLine int, name string, skip int) Place {
	depth, first := 0, r.lines[min(max(treeLine, 0), len(r.lines)-1)]
	for i := first; i+1 < len(r.tokens); i++ {
		switch t := r.tokens[i]; {
		case t.Is("(") || t.Is("{") || t.Is("[") || t.Is("function"):
			depth++
		case t.Is(")") || t.Is("}") || t.Is("]") || t.Is("end"):
			depth = max(depth-1, 0)
		case depth == 0 && t.Is(":") && r.tokens[i+1].Text == name:
			if skip == 0 {
				return Place{Line: r.tokens[i+1].Line, Column: column(WithoutPreamble(r.source), r.tokens[i+1].At)}
			}
			skip--
		}
	}
	return r.Place(treeLine)
}

// SourceLine is the text of a line of the source, counted from 1; empty when there is no such line.
func (r *Reading) SourceLine(line int) string { return SourceLine(r.source, line) }

// Text is the token at a line of the tree; empty when there is none.
func (r *Reading) Text(treeLine int) string {
	if t := r.token(treeLine); t != nil {
		return t.Text
	}
	return ""
}
