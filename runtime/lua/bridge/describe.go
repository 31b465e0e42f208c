package bridge

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Describe returns the declaration of a Lua value: a function or method, a module, or the class
// of a record or object.
func (x *Exposer) Describe(v lua.LValue) (declare.Topic, bool) {
	switch value := v.(type) {
	case *lua.LFunction:
		t, ok := x.topics[value]
		return t, ok
	case *lua.LTable:
		t, ok := x.topics[value]
		return t, ok
	case *lua.LUserData:
		if o, ok := value.Value.(*object); ok {
			return declare.Topic{Name: o.class.spec.Name, Item: o.class.spec}, true
		}
	}
	return declare.Topic{}, false
}

// Members lists the names that can follow a value's dot or colon, sorted; for completion.
func (x *Exposer) Members(v lua.LValue) []string {
	t, ok := x.Describe(v)
	if !ok {
		return nil
	}
	var names []string
	switch item := t.Item.(type) {
	case *declare.Module:
		names = item.Names()
	case *declare.Class:
		names = x.classOf(item).names()
	}
	slices.Sort(names)
	return names
}
