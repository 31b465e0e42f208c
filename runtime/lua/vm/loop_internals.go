package vm

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// Three repairs need private fields of gopher-lua: whether an error closes the upvalues of live
// functions (it must not), the list of open upvalues (upvalues of unwound functions must be
// closed), and the call frames (names and lines). The offsets come from reflection, so they
// follow the library; TestInternalsMatchTheLibrary checks names and types.

// callFrame has the layout of gopher-lua's type of that name.
type callFrame struct {
	Idx        int
	Fn         *lua.LFunction
	Parent     *callFrame
	Pc         int
	Base       int
	LocalBase  int
	ReturnBase int
	NArgs      int
	NRet       int
	TailCall   int
}

// registry has the layout of gopher-lua's type of that name, up to the last field that we read.
type registry struct {
	array []lua.LValue
	top   int
}

// table has the layout of lua.LTable.
type table struct {
	metatable lua.LValue
	array     []lua.LValue
	values    map[lua.LValue]lua.LValue
	strings   map[string]lua.LValue
	keys      []lua.LValue
	positions map[lua.LValue]int
}

func tableOf(t *lua.LTable) *table { return (*table)(unsafe.Pointer(t)) }

// upvalue has the layout of lua.Upvalue, up to the last field that we read.
type upvalue struct {
	next  *lua.Upvalue
	reg   unsafe.Pointer
	index int
}

var (
	frameOffset    = stateOffset("currentFrame")
	upvaluesOffset = stateOffset("uvcache")
	keepOpenOffset = stateOffset("hasErrorFunc")
	registryOffset = stateOffset("reg")
	stackOffset    = stateOffset("stack")
	loopOffset     = stateOffset("mainLoop")
)

func stateOffset(field string) uintptr {
	f, ok := reflect.TypeFor[lua.LState]().FieldByName(field)
	if !ok {
		panic("vm: this gopher-lua has no LState." + field)
	}
	return f.Offset
}

func currentFrame(L *lua.LState) *callFrame {
	return *(**callFrame)(unsafe.Add(unsafe.Pointer(L), frameOffset))
}

func registryOf(L *lua.LState) *registry {
	return *(**registry)(unsafe.Add(unsafe.Pointer(L), registryOffset))
}

// line is where the frame is in its source, 0 where that is unknown: in Go functions and before
// the first instruction.
func (f *callFrame) line() int {
	if f.Fn.IsG || f.Pc < 1 || f.Pc > len(f.Fn.Proto.DbgSourcePositions) {
		return 0
	}
	return f.Fn.Proto.DbgSourcePositions[f.Pc-1]
}

// keepUpvalues sets whether an error leaves upvalues open, and returns the previous setting. By
// default an error closes the upvalues of every function on the stack, and the functions that
// survive the error lose their variables.
func keepUpvalues(L *lua.LState, keep bool) (before bool) {
	flag := (*bool)(unsafe.Add(unsafe.Pointer(L), keepOpenOffset))
	before, *flag = *flag, keep
	return before
}

// closeUpvalues closes the upvalues that live at or above a place in the state's registry. Of a
// place that is cleared already, they keep nil.
func closeUpvalues(L *lua.LState, base int) {
	link := (**lua.Upvalue)(unsafe.Add(unsafe.Pointer(L), upvaluesOffset))
	for *link != nil && head(*link).index < base {
		link = &head(*link).next
	}
	for open := *link; open != nil; open = head(open).next {
		open.Close()
		if open.Value() == nil {
			open.SetValue(lua.LNil)
		}
	}
	*link = nil
}

func head(u *lua.Upvalue) *upvalue { return (*upvalue)(unsafe.Pointer(u)) }
