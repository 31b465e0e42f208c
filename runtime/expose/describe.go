package expose

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/spec"
)

// Describe finds what a Lua value was declared as: a function or method, a module, or the class of a record
// or object.
func (x *Exposer) Describe(v lua.LValue) (spec.Topic, bool) {
	switch value := v.(type) {
	case *lua.LFunction:
		t, ok := x.topics[value]
		return t, ok
	case *lua.LTable:
		t, ok := x.topics[value]
		return t, ok
	case *lua.LUserData:
		if o, ok := value.Value.(*object); ok {
			return spec.Topic{Name: o.class.spec.Name, Item: o.class.spec}, true
		}
	}
	return spec.Topic{}, false
}

// Members lists the names that can follow a value's dot or colon, sorted; for completion.
func (x *Exposer) Members(v lua.LValue) []string {
	t, ok := x.Describe(v)
	if !ok {
		return nil
	}
	var names []string
	switch item := t.Item.(type) {
	case *spec.Module:
		names = item.Names()
	case *spec.Class:
		names = x.classOf(item).names()
	}
	slices.Sort(names)
	return names
}
