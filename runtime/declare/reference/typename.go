package reference

import (
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// typeName writes a type for people.
func typeName(reg *declare.Registry, t *declare.Type) string {
	name := plainName(reg, t)
	if t.Optional && t.Kind != declare.KindAny {
		return name + " or nil"
	}
	return name
}

// returnName writes the type of a result, which the declaration says may be nil, not the Go type.
func returnName(reg *declare.Registry, r declare.Return) string {
	name := plainName(reg, r.Type)
	if r.OrNil && r.Type.Kind != declare.KindAny {
		return name + " or nil"
	}
	return name
}

func plainName(reg *declare.Registry, t *declare.Type) string {
	switch t.Kind {
	case declare.KindList:
		return "array of " + elementName(reg, t.Elem)
	case declare.KindMap:
		return "table of " + elementName(reg, t.Elem)
	case declare.KindIterator:
		return "iterator of " + iterated(reg, t)
	case declare.KindStruct, declare.KindObject:
		return className(reg, t)
	}
	return t.Kind.Name()
}

func elementName(reg *declare.Registry, t *declare.Type) string {
	element := *t
	element.Optional = false
	return typeName(reg, &element)
}

func iterated(reg *declare.Registry, t *declare.Type) string {
	parts := []string{elementName(reg, t.Elem)}
	for _, more := range t.More {
		parts = append(parts, elementName(reg, more))
	}
	return strings.Join(parts, ", ")
}

// className is the class of an object or a record, and table for a struct written as one.
func className(reg *declare.Registry, t *declare.Type) string {
	if t.Table != nil && reg.Declared(t.Go) == nil {
		return "table"
	}
	if c := reg.Class(t.Go); c != nil {
		return c.Name
	}
	return "object"
}

// paramType writes the type of an argument, with the rules in its tags.
func paramType(reg *declare.Registry, p declare.Param) string {
	t := *p.Type
	t.Optional = false
	name := typeName(reg, &t)
	if len(p.Enum) > 0 {
		name = choices(p)
	}
	if p.Single {
		element := *t.Elem
		if len(p.Enum) == 0 {
			name = elementName(reg, &element) + " or " + name
		}
	}
	return name
}

// choices lists the allowed values, of the elements for a list.
func choices(p declare.Param) string {
	quoted := make([]string, len(p.Enum))
	for i, word := range p.Enum {
		quoted[i] = strconv.Quote(word)
	}
	list := strings.Join(quoted, ", ")
	switch {
	case p.Single:
		return "one or an array of " + list
	case p.Type.Kind == declare.KindList:
		return "array of " + list
	}
	return list
}

// remarks returns the end of a parameter's doc: its bounds and its default.
func remarks(p declare.Param) string {
	var parts []string
	if p.Min != nil {
		parts = append(parts, "At least "+number(*p.Min)+".")
	}
	if p.Max != nil {
		parts = append(parts, "At most "+number(*p.Max)+".")
	}
	if p.Default != "" {
		parts = append(parts, "Default: "+p.Default+".")
	}
	return strings.Join(append([]string{p.Doc}, parts...), " ")
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
