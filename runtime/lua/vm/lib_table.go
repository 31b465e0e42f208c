package vm

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxResults is how many values one call may return or a table may be unpacked into.
const maxResults = 200_000

func tableFunctions() []function {
	return []function{
		{"concat", tableConcat}, {"foreach", tableForeach}, {"foreachi", tableForeachi}, {"getn", tableGetn}, {"insert", tableInsert}, {"maxn", tableMaxn}, {"move", tableMove},
		{"pack", tablePack}, {"remove", tableRemove}, {"sort", tableSort},
	}
}

func tableConcat(L *lua.LState) int {
	table := checkTable(L, 1)
	separator := optText(L, 2, "")
	from, to := optInt(L, 3, 1), optInt(L, 4, table.Len())
	var text strings.Builder
	for i := from; i <= to; i++ {
		value := table.RawGetInt(i)
		piece, ok := toText(value)
		if !ok {
			L.RaiseError("invalid value (%s) at index %d in table for 'concat'%s", typeName(L, value), i, conversion(L, value, "string"))
		}
		if i > from {
			extend(L, &text, separator)
		}
		extend(L, &text, piece)
	}
	L.Push(lua.LString(text.String()))
	return 1
}

// tableForeach calls a function with each key and value until it returns something else than nil.
func tableForeach(L *lua.LState) int {
	table, visit := checkTable(L, 1), checkFunction(L, 2)
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		if visitItem(L, visit, key, value) {
			return 1
		}
	}
	return 0
}

// tableForeachi is tableForeach for the items of a list, in their order.
func tableForeachi(L *lua.LState) int {
	table, visit := checkTable(L, 1), checkFunction(L, 2)
	for i, n := 1, table.Len(); i <= n; i++ {
		if visitItem(L, visit, lua.LNumber(i), table.RawGetInt(i)) {
			return 1
		}
	}
	return 0
}

// visitItem calls visit and returns true if it left a value, which is then on the stack.
func visitItem(L *lua.LState, visit *lua.LFunction, key, value lua.LValue) bool {
	L.Push(visit)
	L.Push(key)
	L.Push(value)
	L.Call(2, 1)
	if L.Get(-1) != lua.LNil {
		return true
	}
	L.Pop(1)
	return false
}

func tableGetn(L *lua.LState) int {
	L.Push(lua.LNumber(checkTable(L, 1).Len()))
	return 1
}

func tableMaxn(L *lua.LState) int {
	largest := lua.LNumber(0)
	checkTable(L, 1).ForEach(func(key, _ lua.LValue) {
		if n, ok := key.(lua.LNumber); ok && n > largest {
			largest = n
		}
	})
	L.Push(largest)
	return 1
}

func tableInsert(L *lua.LState) int {
	table := checkTable(L, 1)
	length := table.Len()
	if length+1 >= arrayLimit {
		L.RaiseError("a list holds at most %d items", arrayLimit-1)
	}
	switch L.GetTop() {
	case 2:
		table.RawSetInt(length+1, L.Get(2))
	case 3:
		insertAt(L, table, checkInt(L, 2), length)
	default:
		L.RaiseError("wrong number of arguments to 'insert'")
	}
	return 0
}

func insertAt(L *lua.LState, table *lua.LTable, position, length int) {
	if position < 1 || position > length+1 {
		L.ArgError(2, "position out of bounds: the list has 1 to "+formatNumber(lua.LNumber(length))+" and the place after")
	}
	table.Insert(position, L.Get(3))
}

func tableRemove(L *lua.LState) int {
	table := checkTable(L, 1)
	length := table.Len()
	position := optInt(L, 2, length)
	if position < 1 || position > length {
		return 0
	}
	L.Push(table.Remove(position))
	return 1
}

func tablePack(L *lua.LState) int {
	count := L.GetTop()
	table := L.CreateTable(count, 1)
	for i := 1; i <= count; i++ {
		table.RawSetInt(i, L.Get(i))
	}
	table.RawSetString("n", lua.LNumber(count))
	L.Push(table)
	return 1
}

func tableUnpack(L *lua.LState) int {
	table := checkTable(L, 1)
	from, to := optInt(L, 2, 1), optInt(L, 3, table.Len())
	if from > to {
		return 0
	}
	if to-from >= maxResults {
		L.RaiseError("too many results to unpack (at most %d)", maxResults)
	}
	for i := from; i <= to; i++ {
		L.Push(table.RawGetInt(i))
	}
	return to - from + 1
}

// tableMove copies a part of a list, as Lua 5.3 does.
func tableMove(L *lua.LState) int {
	source, from, to, at := checkTable(L, 1), checkInt(L, 2), checkInt(L, 3), checkInt(L, 4)
	target := source
	if L.Get(5) != lua.LNil {
		target = checkTable(L, 5)
	}
	if to >= from && (from < 1 || to >= arrayLimit || at < 1 || at+to-from >= arrayLimit) {
		L.RaiseError("'move' out of bounds: the items of a list are 1 to %d", arrayLimit-1)
	}
	if at > from && at <= to && target == source {
		for i := to - from; i >= 0; i-- {
			moveItem(target, at+i, source, from+i)
		}
	} else {
		for i := 0; i <= to-from; i++ {
			moveItem(target, at+i, source, from+i)
		}
	}
	L.Push(target)
	return 1
}

// moveItem copies one item; a nil beyond the end of the target would only make it longer.
func moveItem(target *lua.LTable, to int, source *lua.LTable, from int) {
	value := source.RawGetInt(from)
	if value != lua.LNil || target.RawGetInt(to) != lua.LNil {
		target.RawSetInt(to, value)
	}
}
