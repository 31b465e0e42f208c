package check

import (
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// arguments checks the arguments of a call and returns their values. f declares the parameters of
// callbacks; it may be nil.
func (w *walker) arguments(args []ast.Expr, f *declare.Func) []value {
	if f == nil {
		return w.exprs(args, 0)
	}
	return w.each(args, func(i int, before []value) { w.passed(args[i], f, i, items(f, before)) })
}

// items returns the value of one item of the argument "items".
func items(f *declare.Func, given []value) value {
	for i, p := range f.Params() {
		if p.Name == "items" {
			return itemOf(at(given, i))
		}
	}
	return nil
}

// passed records the arguments with which the functions in an argument will be called.
func (w *walker) passed(arg ast.Expr, f *declare.Func, i int, item value) {
	if function, ok := arg.(*ast.FunctionExpr); ok && i < len(f.Params()) {
		w.pass(function, f.Params()[i].Passes, item)
	}
	table, ok := arg.(*ast.TableExpr)
	if !ok || i != len(f.Params()) || f.Options() == nil {
		return
	}
	for _, field := range table.Fields {
		name, isName := field.Key.(*ast.StringExpr)
		function, isFunction := field.Value.(*ast.FunctionExpr)
		if !isName || !isFunction {
			continue
		}
		if key := f.Options().Key(name.Value); key != nil {
			w.pass(function, key.Passes, item)
		}
	}
}

func (w *walker) pass(f *ast.FunctionExpr, passes []declare.Passed, item value) {
	values := make([]value, len(passes))
	for i, p := range passes {
		values[i] = w.of(p.Type, "", item)
	}
	w.callbacks[f] = values
}

// fieldName checks text that stands for a function of each item: the name of a field.
func (w *walker) fieldName(e ast.Expr, v value, p *declare.Param, item value) {
	text, isText := v.(textValue)
	object, isObject := item.(objectValue)
	if isText && text.known && isObject && len(p.Passes) == 1 && p.Passes[0].Type.Kind == declare.KindItem {
		w.objectMember(object, text.text, w.place(e))
	}
}

// itemOf returns the value of one item of an array or of an iterator.
func itemOf(v value) value {
	switch v := v.(type) {
	case listValue:
		return v.item
	case iteratorValue:
		if len(v.items) == 1 {
			return v.items[0]
		}
	}
	return nil
}

// results returns the values of the results of a declared function.
func (w *walker) results(f functionValue, given []value) []value {
	if f.name == "args.declare" {
		return []value{w.parameters(at(given, 0))}
	}
	var values []value
	for _, r := range f.Returns {
		values = append(values, w.of(r.Type, f.name, items(f.Func, given)))
	}
	return values
}

// parameters reads the declaration of a script's parameters, where all of their names are written
// out.
func (w *walker) parameters(v value) value {
	table, ok := v.(tableValue)
	if !ok {
		return nil
	}
	w.declares = table.literal
	p := parametersValue{fields: map[string]value{}}
	for _, field := range table.literal.Fields {
		name, isName := field.Key.(*ast.StringExpr)
		if !isName {
			return nil
		}
		if _, isText := field.Value.(*ast.StringExpr); name.Value != "summary" || !isText {
			p.fields[name.Value] = w.parameterOf(field.Value)
		}
	}
	return p
}

func (w *walker) parameterOf(e ast.Expr) value {
	declaration, ok := e.(*ast.TableExpr)
	if !ok {
		return nil
	}
	for _, field := range declaration.Fields {
		key, isName := field.Key.(*ast.StringExpr)
		kind, isText := field.Value.(*ast.StringExpr)
		if isName && isText && key.Value == "type" && kind.Value == "time" {
			if class, ok := w.class("time"); ok {
				return class
			}
		}
	}
	return nil
}

func (w *walker) class(name string) (value, bool) {
	for _, c := range w.registry.Builtin() {
		if c.Name == name {
			return objectValue{c}, true
		}
	}
	return nil, false
}

// builtin checks a call of Lua's own library and returns its results.
func (w *walker) builtin(name string, e *ast.FuncCallExpr) []value {
	switch name {
	case "require":
		w.computed(e)
		return w.require(e)
	case "table.sort":
		return w.sort(e)
	}
	given := w.exprs(e.Args, 0)
	switch list, isList := at(given, 0).(listValue); {
	case name == "ipairs" && isList:
		return []value{iteratorValue{items: []value{numberValue{}, list.item}}}
	case name == "pairs" && isList:
		return []value{iteratorValue{items: []value{nil, list.item}}}
	case name == "table.remove" && isList:
		return []value{list.item}
	case name == "unpack" && isList:
		return []value{list.item}
	}
	switch name {
	case "ipairs":
		w.overIterator(given, e)
	case "assert":
		return given
	case "tostring", "type", "table.concat", "string.format", "string.rep", "string.sub", "string.upper", "string.lower":
		return []value{textValue{}}
	}
	return nil
}

func (w *walker) overIterator(given []value, e *ast.FuncCallExpr) {
	if v, ok := at(given, 0).(iteratorValue); ok && v.origin != "" {
		w.report(WrongLoop, w.place(e.Args[0]), v.origin+" returns an iterator, and ipairs takes an array").Hint = "for item in " + v.origin + "(…) do goes over the items"
	}
}

// textResult returns the results of a string method.
func (w *walker) textResult(receiver value, method string) []value {
	switch method {
	case "format", "rep", "sub", "upper", "lower":
		if isText(receiver) {
			return []value{textValue{}}
		}
	}
	return nil
}

func (w *walker) require(e *ast.FuncCallExpr) []value {
	w.exprs(e.Args, 0)
	name, ok := first(e.Args).(*ast.StringExpr)
	if !ok {
		return nil
	}
	if m := w.module(name.Value); m != nil {
		return []value{moduleValue{m}}
	}
	if _, err := w.find(w.folders, name.Value); err != nil {
		w.report(UnknownModule, w.place(name), err.Error()).Suggestion = declare.Suggest(name.Value, w.modules())
	}
	return nil
}

// sort infers the parameters of the function that compares items of the array.
func (w *walker) sort(e *ast.FuncCallExpr) []value {
	if len(e.Args) == 0 {
		return nil
	}
	list, isList := w.expr(e.Args[0]).(listValue)
	for _, arg := range e.Args[1:] {
		if f, isFunction := arg.(*ast.FunctionExpr); isFunction && isList {
			w.callbacks[f] = []value{list.item, list.item}
		}
		w.expr(arg)
	}
	return nil
}
