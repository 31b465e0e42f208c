package vm

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// function is one function of the standard library.
type function struct {
	name string
	call lua.LGFunction
}

// openLibraries fills the globals. It opens none of gopher-lua's libraries: each has something
// that is wrong or unsafe.
func (v *VM) openLibraries() {
	globals := v.state.G.Global
	globals.RawSetString("_G", globals)
	globals.RawSetString("_VERSION", lua.LString(lua.LuaVersion))
	v.fill(globals, baseFunctions())
	v.library("string", stringFunctions())
	v.library("table", tableFunctions()).RawSetString("unpack", globals.RawGetString("unpack"))
	v.library("coroutine", coroutineFunctions())
	v.library("os", osFunctions())
	v.library("utf8", utf8Functions()).RawSetString("charpattern", lua.LString(utf8Pattern))
	v.library("debug", debugFunctions())
	numbers := v.library("math", mathFunctions())
	numbers.RawSetString("pi", lua.LNumber(math.Pi))
	numbers.RawSetString("huge", lua.LNumber(math.Inf(1)))
	v.protectStrings()
	v.protectGlobals()
}

func (v *VM) library(name string, functions []function) *lua.LTable {
	table := v.state.CreateTable(0, len(functions))
	v.fill(table, functions)
	v.state.G.Global.RawSetString(name, table)
	return table
}

func (v *VM) fill(table *lua.LTable, functions []function) {
	for _, f := range functions {
		table.RawSetString(f.name, v.state.NewFunction(f.call))
	}
}

// StandardLibrary returns Lua's own globals, each with the names in it; none if it is not a
// table.
func StandardLibrary() map[string][]string {
	v := New(Config{})
	defer v.Close()
	library := map[string][]string{}
	eachName(v.state.G.Global, func(name string, value lua.LValue) {
		library[name] = nil
		if table, isTable := value.(*lua.LTable); isTable && name != "_G" {
			library[name] = fieldNames(table)
		}
	})
	return library
}

// Instead returns the replacement for a part of Lua that scripts do not have, such as io or
// os.exit; empty for all other names.
func Instead(name string) string { return notOffered(name) }

// checkNumber is a number argument; a string that holds one is taken too.
func checkNumber(L *lua.LState, n int) float64 {
	value, ok := toNumber(L.Get(n))
	if !ok {
		typeError(L, n, "number")
	}
	return value
}

// checkInt returns a number argument without its fraction, limited to the range of an int.
func checkInt(L *lua.LState, n int) int {
	value := checkNumber(L, n)
	if value != value {
		L.ArgError(n, "not a number")
	}
	return toInt(value)
}

func toInt(value float64) int {
	const most = 1 << 62
	return int(min(max(value, -most), most))
}

func optInt(L *lua.LState, n, fallback int) int {
	if L.Get(n) == lua.LNil {
		return fallback
	}
	return checkInt(L, n)
}

// checkText is a string argument; a number is taken as its text.
func checkText(L *lua.LState, n int) string {
	text, ok := toText(L.Get(n))
	if !ok {
		typeError(L, n, "string")
	}
	return text
}

func optText(L *lua.LState, n int, fallback string) string {
	if L.Get(n) == lua.LNil {
		return fallback
	}
	return checkText(L, n)
}

func checkTable(L *lua.LState, n int) *lua.LTable {
	table, ok := L.Get(n).(*lua.LTable)
	if !ok {
		typeError(L, n, "table")
	}
	return table
}

func checkFunction(L *lua.LState, n int) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		typeError(L, n, "function")
	}
	return f
}

// checkAny is an argument that may be nil but must be there.
func checkAny(L *lua.LState, n int) lua.LValue {
	if n > L.GetTop() {
		L.ArgError(n, "value expected")
	}
	return L.Get(n)
}

func typeError(L *lua.LState, n int, want string) {
	got := "no value"
	if n <= L.GetTop() {
		got = typeName(L, L.Get(n))
	}
	L.ArgError(n, fmt.Sprintf("%s expected, got %s%s", want, got, conversion(L, L.Get(n), want)))
}

// conversion returns how a script makes a number or a text of an object of the host, in brackets;
// "" for other values, and if no function does.
func conversion(L *lua.LState, value lua.LValue, want string) string {
	if value.Type() != lua.LTUserData {
		return ""
	}
	name := typeName(L, value)
	switch {
	case want == "number" && L.GetMetaField(value, tonumberEvent) != lua.LNil:
		return fmt.Sprintf(" (tonumber(%s) is the nearest number)", name)
	case want == "string" && L.GetMetaField(value, "__tostring") != lua.LNil:
		return fmt.Sprintf(" (tostring(%s) is its text)", name)
	}
	return ""
}

// typeName is the type of a value, or the name that a host gave to its objects.
func typeName(L *lua.LState, value lua.LValue) string {
	if name, ok := L.GetMetaField(value, "__name").(lua.LString); ok {
		return string(name)
	}
	return value.Type().String()
}

// checkStringSize fails when a string of this many bytes would be longer than a string may be.
func checkStringSize(L *lua.LState, size int) {
	if limit := vmOf(L).config.Limits.StringSize; int64(size) > limit {
		L.RaiseError("this string would have %d bytes, more than the %d that one may have", size, limit)
	}
}
