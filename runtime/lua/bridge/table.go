package bridge

import (
	"fmt"
	"reflect"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// tableDecoder reads a table with known keys into a struct.
type tableDecoder struct {
	table    *declare.Table
	keys     map[string]int
	decoders []decoder
	required bool // at least one key must be given
}

// tableDecoder is made once for a table, which may hold itself.
func (x *Exposer) tableDecoder(t *declare.Table) *tableDecoder {
	if made, ok := x.tables[t]; ok {
		return made
	}
	d := &tableDecoder{table: t, keys: map[string]int{}}
	x.tables[t] = d
	for i := range t.Keys {
		key := &t.Keys[i]
		d.keys[key.Name] = i
		d.decoders = append(d.decoders, x.paramDecoder(key))
		d.required = d.required || key.Required
	}
	return d
}

func (d *tableDecoder) decode(s scope, table *lua.LTable, to reflect.Value) *mismatch {
	for k, v := table.Next(lua.LNil); k != lua.LNil; k, v = table.Next(k) {
		i, m := d.find(k)
		if m != nil {
			return m
		}
		if v == lua.LValue(s.x.null) && d.table.Keys[i].Type.Kind != declare.KindRaw {
			continue // null stands for not given, as in JSON options
		}
		if m := d.decoders[i](s, v, to.FieldByIndex(d.table.Keys[i].Index)); m != nil {
			return m.at(keySegment(d.table.Keys[i].Name))
		}
	}
	return d.complete(s.x, table)
}

func (d *tableDecoder) find(key lua.LValue) (int, *mismatch) {
	name, ok := key.(lua.LString)
	if !ok {
		return 0, hinted(wrong("a table of names expected, got the key %s", quoteKey(key)), fmt.Sprintf("the names are %s", quoteAll(d.table.Names())))
	}
	i, ok := d.keys[string(name)]
	if !ok {
		return 0, &mismatch{unknown: string(name), table: d.table}
	}
	return i, nil
}

// complete reports the first required key that was not given; table is nil if there is none.
func (d *tableDecoder) complete(x *Exposer, table *lua.LTable) *mismatch {
	if !d.required {
		return nil
	}
	for _, key := range d.table.Keys {
		if key.Required && (table == nil || isMissing(x, key, table.RawGetString(key.Name))) {
			return &mismatch{missing: key.Name}
		}
	}
	return nil
}

// isMissing returns true for nil, and for null where it stands for not given.
func isMissing(x *Exposer, key declare.Param, v lua.LValue) bool {
	return v == lua.LNil || v == lua.LValue(x.null) && key.Type.Kind != declare.KindRaw
}
