package vm

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/internal/iface"
)

// frameStack has the layout of gopher-lua's stack of a fixed size, which the main thread has.
type frameStack struct {
	frames []callFrame
	count  int
}

// fixedStack returns the stack of a state, or nil if it grows, as the stacks of coroutines do.
func (v *VM) fixedStack(L *lua.LState) *frameStack {
	if L != v.state {
		return nil
	}
	return stackOf(L)
}

// stackOf returns the stack of a main thread.
func stackOf(L *lua.LState) *frameStack {
	return (*frameStack)(iface.DataAt(unsafe.Add(unsafe.Pointer(L), stackOffset)))
}

func setCurrentFrame(L *lua.LState, f *callFrame) {
	*(**callFrame)(unsafe.Add(unsafe.Pointer(L), frameOffset)) = f
}

// enters calls a Lua function or returns to one; false if the VM has to do it.
func (m *machine) enters(op int, f *callFrame, a, b, c int) bool {
	switch op {
	case lua.OP_CALL:
		return m.call(f, a, b, c)
	case lua.OP_RETURN:
		return m.leave(f, a, b)
	}
	return false
}

// call enters a Lua function with a fixed number of parameters; false if the VM has to do it.
func (m *machine) call(f *callFrame, a, b, c int) bool {
	base := f.LocalBase + a
	array := m.registry.array
	callee, ok := array[base].(*lua.LFunction)
	if !ok || callee.IsG || m.stack == nil || m.stack.count == len(m.stack.frames) {
		return false
	}
	proto := callee.Proto
	arguments := b - 1
	if b == 0 {
		arguments = m.registry.top - base - 1
	}
	used := max(arguments, int(proto.NumUsedRegisters))
	if proto.IsVarArg != 0 || base+1+used > len(array) {
		return false
	}
	for i := min(arguments, int(proto.NumParameters)); i < used; i++ {
		array[base+1+i] = lua.LNil
	}
	m.registry.top = base + 1 + int(proto.NumUsedRegisters)
	next := &m.stack.frames[m.stack.count]
	*next = callFrame{Idx: m.stack.count, Fn: callee, Parent: f, Base: base, LocalBase: base + 1, ReturnBase: base, NArgs: arguments, NRet: c - 1}
	m.stack.count++
	setCurrentFrame(m.L, next)
	return true
}

// leave returns from a function to the Lua function that called it; false if the VM has to do it.
func (m *machine) leave(f *callFrame, a, b int) bool {
	caller := f.Parent
	if m.stack == nil || f == m.base || caller == nil || caller.Fn.IsG || m.stack.count < 2 || hasUpvalues(m.L, f.LocalBase) {
		return false
	}
	from, to := f.LocalBase+a, f.ReturnBase
	results := b - 1
	if b == 0 {
		results = m.registry.top - from
	}
	wanted := f.NRet
	if wanted == lua.MultRet {
		wanted = results
	}
	array := m.registry.array
	if to+wanted > len(array) {
		return false
	}
	copied := min(results, wanted)
	copy(array[to:to+copied], array[from:from+copied])
	for i := copied; i < wanted; i++ {
		array[to+i] = lua.LNil
	}
	if top := to + wanted; top < m.registry.top {
		clear(array[top:m.registry.top])
	}
	m.registry.top = to + wanted
	m.stack.count--
	setCurrentFrame(m.L, caller)
	return true
}

// hasUpvalues says whether variables from a place in the registry on are open.
func hasUpvalues(L *lua.LState, base int) bool {
	open := *(**lua.Upvalue)(unsafe.Add(unsafe.Pointer(L), upvaluesOffset))
	for ; open != nil; open = head(open).next {
		if head(open).index >= base {
			return true
		}
	}
	return false
}
