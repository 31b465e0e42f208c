package declare

import (
	"context"
	"fmt"
	"iter"
	"reflect"
)

// Callback is a Lua function that a handler calls while its own call lasts, on the goroutine it
// was called on. The arguments are Go values, encoded as results are; a Raw passes through
// unchanged. An error raised in the function is returned, and raised again unchanged when the
// handler returns it.
type Callback interface {
	Call(ctx context.Context, args ...any) ([]Raw, error)
}

// A CallbackHolder is a receiver that may keep a function of the script from the call that made it.
type CallbackHolder interface {
	// HeldCallback returns the name of the argument that was the function, or "" if there is none.
	HeldCallback() string
}

// Raw is any Lua value, kept as it is. Returned by a handler or given to a Callback it is the
// same value again.
type Raw interface {
	// Type is the result of Lua's type(), or the class of one of our objects ("workflow", "time",
	// "error").
	Type() string
	// Text is the result of tostring(), which calls the value's own __tostring. The error is one
	// that __tostring raised.
	Text() (string, error)
	// Native is the Go value behind an object, a record, a time or an exact integer, a bool, a
	// float64 or a string; nil for nil and for Lua's own functions, tables and threads.
	Native() any
	// Value is the JSON data, like an argument of type any. If part of it is no data, the error
	// names its path.
	Value() (any, error)
	// Ordered is Value with objects as Members, so that the order of fields and keys is kept. The
	// fields of a record are as the database has them: a number may be NaN, a text not UTF-8.
	Ordered() (any, error)
	// JSON is the text of Ordered, or an error if it would have more than 64 MiB. Each level is
	// indented by indent; if indent is "", the text is one line.
	JSON(indent string) (string, error)
	// Shown is Ordered for showing: no number and no text is an error, wherever it is from.
	Shown() (any, error)
	// Written is Shown for a value that is only written: of a record it has the named fields, or
	// all of them if fields is nil, and a stored value in it may be what Stored.Shown returns.
	Written(fields []string) (any, error)
	// List returns the elements of a Lua array without converting them, or false if it is no
	// array.
	List() ([]Raw, bool)
	// Sequence returns the values that an iterator of ours draws, or false if the value is none, or
	// one with several values a turn. A value is drawn when it is asked for.
	Sequence(context.Context) (iter.Seq2[Raw, error], bool)
	// Array marks a table as a JSON array, so that it stays one when empty; the error says why it
	// cannot be one.
	Array() (Raw, error)
	// Object marks a table as a JSON object.
	Object() (Raw, error)
	// Into reads a table of options, as an argument of the type that to points to would be read.
	Into(to any) error
	// Topic returns the declaration of a function, a module or an object, or false if it is the
	// script's own.
	Topic() (Topic, bool)
}

// Lazy is a Go value whose script value is computed when it is read, once.
type Lazy interface {
	Value() (any, error)
}

// Stored is a Lazy value whose text may be written without the value.
type Stored interface {
	Lazy
	// Shown returns a value with the text of the data that Value returns, or false if it does not
	// know the text.
	Shown() (any, bool)
}

// Results2 is two results of one function.
type Results2[A, B any] struct {
	First  A
	Second B
}

// Results is any number of results, whose types are known only at the call.
type Results []any

// split is a result that is several.
type split interface {
	types() []reflect.Type
	values() []any
}

func (r Results2[A, B]) types() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[A](), reflect.TypeFor[B]()}
}

func (r Results2[A, B]) values() []any { return []any{r.First, r.Second} }

func (r Results) types() []reflect.Type { return []reflect.Type{typeRaw} }

func (r Results) values() []any { return r }

// Split returns the results of Invoke, one by one, for a function with several returns.
func Split(result any) []any {
	if s, ok := result.(split); ok {
		return s.values()
	}
	return []any{result}
}

// Splits returns true if Split returns several results for values of a type.
func Splits(t reflect.Type) bool { return t.Implements(reflect.TypeFor[split]()) }

// Library begins the name of a source of the host's own that is written in Lua. An error in it is
// placed where a script called it.
const Library = "[library] "

// Position is a line of a script.
type Position struct {
	File string
	Line int
}

type positionKey struct{}

// PositionKey is the context key under which a call finds the script line that made it: a func()
// Position.
func PositionKey() any { return positionKey{} }

// Caller is the script line that made the call; false outside of a script's call. It is to be
// asked on the goroutine of the call only.
func Caller(ctx context.Context) (Position, bool) {
	find, ok := ctx.Value(positionKey{}).(func() Position)
	if !ok {
		return Position{}, false
	}
	return find(), true
}

type memoryKey struct{}

// MemoryKey is the context key under which a call finds its run's limit of memory: a func(int64)
// error.
func MemoryKey() any { return memoryKey{} }

// Reserve returns an error, and stops the run, if it may not take so many bytes more. A call whose
// result may be large asks before it makes it.
func Reserve(ctx context.Context, size int64) error {
	if reserve, ok := ctx.Value(memoryKey{}).(func(int64) error); ok {
		return reserve(size)
	}
	return nil
}

// ToTable is the method that every record has beside the declared ones. Only the VM can carry it
// out.
func ToTable() Func {
	f := declare("to_table", "A deep copy as plain tables, which can be changed.", reflect.TypeFor[None]())
	f.Receiver, f.Kind = receiverOf(typeAny), Pure
	f.Returns = []Return{{Doc: "the copy", Type: &Type{Kind: KindRaw, Go: typeRaw}}}
	f.Examples = []string{"local copy = record:to_table()\ncopy.note = \"seen\""}
	return f
}

// String is file:line.
func (p Position) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }
