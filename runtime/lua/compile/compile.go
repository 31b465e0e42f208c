package compile

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// A Host holds the operations that the instructions of the VM lack, as functions that the compiled
// code calls or the compiler asks.
type Host struct {
	// Number reads the text of a numeral; false if it is malformed.
	Number func(text string) (float64, bool)
	// Concat returns its arguments joined.
	Concat *lua.LFunction
	// ConcatList returns the items of a list joined; its arguments are the number of items and
	// the list.
	ConcatList *lua.LFunction
	// Keep returns a function that declares names with the values it is called with. If it is
	// set, it replaces the locals outside of blocks.
	Keep func(names []string) *lua.LFunction
}

// Error is a reason why a chunk cannot be compiled.
type Error struct {
	Line          int
	Message, Hint string
}

func (e *Error) Error() string { return e.Message }

// Chunk returns the main function of a chunk, and the names that it declares through Host.Keep.
// It does not change the tree. A panic is a fault of this package, and an error all the same: a
// host is not to end by it.
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
	kept  []string
	depth int
}

// maxDepth is how deep the tree may be, since the compiler recurses over it. Brackets nest less
// deep than that: it bounds chains such as a + b + c, in which each operator is a level.
const maxDepth = 10000

// down enters a level of the tree; up leaves it.
func (c *compiler) down(at ast.PositionHolder) {
	if c.depth++; c.depth > maxDepth {
		fail(at.Line(), "split it into several statements", "this is too complex: more than %d operations inside each other", maxDepth)
	}
}

func (c *compiler) up() { c.depth-- }

func (c *compiler) main(chunk []ast.Stmt) *lua.FunctionProto {
	f := c.open(nil, 0, 0)
	f.proto.IsVarArg = lua.VarArgIsVarArg
	f.statements(chunk)
	return f.close()
}

// lastLine returns the line where the last statement ends, or the line of the block if it is empty.
func lastLine(list []ast.Stmt, around int) int {
	if len(list) == 0 {
		return around
	}
	last := list[len(list)-1]
	return max(last.Line(), last.LastLine())
}
