package vm

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/compile"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// MaxSource is how many bytes a script may have.
const MaxSource = syntax.MaxSource

// Program is a compiled source. It is immutable: several states may run it at once.
type Program struct {
	name   string
	source string
	proto  *lua.FunctionProto
	names  []string // see Names
}

// Name returns the name that Compile was called with. Positions in errors begin with it.
func (p *Program) Name() string { return p.name }

// Proto returns the compiled main function. It must not be changed.
func (p *Program) Proto() *lua.FunctionProto { return p.proto }

// Compile compiles a source text. A byte-order mark and a first line that begins with # are
// skipped. The error is a *ScriptError of kind Syntax with file, line and source line; its
// Incomplete is true if the source only lacks its end, so that a prompt asks for another line.
func Compile(name, source string) (*Program, error) {
	chunk, _, mistake := syntax.Parse(name, source)
	if mistake != nil {
		return nil, syntaxError(name, mistake)
	}
	return compileChunk(name, source, chunk, false)
}

// syntaxError returns a mistake as the error of a script.
func syntaxError(name string, mistake *syntax.Mistake) *ScriptError {
	return &ScriptError{
		Kind:       Syntax,
		Code:       Syntax.String(),
		Message:    mistake.Message,
		Hint:       mistake.Hint,
		File:       name,
		Line:       mistake.Line,
		SourceLine: mistake.SourceLine,
		Incomplete: mistake.Unfinished,
	}
}

// compileChunk compiles the syntax tree of a source. If input is true, the source is the input of a
// prompt: its locals outside of blocks stay for later inputs, and are the Names of the program.
func compileChunk(name, source string, chunk []ast.Stmt, input bool) (*Program, error) {
	host := compile.Host{Number: syntax.ParseNumber, Concat: hostConcat, ConcatList: hostConcatList}
	if input {
		host.Keep = keep
	}
	proto, names, err := compile.Chunk(name, chunk, host)
	if err != nil {
		return nil, syntaxError(name, syntax.Refused(err).In(source))
	}
	return &Program{name: name, source: source, proto: proto, names: names}, nil
}
