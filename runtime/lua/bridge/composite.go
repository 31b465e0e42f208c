package bridge

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// listDecoder takes an array; where the rules say so, a single value stands for an array of one.
func (x *Exposer) listDecoder(t *declare.Type, p *declare.Param) decoder {
	elem := x.decoder(t.Elem, p)
	single := p != nil && p.Single
	decodeAll := decodeList
	if t.Go == reflect.TypeFor[[]string]() && (p == nil || !p.NonEmpty && len(p.Enum) == 0) {
		decodeAll = decodeTexts
	}
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		table, ok := v.(*lua.LTable)
		switch {
		case ok:
			return decodeAll(s, table, elem, t.Go, to)
		case single:
			list := reflect.MakeSlice(t.Go, 1, 1)
			to.Set(list)
			return elem(s, v, list.Index(0))
		}
		return expected("array", v)
	}
}

func decodeList(s scope, table *lua.LTable, elem decoder, t reflect.Type, to reflect.Value) *mismatch {
	n := table.Len()
	if key := keyBeyond(table, n); key != lua.LNil {
		return wrong("array expected, got a table with the key %s", quoteKey(key))
	}
	list := reflect.MakeSlice(t, n, n)
	for i := 1; i <= n; i++ {
		if m := decodeElement(s, table.RawGetInt(i), elem, list.Index(i-1)); m != nil {
			return m.at(indexSegment(i))
		}
	}
	to.Set(list)
	return nil
}

// decodeTexts is decodeList for plain texts, such as 100,000 ids, without reflection for each.
func decodeTexts(s scope, table *lua.LTable, elem decoder, t reflect.Type, to reflect.Value) *mismatch {
	n := table.Len()
	list := make([]string, n)
	for i := range list {
		text, ok := table.RawGetInt(i + 1).(lua.LString)
		if !ok {
			return decodeList(s, table, elem, t, to) // which says what is wrong
		}
		if m := s.text(text); m != nil {
			return m.at(indexSegment(i + 1))
		}
		list[i] = string(text)
	}
	if keyBeyond(table, n) != lua.LNil {
		return decodeList(s, table, elem, t, to)
	}
	to.Set(reflect.ValueOf(list))
	return nil
}

func decodeElement(s scope, v lua.LValue, elem decoder, to reflect.Value) *mismatch {
	if v == lua.LNil {
		return wrong("nil in an array")
	}
	return elem(s, v, to)
}

// keyBeyond finds a key of a table beside 1 to n, which are its array part; nil when there is none.
func keyBeyond(table *lua.LTable, n int) lua.LValue {
	start := lua.LValue(lua.LNil)
	if n > 0 {
		start = lua.LNumber(n)
	}
	key, _ := table.Next(start)
	return key
}

func (x *Exposer) mapDecoder(t *declare.Type, p *declare.Param) decoder {
	elem := x.decoder(t.Elem, p)
	keyType := t.Go.Key()
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		table, ok := v.(*lua.LTable)
		if !ok {
			return expected("table", v)
		}
		made := reflect.MakeMap(t.Go)
		for k, item := table.Next(lua.LNil); k != lua.LNil; k, item = table.Next(k) {
			name, ok := k.(lua.LString)
			if !ok {
				return wrong("table with names as keys expected, got the key %s", quoteKey(k))
			}
			value := reflect.New(t.Go.Elem()).Elem()
			if m := elem(s, item, value); m != nil {
				return m.at(keySegment(string(name)))
			}
			made.SetMapIndex(reflect.ValueOf(string(name)).Convert(keyType), value)
		}
		to.Set(made)
		return nil
	}
}

// structDecoder takes a table with known keys, or a record of the same struct.
func (x *Exposer) structDecoder(t *declare.Type) decoder {
	if c := x.reg.Declared(t.Go); c != nil && !c.Record {
		return objectDecoder(c)
	}
	keys := x.tableDecoder(t.Table)
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		if table, ok := v.(*lua.LTable); ok {
			return keys.decode(s, table, to)
		}
		held := reflect.ValueOf(native(v))
		if held.Kind() == reflect.Pointer && held.Type().Elem() == t.Go {
			to.Set(held.Elem())
			return nil
		}
		return expected("table", v)
	}
}

// interfaceDecoder takes an object whose Go value has the interface.
func (x *Exposer) interfaceDecoder(t *declare.Type) decoder {
	if c := x.reg.Class(t.Go); c != nil {
		return objectDecoder(c)
	}
	return objectDecoder(&declare.Class{Name: t.Go.Name(), Go: t.Go})
}

func objectDecoder(c *declare.Class) decoder {
	return func(_ scope, v lua.LValue, to reflect.Value) *mismatch {
		held := reflect.ValueOf(native(v))
		if !held.IsValid() || !held.Type().AssignableTo(to.Type()) {
			return expected(c.Name, v)
		}
		to.Set(held)
		return nil
	}
}
