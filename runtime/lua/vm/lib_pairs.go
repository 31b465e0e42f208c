package vm

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// next, pairs and ipairs are not those of gopher-lua. Its next goes on at some other key if the
// given one is not in the table, where Lua raises an error. Its pairs knows no __pairs, and its
// ipairs no __index, which objects of the host have.

// walkers holds the iterator functions that pairs and ipairs return, made once for all loops of a
// state, and the place of the last call of next.
type walkers struct {
	next    *lua.LFunction // the global next, as it was before a script could assign to it
	item    *lua.LFunction // nextItem, for tables without a metatable
	anyItem *lua.LFunction // nextAnyItem
	step    walkStep
}

// walkStep is the table and the key that next returned last. A loop passes the key to next again,
// so next need not look whether it is a key of the table.
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

// baseNext is next(table, key): it returns the following key and its value, or nil after the last
// key. It raises an error if the key is not nil, is no key of the table, and was none before.
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

// wasKey returns true if the value of the key was removed from the table: a loop may remove values
// and go on. gopher-lua keeps such keys in two fields of LTable that it does not export: the places
// of array, which are the keys from 1 on, and the map k2i of all other keys.
func wasKey(table *lua.LTable, key lua.LValue) bool {
	fields := reflect.ValueOf(table).Elem()
	if n, ok := key.(lua.LNumber); ok && n >= 1 && n == lua.LNumber(int(n)) && int(n) <= fields.FieldByName("array").Len() {
		return true
	}
	return fields.FieldByName("k2i").MapIndex(reflect.ValueOf(&key).Elem()).IsValid()
}

// basePairs is pairs(value): it returns what the metamethod __pairs returns, as Lua 5.2 does, and
// otherwise next, the table and nil.
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

// baseIpairs is ipairs(value). It reads through __index, as Lua 5.3 does, because objects of the
// host can be lists. It raises an error for a value that is no table and has no __index, and for a
// string, whose __index finds the string functions and no items.
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

// nextItem returns the next index of a table and its value, or nil at the end.
func nextItem(L *lua.LState) int {
	index := L.CheckInt(2) + 1
	return pushItem(L, index, checkTable(L, 1).RawGetInt(index))
}

// nextAnyItem is nextItem for a value with a metatable, whose __index it calls.
func nextAnyItem(L *lua.LState) int {
	index := L.CheckInt(2) + 1
	return pushItem(L, index, L.GetTable(L.Get(1), lua.LNumber(index)))
}

// pushItem returns the index and the value to the script, or nil if the value is nil, which ends
// the loop.
func pushItem(L *lua.LState, index int, value lua.LValue) int {
	if value == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(index))
	L.Push(value)
	return 2
}
