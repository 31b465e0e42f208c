package bridge

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// An encoder returns the Lua value of a Go value of the type it was made for. If the type is known
// only at run time, Exposer.encode (dynamic.go) finds the value.
type encoder func(v reflect.Value) (lua.LValue, error)

// encoder returns the encoder of a type, which it makes once. A type may hold itself, so while its
// encoder is made, a function that calls it later stands in its place.
func (x *Exposer) encoder(t reflect.Type) encoder {
	if made, ok := x.encoders[t]; ok {
		return made
	}
	var made encoder
	x.encoders[t] = func(v reflect.Value) (lua.LValue, error) { return made(v) }
	made = x.makeEncoder(t)
	x.encoders[t] = made
	return made
}

func (x *Exposer) makeEncoder(t reflect.Type) encoder {
	typ := declare.ResultType(t)
	switch {
	case typ.Kind == declare.KindObject || x.objectType(t, typ):
		return x.objectEncoder(t)
	case typ.Optional:
		return x.pointerEncoder(t.Elem())
	case typ.Kind == declare.KindStruct:
		return x.recordEncoder(t)
	}
	return x.kindEncoder(t, typ)
}

// objectType returns true for a type with a declared class and without an encoder of its own.
func (x *Exposer) objectType(t reflect.Type, typ *declare.Type) bool {
	switch typ.Kind {
	case declare.KindTime, declare.KindInteger, declare.KindNumber, declare.KindError:
		return false
	}
	if typ.About != nil {
		return false // a declare.Listing: Registry.Class would make a record of the struct
	}
	c := x.reg.Class(t)
	return c != nil && !c.Record
}

func (x *Exposer) kindEncoder(t reflect.Type, typ *declare.Type) encoder {
	switch typ.Kind {
	case declare.KindList:
		if typ.About != nil {
			return x.listingEncoder(typ)
		}
		return x.listEncoder(t)
	case declare.KindMap:
		return x.mapEncoder(t)
	case declare.KindIterator:
		return x.iteratorEncoder()
	case declare.KindTime, declare.KindError, declare.KindRaw, declare.KindCallback, declare.KindAny:
		return func(v reflect.Value) (lua.LValue, error) { return x.encode(v.Interface()) }
	case declare.KindDuration:
		return func(v reflect.Value) (lua.LValue, error) { return lua.LNumber(time.Duration(v.Int()).Seconds()), nil }
	}
	return x.scalarEncoder(t, typ)
}

func (x *Exposer) scalarEncoder(t reflect.Type, typ *declare.Type) encoder {
	switch typ.Kind {
	case declare.KindString:
		if t.Kind() == reflect.Slice {
			return func(v reflect.Value) (lua.LValue, error) { return lua.LString(v.Bytes()), nil }
		}
		return func(v reflect.Value) (lua.LValue, error) { return lua.LString(v.String()), nil }
	case declare.KindBool:
		return func(v reflect.Value) (lua.LValue, error) { return lua.LBool(v.Bool()), nil }
	case declare.KindNumber, declare.KindInteger:
		return x.numberEncoder(t)
	}
	return func(reflect.Value) (lua.LValue, error) { return nil, fmt.Errorf("no script value stands for a %s", t) }
}

func (x *Exposer) numberEncoder(t reflect.Type) encoder {
	switch {
	case t == reflect.TypeFor[*big.Int](), t == reflect.TypeFor[json.Number]():
		return func(v reflect.Value) (lua.LValue, error) { return x.encode(v.Interface()) }
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		return func(v reflect.Value) (lua.LValue, error) { return lua.LNumber(v.Float()), nil }
	case t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64:
		return func(v reflect.Value) (lua.LValue, error) { return x.unsigned(v.Uint()), nil }
	}
	return func(v reflect.Value) (lua.LValue, error) { return x.integer(v.Int()), nil }
}

func (x *Exposer) pointerEncoder(elem reflect.Type) encoder {
	encode := x.encoder(elem)
	return func(v reflect.Value) (lua.LValue, error) {
		if v.IsNil() {
			return lua.LNil, nil
		}
		return encode(v.Elem())
	}
}

// objectEncoder wraps a value whose class is that of its static type, if that has one.
func (x *Exposer) objectEncoder(t reflect.Type) encoder {
	declared := x.reg.Class(t)
	if declared == nil {
		return func(v reflect.Value) (lua.LValue, error) { return x.encode(v.Interface()) }
	}
	c := x.classOf(declared)
	return func(v reflect.Value) (lua.LValue, error) {
		if isNil(v) {
			return lua.LNil, nil
		}
		return c.newObject(v.Interface()), nil
	}
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

// recordEncoder wraps a struct where it lies, or a copy of one that has no place.
func (x *Exposer) recordEncoder(t reflect.Type) encoder {
	c := x.classOf(x.reg.Class(t))
	return func(v reflect.Value) (lua.LValue, error) {
		if !v.CanAddr() {
			placed := reflect.New(t)
			placed.Elem().Set(v)
			return c.newObject(placed.Interface()), nil
		}
		return c.newObject(v.Addr().Interface()), nil
	}
}

// listEncoder makes an array that stays one when it is empty. A nil in it is json.null, which
// keeps its place.
func (x *Exposer) listEncoder(t reflect.Type) encoder {
	if t == reflect.TypeFor[[]string]() {
		return func(v reflect.Value) (lua.LValue, error) { return x.textArray(v.Interface().([]string)), nil }
	}
	encode := x.encoder(t.Elem())
	return func(v reflect.Value) (lua.LValue, error) {
		table := x.newArray(v.Len())
		for i := range v.Len() {
			item, err := encode(v.Index(i))
			if err != nil {
				return nil, err
			}
			table.Append(x.orNull(item))
		}
		return table, nil
	}
}

// mapEncoder makes a table whose pairs come in the order of their keys.
func (x *Exposer) mapEncoder(t reflect.Type) encoder {
	encode := x.encoder(t.Elem())
	return func(v reflect.Value) (lua.LValue, error) {
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		table := x.state.CreateTable(0, len(keys))
		for _, key := range keys {
			item, err := encode(v.MapIndex(key))
			if err != nil {
				return nil, err
			}
			table.RawSetString(key.String(), x.orNull(item))
		}
		return table, nil
	}
}

func (x *Exposer) orNull(v lua.LValue) lua.LValue {
	if v == lua.LNil {
		return x.null
	}
	return v
}
