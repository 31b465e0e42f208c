package vm

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A traceback keeps the innermost and the outermost frames of a deep stack.
const (
	innerFrames = 10
	outerFrames = 11
)

// trace is where an error was raised.
type trace struct{ frames []Frame }

// raised is an error value with its trace.
type raised struct {
	value lua.LValue
	trace *trace
}

// note remembers where an error was raised. One that is raised again, as the end of a handler
// that cleans up, or as it leaves a coroutine, keeps the place where it came from.
func (v *VM) note(L *lua.LState, value lua.LValue) {
	if v.last.trace != nil && v.last.value == value && v.hasIdentity(value) {
		return
	}
	v.last = raised{value: value, trace: &trace{frames: stackFrames(L)}}
}

// hasIdentity returns true for values that another error would hardly have too: objects, and
// strings with a position.
func (v *VM) hasIdentity(value lua.LValue) bool {
	switch value := value.(type) {
	case *lua.LTable, *lua.LUserData:
		return true
	case lua.LString:
		file, _, _ := v.splitPosition(string(value))
		return file != ""
	}
	return false
}

func (v *VM) noteStop(L *lua.LState) {
	if v.stopped == nil {
		v.stopped = &trace{frames: stackFrames(L)}
	}
}

// stackFrames returns the Lua functions of scripts on the stack, innermost first, through the
// threads that resumed one another.
func stackFrames(L *lua.LState) []Frame {
	var all []*callFrame
	for thread := L; thread != nil; thread = thread.Parent {
		for f := currentFrame(thread); f != nil; f = f.Parent {
			if !f.Fn.IsG && f.Fn.Proto != coroutineBody.proto && !strings.HasPrefix(f.Fn.Proto.SourceName, declare.Library) {
				all = append(all, f)
			}
		}
	}
	var frames []Frame
	for i, f := range all {
		if skipped := len(all) - innerFrames - outerFrames; skipped > 0 && i == innerFrames {
			frames = append(frames, Frame{Function: fmt.Sprintf("… %d more", skipped)})
		}
		if i < innerFrames || i >= len(all)-outerFrames {
			frames = append(frames, f.describe())
		}
	}
	return frames
}

func (f *callFrame) describe() Frame {
	proto := f.Fn.Proto
	return Frame{File: proto.SourceName, Line: f.line(), Function: f.functionName()}
}

func (f *callFrame) functionName() string {
	proto := f.Fn.Proto
	if proto.LineDefined == 0 {
		return "main chunk"
	}
	if name := f.calledAs(); name != "" {
		return fmt.Sprintf("function '%s'", name)
	}
	return fmt.Sprintf("function <%s:%d>", proto.SourceName, proto.LineDefined)
}

// calledAs is the name in the call that made the frame; empty when Go called, after a tail call,
// or for an unnamed value.
func (f *callFrame) calledAs() string {
	caller := f.Parent
	if caller == nil || caller.Fn.IsG || caller.Fn.Proto == coroutineBody.proto || f.TailCall > 0 {
		return ""
	}
	calls := caller.Fn.Proto.DbgCalls
	i := sort.Search(len(calls), func(i int) bool { return calls[i].Pc >= caller.Pc-1 })
	if i == len(calls) || calls[i].Pc != caller.Pc-1 || strings.ContainsAny(calls[i].Name, "?(") {
		return ""
	}
	return calls[i].Name
}

// where is the position of the innermost Lua function, as errors begin with it: "runbook.lua:12: ".
func (v *VM) where(L *lua.LState) string {
	return positionOf(luaFrame(currentFrame(L)))
}

// luaFrame is the frame itself or the first Lua function that called it.
func luaFrame(f *callFrame) *callFrame {
	for f != nil && f.Fn.IsG {
		f = f.Parent
	}
	return f
}

func positionOf(f *callFrame) string {
	if f == nil || f.Fn.IsG {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", f.Fn.Proto.SourceName, f.line())
}

// splitPosition takes the position off an error text; it knows the names of the sources, so that
// no other text with a colon and a number is taken for one.
func (v *VM) splitPosition(text string) (file string, line int, message string) {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], ':')
		if i < 0 || at+i > 4096 {
			return "", 0, text
		}
		at += i + 1
		name := text[:at-1]
		if !v.isSource(name) {
			continue
		}
		digits, rest, found := strings.Cut(text[at:], ": ")
		if n, err := strconv.Atoi(digits); found && err == nil {
			return name, n, rest
		}
	}
}

// isSource holds for the names of files and chunks of this state.
func (v *VM) isSource(name string) bool {
	if _, known := v.sources[name]; known {
		return true
	}
	return strings.HasPrefix(name, "[string ") && strings.HasSuffix(name, "]")
}
