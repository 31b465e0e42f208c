package declare

import (
	"fmt"
	"reflect"
	"slices"
)

// Class describes how a script sees a Go type: as an object with methods and fields, or as a
// record, an immutable object whose fields are the fields of a struct.
type Class struct {
	Name    string
	Doc     string
	Go      reflect.Type // of the values; for a record the struct, and not a pointer to it
	Record  bool
	Methods []Func
	Fields  []Field
	// Text is set when a script may treat the object as text: the string methods, #, .. and
	// comparison with another one work on its tostring.
	Text bool
	// Data is set when a Go function that wants JSON data receives the Go value itself. Without it,
	// the function receives an object of the fields.
	Data bool

	show      func(any) string // for tostring; nil for the default text
	recording recording        // of the objects, by a journal
	problems  []string         // mistakes of the declaration, which Check reports
}

// Field is a field of a class.
type Field struct {
	Name     string
	Doc      string
	Type     *Type
	OmitZero bool  // a zero value reads as nil
	Index    []int // of the struct's field; nil when it is computed

	get      func(any) any // computes the field of a Go value; nil for a field of a struct
	receiver reflect.Type  // the type that get takes
}

// ClassOf declares the objects that stand for values of T: an interface, or a pointer to a struct.
func ClassOf[T any](name, doc string) *Class {
	return &Class{Name: name, Doc: doc, Go: reflect.TypeFor[T]()}
}

// RecordOf declares the records that stand for the struct T, and for pointers to it. The fields
// come from the struct in its order: the json tag names one ("-" hides it, omitempty and omitzero
// make a zero value read as nil), the doc tag explains it. A zero time always reads as nil.
func RecordOf[T any](name, doc string) *Class {
	return recordOf(reflect.TypeFor[T](), name, doc)
}

// Get declares a computed field of an object, such as handle.workflow_id.
func Get[T, R any](name, doc string, get func(T) R) Field {
	return Field{
		Name: name, Doc: doc, Type: ResultType(reflect.TypeFor[R]()),
		get:      func(v any) any { return get(v.(T)) },
		receiver: reflect.TypeFor[T](),
	}
}

// With adds computed fields.
func (c *Class) With(fields ...Field) *Class {
	for _, f := range fields {
		if f.receiver != c.Go && f.receiver != reflect.PointerTo(c.Go) {
			c.problems = append(c.problems, fmt.Sprintf("field %q belongs to %s", f.Name, f.receiver))
		}
	}
	c.Fields = append(c.Fields, fields...)
	return c
}

// Having adds methods.
func (c *Class) Having(methods ...Func) *Class {
	for _, m := range methods {
		if m.Receiver == nil {
			c.problems = append(c.problems, fmt.Sprintf("%q is no method", m.Name))
		} else if !c.receives(m.Receiver.Go) {
			c.problems = append(c.problems, fmt.Sprintf("method %q belongs to %s", m.Name, m.Receiver.Go))
		}
	}
	c.Methods = append(c.Methods, methods...)
	return c
}

// receives returns true if a method whose receiver has the type t can be called on the class.
func (c *Class) receives(t reflect.Type) bool {
	return c.Go.AssignableTo(t) || c.Record && reflect.PointerTo(c.Go).AssignableTo(t)
}

// TextLike lets scripts treat the object as text.
func (c *Class) TextLike() *Class {
	c.Text = true
	return c
}

// AsData sets Data: a Go function that wants JSON data receives the Go value itself, such as a
// prepared input, a time or an exact integer.
func (c *Class) AsData() *Class {
	c.Data = true
	return c
}

// Shown sets the function whose text tostring returns. By default the text is the name of the class
// and the first fields.
func (c *Class) Shown(text func(any) string) *Class {
	c.show = text
	return c
}

// Show returns the text of the function that Shown has set, or false if there is none.
func (c *Class) Show(v any) (string, bool) {
	if c.show == nil {
		return "", false
	}
	return c.show(v), true
}

// Field finds a field by name; nil when there is none.
func (c *Class) Field(name string) *Field {
	for i := range c.Fields {
		if c.Fields[i].Name == name {
			return &c.Fields[i]
		}
	}
	return nil
}

// Method finds a method by name; nil when there is none.
func (c *Class) Method(name string) *Func {
	for i := range c.Methods {
		if c.Methods[i].Name == name {
			return &c.Methods[i]
		}
	}
	return nil
}

// Names lists fields, then methods.
func (c *Class) Names() []string {
	var names []string
	for _, f := range c.Fields {
		names = append(names, f.Name)
	}
	for _, m := range c.Methods {
		names = append(names, m.Name)
	}
	return names
}

// Read returns the Go value of a field. A computed field is computed from v; other fields are
// read from the struct that v points to.
func (f *Field) Read(v any) any {
	if f.get != nil {
		return f.get(v)
	}
	return reflect.Indirect(reflect.ValueOf(v)).FieldByIndex(f.Index).Interface()
}

// Computed returns true if a function computes the field.
func (f *Field) Computed() bool { return f.get != nil }

func recordOf(t reflect.Type, name, doc string) *Class {
	c := &Class{Name: name, Doc: doc, Go: t, Record: true}
	if t.Kind() != reflect.Struct {
		c.problems = []string{fmt.Sprintf("%s is not a struct", t)}
		return c
	}
	known := recordFieldsOf(t)
	c.Fields, c.problems = slices.Clone(known.fields), slices.Clip(known.problems)
	return c
}

// recordFields are the fields of a record, and what is wrong with them.
type recordFields struct {
	fields   []Field
	problems []string
}

var recordFieldsOf = perType(func(t reflect.Type) recordFields {
	b, c := builder{results: true}, Class{}
	b.walk(t, nil, func(f *tagged, index []int) { c.Fields = append(c.Fields, b.field(f, index)) })
	b.unique(c.Names())
	return recordFields{c.Fields, b.problems}
})

func (b *builder) field(f *tagged, index []int) Field {
	return Field{Name: f.key, Doc: f.param.Doc, Type: b.typeOf(f.typ), OmitZero: f.omitZero, Index: index}
}
