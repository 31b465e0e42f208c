package check

import (
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// Acts returns the calls in a source of functions that act on something other than the database of
// the run, in the order of lines; see declare.Outside. Their code is MayHappenTwice. A function
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

// passes notes the arguments of a call that are functions.
func (w *walker) passes(args []ast.Expr) {
	for _, arg := range args {
		w.act(w.values[arg], w.place(arg))
	}
}
