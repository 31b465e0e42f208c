package vm

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// The parser notes lines and no columns. So it gets the source with every token on a line of its
// own, which makes each line of a node the number of a token, whose place is known.

// Place is a line and a column of a source, counted from 1, the column in characters. The zero
// Place is unknown.
type Place struct{ Line, Column int }

// Reading is a source as a checker looks at it: its syntax tree, and all that is wrong with its
// words and structure.
type Reading struct {
	// Chunk is the syntax tree; nil where a mistake leaves none. The line of a node is a number
	// for Place, Name and Method, no line of the source.
	Chunk []ast.Stmt
	// Mistakes are of kind Syntax, with file, line and column. There may be several if the source
	// uses the syntax of a later Lua, because such syntax is replaced and the reading goes on.
	Mistakes []*ScriptError

	name, source string
	tokens       []token
	lines        []int // index of the token, by line of the laid out source
}

// Read reads a source as Compile does, without compiling it, and goes on after mistakes where
// that is possible.
func Read(name, source string) *Reading {
	r := &Reading{name: name, source: source}
	text := withoutPreamble(source)
	if len(source) > maxSource || strings.HasPrefix(text, "\x1b") {
		_, err := Compile(name, source)
		r.Mistakes = append(r.Mistakes, asScriptError(err))
		return r
	}
	s := newScanner(text)
	s.lexer.lenient = true
	err := s.scan()
	r.tokens = s.tokens
	for _, pardoned := range s.lexer.pardons {
		r.add(text, pardoned)
	}
	if err != nil {
		r.add(text, err)
		return r
	}
	r.parse(s.repaired(), text)
	return r
}

func asScriptError(err error) *ScriptError {
	var mistake *ScriptError
	errors.As(err, &mistake)
	return mistake
}

func (r *Reading) add(text string, mistake *lexError) {
	found := syntaxError(r.name, r.source, mistake)
	found.Column = column(text, mistake.at)
	r.Mistakes = append(r.Mistakes, found)
}

// column counts the characters before a byte on its line.
func column(text string, at int) int {
	at = min(at, len(text))
	line := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	return utf8.RuneCountInString(line) + 1
}

// parse makes the tree, once the compiler has seen that the source is sound.
func (r *Reading) parse(repaired, text string) {
	_, _, mistake := compileText(r.name, repaired, false)
	chunk, err := parse.Parse(strings.NewReader(r.layOut()), r.name)
	if mistake == nil && err == nil {
		r.Chunk = chunk
		return
	}
	if mistake == nil {
		mistake = &lexError{message: err.Error()}
	}
	var found *parse.Error
	if errors.As(err, &found) && found.Pos.Line != parse.EOF {
		switch t := r.token(found.Pos.Line); {
		case t != nil && t.as != "":
			return // a mistake at this place is known
		case t != nil:
			mistake.at = t.at
		}
	}
	if mistake.at == 0 {
		mistake.at = r.firstOn(mistake.line)
	}
	r.add(text, mistake)
}

// firstOn is where the first token of a line begins.
func (r *Reading) firstOn(line int) int {
	for _, t := range r.tokens {
		if t.line == line {
			return t.at
		}
	}
	return 0
}

// layOut writes every token on a line, but for the bracket of a call, which must not begin one.
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

// callable returns true if a bracket after the token opens arguments or parameters.
func callable(t token) bool {
	return t.kind == nameToken || t.kind == stringToken || t.is(")") || t.is("]") || t.is("}") || t.is("function")
}

func (t token) reads() string {
	if t.as != "" {
		return t.as
	}
	return t.text
}

// repaired returns the source without comments, and with the replacements of a lenient scan.
func (s *scanner) repaired() string {
	if len(s.lexer.pardons) == 0 {
		return string(s.lexer.clean)
	}
	var b strings.Builder
	end := 0
	for _, t := range s.tokens {
		if t.as != "" {
			b.Write(s.lexer.clean[end:t.at])
			b.WriteString(t.as + strings.Repeat("\n", strings.Count(t.text, "\n")))
			end = t.at + len(t.text)
		}
	}
	b.Write(s.lexer.clean[end:])
	return b.String()
}

func (r *Reading) token(line int) *token {
	if line < 1 || line >= len(r.lines) {
		return nil
	}
	return &r.tokens[r.lines[line]]
}

// Place is where a node of a line begins.
func (r *Reading) Place(line int) Place {
	t := r.token(line)
	if t == nil {
		return Place{}
	}
	return Place{Line: t.line, Column: column(withoutPreamble(r.source), t.at)}
}

// Name is the place of the first token with this text at or after a node of a line; that of the
// node when there is none.
func (r *Reading) Name(line int, text string) Place {
	for next := line; r.token(next) != nil; next++ {
		if r.token(next).text == text {
			return r.Place(next)
		}
	}
	return r.Place(line)
}

// Method is the place of a method's name in a chain of calls that begins on a line, past so many
// of the same name.
func (r *Reading) Method(line int, name string, past int) Place {
	depth, first := 0, r.lines[min(max(line, 0), len(r.lines)-1)]
	for i := first; i+1 < len(r.tokens); i++ {
		switch t := r.tokens[i]; {
		case t.is("(") || t.is("{") || t.is("[") || t.is("function"):
			depth++
		case t.is(")") || t.is("}") || t.is("]") || t.is("end"):
			depth = max(depth-1, 0)
		case depth == 0 && t.is(":") && r.tokens[i+1].text == name:
			if past == 0 {
				return Place{Line: r.tokens[i+1].line, Column: column(withoutPreamble(r.source), r.tokens[i+1].at)}
			}
			past--
		}
	}
	return r.Place(line)
}

// SourceLine is the text of a line, counted from 1; empty when there is no such line.
func (r *Reading) SourceLine(line int) string { return sourceLine(r.source, line) }

// Text is the token at a line of the tree; empty when there is none.
func (r *Reading) Text(line int) string {
	if t := r.token(line); t != nil {
		return t.text
	}
	return ""
}
