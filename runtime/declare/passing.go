package declare

import (
	"reflect"
	"slices"
	"sync"
)

// Item is the type of an item of the argument "items", in results and in arguments of callbacks:
// an element of an array, or a value of an iterator.
type Item struct{}

var typeItem = reflect.TypeFor[Item]()

// Passed is one argument of a callback.
type Passed struct {
	Name string
	Type *Type
}

// Pass says that a callback gets a T.
func Pass[T any](name string) Passed {
	return Passed{Name: name, Type: ResultType(reflect.TypeFor[T]())}
}

// Passing declares the arguments with which the function passed under a name, a positional
// argument or a key, is called.
func (f Func) Passing(name string, passed ...Passed) Func {
	takes := f.takes
	f.takes = sync.OnceValue(func() arguments { return takes().passing(name, passed) })
	return f
}

// passing returns a copy in which the named argument or key passes the arguments.
func (a arguments) passing(name string, passed []Passed) arguments {
	a.params = slices.Clone(a.params)
	for i := range a.params {
		if a.params[i].Name == name {
			a.params[i].Passes = passed
			return a
		}
	}
	if a.options != nil && a.options.Key(name) != nil {
		options := *a.options
		options.Keys = slices.Clone(options.Keys)
		options.Key(name).Passes = passed
		a.options = &options
		return a
	}
	a.problems = append(slices.Clone(a.problems), "passes arguments to \""+name+"\", which it does not take")
	return a
}
