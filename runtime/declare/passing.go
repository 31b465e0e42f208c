package declare

import "reflect"

// Item stands, in what a function gives or passes to a callback, for whatever the items of its argument "items" are:
// an array's elements, or what an iterator gives.
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

// Passing says what the function under a name, a positional argument or a key, is called with.
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
