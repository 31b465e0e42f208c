package bridge

import (
	"encoding/json"
	"math/big"
	"reflect"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// The Go types of the values that need cases of their own: the first three belong to classes of
// declare's builtinClasses, and nullValue is the type of json.null, which has no class.
type (
	timeValue    = time.Time
	bigValue     = *big.Int
	decimalValue = json.Number
	nullValue    = declare.NullType
)

// metatable fills the metatable of a class. The field __metatable protects it: getmetatable returns
// the name of the class, so no script can reach the metamethods.
func (x *Exposer) metatable(c *class) {
	mt := c.metatable
	x.shared(mt, "__index", x.index)
	x.shared(mt, "__newindex", x.newIndex)
	x.shared(mt, "__pairs", x.pairs)
	x.shared(mt, "__tostring", x.toString)
	x.shared(mt, "__eq", x.equal)
	mt.RawSetString("__name", lua.LString(c.spec.Name))
	mt.RawSetString("__metatable", lua.LString(c.spec.Name))
	switch {
	case c.spec.Text:
		x.textOperators(mt)
	case c.spec.Go == reflect.TypeFor[timeValue]():
		x.timeOperators(mt)
	case c.spec.Go == reflect.TypeFor[bigValue]():
		x.integerOperators(mt)
	case c.spec.Go == reflect.TypeFor[decimalValue]():
		x.metamethod(mt, "__concat", x.concat)
	default:
		x.shared(mt, "__len", x.length)
	}
}

// shared sets a metamethod that is one Lua function for all classes: it is made once for each
// state, and __eq depends on that.
func (x *Exposer) shared(mt *lua.LTable, event string, f lua.LGFunction) {
	if x.events[event] == nil {
		x.events[event] = x.state.NewFunction(f)
	}
	mt.RawSetString(event, x.events[event])
}

// builtin returns a value as an object of the built-in class for T.
func builtin[T any](x *Exposer, value any) *lua.LUserData {
	return x.classOf(x.reg.Declared(reflect.TypeFor[T]())).newObject(value)
}

// metamethod sets a metamethod that only this class has.
func (x *Exposer) metamethod(mt *lua.LTable, event string, f lua.LGFunction) {
	mt.RawSetString(event, x.state.NewFunction(f))
}

func (x *Exposer) toString(L *lua.LState) int {
	L.Push(lua.LString(x.text(self(L))))
	return 1
}

// pairs returns an iterator over the fields that are not nil, in the order declared.
func (x *Exposer) pairs(L *lua.LState) int {
	L.Push(x.next)
	L.Push(L.Get(1))
	L.Push(lua.LNil)
	return 3
}

// nextField is the iterator of pairs: it returns the name and value of the field after a name, or
// nil after the last one.
func (x *Exposer) nextField(L *lua.LState) int {
	o := self(L)
	if o == nil {
		x.Raise(L, &misuseError{message: "the iterator of pairs needs the object that pairs was called with, got a " + typeName(L.Get(1))})
	}
	next := 0
	if name, ok := L.Get(2).(lua.LString); ok {
		next = o.class.members[string(name)].field + 1
	}
	for ; next < len(o.class.fields); next++ {
		v, err := o.read(x, next)
		if err != nil {
			x.Raise(L, err)
		}
		if v != lua.LNil {
			L.Push(lua.LString(o.class.fields[next].spec.Name))
			L.Push(v)
			return 2
		}
	}
	L.Push(lua.LNil)
	return 1
}

// length returns the number of fields that are not nil. A field that cannot be read counts too.
func (x *Exposer) length(L *lua.LState) int {
	o := self(L)
	n := 0
	for i := range o.class.fields {
		if v, err := o.read(x, i); err != nil || v != lua.LNil {
			n++
		}
	}
	L.Push(lua.LNumber(n))
	return 1
}

// equal compares objects of any two classes. Lua calls it only if both have the same __eq function,
// so all classes share it.
func (x *Exposer) equal(L *lua.LState) int {
	a, b := native(L.Get(1)), native(L.Get(2))
	L.Push(lua.LBool(sameValue(a, b)))
	return 1
}

// sameValue compares times as moments, integers by value and errors by text and code, because Go's
// == would compare pointers or time zones.
func sameValue(a, b any) bool {
	switch v := a.(type) {
	case time.Time:
		w, ok := b.(time.Time)
		return ok && v.Equal(w)
	case *big.Int:
		w, ok := b.(*big.Int)
		return ok && v.Cmp(w) == 0
	case *Error:
		w, ok := b.(*Error)
		return ok && v.Error() == w.Error() && v.ErrorCode() == w.ErrorCode()
	}
	return sameGo(a, b)
}

// sameGo returns true if Go's == holds, or if both point to plain structs with the same contents.
func sameGo(a, b any) bool {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	if !va.IsValid() || !vb.IsValid() || va.Type() != vb.Type() {
		return false
	}
	if va.Comparable() && a == b {
		return true
	}
	return va.Kind() == reflect.Pointer && va.Elem().Kind() == reflect.Struct && plainStruct(va.Elem()) && reflect.DeepEqual(a, b)
}

// plainStruct returns true if all fields are exported. A struct with hidden fields may hold
// connections and locks, and is not compared by contents.
func plainStruct(v reflect.Value) bool {
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			return false
		}
	}
	return true
}
