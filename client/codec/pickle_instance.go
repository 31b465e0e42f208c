package codec

import (
	"slices"
	"strings"
	"unicode"
)

// instance returns the stored parts of an instance of a class of the application: the attributes of
// an object, with the name and the message of an exception; the content of a kind of dict or list;
// the value of a member of an Enum; the elements of a named tuple. Functions that make values of
// their own, and classes of Python itself that are not known, are not plain data.
func (c converter) instance(class *pyClass, o *pyObject) (any, error) {
	if isException(class) {
		return c.exception(class, o)
	}
	if class.module == "builtins" || !isClassName(class.name) {
		return nil, errNotPlain
	}
	switch state := o.state.(type) {
	case *pyDict:
		return c.dict(ownAttributes(state))
	case *pyList:
		if slots, ok := slotAttributes(state); ok {
			return c.dict(slots)
		}
		return c.array(state.items)
	}
	switch {
	case len(o.entries.pairs) > 0:
		return c.mapping(o)
	case len(o.items) > 0:
		return c.collection(o)
	case len(o.args) == 1 && isScalar(o.args[0]):
		return c.value(o.args[0])
	case o.isNew && len(o.args) == 0:
		return map[string]any{}, c.spend(0)
	case o.isNew:
		return c.array(o.args)
	}
	return nil, errNotPlain
}

// isClassName reports whether a name is spelled as classes of Python are, and functions are not.
func isClassName(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last != "" && unicode.IsUpper([]rune(strings.TrimLeft(last, "_") + "x")[0])
}

func isException(class *pyClass) bool {
	return isClassName(class.name) && slices.ContainsFunc([]string{"Error", "Exception", "ExceptionGroup", "Warning"}, func(end string) bool {
		return strings.HasSuffix(class.name, end)
	})
}

// exception returns name, message and attributes.
func (c converter) exception(class *pyClass, o *pyObject) (any, error) {
	members := map[string]any{}
	if state, ok := o.state.(*pyDict); ok {
		attributes, err := c.dict(state)
		if err != nil {
			return nil, err
		}
		if named, ok := attributes.(map[string]any); ok {
			members = named
		}
	}
	members["name"], members["message"] = class.name[strings.LastIndexByte(class.name, '.')+1:], c.message(class, o.args)
	return members, nil
}

// ownAttributes returns the attributes of an object. A model of pydantic keeps them in one of them.
func ownAttributes(state *pyDict) *pyDict {
	if inner, ok := state.get("__dict__").(*pyDict); ok {
		return inner
	}
	return state
}

// slotAttributes returns the attributes of an object whose class has slots: a pair of the others,
// if there are any, and of them.
func slotAttributes(state *pyList) (*pyDict, bool) {
	if len(state.items) != 2 || state.opens != '(' {
		return nil, false
	}
	slots, ok := state.items[1].(*pyDict)
	if !ok {
		return nil, false
	}
	if others, ok := state.items[0].(*pyDict); ok {
		return &pyDict{append(slices.Clone(others.pairs), slots.pairs...)}, true
	}
	return slots, state.items[0] == nil
}

func isScalar(node any) bool {
	switch node.(type) {
	case *pyList, *pyDict, *pyClass, *pyObject:
		return false
	}
	return true
}
