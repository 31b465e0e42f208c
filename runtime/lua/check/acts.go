package check

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// Acts returns the calls in a source that a durable run cannot record, with the code NotRecordable,
// and those of functions that act on something other than the database of the run, with the code
// MayHappenTwice; see declare.Outside. They are in the order of lines. A function
// that is passed to another function is listed where it is passed. Like Check, it lists a call only
// if it is sure which function is called, and leaves out lines with the comment "check: ignore".
// The calls in a function that is passed to step are a part of that step: of these, it lists only
// calls that a step refuses.
func (c *Checker) Acts(name, source string, folders ...string) []Finding {
	s := c.inspect(name, source, folders)
	return reported(s.acts)
}

// act notes a call of a function, or a place where it is passed to another one.
func (w *walker) act(v value, at syntax.Place) {
	kind, name := declare.NoKind, ""
	switch f := v.(type) {
	case functionValue:
		if kind, name = f.Kind, f.name; w.noData(f) != nil {
			return // it is refused
		}
	case builtinValue:
		kind, name = declare.LuaKind(f.name), f.name
	}
	if kind != declare.Outside || w.inStep > 0 {
		return
	}
	w.acts = append(w.acts, Finding{
		File: w.file, Line: at.Line, Column: at.Column, Code: MayHappenTwice, Source: w.reading.SourceLine(at.Line),
		Message: name + " may happen twice in a durable run",
	})
}

// step notes the function that is passed to step, before it is read.
func (w *walker) step(e *ast.FuncCallExpr, f functionValue) {
	if f.name != "step" {
		return
	}
	for _, arg := range e.Args {
		if written, ok := arg.(*ast.FunctionExpr); ok {
			w.steps[written] = true
		}
	}
}

// unrecordable notes a call that a durable run refuses: one whose result is no data, one of a
// function that records a step by itself inside a step, and each function that is passed to a call
// which is recorded, because it would be called while the call is under way, and not in a replay.
func (w *walker) unrecordable(e *ast.FuncCallExpr, f functionValue, at syntax.Place) {
	switch {
	case w.inStep > 0:
		if strings.HasPrefix(f.name, "durable.") && f.name != "durable.sleep" && !f.IsRecorded() && f.Kind != declare.Pure {
			w.refused(at, f.name+" records a step by itself, and a step is around it here", "call it before or after the step")
		}
		return
	case f.Kind == declare.Pure && w.holdsCallback(f):
		w.functions(e, f)
		return
	case f.Kind == declare.Pure || !f.IsRecorded():
		return
	}
	if class := w.noData(f); class != nil {
		w.refused(at, fmt.Sprintf("%s cannot be recorded in a durable run: a %s is no data", f.name, class.Name), "")
		return
	}
	w.functions(e, f)
}

// holdsCallback returns true if the result of a function keeps a function that is passed, for its
// own methods to call.
func (w *walker) holdsCallback(f functionValue) bool {
	class := w.registry.Declared(f.Result())
	return class != nil && class.Go.Implements(reflect.TypeFor[declare.CallbackHolder]())
}

// functions notes the arguments of a call that are surely functions.
func (w *walker) functions(e *ast.FuncCallExpr, f functionValue) {
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

// noData returns the class of the result of a function, if it cannot be recorded, and else nil.
func (w *walker) noData(f functionValue) *declare.Class {
	class := w.registry.Declared(f.Result())
	if !f.IsRecorded() || class == nil || class.Record || class.Replay() != declare.NotRecorded || class.Go == reflect.TypeFor[time.Time]() {
		return nil
	}
	return class
}

// callback notes an argument that is surely a function.
func (w *walker) callback(arg ast.Expr, f functionValue, name string) {
	if _, written := arg.(*ast.FunctionExpr); !written {
		return
	}
	w.refused(w.place(arg), fmt.Sprintf("%s cannot be recorded in a durable run: it would call the function %q while it is under way", f.name, name),
		"call it without a function, and do the work of the function before or after the call")
}

// computed notes a require whose name is not in quotes. A durable run has only the files of such
// names beside the script.
func (w *walker) computed(e *ast.FuncCallExpr) {
	if _, quoted := first(e.Args).(*ast.StringExpr); quoted || len(e.Args) == 0 {
		return
	}
	w.refused(w.place(e), "require of a name that is not in quotes finds no file in a durable run", "write the name in quotes, so that the file is stored with the script")
}

// refused notes a call that a durable run refuses.
func (w *walker) refused(at syntax.Place, message, hint string) {
	w.acts = append(w.acts, Finding{
		File: w.file, Line: at.Line, Column: at.Column, Code: NotRecordable, Source: w.reading.SourceLine(at.Line), Message: message, Hint: hint,
	})
}

// passes notes the arguments of a call that are functions.
func (w *walker) passes(args []ast.Expr) {
	for _, arg := range args {
		w.act(w.values[arg], w.place(arg))
	}
}
