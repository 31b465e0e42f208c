package bridge

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/client/codec"
)

// maxDepth is the deepest nesting of data in both directions, the same as in Go's JSON decoder.
const maxDepth = 10_000

// usualDepth is the nesting of most data, for which there is room at once.
const usualDepth = 4

// maxExact is 2^53: up to it a Lua number holds every integer.
const maxExact = 1 << 53

// dataReader hands the parts of Lua values to a sink, as JSON data.
type dataReader struct {
	x *Exposer
	form
	to    codec.Sink
	made  values                   // the sink that makes Go values
	open  []*lua.LTable            // the tables being read, outermost first
	far   map[*lua.LTable]struct{} // the tables of open, if they are more than few
	spent *spending                // of the call that it reads for
}

// form is how Lua values are read.
type form struct {
	ordered bool     // records are written as the database has them
	lenient bool     // numbers and texts that JSON cannot hold are kept as they are
	texts   bool     // a stored value may be its text
	only    []string // the fields of the outermost record that are read; nil for all
}

// maxIdle is the nesting up to which a reader and its stacks are kept for the next value.
const maxIdle = 64

// data returns the Go value of a Lua value. The path of a mismatch is relative to the value.
func (x *Exposer) data(spent *spending, v lua.LValue, as form) (any, *mismatch) {
	r := x.idle
	if x.idle = nil; r == nil { // the first one, or a value of a value that is being read
		r = &dataReader{x: x}
		r.to = &r.made
	}
	r.form, r.spent, r.made.ordered = as, spent, as.ordered
	if m := r.read(v); m != nil {
		return nil, m
	}
	data := r.made.result
	if r.made.result, r.spent, r.only = nil, nil, nil; r.far == nil && cap(r.open) <= maxIdle {
		x.idle = r
	}
	return data, nil
}

// read reads a Lua value. The path of a mismatch is relative to the value.
func (r *dataReader) read(v lua.LValue) *mismatch {
	count := r.spent.value
	if r.lenient { // for display, which may show a part
		count = r.spent.shared
	}
	if m := count(r.x, v); m != nil {
		return m
	}
	switch value := v.(type) {
	case *lua.LNilType:
		r.to.Null()
	case lua.LBool:
		r.to.Bool(bool(value))
	case lua.LNumber:
		return r.number(float64(value))
	case lua.LString:
		return r.text(string(value))
	case *lua.LTable:
		return r.table(value)
	case *lua.LUserData:
		return r.userdata(value)
	default:
		return noData("a " + v.Type().String() + " is not JSON data")
	}
	return nil
}

func noData(message string) *mismatch { return &mismatch{message: message, data: true} }

// number keeps whole numbers whole, as far as the number says which integer it is.
func (r *dataReader) number(f float64) *mismatch {
	switch {
	case isWhole(f):
		r.to.Integer(int64(f))
	case math.IsNaN(f) && !r.lenient:
		return noData("NaN is not JSON data")
	case math.IsInf(f, 0) && !r.lenient:
		return noData("an infinite number is not JSON data")
	default:
		r.to.Number(f)
	}
	return nil
}

// isWhole returns true for the integers that a float holds exactly. They have no negative zero.
func isWhole(f float64) bool {
	return f == math.Trunc(f) && math.Abs(f) <= maxExact && (f != 0 || !math.Signbit(f))
}

func (r *dataReader) text(text string) *mismatch {
	if !r.lenient && !utf8.ValidString(text) {
		return noData("text that is not UTF-8 is not JSON data")
	}
	r.to.Text(text)
	return nil
}

func (r *dataReader) table(t *lua.LTable) *mismatch {
	if m := r.enter(t); m != nil {
		return m
	}
	defer r.leave()
	n := t.Len()
	beyond := keyBeyond(t, n)
	switch isArray, m := r.shape(t, n, beyond); {
	case m != nil:
		return m
	case isArray:
		return r.array(t, n)
	}
	return r.object(t)
}

func (r *dataReader) enter(t *lua.LTable) *mismatch {
	switch {
	case r.isOpen(t):
		return noData("the table contains itself, which is not JSON data")
	case len(r.open) >= maxDepth:
		return noData("nested too deeply to be JSON data")
	}
	if r.open == nil {
		r.open = make([]*lua.LTable, 0, usualDepth)
	}
	r.open = append(r.open, t)
	if r.far != nil {
		r.far[t] = struct{}{}
	}
	return nil
}

// minOpen is up to how many open tables are searched one by one. Searching more of them so would
// make the time for nested tables grow with the square of their depth.
const minOpen = 32

func (r *dataReader) isOpen(t *lua.LTable) bool {
	if len(r.open) <= minOpen {
		return slices.Contains(r.open, t)
	}
	if r.far == nil {
		r.far = make(map[*lua.LTable]struct{}, 2*minOpen)
		for _, table := range r.open {
			r.far[table] = struct{}{}
		}
	}
	_, open := r.far[t]
	return open
}

func (r *dataReader) leave() {
	last := len(r.open) - 1
	delete(r.far, r.open[last])
	r.open = r.open[:last]
}

