package check

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// call checks a call and returns the inferred results.
func (w *walker) call(e *ast.FuncCallExpr) []value {
	results := w.called(e)
	w.passes(e.Args)
	return results
}

func (w *walker) called(e *ast.FuncCallExpr) []value {
	if e.Func == nil {
		return w.method(e)
	}
	f := w.expr(e.Func)
	w.act(f, w.place(e))
	switch f := f.(type) {
	case functionValue:
		if f.IsMethod() {
			w.onItsObject(e, f)
			w.arguments(e.Args, nil)
			return nil
		}
		return w.declared(e, f, w.place(e))
	case builtinValue:
		return w.builtin(f.name, e)
	case lambdaValue:
		w.callLambda(e, f)
		return f.results
	}
	w.arguments(e.Args, nil)
	return nil
}

// method is a call with a colon.
func (w *walker) method(e *ast.FuncCallExpr) []value {
	receiver := w.expr(e.Receiver)
	at := w.reading.Method(e.Line(), e.Method, calls(e.Receiver, e.Method))
	if m, ok := receiver.(moduleValue); ok {
		if f, known := w.moduleMember(m, e.Method, at).(functionValue); known {
			w.report(WrongCall, at, f.name+": is called with a dot, not a colon")
		}
		w.arguments(e.Args, nil)
		return nil
	}
	switch f := w.member(receiver, e.Receiver, e.Method, at).(type) {
	case functionValue:
		w.act(f, at)
		return w.declared(e, f, at)
	default:
		w.arguments(e.Args, nil)
		return w.textResult(receiver, e.Method)
	}
}

// calls counts the methods of a name in a chain of calls.
func calls(e ast.Expr, name string) int {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		if e.Func != nil {
			return calls(e.Func, name)
		}
		if e.Method == name {
			return 1 + calls(e.Receiver, name)
		}
		return calls(e.Receiver, name)
	case *ast.AttrGetExpr:
		return calls(e.Object, name)
	}
	return 0
}

// onItsObject reports a method that is called with a dot and surely not given its object.
func (w *walker) onItsObject(e *ast.FuncCallExpr, f functionValue) {
	field, isField := e.Func.(*ast.AttrGetExpr)
	if !isField {
		return
	}
	switch first(e.Args).(type) {
	case nil, *ast.TableExpr, *ast.StringExpr, *ast.NumberExpr, *ast.FunctionExpr:
		w.report(WrongCall, w.place(field.Key), f.name+": is called with a colon, not a dot")
	}
}

// declared checks a call against the declaration of its function.
func (w *walker) declared(e *ast.FuncCallExpr, f functionValue, at syntax.Place) []value {
	w.step(e, f)
	given := w.arguments(e.Args, f.Func)
	w.count(e, f, at)
	w.missing(e, f, at)
	w.unrecordable(e, f, at)
	for i, v := range given {
		if p := f.param(i); p != nil && i < len(e.Args) {
			w.fieldName(e.Args[i], v, p, items(f.Func, given))
			c := &argument{walker: w, function: f.name, name: p.Name}
			c.check(e.Args[i], v, p.Type, p)
		} else if i == len(f.Params()) && f.Options() != nil && i < len(e.Args) {
			(&argument{walker: w, function: f.name, options: true}).table(e.Args[i], v, f.Options())
		}
	}
	return w.results(f, given)
}

// param returns the declaration of positional argument i, counted from 0, or nil if there is
// none.
func (f functionValue) param(i int) *declare.Param {
	switch {
	case i < len(f.Params()):
		return &f.Params()[i]
	case f.Variadic():
		return &f.Params()[len(f.Params())-1]
	}
	return nil
}

// fixed is how many arguments are written out.
func fixed(args []ast.Expr) int {
	if open(args) {
		return len(args) - 1
	}
	return len(args)
}

func (w *walker) count(e *ast.FuncCallExpr, f functionValue, at syntax.Place) {
	most := len(f.Params())
	if f.Options() != nil {
		most++
	}
	if f.Variadic() || fixed(e.Args) <= most {
		return
	}
	extra := e.Args[most]
	if _, isNil := extra.(*ast.NilExpr); isNil {
		return
	}
	w.report(ExtraArgument, w.place(extra), fmt.Sprintf("%s: takes %s, got %d", f.name, declare.AtMost(most), len(e.Args)))
}

// missing reports the first required argument, or option, that is surely not given.
func (w *walker) missing(e *ast.FuncCallExpr, f functionValue, at syntax.Place) {
	for i, p := range f.Params() {
		if !p.Required {
			continue
		}
		if i >= fixed(e.Args) && !open(e.Args) || i < fixed(e.Args) && isNil(e.Args[i]) && p.Type.Kind != declare.KindAny && p.Type.Kind != declare.KindRaw {
			w.report(MissingArgument, at, (&declare.ArgumentError{Func: f.name, Argument: p.Name, Message: "is missing"}).Error())
			return
		}
	}
	if f.Options() == nil || open(e.Args) || len(e.Args) > len(f.Params()) && !isNil(e.Args[len(f.Params())]) {
		return
	}
	for _, key := range f.Options().Keys {
		if key.Required {
			w.report(MissingArgument, at, (&declare.ArgumentError{Func: f.name, Argument: key.Name, Message: "is missing"}).Error())
			return
		}
	}
}

func isNil(e ast.Expr) bool {
	_, ok := e.(*ast.NilExpr)
	return ok
}

// callLambda checks a call of a function of the script. Lua drops surplus arguments without an
// error; we report them.
func (w *walker) callLambda(e *ast.FuncCallExpr, f lambdaValue) {
	w.arguments(e.Args, nil)
	most := len(f.function.ParList.Names)
	if f.function.ParList.HasVargs || fixed(e.Args) <= most {
		return
	}
	name := "this function"
	if identifier, ok := e.Func.(*ast.IdentExpr); ok {
		name = identifier.Value
	}
	w.report(ExtraArgument, w.place(e.Args[most]), fmt.Sprintf("%s: takes %s, got %d", name, declare.AtMost(most), len(e.Args)))
}
