package bridge

import (
	"reflect"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// arrayKey is the key of a metatable that makes its table an array in JSON even if it is empty.
const arrayKey = "__array"

// marksArray returns true for the metatables of json.array and of listings.
func marksArray(mark lua.LValue) bool {
	table, ok := mark.(*lua.LTable)
	return ok && table.RawGetString(arrayKey) == lua.LTrue
}

// listingEncoder encodes a declare.Listing: an array of items that also has the fields of an
// object, such as a count. Only its metatable has them, so pairs, # and JSON see the items alone.
func (x *Exposer) listingEncoder(t *declare.Type) encoder {
	none, _ := reflect.Zero(t.Go).Interface().(declare.Listed).Parts()
	items := x.encoder(reflect.TypeOf(none))
	return func(v reflect.Value) (lua.LValue, error) {
		list, about := v.Interface().(declare.Listed).Parts()
		table, err := items(reflect.ValueOf(list))
		if err != nil {
			return nil, err
		}
		table.(*lua.LTable).Metatable = x.listingMark(sync.OnceValue(func() *lua.LUserData { return x.classOf(x.reg.Class(reflect.TypeOf(about))).newObject(about) }))
		return table, nil
	}
}

// listingMark returns the metatable of a listing with the fields of about, which is made when a
// script first asks for one, because most never do.
func (x *Exposer) listingMark(about func() *lua.LUserData) *lua.LTable {
	mark := x.newMark("array")
	mark.RawSetString(arrayKey, lua.LTrue)
	mark.RawSetString("__index", x.state.NewFunction(func(L *lua.LState) int {
		if _, named := L.Get(2).(lua.LString); !named {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(L.GetField(about(), string(L.Get(2).(lua.LString))))
		return 1
	}))
	mark.RawSetString("__tostring", x.state.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(x.text(about().Value.(*object))))
		return 1
	}))
	return mark
}
