package vm

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/internal/iface"
)

// numbers makes values of numbers. A value points to its number, so they are taken from blocks
// instead of one by one.
type numbers struct{ block []lua.LNumber }

// numberBlock is the number of numbers of a block.
const numberBlock = 32

var numberKind = iface.KindOf(lua.LNumber(0.5))

func (n *numbers) value(number lua.LNumber) lua.LValue {
	if len(n.block) == 0 {
		n.block = make([]lua.LNumber, numberBlock)
	}
	home := &n.block[0]
	*home = number
	n.block = n.block[1:]
	return iface.Pointing(numberKind, unsafe.Pointer(home))
}

// compared compares two numbers, and strings and constants for equality. known is false if the
// comparison may call a metamethod or raise.
func compared(op int, a, b lua.LValue) (holds, known bool) {
	if x, ok := a.(lua.LNumber); ok {
		y, ok := b.(lua.LNumber)
		switch op {
		case lua.OP_EQ:
			return ok && x == y, true
		case lua.OP_LT:
			return x < y, ok
		}
		return x <= y, ok
	}
	if op != lua.OP_EQ {
		return false, false
	}
	switch x := a.(type) {
	case lua.LString:
		y, ok := b.(lua.LString)
		return ok && x == y, true
	case lua.LBool:
		y, ok := b.(lua.LBool)
		return ok && x == y, true
	case *lua.LNilType:
		_, ok := b.(*lua.LNilType)
		return ok, true
	}
	_, isNil := b.(*lua.LNilType)
	return false, isNil
}

// maxIndexing is how many __index tables are followed here.
const maxIndexing = 8

// fieldNamed reads a field of a table, through tables in __index; nil if the VM has to do it.
func (m *machine) fieldNamed(object, key lua.LValue) lua.LValue {
	name, _ := key.(lua.LString)
	for range maxIndexing {
		t, ok := object.(*lua.LTable)
		if !ok {
			return nil
		}
		if value, found := tableOf(t).strings[string(name)]; found {
			return value
		}
		meta, ok := t.Metatable.(*lua.LTable)
		if !ok {
			return lua.LNil
		}
		if object, ok = tableOf(meta).strings["__index"]; !ok {
			return lua.LNil
		}
	}
	return nil
}

// item reads an item of a table by its number; nil if the VM has to do it.
func item(object, key lua.LValue) lua.LValue {
	t, isTable := object.(*lua.LTable)
	number, isNumber := key.(lua.LNumber)
	if !isTable || !isNumber {
		return nil
	}
	list := tableOf(t).array
	i := int(number) - 1
	if uint(i) >= uint(len(list)) || float64(i+1) != float64(number) {
		return nil
	}
	if value := list[i]; value != lua.LNil {
		return value
	}
	return nil
}

// firstFields is the number of fields for which a table that has none yet makes room.
const firstFields = 4

// setNamed sets a field of a table; false if the VM has to do it, because a metamethod may decide
// on a new field, or because the table has no field yet and was made without room for one.
func setNamed(object, key, value lua.LValue) bool {
	t, isTable := object.(*lua.LTable)
	name, isText := key.(lua.LString)
	if _, isNil := value.(*lua.LNilType); !isTable || !isText || isNil {
		return false
	}
	in := tableOf(t)
	if _, known := in.strings[string(name)]; !known {
		if in.strings == nil || t.Metatable != lua.LNil {
			return false
		}
		in.list(key)
	}
	in.strings[string(name)] = value
	return true
}

// list appends a new key to the order in which next returns the keys. The library does the same
// with a copy of the key, and a list that grows from one.
func (t *table) list(key lua.LValue) {
	if t.keys == nil {
		t.keys, t.positions = make([]lua.LValue, 0, firstFields), make(map[lua.LValue]int)
	}
	if _, listed := t.positions[key]; !listed {
		t.positions[key] = len(t.keys)
		t.keys = append(t.keys, key)
	}
}

// setItem overwrites an item that a table has, or appends one; false if the VM has to do it.
func setItem(object, key, value lua.LValue) bool {
	t, isTable := object.(*lua.LTable)
	number, isNumber := key.(lua.LNumber)
	if !isTable || !isNumber {
		return false
	}
	list := &tableOf(t).array
	i := int(number) - 1
	if float64(i+1) != float64(number) || uint(i) > uint(len(*list)) || i >= arrayLimit-1 {
		return false
	}
	if i == len(*list) {
		if t.Metatable != lua.LNil || *list == nil {
			return false
		}
		*list = append(*list, value)
		return true
	}
	if (*list)[i] == lua.LNil && t.Metatable != lua.LNil {
		return false
	}
	(*list)[i] = value
	return true
}
