package vm

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// baseLoad compiles a string, or the pieces that a function returns. The third argument, the
// mode, is accepted for the sake of later Luas: only text is ever loaded. The fourth is the
// environment.
func baseLoad(L *lua.LState) int {
	source, isText := toText(L.Get(1))
	if !isText {
		source = readPieces(L, checkFunction(L, 1))
	}
	return loadText(L, source, optText(L, 2, ""), L.Get(4))
}

func baseLoadstring(L *lua.LState) int {
	return loadText(L, checkText(L, 1), optText(L, 2, ""), lua.LNil)
}

func readPieces(L *lua.LState, reader *lua.LFunction) string {
	var source strings.Builder
	for {
		L.Push(reader)
		L.Call(0, 1)
		piece, isText := toText(L.Get(-1))
		ended := L.Get(-1) == lua.LNil || piece == ""
		L.Pop(1)
		if ended && (isText || piece == "") {
			return source.String()
		}
		source.WriteString(piece)
		if source.Len() > MaxSource {
			L.RaiseError("the source has more than the %d bytes that a script may have", MaxSource)
		}
	}
}

// loadText pushes the compiled function, or nil and the error of the source.
func loadText(L *lua.LState, source, name string, env lua.LValue) int {
	v := vmOf(L)
	program, err := v.compile(v.running, chunkName(name, source), source)
	v.failIfStopped(L)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	f := L.NewFunctionFromProto(program.proto)
	if table, ok := env.(*lua.LTable); ok {
		f.Env = table
	}
	L.Push(f)
	return 1
}

// chunkName is how positions call a chunk: by its name, with the marks = and @ of Lua taken off,
// or by its first line.
func chunkName(name, source string) string {
	if name == "" {
		line, _, more := strings.Cut(strings.TrimSpace(source), "\n")
		if short := cutText(line, 40); short != line || more {
			line = strings.TrimSuffix(short, "…") + "..."
		}
		return fmt.Sprintf("[string %q]", line)
	}
	name = cutText(name, 60)
	if name[0] == '=' || name[0] == '@' {
		return name[1:]
	}
	return fmt.Sprintf("[string %q]", name)
}

// baseGetfenv and baseSetfenv see Lua functions only; the environment of the host's functions and
// of threads is fixed.
func baseGetfenv(L *lua.LState) int {
	env := L.G.Global
	if f := environmentOwner(L); f != nil && !f.IsG {
		env = f.Env
	}
	L.Push(env)
	return 1
}

func baseSetfenv(L *lua.LState) int {
	env := checkTable(L, 2)
	f := environmentOwner(L)
	if f == nil || f.IsG {
		L.RaiseError("'setfenv' cannot change the environment of this object")
	}
	f.Env = env
	L.Push(f)
	return 1
}

// environmentOwner returns the function of the first argument: the function itself, or the one
// that runs at a level.
func environmentOwner(L *lua.LState) *lua.LFunction {
	if f, ok := L.Get(1).(*lua.LFunction); ok {
		return f
	}
	level := optInt(L, 1, 1)
	if level == 0 {
		return nil
	}
	f := levelFrame(L, level)
	if f == nil {
		L.ArgError(1, "invalid level")
	}
	return f.Fn
}
