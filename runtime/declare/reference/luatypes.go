package reference

import (
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// itemsName is the argument whose items the results and callbacks of a function may stand for.
const itemsName = "items"

// isGeneric returns true for a function that returns or passes on the items of its argument.
func isGeneric(f declare.Func) bool {
	for _, p := range f.Params() {
		for _, passed := range p.Passes {
			if standsForItem(passed.Type) {
				return true
			}
		}
	}
	for _, r := range f.Returns {
		if standsForItem(r.Type) {
			return true
		}
	}
	return false
}

func standsForItem(t *declare.Type) bool {
	for ; t != nil; t = t.Elem {
		if t.Kind == declare.KindItem {
			return true
		}
	}
	return false
}

// callbackType writes the arguments of a callback. If any value is accepted, a field name may be
// used in its place.
func (w *catsWriter) callbackType(p declare.Param) string {
	parts := make([]string, len(p.Passes))
	for i, passed := range p.Passes {
		parts[i] = passed.Name + ": " + w.typeName(passed.Type, true)
	}
	text := "fun(" + strings.Join(parts, ", ") + "): any"
	if p.Type.Kind == declare.KindRaw {
		return "(" + text + ")|string"
	}
	return text
}

func (w *catsWriter) argumentType(p declare.Param) string {
	if p.Passes != nil {
		return w.callbackType(p)
	}
	if len(p.Enum) > 0 {
		return enumType(p)
	}
	t := w.inputType(p.Type)
	if p.Single {
		t = w.inputType(p.Type.Elem) + "|" + t
	}
	return t
}

func enumType(p declare.Param) string {
	quoted := make([]string, len(p.Enum))
	for i, word := range p.Enum {
		quoted[i] = strconv.Quote(word)
	}
	one := strings.Join(quoted, "|")
	switch {
	case p.Single:
		return one + "|(" + one + ")[]"
	case p.Type.Kind == declare.KindList:
		return "(" + one + ")[]"
	}
	return one
}

// inputType names the class of a table by the place it is written at.
func (w *catsWriter) inputType(t *declare.Type) string {
	switch t.Kind {
	case declare.KindList:
		return bracketed(w.inputType(t.Elem)) + "[]"
	case declare.KindMap:
		return "table<string, " + w.inputType(t.Elem) + ">"
	case declare.KindStruct:
		if name := w.named[t.Table]; name != "" {
			return name
		}
	}
	return w.typeName(t, false)
}

func bracketed(t string) string {
	if strings.Contains(t, "|") {
		return "(" + t + ")"
	}
	return t
}

func (w *catsWriter) returnType(r declare.Return) string {
	name := w.typeName(r.Type, true)
	if r.OrNil && r.Type.Kind != declare.KindRaw {
		name += "?"
	}
	return name
}

// typeName writes a type. result is true for a value that a script receives, and false for one
// that it may pass.
func (w *catsWriter) typeName(t *declare.Type, result bool) string {
	switch t.Kind {
	case declare.KindList:
		return bracketed(w.typeName(t.Elem, result)) + "[]"
	case declare.KindMap:
		return "table<string, " + w.typeName(t.Elem, result) + ">"
	case declare.KindIterator:
		return w.iterator(t)
	case declare.KindStruct, declare.KindObject:
		if c := w.reg.Class(t.Go); c != nil {
			return catsName(c)
		}
		return "any"
	}
	return t.Kind.Annotation(result)
}

func (w *catsWriter) iterator(t *declare.Type) string {
	parts := []string{w.typeName(t.Elem, true) + "?"}
	for _, more := range t.More {
		parts = append(parts, w.typeName(more, true))
	}
	return "fun(): " + strings.Join(parts, ", ")
}

// key brackets a name that is a word of the language.
func key(name string) string {
	switch name {
	case "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
		"nil", "not", "or", "repeat", "return", "then", "true", "until", "while":
		return "[" + strconv.Quote(name) + "]"
	}
	return name
}

// catsName keeps the classes every registry has apart from the language's own types and from
// modules.
func catsName(c *declare.Class) string {
	switch c.Name {
	case "time":
		return "dbos.Time"
	case "integer":
		return "dbos.Integer"
	case "decimal":
		return "dbos.Decimal"
	}
	return c.Name
}

func oneLine(doc string) string { return strings.Join(strings.Fields(doc), " ") }
