package vm

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/internal/iface"
)

// The functions below do the common cases of instructions for machine.loop, in which no metamethod
// is called and no error is raised. In all other cases they return nil or false, and the loop lets
// the VM, which is gopher-lua's code, carry out the instruction. lua.LNil, as opposed to nil, is a
// value of the script.

// numbers allocates the numbers that a script computes. Go would allocate each one by itself when
// it becomes a value, which points to it; here the numbers of a block share one allocation.
type numbers struct{ block []lua.LNumber }

// numberBlock is how many numbers are allocated at once.
const numberBlock = 32

// numberKind is the kind of every number; which number it is read from makes no difference.
var numberKind = iface.KindOf(lua.LNumber(0.5))

// value returns a number as a value.
func (n *numbers) value(number lua.LNumber) lua.LValue {
	if len(n.block) == 0 {
		n.block = make([]lua.LNumber, numberBlock)
	}
	home := &n.block[0]
	*home = number
	n.block = n.block[1:]
	return iface.Pointing(numberKind, unsafe.Pointer(home))
}

// compared returns whether a comparison holds; op is OP_EQ, OP_LT or OP_LE. It compares numbers,
// and with OP_EQ also strings, truth values and nil. known is false for other operands, because
// they may have a metamethod, or raise an error.
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
	_, isNil := b.(*lua.LNilType) // a is an object, such as a table, which never equals nil
	return false, isNil
}

// maxIndexing is how many tables are read for one field, each the __index of the one before. A
// longer chain may have no end, and is left to the VM, which raises an error after a hundred.
const maxIndexing = 8

// fieldNamed returns a field of a table, which may be in the table that is its __index, and so on,
// or lua.LNil if there is no such field. It returns nil if the VM has to do it. The key is a
// string.
func fieldNamed(object, key lua.LValue) lua.LValue {
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

// item returns an item of the list part of a table. It returns nil if the VM has to do it, which is
// also so for an item that is nil, because __index may have one.
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

// setNamed sets a field of a table. It returns false if the VM has to do it: if the value is nil,
// which deletes the field, if the field is new and a metamethod may decide on it, or if the table
// was made without room for fields and has had none yet.
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
		in.addKey(key)
	}
	in.strings[string(name)] = value
	return true
}

// firstFields is the number of fields for which addKey makes room at the first one.
const firstFields = 4

// addKey adds a key at the end of the order in which Lua's next returns the keys, unless it has a
// place there since a field of that name was deleted. LTable.RawSetString does the same, but
// allocates the key once more, and makes room for one key at first.
func (t *table) addKey(key lua.LValue) {
	if t.keys == nil {
		t.keys, t.positions = make([]lua.LValue, 0, firstFields), make(map[lua.LValue]int)
	}
	if _, known := t.positions[key]; !known {
		t.positions[key] = len(t.keys)
		t.keys = append(t.keys, key)
	}
}

// setItem overwrites an item in the list part of a table, or appends one. It returns false if the
// VM has to do it: if the index is beyond that, if a metamethod may decide on a new item, or if the
// table has no list part yet, which the VM makes with room for several items.
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
