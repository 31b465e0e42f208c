package bridge

import (
	"encoding/json"
	"math/big"
	"reflect"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// The Go types behind the classes every registry has.
type (
	timeValue    = time.Time
	bigValue     = *big.Int
	decimalValue = json.Number
	nullValue    = declare.NullType
)

// metatable fills the metatable of a class. It is protected, so that no script can reach its
// content.
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

// shared sets a metamethod that is one function for all classes.
func (x *Exposer) shared(mt *lua.LTable, event string, f lua.LGFunction) {
	if x.events[event] == nil {
		x.events[event] = x.state.NewFunction(f)
	}
	mt.RawSetString(event, x.events[event])
}

// builtin wraps a value as an object of the class every registry has for T.
func builtin[T any](x *Exposer, value any) *lua.LUserData {
	return x.classOf(x.reg.Declared(reflect.TypeFor[T]())).newObject(value)
}

func (x *Exposer) metamethod(mt *lua.LTable, event string, f lua.LGFunction) {
	mt.RawSetString(event, x.state.NewFunction(f))
}

func (x *Exposer) toString(L *lua.LState) int {
	L.Push(lua.LString(x.text(self(L))))
	return 1
}

// pairs walks the fields that are not nil, in the order declared.
func (x *Exposer) pairs(L *lua.LState) int {
	L.Push(x.next)
	L.Push(L.Get(1))
	L.Push(lua.LNil)
	return 3
}

func (x *Exposer) nextField(L *lua.LState) int {
	o := self(L)
	if o == nil {
		x.Raise(L, &misuseError{message: "the object of this loop was changed"})
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

// length returns the number of entries that pairs visits.
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

// equal works for all classes: the VM compares only values that share the function.
func (x *Exposer) equal(L *lua.LState) int {
	a, b := native(L.Get(1)), native(L.Get(2))
	L.Push(lua.LBool(sameValue(a, b)))
	return 1
}

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

// sameGo holds for one value, or for two structs with the same contents.
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

// plainStruct keeps the comparison to data: a struct with hidden fields may hold connections and
// locks.
func plainStruct(v reflect.Value) bool {
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			return false
		}
	}
	return true
}
