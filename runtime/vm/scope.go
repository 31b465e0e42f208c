package vm

import (
	lua "github.com/yuin/gopher-lua"
)

// localVariable is a local with the part of its function in which its name is known.
type localVariable struct {
	name string
	next int // how many locals the function had declared when the scope ended: the first of the others starts after it
	last int // last line of the scope
}

// functionScope follows the locals of one function in the order in which the compiler registers them.
type functionScope struct {
	line, last int
	parameters int
	locals     []localVariable
	active     []int // indexes of the locals in scope
	widest     spot
}

// spot is where a function needs the most registers at once.
type spot struct{ line, locals, values int }

func (w *lowering) enterFunction(line, last int) {
	w.function = &functionScope{line: line, last: last}
	w.functions = append(w.functions, w.function)
}

func (w *lowering) leaveFunction() { w.function.leaveBlock(0, w.function.last) }

func (f *functionScope) declare(line int, names ...string) {
	for _, name := range names {
		f.active = append(f.active, len(f.locals))
		f.locals = append(f.locals, localVariable{name: name})
		f.noteWidth(line, 0)
	}
}

func (f *functionScope) declareInBlock(line int, names []string) {
	mark := f.enterBlock()
	f.declare(line, names...)
	f.leaveBlock(mark, line)
}

func (f *functionScope) enterBlock() (mark int) { return len(f.active) }

func (f *functionScope) leaveBlock(mark, lastLine int) {
	for _, i := range f.active[mark:] {
		f.locals[i].next, f.locals[i].last = len(f.locals), lastLine
	}
	f.active = f.active[:mark]
}

// maxRegisters is how many locals and temporary values a function holds.
const maxRegisters = 200

// noteWidth keeps the place that needs the most registers, or the first that needs too many: the locals in scope and
// the values of one expression list.
func (f *functionScope) noteWidth(line, values int) {
	most := f.widest.locals + f.widest.values
	if len(f.active)+values > most && most <= maxRegisters {
		f.widest = spot{line: line, locals: len(f.active), values: values}
	}
}

func (f *functionScope) isLastParameter(name string) bool {
	for i := len(f.active) - 1; i >= 0; i-- {
		if index := f.active[i]; f.locals[index].name == name {
			return f.parameters > 0 && index == f.parameters-1
		}
	}
	return false
}

// nameLocals gives a compiled function the scopes of its locals. The compiler's own are wrong after the first block,
// so that an error would name the wrong variable.
func (f *functionScope) nameLocals(proto *lua.FunctionProto) {
	if len(proto.DbgLocals) != len(f.locals) {
		return
	}
	for i, info := range proto.DbgLocals {
		local := f.locals[i]
		limit := len(proto.Code)
		if local.next < len(f.locals) {
			limit = proto.DbgLocals[local.next].StartPc
		}
		info.EndPc = scopeEnd(proto, info.StartPc, limit, local.last)
	}
}

// scopeEnd is the first instruction from start on that lies after the last line of the scope.
func scopeEnd(proto *lua.FunctionProto, start, limit, lastLine int) int {
	if lastLine == 0 {
		return limit
	}
	for pc := start; pc < limit && pc < len(proto.DbgSourcePositions); pc++ {
		if proto.DbgSourcePositions[pc] > lastLine {
			return pc
		}
	}
	return limit
}
