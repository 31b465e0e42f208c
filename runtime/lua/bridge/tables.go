package bridge

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/client/codec"
)

// A builder makes tables of the parts of a JSON text. They equal the tables that encode makes of
// the decoded value, without the maps and lists in between.
type builder struct {
	x      *Exposer
	values []lua.LValue // of the arrays and objects that are open
	names  []string     // of the members of open objects
	begins []int        // where the values of each begin
}

func (b *builder) add(v lua.LValue)   { b.values = append(b.values, v) }
func (b *builder) Null()              { b.add(b.x.null) }
func (b *builder) Bool(v bool)        { b.add(lua.LBool(v)) }
func (b *builder) Text(text string)   { b.add(lua.LString(text)) }
func (b *builder) Integer(i int64)    { b.add(b.x.integer(i)) }
func (b *builder) Number(f float64)   { b.add(lua.LNumber(f)) }
func (b *builder) Name(name string)   { b.names = append(b.names, name) }
func (b *builder) BeginArray(int)     { b.begin() }
func (b *builder) BeginObject(int)    { b.begin() }
func (b *builder) begin()             { b.begins = append(b.begins, len(b.values)) }
func (b *builder) result() lua.LValue { return b.values[0] }

func (b *builder) Other(v any) {
	switch number := v.(type) {
	case *big.Int:
		b.add(b.x.bigInteger(number))
	case json.Number:
		b.add(b.x.number(number))
	}
}

// end returns the values of the innermost array or object, which the next value overwrites.
func (b *builder) end() []lua.LValue {
	last := len(b.begins) - 1
	begin := b.begins[last]
	values := b.values[begin:]
	b.begins, b.values = b.begins[:last], b.values[:begin]
	return values
}

func (b *builder) EndArray() {
	values := b.end()
	table := b.x.newArray(len(values))
	for _, v := range values {
		table.Append(v)
	}
	b.add(table)
}

// EndObject sets the keys in their order, so that a script's pairs is the same in every run. Of
// equal ones the last counts.
func (b *builder) EndObject() {
	values := b.end()
	first := len(b.names) - len(values)
	names := b.names[first:]
	if !ascending(names) {
		names, values = ordered(names, values)
	}
	table := b.x.state.CreateTable(0, len(values))
	for i, name := range names {
		table.RawSetString(name, values[i])
	}
	b.names = b.names[:first]
	b.add(table)
}

func ascending(names []string) bool {
	for i := 1; i < len(names); i++ {
		if names[i-1] >= names[i] {
			return false
		}
	}
	return true
}

// ordered returns the members in the order of their names. A name that occurs twice is set
// twice.
func ordered(names []string, values []lua.LValue) ([]string, []lua.LValue) {
	places := make([]int, len(names))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	sortedNames, sortedValues := make([]string, len(names)), make([]lua.LValue, len(names))
	for i, place := range places {
		sortedNames[i], sortedValues[i] = names[place], values[place]
	}
	return sortedNames, sortedValues
}

// readStored returns the Lua value of a stored one.
func (x *Exposer) readStored(e codec.Encoded, depth int) (lua.LValue, error) {
	b := builder{x: x}
	if !e.Read(&b) {
		return x.encodeAt(e.Decode(), depth+1)
	}
	if v := b.result(); v != lua.LValue(x.null) {
		return v, nil
	}
	return lua.LNil, nil
}

// readSource returns the Lua value of a text; null is json.null.
func (x *Exposer) readSource(s codec.Source) (lua.LValue, error) {
	b := builder{x: x}
	if err := codec.ReadJSON(s.Text, &b); err != nil {
		return nil, s.Wrong(err)
	}
	return b.result(), nil
}
