package compile

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// A Host holds functions that its caller provides, because the VM has no instruction for their
// work. The compiler calls Number and Keep, and compiled code calls the others.
type Host struct {
	// Number reads the text of a numeral; false if it is malformed.
	Number func(text string) (float64, bool)
	// Concat returns its arguments joined.
	Concat *lua.LFunction
	// ConcatList returns the items of a list joined; its arguments are the number of items and
	// the list.
	ConcatList *lua.LFunction
	// Keep returns a function that stores the values of its arguments under the names. If it is
	// set, a local outside of blocks calls it, so that later inputs of a prompt see the variable.
	Keep func(names []string) *lua.LFunction
}

// Error is the reason why a chunk cannot be compiled. Line is 0 if no line is to blame.
type Error struct {
	Line          int
	Message, Hint string
}

func (e *Error) Error() string { return e.Message }

// Chunk returns the main function of a chunk, and the names that it declares through Host.Keep.
// It does not change the tree. fail reports a mistake in the chunk by a panic; any other panic is a
// fault of this package, and is returned as an error too, because it should not end the process.
func Chunk(name string, chunk []ast.Stmt, host Host) (proto *lua.FunctionProto, kept []string, err *Error) {
	c := &compiler{name: name, host: host}
	defer func() {
		if r := recover(); r != nil {
			failure, expected := r.(*Error)
			if !expected {
				failure = &Error{Message: fmt.Sprintf("the compiler cannot handle this source (%v)", r)}
			}
			proto, err = nil, failure
		}
	}()
	return c.main(chunk), c.kept, nil
}

// compiler is the state that all functions of a chunk share.
type compiler struct {
	name  string
	host  Host
	kept  []string // the names for Host.Keep
	depth int      // levels of the tree around this place
}

// maxDepth is how deep the tree may be, since the compiler recurses over it. Brackets nest less
// deep than that: it bounds chains such as a + b + c, in which each operator is a level.
const maxDepth = 10000

// down enters a level of the tree, and fails if there are more than maxDepth; up leaves it.
func (c *compiler) down(at ast.PositionHolder) {
	if c.depth++; c.depth > maxDepth {
		fail(at.Line(), "split it into several statements", "this is too complex: more than %d operations inside each other", maxDepth)
	}
}

func (c *compiler) up() { c.depth-- }

// main returns the function of the whole chunk, which takes any number of arguments.
func (c *compiler) main(chunk []ast.Stmt) *lua.FunctionProto {
	f := c.open(nil, 0, 0)
	f.proto.IsVarArg = lua.VarArgIsVarArg
	f.statements(chunk)
	return f.close()
}

// lastLine returns the line where the last statement ends, or the line of the statement around the
// list if that is empty.
func lastLine(list []ast.Stmt, lineAround int) int {
	if len(list) == 0 {
		return lineAround
	}
	last := list[len(list)-1]
	return max(last.Line(), last.LastLine())
}
