package vm

import (
	"bytes"
	"fmt"
	"runtime/debug"

	lua "github.com/yuin/gopher-lua"
)

// guard is a protected call under way.
type guard struct {
	state        *lua.LState
	registryBase int        // where its part of the registry begins
	handler      lua.LValue // of xpcall, else nil
	afterUnwind  bool       // the handler has to wait for the stack to be unwound
}

// protect calls a function that lies on the stack under its arguments and leaves its results
// there. The error is a *lua.ApiError with the Lua error value; the stack is then as it was
// before the function was pushed.
func (v *VM) protect(L *lua.LState, nargs int, handler lua.LValue) error {
	depth := len(v.guards)
	v.guards = append(v.guards, guard{state: L, handler: handler})
	L.Insert(v.guard, L.GetTop()-nargs)
	kept := keepUpvalues(L, true)
	err := L.PCall(nargs+1, lua.MultRet, nil)
	keepUpvalues(L, kept)
	late := v.guards[depth].afterUnwind
	v.guards = v.guards[:depth]
	v.raised = nil
	if late && err != nil && !v.isStopped() {
		return v.handleLate(L, handler, err.(*lua.ApiError))
	}
	return err
}

// handleLate runs the handler of xpcall for an error that left it no room on the stack.
func (v *VM) handleLate(L *lua.LState, handler lua.LValue, failure *lua.ApiError) error {
	results, err := v.Call(L, handler, failure.Object)
	if err != nil {
		return err
	}
	failure.Object = lua.LNil
	if len(results) > 0 {
		failure.Object = results[0]
	}
	return failure
}

// Call calls a Lua function for a Go function that was given it, on the thread that runs. Go code
// must use it instead of the state's own PCall, which cuts the functions on the stack off from
// their variables when an error passes through. The error is a *lua.ApiError with the Lua error
// value; when the run was stopped, the caller is to return at once.
func (v *VM) Call(L *lua.LState, f lua.LValue, args ...lua.LValue) ([]lua.LValue, error) {
	base := L.GetTop()
	L.Push(f)
	for _, arg := range args {
		L.Push(arg)
	}
	if err := v.protect(L, len(args), nil); err != nil {
		return nil, err
	}
	results := arguments(L, base+1)
	L.SetTop(base)
	return results, nil
}

// guarded is called by PCall and calls the function in turn, with errors going through raise and
// Go panics through catch.
func guarded(L *lua.LState) int {
	v := vmOf(L)
	defer v.catch(L)
	v.guards[len(v.guards)-1].registryBase = currentFrame(L).LocalBase
	L.Panic = v.throw
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// raise is how the state raises the error on top of its stack. It runs before the stack is unwound.
func (v *VM) raise(L *lua.LState) {
	v.raiseValue(L, L.Get(-1))
}

func (v *VM) raiseValue(L *lua.LState, value lua.LValue) {
	if v.isStopped() {
		v.noteStop(L)
	} else {
		value = v.explain(L, value)
		v.note(L, value)
		value = v.handle(L, value)
	}
	base := 0
	if g := v.guardOf(L); g != nil {
		base = g.registryBase
	}
	closeUpvalues(L, base)
	v.raised = L
	// A non-empty trace keeps the state from making its own.
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: value, StackTrace: "-"})
}

// guardOf is the protected call that an error of a thread ends in; nil when the error ends the
// thread.
func (v *VM) guardOf(L *lua.LState) *guard {
	if n := len(v.guards); n > 0 && v.guards[n-1].state == L {
		return &v.guards[n-1]
	}
	return nil
}

// handle calls the handler of xpcall with the error, once: an error of the handler is not handled
// again.
func (v *VM) handle(L *lua.LState, value lua.LValue) lua.LValue {
	g := v.guardOf(L)
	if g == nil || g.handler == nil {
		return value
	}
	handler := g.handler
	g.handler = nil
	if g.afterUnwind = !hasRoom(L); g.afterUnwind {
		return value
	}
	L.Push(handler)
	L.Push(value)
	L.Call(1, 1)
	return L.Get(-1)
}

// handlerRoom is how many calls a handler of xpcall can nest for sure.
const handlerRoom = 200

// hasRoom returns false if the stack of a thread is nearly full.
func hasRoom(L *lua.LState) bool {
	size := callStackSize
	if L.Parent != nil {
		size = threadCallStackSize
	}
	return currentFrame(L).Idx < size-handlerRoom && L.GetTop() < threadRegistryMaxSize/2
}

// catch turns a Go panic into the end of the run, except where the panic is how the state says
// that a stack is full.
func (v *VM) catch(L *lua.LState) {
	switch r := recover().(type) {
	case nil:
	case *lua.ApiError:
		panic(r)
	default:
		stack := debug.Stack()
		if stackIsFull(r, stack) {
			v.raiseValue(L, lua.LString(v.where(L)+"stack overflow"))
		}
		v.Abort(v.internalStop(r, stack))
		v.raiseValue(L, lua.LString("internal error"))
	}
}

// stackIsFull recognises the panics of a growing call stack, and of a registry that overflows
// before the first instruction of a function, when there is no line to report.
func stackIsFull(panicked any, stack []byte) bool {
	return panicked == "lua callstack overflow" || bytes.Contains(stack, []byte(".registryOverflow("))
}

func (v *VM) internalStop(panicked any, stack []byte) *Stop {
	text := fmt.Sprint(panicked)
	if v.config.Conceal != nil {
		text = v.config.Conceal(panicked)
	}
	return &Stop{
		Kind: Internal, Message: "internal error: " + text, Stack: stack,
		Hint: "this is a bug of dbos-script, not of the script",
	}
}

func (v *VM) isStopped() bool { return v.running.Err() != nil }

// failIfStopped goes on with the end of the run, which no protected call may swallow.
func (v *VM) failIfStopped(L *lua.LState) {
	if v.isStopped() {
		L.Error(lua.LString(stopOf(v.running).Message), 0)
	}
}

// poll is failIfStopped for long operations in Go.
func poll(L *lua.LState) { vmOf(L).failIfStopped(L) }
