package vm

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// baseLoad compiles a string, or the pieces that a function returns. It takes the arguments of
// Lua 5.2: the third, the mode, is ignored, because only text is ever loaded; the fourth is the
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

// readPieces joins what a function returns until it returns nil, an empty text, or a value that is
// no text.
func readPieces(L *lua.LState, reader *lua.LFunction) string {
	var source strings.Builder
	for {
		L.Push(reader)
		L.Call(0, 1)
		piece, _ := toText(L.Get(-1))
		L.Pop(1)
		if piece == "" {
			return source.String()
		}
		source.WriteString(piece)
		if source.Len() > MaxSource {
			L.RaiseError("the source has more than the %d bytes that a script may have", MaxSource)
		}
	}
}

// loadText pushes the compiled function, or nil and the error of the source, and returns
// how many values that is. The function has the environment env if that is a table.
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

// chunkName returns the name of a chunk in positions. In Lua a name that begins with = or @ is
// taken literally, without that mark; any other name is quoted, and a chunk without one has its
// first line.
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

// baseGetfenv returns the environment of a Lua function, and that of the globals for any other,
// because the environment of host functions and threads is fixed.
func baseGetfenv(L *lua.LState) int {
	env := L.G.Global
	if f := environmentOwner(L); f != nil && !f.IsG {
		env = f.Env
	}
	L.Push(env)
	return 1
}

// baseSetfenv sets the environment of a Lua function, and raises an error for any other.
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

// environmentOwner returns the function that the first argument names: itself, or the level of a
// running function, by default the caller's. It returns nil for level 0, the thread, and raises an
// error if the stack has no such level.
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
