package declare

import (
	"reflect"
	"slices"
	"sync"
)

// Item stands for the type of one item of the argument named "items", which differs from call to
// call. The results of a function, and the arguments of its callbacks, are declared with it. An
// item is an element of an array, or a value of an iterator.
type Item struct{}

var typeItem = reflect.TypeFor[Item]()

// Passed is one argument of a callback.
type Passed struct {
	Name string
	Type *Type
}

// Pass declares one argument of a callback, of the type T.
func Pass[T any](name string) Passed {
	return Passed{Name: name, Type: ResultType(reflect.TypeFor[T]())}
}

// Passing declares the arguments of a callback: name is the positional argument, or the key of the
// options, that holds it. Check reports a name that the function does not take.
func (f Func) Passing(name string, passed ...Passed) Func {
	takes := f.takes
	f.takes = sync.OnceValue(func() arguments { return takes().passing(name, passed) })
	return f
}

// passing returns a copy in which the named argument or key has the arguments of its callback, or
// one with a problem if there is no such name.
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
