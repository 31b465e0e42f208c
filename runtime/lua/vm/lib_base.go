package vm

import (
	"runtime/metrics"

	lua "github.com/yuin/gopher-lua"
)

// baseFunctions returns the functions that are globals. The ones that load, walk and print have
// files of their own.
func baseFunctions() []function {
	return []function{
		{"assert", baseAssert}, {"collectgarbage", baseCollectGarbage}, {"error", baseError}, {"getfenv", baseGetfenv},
		{"getmetatable", baseGetmetatable}, {"ipairs", baseIpairs}, {"load", baseLoad}, {"loadstring", baseLoadstring},
		{"next", baseNext}, {"pairs", basePairs}, {"pcall", basePcall}, {"print", basePrint}, {"rawequal", baseRawequal},
		{"rawget", baseRawget}, {"rawlen", baseRawlen}, {"rawset", baseRawset}, {"require", baseRequire},
		{"select", baseSelect}, {"setfenv", baseSetfenv}, {"setmetatable", baseSetmetatable}, {"tonumber", baseTonumber},
		{"tostring", baseTostring}, {"type", baseType}, {"unpack", tableUnpack}, {"xpcall", baseXpcall},
	}
}

// baseAssert puts the position of its caller before a message, as Lua 5.1 does. An error object
// is kept as it is.
func baseAssert(L *lua.LState) int {
	if lua.LVAsBool(checkAny(L, 1)) {
		return L.GetTop()
	}
	value := L.Get(2)
	if value == lua.LNil {
		value = lua.LString("assertion failed!")
	}
	if text, ok := toText(value); ok {
		value = lua.LString(positionOf(levelFrame(L, 1)) + text)
	}
	L.Error(value, 0)
	return 0
}

// baseError adds the position of the level asked for: 1 is the caller, 2 the caller's caller. A
// number becomes a text with a position too, as in Lua 5.1.
func baseError(L *lua.LState) int {
	value := L.Get(1)
	level := optInt(L, 2, 1)
	if text, ok := toText(value); ok && level > 0 {
		reserve(L, len(text))
		value = lua.LString(positionOf(levelFrame(L, level)) + text)
	}
	L.Error(value, 0)
	return 0
}

// levelFrame returns the function that is a number of calls above the running one, or nil if
// there is none. Tail calls count, but have no frame. The frames that the host puts around
// protected calls and threads do not count, because a script knows nothing of them.
func levelFrame(L *lua.LState, level int) *callFrame {
	host := vmOf(L).guard // the function of the host's frames
	f := currentFrame(L)
	for ; f != nil && level > 0; f = f.Parent {
		if f.Fn == host {
			continue
		}
		level--
		if !f.Fn.IsG {
			level -= f.TailCall
		}
	}
	for f != nil && f.Fn == host {
		f = f.Parent
	}
	if level != 0 || f == nil || f == currentFrame(L) || f.Fn.Proto == coroutineBody.proto {
		return nil
	}
	return f
}

func basePcall(L *lua.LState) int {
	checkAny(L, 1)
	return protectedCall(L, L.GetTop()-1, nil)
}

// baseXpcall passes further arguments on, as Lua 5.2 does, and runs the handler before the stack
// is unwound.
func baseXpcall(L *lua.LState) int {
	handler := checkFunction(L, 2)
	L.Remove(2)
	return protectedCall(L, L.GetTop()-1, handler)
}

// protectedCall is pcall and xpcall. Neither can swallow the end of the run.
func protectedCall(L *lua.LState, nargs int, handler lua.LValue) int {
	v := vmOf(L)
	if err := v.protect(L, nargs, handler); err != nil {
		v.failIfStopped(L)
		L.Push(lua.LFalse)
		L.Push(err.(*lua.ApiError).Object)
		return 2
	}
	L.Insert(lua.LTrue, 1)
	return L.GetTop()
}

// baseGetmetatable shows only the field __metatable of other types than tables.
func baseGetmetatable(L *lua.LState) int {
	value := checkAny(L, 1)
	metatable := L.GetMetatable(value)
	if _, isTable := value.(*lua.LTable); !isTable && L.GetMetaField(value, "__metatable") == lua.LNil {
		metatable = lua.LNil
	}
	L.Push(metatable)
	return 1
}

// baseSetmetatable changes tables only: the metatables of other types belong to the host.
func baseSetmetatable(L *lua.LState) int {
	table := checkTable(L, 1)
	metatable := L.Get(2)
	if kind := metatable.Type(); kind != lua.LTTable && (kind != lua.LTNil || L.GetTop() < 2) {
		typeError(L, 2, "nil or table")
	}
	if L.GetMetaField(table, "__metatable") != lua.LNil {
		L.RaiseError("cannot change a protected metatable")
	}
	table.Metatable = metatable
	L.SetTop(1)
	return 1
}

func baseType(L *lua.LState) int {
	L.Push(lua.LString(checkAny(L, 1).Type().String()))
	return 1
}

func baseRawequal(L *lua.LState) int {
	L.Push(lua.LBool(L.RawEqual(checkAny(L, 1), checkAny(L, 2))))
	return 1
}

func baseRawget(L *lua.LState) int {
	L.Push(checkTable(L, 1).RawGet(checkAny(L, 2)))
	return 1
}

func baseRawlen(L *lua.LState) int {
	switch value := L.Get(1).(type) {
	case *lua.LTable:
		L.Push(lua.LNumber(value.Len()))
	case lua.LString:
		L.Push(lua.LNumber(len(value)))
	default:
		typeError(L, 1, "table or string")
	}
	return 1
}

func baseRawset(L *lua.LState) int {
	L.RawSet(checkTable(L, 1), checkAny(L, 2), checkAny(L, 3))
	L.SetTop(1)
	return 1
}

func baseSelect(L *lua.LState) int {
	count := L.GetTop() - 1
	if L.Get(1) == lua.LString("#") {
		L.Push(lua.LNumber(count))
		return 1
	}
	n := checkInt(L, 1)
	switch {
	case n < 0 && -n <= count:
		return -n
	case n <= 0:
		L.ArgError(1, "index out of range")
	}
	return max(0, count-n+1)
}

// baseCollectGarbage leaves collecting to Go; "count" is the heap in KiB.
func baseCollectGarbage(L *lua.LState) int {
	switch option := optText(L, 1, "collect"); option {
	case "count":
		L.Push(lua.LNumber(float64(heapBytes(make([]metrics.Sample, heapSamples))) / 1024))
	case "collect", "step", "stop", "restart", "setpause", "setstepmul":
		L.Push(lua.LNumber(0))
	default:
		L.ArgError(1, "unknown option \""+cutText(option, 40)+"\"")
	}
	return 1
}
