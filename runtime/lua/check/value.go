package check

import (
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// value is the inferred value of an expression, or nil if nothing is known.
type value interface{ describe() string }

type (
	// moduleValue is a declared module.
	moduleValue struct{ *declare.Module }
	// functionValue is a declared function under the name that errors call it by.
	functionValue struct {
		*declare.Func
		name string
	}
	// objectValue is an object or a record of a class.
	objectValue struct{ *declare.Class }
	// listValue is an array.
	listValue struct {
		item  value
		about *declare.Class // whose fields it has beside its items; nil where it has none
	}
	// iteratorValue is the iterator of a for loop; origin is the function that returned it.
	iteratorValue struct {
		items  []value
		origin string
	}
	// libraryValue is a table of Lua's own library.
	libraryValue struct{ name string }
	// textValue is a string; known says that its text is.
	textValue struct {
		text  string
		known bool
	}
	numberValue struct {
		number float64
		known  bool
	}
	boolValue struct{}
	nilValue  struct{}
	// tableValue is a constructor.
	tableValue struct{ literal *ast.TableExpr }
	// filledValue is a table whose fields are set somewhere.
	filledValue struct{}
	// parametersValue is the result of args.declare: the parameters by name.
	parametersValue struct{ fields map[string]value }
	// lambdaValue is a function of the script.
	lambdaValue struct {
		function *ast.FunctionExpr
		results  []value
	}
	// builtinValue is a function of Lua's own library, as table.sort.
	builtinValue struct{ name string }
)

func (moduleValue) describe() string     { return "module" }
func (functionValue) describe() string   { return "function" }
func (v objectValue) describe() string   { return v.Name }
func (listValue) describe() string       { return "table" }
func (iteratorValue) describe() string   { return "function" }
func (libraryValue) describe() string    { return "table" }
func (textValue) describe() string       { return "string" }
func (numberValue) describe() string     { return "number" }
func (boolValue) describe() string       { return "boolean" }
func (nilValue) describe() string        { return "nil" }
func (tableValue) describe() string      { return "table" }
func (filledValue) describe() string     { return "table" }
func (parametersValue) describe() string { return "table" }
func (lambdaValue) describe() string     { return "function" }
func (builtinValue) describe() string    { return "function" }

// of returns the value of a declared type. origin is the function that returns it, item an item
// of its argument "items".
func (c *Checker) of(t *declare.Type, origin string, item value) value {
	if t == nil {
		return nil
	}
	switch t.Kind {
	case declare.KindItem:
		return item
	case declare.KindString:
		return textValue{}
	case declare.KindBool:
		return boolValue{}
	case declare.KindNumber, declare.KindDuration:
		return numberValue{}
	case declare.KindList:
		return listValue{c.of(t.Elem, "", item), c.about(t)}
	case declare.KindTime, declare.KindStruct, declare.KindObject:
		if class := c.registry.Class(t.Go); class != nil {
			return objectValue{class}
		}
	case declare.KindIterator:
		items := []value{c.of(t.Elem, "", item)}
		for _, more := range t.More {
			items = append(items, c.of(more, "", item))
		}
		return iteratorValue{items: items, origin: origin}
	}
	return nil
}

func (c *Checker) about(t *declare.Type) *declare.Class {
	if t.About == nil {
		return nil
	}
	return c.registry.Class(t.About.Go)
}

// same is the value that both are, as far as they agree.
func same(a, b value) value {
	x, isObject := a.(objectValue)
	y, isToo := b.(objectValue)
	switch {
	case isObject && isToo && x.Class == y.Class:
		return a
	case isText(a) && isText(b):
		return textValue{}
	}
	return nil
}

func isText(v value) bool {
	_, ok := v.(textValue)
	return ok
}

// at returns value i of a list of results, or nil if the list is shorter.
func at(values []value, i int) value {
	if i < len(values) {
		return values[i]
	}
	return nil
}
