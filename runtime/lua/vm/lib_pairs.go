package vm

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

func baseNext(L *lua.LState) int {
	table, last := checkTable(L, 1), L.Get(2)
	step := &vmOf(L).walkers.step
	if last != lua.LNil && (step.table != table || step.key != last) && table.RawGet(last) == lua.LNil && !wasKey(table, last) {
		L.RaiseError("invalid key to 'next'")
	}
	key, value := table.Next(last)
	*step = walkStep{table, key}
	if key == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(key)
	L.Push(value)
	return 2
}

// wasKey returns true for a key whose value was removed, from which a walk may go on. The state
// keeps such keys in fields that it does not export.
func wasKey(table *lua.LTable, key lua.LValue) bool {
	fields := reflect.ValueOf(table).Elem()
	if n, ok := key.(lua.LNumber); ok && n >= 1 && n == lua.LNumber(int(n)) && int(n) <= fields.FieldByName("array").Len() {
		return true
	}
	return fields.FieldByName("k2i").MapIndex(reflect.ValueOf(&key).Elem()).IsValid()
}

// basePairs honours __pairs, which plain Lua 5.1 does not.
func basePairs(L *lua.LState) int {
	value := L.Get(1)
	if walk := L.GetMetaField(value, "__pairs"); walk != lua.LNil {
		L.Push(walk)
		L.Push(value)
		L.Call(1, 3)
		return 3
	}
	table := checkTable(L, 1)
	L.Push(vmOf(L).walkers.next)
	L.Push(table)
	L.Push(lua.LNil)
	return 3
}

// baseIpairs reads through __index, as later Luas do: objects of the host can be lists.
func baseIpairs(L *lua.LState) int {
	value := L.Get(1)
	walker := vmOf(L).walkers.item
	if table, ok := value.(*lua.LTable); !ok || table.Metatable != lua.LNil {
		if !ok && (value.Type() == lua.LTString || L.GetMetaField(value, "__index") == lua.LNil) {
			typeError(L, 1, "table")
		}
		walker = vmOf(L).walkers.anyItem
	}
	L.Push(walker)
	L.Push(value)
	L.Push(lua.LNumber(0))
	return 3
}

// walkers are the iterator functions of pairs and ipairs.
type walkers struct {
	next, item, anyItem *lua.LFunction
	step                walkStep
}

// walkStep is the last key that next returned. Going on from it needs no search for the key.
type walkStep struct {
	table *lua.LTable
	key   lua.LValue
}

func (v *VM) openWalkers() {
	v.walkers = walkers{
		next:    v.state.G.Global.RawGetString("next").(*lua.LFunction),
		item:    v.state.NewFunction(nextItem),
		anyItem: v.state.NewFunction(nextAnyItem),
	}
}

func nextItem(L *lua.LState) int {
	index := L.CheckInt(2) + 1
	return pushItem(L, index, checkTable(L, 1).RawGetInt(index))
}

func nextAnyItem(L *lua.LState) int {
	index := L.CheckInt(2) + 1
	return pushItem(L, index, L.GetTable(L.Get(1), lua.LNumber(index)))
}

func pushItem(L *lua.LState, index int, value lua.LValue) int {
	if value == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(index))
	L.Push(value)
	return 2
}
