package bridge

import (
	"cmp"
	"errors"
	"reflect"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// raw is a Lua value that a Go function receives as it is. It is a declare.Raw, where the methods
// are described, so that the function needs to know no VM.
type raw struct {
	x     *Exposer
	state *lua.LState
	spent *spending // counts the data that the call has decoded, against its limits
	value lua.LValue

	argument string // the name of the argument, for errors; empty for other values
}

func (r *raw) Type() string { return typeName(r.value) }

// Text calls the value's own __tostring, and returns its error.
func (r *raw) Text() (string, error) {
	if text, ok := r.plainText(); ok {
		return text, nil
	}
	L := r.state
	meta, ok := L.GetMetaField(r.value, "__tostring").(*lua.LFunction)
	if !ok {
		return r.value.String(), nil
	}
	if err := L.CallByParam(lua.P{Fn: meta, NRet: 1, Protect: true}, r.value); err != nil {
		return "", (&callback{x: r.x, state: L}).failure(L.Context(), err)
	}
	text := L.Get(-1)
	L.Pop(1)
	return text.String(), nil
}

// plainText returns the text of a value that has no __tostring of the script: it is one of Lua's
// simple values or an object of ours.
func (r *raw) plainText() (string, bool) {
	switch v := r.value.(type) {
	case *lua.LTable:
		return "", false
	case *lua.LUserData:
		o, ok := v.Value.(*object)
		if !ok {
			return "", false
		}
		return r.x.text(o), true
	}
	return r.value.String(), true
}

func (r *raw) Native() any {
	switch v := r.value.(type) {
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		return string(v)
	case *lua.LUserData:
		if _, ok := v.Value.(nullValue); ok {
			return declare.Null
		}
	}
	return native(r.value)
}

func (r *raw) Value() (any, error) { return r.data(form{}) }

func (r *raw) Ordered() (any, error) { return r.data(form{ordered: true}) }

func (r *raw) JSON(indent string) (string, error) {
	sink := codec.NewTextSink(indent)
	reader := dataReader{x: r.x, spent: r.spent, to: sink, form: form{ordered: true, texts: true}}
	if m := reader.read(r.value); m != nil {
		return "", r.wrong(m)
	}
	text, err := sink.Result()
	if err != nil {
		return "", r.wrong(noData(err.Error()))
	}
	return text, nil
}

func (r *raw) Shown() (any, error) { return r.data(form{ordered: true, lenient: true}) }

func (r *raw) Written(fields []string) (any, error) {
	if _, isObject := r.value.(*lua.LUserData); !isObject {
		fields = nil // a table of the script is written with all its keys
	}
	return r.data(form{ordered: true, lenient: true, texts: true, only: fields})
}

func (r *raw) data(as form) (any, error) {
	data, m := r.x.data(r.spent, r.value, as)
	if m != nil {
		return nil, r.wrong(m)
	}
	return data, nil
}

// wrong returns the error of a value that does not fit.
func (r *raw) wrong(m *mismatch) error { return m.in("", cmp.Or(r.argument, "value")) }

// List takes a table for an array if all its keys are numbers from 1 on, and it is not marked as an
// object.
func (r *raw) List() ([]declare.Raw, bool) {
	table, ok := r.value.(*lua.LTable)
	if !ok {
		return nil, false
	}
	n := table.Len()
	if keyBeyond(table, n) != lua.LNil || table.Metatable == lua.LValue(r.x.objectMark) {
		return nil, false
	}
	list := make([]declare.Raw, n)
	for i := range list {
		list[i] = &raw{x: r.x, state: r.state, spent: r.spent, value: table.RawGetInt(i + 1)}
	}
	return list, true
}

func (r *raw) Into(to any) error {
	target := reflect.ValueOf(to).Elem()
	if m := r.x.inputDecoder(target.Type())(scope{x: r.x, state: r.state, spent: r.spent}, r.value, target); m != nil {
		return r.wrong(m)
	}
	return nil
}

// inputDecoder returns the decoder of a type of options, which is made once.
func (x *Exposer) inputDecoder(t reflect.Type) decoder {
	made, known := x.inputs[t]
	if !known {
		made = x.decoder(declare.ArgumentType(t), nil)
		x.inputs[t] = made
	}
	return made
}

func (r *raw) Topic() (declare.Topic, bool) { return r.x.Describe(r.value) }

func (r *raw) Array() (declare.Raw, error) { return r.mark(r.x.arrayMark) }

func (r *raw) Object() (declare.Raw, error) { return r.mark(r.x.objectMark) }

var errNoTable = errors.New("table expected")

// mark sets a metatable that marks a table as an array or an object. It refuses a table with a
// metatable of its own, which the mark would replace.
func (r *raw) mark(mark *lua.LTable) (declare.Raw, error) {
	table, ok := r.value.(*lua.LTable)
	if !ok {
		return nil, errNoTable
	}
	own := table.Metatable
	if mark == r.x.arrayMark && marksArray(own) {
		return r, nil
	}
	if own != lua.LNil && own != lua.LValue(r.x.arrayMark) && own != lua.LValue(r.x.objectMark) {
		return nil, errors.New("a table with a metatable of its own cannot be marked")
	}
	table.Metatable = mark
	return r, nil
}
