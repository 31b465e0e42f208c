package bridge

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// marks is the number of fields of the largest mark, that of a listing.
const marks = 4

// newMark makes the metatable that marks a table as a JSON array or object. It has no
// metamethods, so the table behaves like any other.
func (x *Exposer) newMark(name string) *lua.LTable {
	mark := x.state.CreateTable(0, marks) // NewTable makes room for 32 fields, which a listing pays for
	mark.RawSetString("__name", lua.LString(name))
	return mark
}

// newNull makes json.null. It counts as true in a condition, as every Lua value but nil and false,
// so reading a field of it raises an error that says how to compare.
func (x *Exposer) newNull() *lua.LUserData {
	mt := x.state.NewTable()
	mt.RawSetString("__tostring", x.constant("null"))
	mt.RawSetString("__name", lua.LString("json.null"))
	mt.RawSetString("__metatable", lua.LString("json.null"))
	mt.RawSetString("__index", x.state.NewFunction(func(L *lua.LState) int {
		x.Raise(L, &misuseError{message: "json.null has no field " + quoteKey(L.Get(2)), hint: "compare with json.null first"})
		return 0
	}))
	return &lua.LUserData{Value: declare.Null, Metatable: mt}
}
