package declare

import (
	"reflect"
	"sync"
)

// perType returns a function that computes a result once for each type. Modules are declared anew
// for each run, with the handlers of that run. To read the tags of their structs each time would
// take longer than most runs of a server.
func perType[T any](compute func(reflect.Type) T) func(reflect.Type) T {
	var known sync.Map
	return func(t reflect.Type) T {
		if made, ok := known.Load(t); ok {
			return made.(T)
		}
		made, _ := known.LoadOrStore(t, compute(t))
		return made.(T)
	}
}

// argumentsOf returns the parameters and options that a struct declares.
var argumentsOf = perType(func(t reflect.Type) arguments {
	b := builder{seen: map[reflect.Type]*Table{}}
	params, options := b.arguments(t)
	return arguments{params, options, b.problems}
})

// arguments are shared by all declarations with the same struct: nothing changes them.
type arguments struct {
	params   []Param
	options  *Table
	problems []string
}

// ResultType returns the type of a result. The fields of structs are not read, because a result's
// struct is a record, whose fields the Registry knows.
func ResultType(t reflect.Type) *Type { return resultType(t) }

var resultType = perType(func(t reflect.Type) *Type {
	b := builder{results: true}
	return b.typeOf(t)
})
