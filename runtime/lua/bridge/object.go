package bridge

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// object is the content of the userdata of an object or a record.
type object struct {
	class *class
	value any        // passed to handlers; of a record, the pointer to its struct
	kept  []keptRead // fields that were read and are not plain
}

// keptRead is a field that was read. A second read returns the same table, so that a script's
// changes to it are not lost.
type keptRead struct {
	field int
	value lua.LValue
}

// class is a declare.Class shown to one state.
type class struct {
	spec      *declare.Class
	metatable *lua.LTable
	members   map[string]member
	fields    []fieldReader
}

// member is a field, by its place, or a method.
type member struct {
	field  int
	method *lua.LFunction
}

// fieldReader reads a field of an object and makes its Lua value.
type fieldReader struct {
	spec   *declare.Field
	encode encoder
	direct directRead // nil if data can only be read from the Lua value
	index  int        // of the field in the struct; -1 if the field is in an embedded struct
	path   []int      // of the field, through embedded structs
	keep   bool       // a second read returns the same Lua value
}

// classOf returns the class for this state. It is made on the first call.
func (x *Exposer) classOf(s *declare.Class) *class {
	if c, ok := x.classes[s]; ok {
		return c
	}
	c := &class{spec: s, metatable: x.state.NewTable(), members: map[string]member{}}
	x.classes[s] = c
	for i := range s.Fields {
		c.fields = append(c.fields, x.fieldReader(&s.Fields[i]))
		c.members[s.Fields[i].Name] = member{field: i}
	}
	for i := range s.Methods {
		m := &s.Methods[i]
		c.members[m.Name] = member{field: -1, method: x.function(m, s.Name+":"+m.Name, nil)}
	}
	if s.Record {
		c.members["to_table"] = member{field: -1, method: x.toTable(s)}
	}
	x.metatable(c)
	return c
}

func (x *Exposer) fieldReader(f *declare.Field) fieldReader {
	r := fieldReader{spec: f, index: -1, path: f.Index, encode: x.encoder(goType(f.Type)), keep: !plainKind(f.Type.Kind)}
	if len(f.Index) == 1 {
		r.index = f.Index[0]
	}
	r.direct = x.directOf(goType(f.Type))
	return r
}

// goType returns the Go type of a field. Type.Go is without the pointer of an optional one.
func goType(t *declare.Type) reflect.Type {
	if t.Optional {
		return reflect.PointerTo(t.Go)
	}
	return t.Go
}

// plainKind returns true for kinds whose values are cheap to make again and have no identity.
func plainKind(k declare.Kind) bool {
	switch k {
	case declare.KindString, declare.KindBool, declare.KindInteger, declare.KindNumber, declare.KindDuration:
		return true
	}
	return false
}

// newObject wraps a Go value.
func (c *class) newObject(value any) *lua.LUserData {
	return &lua.LUserData{Value: &object{class: c, value: value}, Metatable: c.metatable}
}

// read returns the Lua value of a field.
func (o *object) read(x *Exposer, i int) (lua.LValue, error) {
	f := &o.class.fields[i]
	if f.keep {
		for _, k := range o.kept {
			if k.field == i {
				return k.value, nil
			}
		}
	}
	from := f.from(o)
	if !from.IsValid() || f.spec.OmitZero && from.IsZero() {
		return lua.LNil, nil
	}
	v, err := f.encode(from)
	if f.keep && err == nil {
		o.kept = append(o.kept, keptRead{field: i, value: v})
	}
	return v, err
}

// wasRead returns true if a field was read whose value a script could have changed.
func (o *object) wasRead(i int) bool {
	return slices.ContainsFunc(o.kept, func(k keptRead) bool { return k.field == i })
}

// from returns the Go value of the field.
func (f *fieldReader) from(o *object) reflect.Value {
	switch {
	case f.spec.Computed():
		return reflect.ValueOf(f.spec.Read(o.value))
	case f.index >= 0:
		return reflect.ValueOf(o.value).Elem().Field(f.index)
	}
	return reflect.ValueOf(o.value).Elem().FieldByIndex(f.path)
}

// self returns the object on which a metamethod is called, or nil if it is called on anything else.
func self(L *lua.LState) *object {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if o, ok := ud.Value.(*object); ok {
			return o
		}
	}
	return nil
}

func (x *Exposer) index(L *lua.LState) int {
	o := self(L)
	name, _ := L.Get(2).(lua.LString)
	m, ok := o.class.members[string(name)]
	switch {
	case !ok:
		L.Push(x.otherMember(L, o, L.Get(2)))
	case m.method != nil:
		L.Push(m.method)
	default:
		v, err := o.read(x, m.field)
		if err != nil {
			x.Raise(L, fmt.Errorf("%s.%s: %w", o.class.spec.Name, name, err))
		}
		L.Push(v)
	}
	return 1
}

// otherMember looks up names that are not declared: string methods of objects that are also text,
// and details of errors.
func (x *Exposer) otherMember(L *lua.LState, o *object, key lua.LValue) lua.LValue {
	name, isName := key.(lua.LString)
	if isName && o.class.spec.Text {
		if method := x.textMethod(L, string(name)); method != nil {
			return method
		}
		if detail := x.detail(o, string(name)); detail != lua.LNil {
			return detail
		}
	}
	x.Raise(L, unknownField(o.class, key))
	return lua.LNil
}

func unknownField(c *class, key lua.LValue) error {
	message := fmt.Sprintf("%s has no field %s", c.spec.Name, quoteKey(key))
	if name, ok := key.(lua.LString); ok {
		message += declare.DidYouMean(string(name), c.names())
	}
	return &misuseError{message: message}
}

func (c *class) names() []string {
	names := c.spec.Names()
	if c.spec.Record {
		names = append(names, "to_table")
	}
	return names
}

func (x *Exposer) newIndex(L *lua.LState) int {
	o := self(L)
	e := &misuseError{message: fmt.Sprintf("%s is read-only: cannot set %s", o.class.spec.Name, quoteKey(L.Get(2)))}
	if o.class.spec.Record {
		e.hint = "record:to_table() returns a copy that can be changed"
	}
	x.Raise(L, e)
	return 0
}

// text implements tostring.
func (x *Exposer) text(o *object) string {
	if text, ok := o.class.spec.Show(o.value); ok {
		return text
	}
	if failure, ok := o.value.(error); ok {
		return failure.Error()
	}
	if stringer, ok := o.value.(fmt.Stringer); ok && !o.class.spec.Record {
		return stringer.String()
	}
	return x.summary(o)
}

// summary returns the name of the class with the first six plain fields or times that are set.
func (x *Exposer) summary(o *object) string {
	const most = 6
	var parts []string
	for i := range o.class.fields {
		f := &o.class.fields[i]
		if f.keep && f.spec.Type.Kind != declare.KindTime {
			continue
		}
		v, err := o.read(x, i)
		if err != nil || v == lua.LNil || v == lua.LValue(lua.LString("")) {
			continue
		}
		if len(parts) == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, f.spec.Name+"="+x.short(v))
	}
	return o.class.spec.Name + "{" + strings.Join(parts, ", ") + "}"
}

// short returns the text of a value in a summary.
func (x *Exposer) short(v lua.LValue) string {
	switch value := v.(type) {
	case lua.LString:
		return fmt.Sprintf("%q", cut(string(value)))
	case *lua.LUserData:
		if o, ok := value.Value.(*object); ok {
			return x.text(o)
		}
	}
	return v.String()
}

func cut(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
