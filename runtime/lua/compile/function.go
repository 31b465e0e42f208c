package compile

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

const (
	// maxLocals is how many local variables a function may have at once, as in Lua 5.1.
	maxLocals = 200
	// maxRegisters is how many locals and temporary values a function holds; the VM counts them
	// in 8 bits.
	maxRegisters = 250
	// maxUpvalues is how many variables of outer functions a function may use; the VM counts them
	// in 8 bits.
	maxUpvalues = 255
)

// function is a function under compilation. The register of a local is its index in locals;
// temporary values lie above the locals, and all above free is dead.
type function struct {
	*compiler
	outer        *function
	proto        *lua.FunctionProto
	constants    constants
	block        *block
	locals       []*lua.DbgLocalInfo
	nextRegister int // the next free register
	most         int // how many registers were in use at once
	upvalues     []string
	pending      []pendingGoto
	line         int // of the statement or expression that is compiled
}

func fail(line int, hint, format string, args ...any) {
	panic(&Error{Line: line, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *compiler) open(outer *function, line, lastLine int) *function {
	f := &function{compiler: c, outer: outer, most: 2, proto: &lua.FunctionProto{
		SourceName: c.name, LineDefined: line, LastLineDefined: lastLine,
	}}
	f.enter(false)
	return f
}

// close ends the function and returns the prototype that the VM runs.
func (f *function) close() *lua.FunctionProto {
	f.emit(lua.OP_RETURN, 0, 1, 0, f.proto.LastLineDefined)
	f.leave()
	f.refusePending()
	f.mergeMoves()
	p := f.proto
	p.NumUsedRegisters = uint8(f.most)
	p.NumUpvalues = uint8(len(f.upvalues))
	p.DbgUpvalues = f.upvalues
	f.constants.store(p)
	return p
}

// take marks the next registers as used.
func (f *function) take(count int) {
	f.nextRegister += count
	f.touch(f.nextRegister)
}

// touch makes sure that the function has a number of registers.
func (f *function) touch(count int) {
	if count > maxRegisters {
		fail(f.line, "split it into several statements", "this is too complex: it needs more than %d values at once", maxRegisters)
	}
	f.most = max(f.most, count)
}

// requireRegisters refuses a list that does not fit beside the values that are held already.
func (f *function) requireRegisters(line, count int) {
	if f.nextRegister+count > maxRegisters {
		fail(line, "pass a table", "too many values at once: %d here, and a function holds about %d with its local variables", count, maxLocals)
	}
}

// declare makes the registers from the first non-local one on the homes of locals. They hold
// their values already.
func (f *function) declare(line int, names ...string) {
	f.limitLocals(line, len(names))
	infos := make([]lua.DbgLocalInfo, len(names))
	for i, name := range names {
		infos[i] = lua.DbgLocalInfo{Name: name, StartPc: f.here()}
		f.locals = append(f.locals, &infos[i])
		f.proto.DbgLocals = append(f.proto.DbgLocals, &infos[i])
	}
}

func (f *function) limitLocals(line, more int) {
	if count := len(f.locals) + more; count > maxLocals {
		fail(line, "put some into a table, or parts of the function into functions",
			"too many local variables: %d here, and a function holds at most %d", count, maxLocals)
	}
}

// local returns the register of a local; -1 if the function has none of that name.
func (f *function) local(name string) int {
	for i := len(f.locals) - 1; i >= 0; i-- {
		if f.locals[i].Name == name {
			return i
		}
	}
	return -1
}

// upvalue returns the number under which the function knows a variable of an outer one; -1 if
// there is none.
func (f *function) upvalue(name string) int {
	for i, known := range f.upvalues {
		if known == name {
			return i
		}
	}
	if f.outer == nil {
		return -1
	}
	if register := f.outer.local(name); register >= 0 {
		f.outer.capture(register)
	} else if f.outer.upvalue(name) < 0 {
		return -1
	}
	f.upvalues = append(f.upvalues, name)
	if len(f.upvalues) > maxUpvalues {
		fail(f.proto.LineDefined, "", "this function uses %d variables of the functions around it, more than %d", len(f.upvalues), maxUpvalues)
	}
	return len(f.upvalues) - 1
}

// capture notes that a function inside uses a local, whose block has to close it.
func (f *function) capture(register int) {
	b := f.block
	for b.firstRegister > register {
		b = b.outer
	}
	b.captured = true
}

// closure compiles a function expression and puts the new function into a register.
func (f *function) closure(e *ast.FunctionExpr, dst int, method bool) {
	f.down(e)
	defer f.up()
	inner := f.open(f, e.Line(), e.LastLine())
	inner.parameters(e, method)
	inner.statements(e.Stmts)
	f.proto.FunctionPrototypes = append(f.proto.FunctionPrototypes, inner.close())
	f.emitWide(lua.OP_CLOSURE, dst, len(f.proto.FunctionPrototypes)-1, e.Line())
	for _, name := range inner.upvalues {
		if register := f.local(name); register >= 0 {
			f.emit(lua.OP_MOVE, 0, register, 0, e.Line())
		} else {
			f.emit(lua.OP_GETUPVAL, 0, f.upvalue(name), 0, e.Line())
		}
	}
}

// parameters declares self, the parameters, and arg as Lua 5.1 does for functions with "...".
func (f *function) parameters(e *ast.FunctionExpr, method bool) {
	var names []string
	if method {
		names = append(names, "self")
	}
	names = append(names, e.ParList.Names...)
	f.proto.NumParameters = uint8(min(len(names), maxLocals))
	if e.ParList.HasVargs {
		names = append(names, "arg")
		f.proto.IsVarArg = lua.VarArgHasArg | lua.VarArgNeedsArg | lua.VarArgIsVarArg
	}
	f.declare(e.Line(), names...)
	f.take(len(names))
}
