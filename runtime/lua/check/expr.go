package check

import (
	"slices"
	"strconv"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

func (w *walker) place(e ast.PositionHolder) syntax.Place { return w.reading.Place(e.Line()) }

// expr checks an expression and returns its inferred value.
func (w *walker) expr(e ast.Expr) value {
	v := w.evaluate(e)
	w.values[e] = v
	return v
}

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
		number, err := strconv.ParseFloat(e.Value, 64)
		return numberValue{number: number, known: err == nil}
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

// logical infers "and" and "or". If a field of `a and b` is read, the value is b.
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

func (w *walker) name(e *ast.IdentExpr) value {
	if l := w.names.uses[e]; l != nil {
		return l.steadyValue()
	}
	if w.names.globals[e.Value] || w.added.globals[e.Value] {
		return nil
	}
	return w.global(e.Value)
}

// global returns the value of a global of the library or the host.
func (w *walker) global(name string) value {
	if members, known := w.library[name]; known && members == nil && !slices.Contains(w.replaced, name) {
		return builtin(name)
	}
	if m := w.module(name); m != nil {
		return moduleValue{m}
	}
	if f := w.function(name); f != nil {
		return functionValue{f, name}
	}
	if w.library[name] != nil {
		return libraryValue{name}
	}
	if _, known := w.library[name]; known {
		return builtin(name)
	}
	return nil
}

// builtin returns the value of a global of Lua's own that is not a table of functions, nil if its
// type is not checked.
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