// shape returns whether a table is an array. A mark decides; otherwise an array has elements and
// no other keys. An empty table is an object.
func (r *dataReader) shape(t *lua.LTable, n int, beyond lua.LValue) (isArray bool, m *mismatch) {
	marked := marksArray(t.Metatable)
	if _, isModule := r.x.topics[t]; isModule {
		return false, noData("a module is not JSON data")
	}
	switch {
	case beyond == lua.LNil:
		return marked || n > 0 && t.Metatable != lua.LValue(r.x.objectMark), nil
	case marked:
		return false, noData("an array has the key " + quoteKey(beyond) + " beside its elements")
	case n > 0 && t.Metatable != lua.LValue(r.x.objectMark):
		return false, noData("a table with both array elements and the key " + quoteKey(beyond) + " is not JSON data")
	}
	return false, nil
}

func (r *dataReader) array(t *lua.LTable, n int) *mismatch {
	r.to.BeginArray(n)
	for i := 1; i <= n; i++ {
		v := t.RawGetInt(i)
		if v == lua.LNil {
			return hinted(noData("nil in an array"), "json.null keeps the place of a null").at(indexSegment(i))
		}
		if m := r.read(v); m != nil {
			return m.at(indexSegment(i))
		}
	}
	r.to.EndArray()
	return nil
}

func (r *dataReader) object(t *lua.LTable) *mismatch {
	r.to.BeginObject(0)
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) {
		name, m := r.name(t, k)
		if m != nil {
			return m
		}
		r.to.Name(name)
		if m := r.read(v); m != nil {
			return m.at(keySegment(name))
		}
	}
	r.to.EndObject()
	return nil
}

// name returns a key as JSON writes it. Numbers are allowed in a table that is marked as an
// object.
func (r *dataReader) name(t *lua.LTable, key lua.LValue) (string, *mismatch) {
	switch k := key.(type) {
	case lua.LString:
		if !r.lenient && !utf8.ValidString(string(k)) {
			return "", noData("a key that is not UTF-8 is not JSON data")
		}
		return string(k), nil
	case lua.LNumber:
		if t.Metatable == lua.LValue(r.x.objectMark) {
			return k.String(), nil
		}
	}
	if shown := quoteKey(key); strings.HasPrefix(shown, "a") {
		return "", noData(shown + " is no key of JSON data, which are strings")
	}
	return "", noData("the key " + quoteKey(key) + " is no string")
}

func (r *dataReader) userdata(ud *lua.LUserData) *mismatch {
	switch value := ud.Value.(type) {
	case nullValue:
		r.to.Null()
		return nil
	case *object:
		return r.objectData(value)
	}
	return noData("a userdata is not JSON data")
}

// objectData reads the Go value itself if its class says so, else the fields. With the order of
// its fields a record keeps its values as they are, because the script did not choose them: a
// workflow's output may be NaN.
func (r *dataReader) objectData(o *object) *mismatch {
	c := o.class.spec
	switch {
	case c.Data && c.Record:
		r.to.Other(reflect.ValueOf(o.value).Elem().Interface())
		return nil
	case c.Data:
		r.to.Other(shortInteger(o.value))
		return nil
	case len(c.Fields) == 0:
		return noData("a " + c.Name + " is not JSON data")
	}
	before := r.lenient
	r.lenient = before || r.ordered
	defer func() { r.lenient = before }()
	return r.fields(o)
}

// shortInteger makes int64 of exact integers that fit.
func shortInteger(v any) any {
	if i, ok := v.(*big.Int); ok && i.IsInt64() {
		return i.Int64()
	}
	return v
}

func (r *dataReader) fields(o *object) *mismatch {
	if len(r.open) >= maxDepth {
		return noData("nested too deeply to be JSON data")
	}
	only := r.only
	r.only = nil
	r.to.BeginObject(room(o, only))
	for i := range o.class.fields {
		name := o.class.fields[i].spec.Name
		if only != nil && !slices.Contains(only, name) {
			continue
		}
		if m := r.field(o, i, name); m != nil {
			return m.at(keySegment(name))
		}
	}
	r.to.EndObject()
	return nil
}

// room is how many fields a record is likely to have that are not nil.
func room(o *object, only []string) int {
	if only != nil {
		return len(only)
	}
	return len(o.class.fields)/2 + 1
}

// field reads a field, unless it is nil. With the order of fields it is read from the Go value if
// it can be, because a script's value costs ten times as much. The script may have changed a value
// that it has read.
func (r *dataReader) field(o *object, i int, name string) *mismatch {
	if r.ordered && !o.wasRead(i) {
		if data, given, known := r.direct(o, i); known {
			if given {
				r.to.Name(name)
				r.to.Other(data)
			}
			return r.spent.add(r.x, data)
		}
	}
	v, err := o.read(r.x, i)
	if err != nil {
		if !r.lenient {
			return noData(err.Error())
		}
		v = lua.LString(err.Error())
	}
	if v == lua.LNil {
		return nil
	}
	r.to.Name(name)
	return r.read(v)
}

// direct reads a field from the Go value. given is false if the field has no value, and known is
// false if it can only be read from the Lua value.
func (r *dataReader) direct(o *object, i int) (data any, given, known bool) {
	f := &o.class.fields[i]
	if f.direct == nil {
		return nil, false, false
	}
	from := f.from(o)
	if !from.IsValid() || f.spec.OmitZero && from.IsZero() {
		return nil, false, true
	}
	data, known = f.direct(r, from)
	return data, data != nil, known
}
