package syntax

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/dbos-script/dbos-script/runtime/lua/compile"
)

// MaxSource is how many bytes a source may have: the compiler cannot be interrupted, and needs some
// hundred times the source's memory.
const MaxSource = 4 << 20

// Parse returns the syntax tree of a source, and the source without its preamble and its comments,
// in whose place blanks stand. A byte-order mark and a first line that begins with # are skipped.
func Parse(name, source string) (chunk []ast.Stmt, clean string, mistake *Mistake) {
	return parseWithin(name, source, WithoutPreamble(source))
}

// ParseInput returns the syntax tree of an input of a prompt, which has no preamble.
func ParseInput(name, source string) ([]ast.Stmt, *Mistake) {
	chunk, _, mistake := parseWithin(name, source, source)
	return chunk, mistake
}

// parseWithin parses the text of a source, unless it is too long.
func parseWithin(name, source, text string) (chunk []ast.Stmt, clean string, mistake *Mistake) {
	if len(source) > MaxSource {
		return nil, "", (&Mistake{Message: fmt.Sprintf("the source has %d bytes, more than the %d that a script may have", len(source), MaxSource)}).In(source)
	}
	if chunk, clean, mistake = parseText(name, text); mistake != nil {
		return nil, clean, mistake.In(source)
	}
	return chunk, clean, nil
}

// WithoutPreamble returns a source without its byte-order mark and interpreter line. Line
// numbers stay. A single line that begins with # is an interpreter line only if it is "#" or
// begins with "#!".
func WithoutPreamble(source string) string {
	source = strings.TrimPrefix(source, "\ufeff")
	if !strings.HasPrefix(source, "#") {
		return source
	}
	if end := strings.IndexByte(source, '\n'); end >= 0 {
		return source[end:]
	}
	if source == "#" || strings.HasPrefix(source, "#!") {
		return ""
	}
	return source
}

func parseText(name, text string) (chunk []ast.Stmt, clean string, mistake *Mistake) {
	if strings.HasPrefix(text, "\x1b") {
		return nil, "", &Mistake{Line: 1, Message: "this is a compiled chunk; only source text is run"}
	}
	s, mistake := scan(text)
	if mistake != nil {
		return nil, "", mistake
	}
	clean = string(s.lexer.clean)
	chunk, err := parse.Parse(strings.NewReader(clean), name)
	if err != nil {
		return nil, clean, s.parseError(err)
	}
	return chunk, clean, nil
}

// check returns the first mistake that parser or compiler find in a text, nil if it has none.
func check(name, text string) *Mistake {
	chunk, _, mistake := parseText(name, text)
	if mistake != nil {
		return mistake
	}
	none := &lua.LFunction{}
	_, _, err := compile.Chunk(name, chunk, compile.Host{Number: ParseNumber, Concat: none, ConcatList: none})
	return Refused(err)
}

// Refused returns the mistake for which the compiler refuses a source; nil for nil.
func Refused(err *compile.Error) *Mistake {
	if err == nil {
		return nil
	}
	return &Mistake{Line: err.Line, Message: err.Message, Hint: err.Hint}
}
