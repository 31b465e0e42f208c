package vm

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/dbos-script/dbos-script/runtime/lua/compile"
)

// MaxSource is how many bytes a script may have.
const MaxSource = maxSource

// maxSource is how many bytes a source may have: the compiler cannot be interrupted, and needs
// some hundred times the source's memory.
const maxSource = 4 << 20

// Program is a compiled source. It is immutable: several states may run it at once.
type Program struct {
	name   string
	source string
	proto  *lua.FunctionProto
	names  []string // locals kept for later inputs of a prompt
}

// Name is the name the program was compiled under, as it stands in positions.
func (p *Program) Name() string { return p.name }

// Proto is the compiled main function. It must not be changed.
func (p *Program) Proto() *lua.FunctionProto { return p.proto }

// Compile compiles a source text. A byte-order mark and a first line that begins with # are
// skipped. The error is a *ScriptError of kind Syntax with file, line and source line; its
// Incomplete says whether more text could mend it.
func Compile(name, source string) (*Program, error) { return compileProgram(name, source, false) }

// compileProgram compiles a script, or the input of a prompt.
func compileProgram(name, source string, input bool) (*Program, error) {
	if len(source) > maxSource {
		return nil, syntaxError(name, source, &lexError{message: fmt.Sprintf("the source has %d bytes, more than the %d that a script may have", len(source), maxSource)})
	}
	text := source
	if !input {
		text = withoutPreamble(source)
	}
	proto, names, err := compileText(name, text, input)
	if err != nil {
		return nil, syntaxError(name, source, err)
	}
	return &Program{name: name, source: source, proto: proto, names: names}, nil
}

// withoutPreamble blanks a byte-order mark and an interpreter line, keeping the line numbers. A
// single line that begins with # and no !, as a text of -e may, stays: nothing would run otherwise.
func withoutPreamble(source string) string {
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

func compileText(name, source string, input bool) (*lua.FunctionProto, []string, *lexError) {
	_, chunk, err := parseText(name, source)
	if err != nil {
		return nil, nil, err
	}
	return compileChunk(name, chunk, input)
}

func parseText(name, source string) (*scanner, []ast.Stmt, *lexError) {
	if strings.HasPrefix(source, "\x1b") {
		return nil, nil, &lexError{line: 1, message: "this is a compiled chunk; only source text is run"}
	}
	s, err := scan(source)
	if err != nil {
		return nil, nil, err
	}
	chunk, err := parseSource(name, s)
	return s, chunk, err
}

// compileChunk compiles a script, or the input of a prompt, whose locals outside of blocks it
// returns.
func compileChunk(name string, chunk []ast.Stmt, input bool) (*lua.FunctionProto, []string, *lexError) {
	host := compile.Host{Number: parseNumber, Concat: hostConcat, ConcatList: hostConcatList}
	if input {
		host.Keep = keep
	}
	proto, kept, err := compile.Chunk(name, chunk, host)
	if err != nil {
		return nil, nil, &lexError{line: err.Line, message: err.Message, hint: err.Hint}
	}
	return proto, kept, nil
}

func parseSource(name string, s *scanner) (chunk []ast.Stmt, mistake *lexError) {
	chunk, err := parse.Parse(strings.NewReader(string(s.lexer.clean)), name)
	if err != nil {
		return nil, s.parseError(err)
	}
	return chunk, nil
}
