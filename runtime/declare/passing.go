package declare

import "reflect"

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
	f.Params = append([]Param(nil), f.Params...)
	for i := range f.Params {
		if f.Params[i].Name == name {
			f.Params[i].Passes = passed
			return f
		}
	}
	if f.Options != nil && f.Options.Key(name) != nil {
		options := *f.Options
		options.Keys = append([]Param(nil), options.Keys...)
		options.Key(name).Passes = passed
		f.Options = &options
		return f
	}
	f.problems = append(f.problems[:len(f.problems):len(f.problems)], "passes arguments to \""+name+"\", which it does not take")
	return f
}
