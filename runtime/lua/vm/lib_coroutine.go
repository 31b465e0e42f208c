package vm

import (
	"runtime"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxThreads is how many coroutines may be resumed inside each other. Each level needs Go stack
// for a whole Lua stack.
const maxThreads = 32

func coroutineFunctions() []function {
	return []function{
		{"create", coroutineCreate}, {"resume", coroutineResume}, {"running", coroutineRunning},
		{"status", coroutineStatus}, {"wrap", coroutineWrap}, {"yield", coroutineYield},
	}
}

// coroutineBody is the first function of every thread, which is gopher-lua's name for the state of
// a coroutine. It waits until newThread has set the thread's error handling, and then calls the
// script's function. It ends with finish, which is returnAll, so that a thread without results
// passes on nothing, even if the script's function is a Go function.
var coroutineBody = mustCompile("coroutine", "local f, wait, finish = ... return finish(f(wait()))")

func mustCompile(name, source string) *Program {
	program, err := Compile(name, source)
	if err != nil {
		panic(err)
	}
	return program
}

func coroutineCreate(L *lua.LState) int {
	L.Push(newThread(L, checkFunction(L, 1)))
	return 1
}

// newThread returns a thread whose first resume calls f. Its context is the run's own, because a
// context derived for each thread would stay registered until the end of the run.
func newThread(L *lua.LState, f *lua.LFunction) *lua.LState {
	v := vmOf(L)
	thread, cancel := L.NewThread()
	cancel()
	thread.SetContext(v.running)
	setLoop(thread)
	body := L.NewFunctionFromProto(coroutineBody.proto)
	L.Resume(thread, body, f, L.NewFunction(yieldNothing), L.NewFunction(returnAll))
	thread.Panic = v.throw
	return thread
}

// yieldNothing yields without values: gopher-lua takes -1 as the number of results for a yield.
func yieldNothing(*lua.LState) int { return -1 }

// returnAll returns its arguments, or nothing if there are none.
func returnAll(L *lua.LState) int {
	markNothing(L)
	return L.GetTop()
}

// nothing stands for the values of a thread that yields or returns none, because gopher-lua would
// pass on nil instead. resume removes it.
var nothing = &lua.LUserData{}

// markNothing pushes nothing if the stack is empty.
func markNothing(L *lua.LState) {
	if L.GetTop() == 0 {
		L.Push(nothing)
	}
}

func checkThread(L *lua.LState, n int) *lua.LState {
	thread, ok := L.Get(n).(*lua.LState)
	if !ok {
		typeError(L, n, "coroutine")
	}
	return thread
}

// coroutineResume returns an error of the thread as a value. If the run was stopped, that is no
// error of the thread, and resume raises it in the caller.
func coroutineResume(L *lua.LState) int {
	thread := checkThread(L, 1)
	values, failure := resume(L, thread, arguments(L, 2))
	if failure != nil {
		L.Push(lua.LFalse)
		L.Push(failure)
		return 2
	}
	L.Push(lua.LTrue)
	return 1 + pushAll(L, values)
}

func coroutineWrap(L *lua.LState) int {
	thread := newThread(L, checkFunction(L, 1))
	// The thread is an upvalue too, so that the run finds it when it counts its memory.
	L.Push(L.NewClosure(func(L *lua.LState) int {
		values, failure := resume(L, thread, arguments(L, 1))
		if failure != nil {
			L.Error(failure, 0)
		}
		return pushAll(L, values)
	}, thread))
	return 1
}

func arguments(L *lua.LState, from int) []lua.LValue {
	values := make([]lua.LValue, 0, max(0, L.GetTop()-from+1))
	for i := from; i <= L.GetTop(); i++ {
		values = append(values, L.Get(i))
	}
	return values
}

func pushAll(L *lua.LState, values []lua.LValue) int {
	for _, value := range values {
		L.Push(value)
	}
	return len(values)
}

// resume runs a thread until it yields, ends or fails. failure is the error value, or nil if the
// thread did not fail. A thread that is not suspended fails at once.
func resume(L, thread *lua.LState, args []lua.LValue) (values []lua.LValue, failure lua.LValue) {
	v := vmOf(L)
	if status := threadStatus(L, thread); status != "suspended" {
		return nil, lua.LString("cannot resume " + status + " coroutine")
	}
	if v.threads >= maxThreads {
		L.RaiseError("more than %d coroutines resumed inside each other", maxThreads)
	}
	v.threads++
	v.raised = nil
	thread.SetContext(v.running)
	setLoop(thread)
	state, err, values := L.Resume(thread, nil, withNils(thread, args)...)
	v.threads--
	v.failIfStopped(L)
	if state == lua.ResumeError {
		return nil, v.threadFailure(L, thread, err.(*lua.ApiError).Object)
	}
	if len(values) == 1 && values[0] == lua.LValue(nothing) {
		values = values[:0]
	}
	return values, nil
}

// withNils adds nils to the arguments of a resume if the yield expects more results. Otherwise
// gopher-lua would leave the registers of these results without a value.
func withNils(thread *lua.LState, args []lua.LValue) []lua.LValue {
	frame := currentFrame(thread)
	if frame == nil || frame.Fn.IsG || frame.Pc < 1 {
		return args
	}
	call := frame.Fn.Proto.Code[frame.Pc-1]
	if opcode(call) != lua.OP_CALL {
		return args
	}
	for len(args) < argC(call)-1 {
		args = append(args, lua.LNil)
	}
	return args
}

// threadFailure returns the error value of a thread that failed. A value that the thread did not
// raise is the text of a Go panic that gopher-lua has recovered: if the stack was full, that is an
// error of the script, and any other panic ends the run.
func (v *VM) threadFailure(L, thread *lua.LState, value lua.LValue) lua.LValue {
	if v.raised == thread {
		return value
	}
	text := value.String()
	if text == "lua callstack overflow" || strings.HasPrefix(text, "runtime error: index out of range [-1]") {
		closeUpvalues(thread, 0)
		return lua.LString("stack overflow")
	}
	v.Abort(v.internalStop(text, nil))
	v.failIfStopped(L)
	return value
}

func coroutineRunning(L *lua.LState) int {
	if L == L.G.MainThread {
		L.Push(lua.LNil)
	} else {
		L.Push(L)
	}
	return 1
}

func coroutineStatus(L *lua.LState) int {
	L.Push(lua.LString(threadStatus(L, checkThread(L, 1))))
	return 1
}

// threadStatus returns the status that coroutine.status has for a thread, as seen from the thread
// L: "dead", "running", "normal" if it waits for a thread that it has resumed, or "suspended".
func threadStatus(L, thread *lua.LState) string {
	if thread.Dead {
		return "dead"
	}
	if thread == L {
		return "running"
	}
	for resumer := L.Parent; resumer != nil; resumer = resumer.Parent {
		if resumer == thread {
			return "normal"
		}
	}
	if thread == L.G.MainThread {
		return "normal"
	}
	return "suspended"
}

// coroutineYield raises an error if Go code between the start of the thread and the yield, such as
// pcall, waits for its callback, because gopher-lua cannot continue Go code after a resume.
func coroutineYield(L *lua.LState) int {
	if L.Parent == nil {
		L.RaiseError("attempt to yield from outside a coroutine")
	}
	if !vmOf(L).canYield() {
		L.RaiseError("attempt to yield across pcall, a metamethod, an iterator or a callback")
	}
	markNothing(L)
	return -1
}

// yieldPath is the part of the Go stack above a yield. If the yield is allowed, it reaches up to
// the start of the thread.
type yieldPath [5]uintptr

// canYield returns true if the Go stack has exactly one loop of the VM between the start of the
// thread and the yield. It keeps the addresses of the last such path, because looking up the names
// of their functions is slow.
func (v *VM) canYield() bool {
	var path yieldPath
	if runtime.Callers(3, path[:]) < len(path) { // without Callers, canYield and coroutineYield
		return false
	}
	if path == v.yieldPath {
		return true
	}
	if !leadsToThread(path) {
		return false
	}
	v.yieldPath = path
	return true
}

// leadsToThread returns true if the path reaches the start of the thread and has exactly one loop
// of the VM before it. A second loop means that Go code has called Lua code in between.
func leadsToThread(path yieldPath) bool {
	frames := runtime.CallersFrames(path[:])
	loops := 0
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasSuffix(frame.Function, ".(*machine).loop"), strings.HasSuffix(frame.Function, ".(*machine).loopCovered"):
			loops++
		case strings.HasSuffix(frame.Function, ".threadRun"):
			return loops == 1
		}
		if !more {
			return false
		}
	}
}
