package check

import (
	"fmt"
	"slices"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// Acts returns the calls in a source that a durable run cannot record, with the code NotRecordable,
// and those of functions that act on something other than the database of the run, with the code
// MayHappenTwice; see declare.Outside. They are in the order of lines. A function
// that is passed to another function is listed where it is passed. Like Check, it lists a call only
// if it is sure which function is called, and leaves out lines with the comment "check: ignore".
func (c *Checker) Acts(name, source string, folders ...string) []Finding {
	s := c.inspect(name, source, folders)
	return reported(s.acts)
}

// act notes a call of a function, or a place where it is passed to another one.
func (w *walker) act(v value, at syntax.Place) {
	kind, name := declare.NoKind, ""
	switch f := v.(type) {
	case functionValue:
		kind, name = f.Kind, f.name
	case builtinValue:
		kind, name = declare.LuaKind(f.name), f.name
	}
	if kind != declare.Outside {
		return
	}
	w.acts = append(w.acts, Finding{
		File: w.file, Line: at.Line, Column: at.Column, Code: MayHappenTwice, Source: w.reading.SourceLine(at.Line),
		Message: name + " may happen twice in a durable run",
	})
}

// unrecordable notes each function that is passed to a call which a durable run records, because it
// would be called while the call is under way, and not in a replay.
func (w *walker) unrecordable(e *ast.FuncCallExpr, f functionValue) {
	if f.Kind == declare.Pure || !f.IsRecorded() {
		return
	}
	for i, arg := range e.Args {
		if p := f.param(i); p != nil && p.Type.Kind == declare.KindCallback {
			w.callback(arg, f, p.Name)
		}
		table, isTable := arg.(*ast.TableExpr)
		if !isTable || f.Options() == nil || i != len(f.Params()) {
			continue
		}
		for _, field := range table.Fields {
			key, named := field.Key.(*ast.StringExpr)
			if named && slices.ContainsFunc(f.Options().Keys, func(p declare.Param) bool { return p.Name == key.Value && p.Type.Kind == declare.KindCallback }) {
				w.callback(field.Value, f, key.Value)
			}
		}
	}
}

// callback notes an argument that is surely a function.
func (w *walker) callback(arg ast.Expr, f functionValue, name string) {
	if _, written := arg.(*ast.FunctionExpr); !written {
		return
	}
	at := w.place(arg)
	w.acts = append(w.acts, Finding{
		File: w.file, Line: at.Line, Column: at.Column, Code: NotRecordable, Source: w.reading.SourceLine(at.Line),
		Message: fmt.Sprintf("%s cannot be recorded in a durable run: it would call the function %q while it is under way", f.name, name),
		Hint:    "call it without a function, and do the work of the function before or after the call",
	})
}

// passes notes the arguments of a call that are functions.
func (w *walker) passes(args []ast.Expr) {
	for _, arg := range args {
		w.act(w.values[arg], w.place(arg))
	}
}
