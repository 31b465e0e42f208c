package check

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// place returns where an expression stands in the source.
func (w *walker) place(e ast.PositionHolder) syntax.Place { return w.reading.Place(e.Line()) }

// expr checks an expression and returns its inferred value, which is nil if nothing is known. A
// check that depends on a value is left out then.
func (w *walker) expr(e ast.Expr) value {
	v := w.evaluate(e)
	w.values[e] = v
	return v
}

// evaluate is expr, but does not note the value for other checks.
func (w *walker) evaluate(e ast.Expr) value {
	switch e := e.(type) {
	case *ast.IdentExpr:
		return w.name(e)
	case *ast.AttrGetExpr:
		return w.index(e)
	case *ast.FuncCallExpr:
		return at(w.call(e), 0)
	case *ast.TableExpr:
		return w.table(e)
	case *ast.FunctionExpr:
		return w.lambda(e)
	case *ast.LogicalOpExpr:
		return w.logical(e)
	case *ast.UnaryLenOpExpr:
		return w.length(e)
	}
	for _, operand := range operands(e) {
		w.expr(operand)
	}
	return constant(e)
}

// constant returns the value of a literal, or of an operator that always returns one type.
func constant(e ast.Expr) value {
	switch e := e.(type) {
	case *ast.StringExpr:
		return textValue{text: e.Value, known: true}
	case *ast.NumberExpr:
		number, known := syntax.ParseNumber(e.Value)
		return numberValue{number: number, known: known}
	case *ast.UnaryMinusOpExpr:
		if n, ok := constant(e.Expr).(numberValue); ok {
			return numberValue{number: -n.number, known: n.known}
		}
	case *ast.TrueExpr, *ast.FalseExpr, *ast.UnaryNotOpExpr, *ast.RelationalOpExpr:
		return boolValue{}
	case *ast.NilExpr:
		return nilValue{}
	}
	return nil
}

// logical infers "and" and "or". `a and b` is b or a false value. Of a false value no field can be
// read and no method called, so where b has some, the check may take the value for b.
func (w *walker) logical(e *ast.LogicalOpExpr) value {
	left, right := w.expr(e.Lhs), w.expr(e.Rhs)
	if e.Operator == "or" {
		return same(left, right)
	}
	switch right.(type) {
	case objectValue, listValue, moduleValue:
		return right
	}
	return nil
}

func (w *walker) length(e *ast.UnaryLenOpExpr) value {
	if v, ok := w.expr(e.Expr).(iteratorValue); ok && v.origin != "" {
		w.report(WrongLoop, w.place(e.Expr), v.origin+" returns an iterator, which has no length").Hint = "count in the loop, or seq.count(…)"
	}
	return numberValue{}
}

func (w *walker) table(e *ast.TableExpr) value {
	for _, field := range e.Fields {
		if field.Key != nil {
			w.expr(field.Key)
		}
		w.expr(field.Value)
	}
	return tableValue{e}
}

// name returns the value of a local or a global. Nothing is known of globals that the script, or a
// file that it requires, sets.
func (w *walker) name(e *ast.IdentExpr) value {
	if l := w.names.uses[e]; l != nil {
		return l.steadyValue()
	}
	if w.names.globals[e.Value] || w.added.globals[e.Value] {
		return nil
	}
	return w.global(e.Value)
}

// global returns the value of a global of Lua's library or of the host, in the order in which they
// hide each other: a function of Lua that is not replaced, a declared module or function, a
// replaced function whose module is not declared here, and last a table of Lua's functions.
func (w *walker) global(name string) value {
	members, inLua := w.library[name]
	isFunction := inLua && members == nil // a table has members
	if isFunction && !slices.Contains(w.replaced, name) {
		return builtin(name)
	}
	if m := w.module(name); m != nil {
		return moduleValue{m}
	}
	if f := w.function(name); f != nil {
		return functionValue{f, name}
	}
	if isFunction {
		return builtin(name)
	}
	if inLua {
		return libraryValue{name}
	}
	return nil
}

// builtin returns the value of a global of Lua that is not a table of functions. It returns nil for
// _G and _VERSION, whose types are not checked.
func builtin(name string) value {
	if name == "_G" || name == "_VERSION" {
		return nil
	}
	return builtinValue{name}
}

// index returns the value of a field, or of an item of a list.
func (w *walker) index(e *ast.AttrGetExpr) value {
	object := w.expr(e.Object)
	key, isName := e.Key.(*ast.StringExpr)
	if isName {
		return w.member(object, e.Object, key.Value, w.place(key))
	}
	w.expr(e.Key)
	if list, ok := object.(listValue); ok {
		return list.item
	}
	return nil
}
