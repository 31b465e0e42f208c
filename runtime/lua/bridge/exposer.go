package bridge

import (
	"reflect"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Options are the host's hooks.
type Options struct {
	// OnPanic is called with a Go panic in a handler before the error is raised. The host has to
	// end the run, because no script may go on after a bug of ours.
	OnPanic func(*Panic)
	// Conceal returns the text of a value that a handler panicked with, which may hold a secret.
	// Nil is the value's own.
	Conceal func(any) string
	// Call calls a Lua function for a handler, on the thread given. The error is a *lua.ApiError.
	// Nil is the state's own protected call.
	Call func(L *lua.LState, f lua.LValue, args ...lua.LValue) ([]lua.LValue, error)
	// Brief returns the text of a raised value that is none of our objects. If it is nil, the
	// value's own text is used.
	Brief func(lua.LValue) string
	// Called is called before a function that is not Pure; what it returns is called with the error
	// of the function, or nil, when it returns. It may be nil.
	Called func(name string) (returned func(error))
	// Memory is the run's limit in bytes, which the data of one call stays below; 0 is no limit.
	Memory int64
}

// Exposer shows declarations to one Lua state. Like the state it is for one goroutine.
type Exposer struct {
	state   *lua.LState
	reg     *declare.Registry
	options Options
	budget  budget
	journal declare.Journal // of the calls; nil if they are not recorded

	null       *lua.LUserData
	arrayMark  *lua.LTable
	objectMark *lua.LTable
	events     map[string]*lua.LFunction // metamethods that all classes share
	next       *lua.LFunction

	classes   map[*declare.Class]*class
	encoders  map[reflect.Type]encoder
	tables    map[*declare.Table]*tableDecoder
	inputs    map[reflect.Type]decoder
	modules   map[string]*lua.LTable
	topics    map[any]declare.Topic // *lua.LFunction and *lua.LTable
	iterators map[*iteration]weak.Pointer[loop]
	integers  integers
	idle      *dataReader // for the next value
}

// New prepares a state. It changes nothing in it.
func New(state *lua.LState, reg *declare.Registry, options Options) *Exposer {
	if options.Call == nil {
		options.Call = protectedCall
	}
	if options.Brief == nil {
		options.Brief = lua.LValue.String
	}
	x := &Exposer{
		state: state, reg: reg, options: options, budget: budgetOf(options.Memory), journal: reg.Journal(),
		classes:   map[*declare.Class]*class{},
		encoders:  map[reflect.Type]encoder{},
		tables:    map[*declare.Table]*tableDecoder{},
		inputs:    map[reflect.Type]decoder{},
		modules:   map[string]*lua.LTable{},
		topics:    map[any]declare.Topic{},
		iterators: map[*iteration]weak.Pointer[loop]{},
		events:    map[string]*lua.LFunction{},
	}
	x.next = state.NewFunction(x.nextField)
	x.null = x.newNull()
	x.arrayMark, x.objectMark = x.newMark("array"), x.newMark("object")
	x.arrayMark.RawSetString(arrayKey, lua.LTrue)
	return x
}

// Close ends the iterators that loops left before their end. The state is not closed.
func (x *Exposer) Close() {
	for it := range x.iterators {
		x.end(it)
	}
}

// Encode returns the Lua value of a Go value, like a result of type any. It fails if a value
// computed on reading fails, or if a script value cannot hold the Go type.
func (x *Exposer) Encode(v any) (lua.LValue, error) { return x.encode(v) }

// Decode returns the JSON data of a Lua value, like an argument of type any. If part of the value
// is no data, the error has its path, which begins with the word value.
func (x *Exposer) Decode(v lua.LValue) (any, error) {
	data, m := x.data(&spending{}, v, form{})
	if m != nil {
		return nil, m.in("", "value")
	}
	return data, nil
}

// Raw wraps a Lua value for code that knows only package declare.
func (x *Exposer) Raw(v lua.LValue) declare.Raw {
	return &raw{x: x, state: x.state, spent: &spending{}, value: v}
}
