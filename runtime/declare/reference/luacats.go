package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// LuaCATS renders one meta file for lua-language-server with everything: the modules as globals,
// their functions and options, the classes and the error codes.
func LuaCATS(reg *declare.Registry) string {
	w := newCats(reg, "")
	w.aliases()
	for _, c := range reg.Classes() {
		w.class(c)
	}
	for _, m := range reg.Modules() {
		w.module(m)
	}
	return w.text()
}

// LuaCATSFiles renders the same as one file for each module, by file name, so that require finds
// its types; values.lua has the classes and aliases.
func LuaCATSFiles(reg *declare.Registry) map[string]string {
	values := newCats(reg, " _")
	values.aliases()
	for _, c := range reg.Classes() {
		values.class(c)
	}
	files := map[string]string{"values.lua": values.text()}
	for _, m := range reg.Modules() {
		w := newCats(reg, moduleHeader(m))
		w.module(m)
		if !m.Global {
			w.printf("return %s\n", m.Name)
		}
		files[m.Name+".lua"] = w.text()
	}
	return files
}

// moduleHeader names the file as require does. Globals need no require.
func moduleHeader(m declare.Module) string {
	if m.Global {
		return " _"
	}
	return " " + m.Name
}

type catsWriter struct {
	reg   *declare.Registry
	b     strings.Builder
	named map[*declare.Table]string // tables of a function that are written as a class
}

func newCats(reg *declare.Registry, header string) *catsWriter {
	w := &catsWriter{reg: reg, named: map[*declare.Table]string{}}
	w.printf("---@meta%s\n-- Generated from the declarations. Do not edit.\n\n", header)
	return w
}

func (w *catsWriter) text() string { return strings.TrimRight(w.b.String(), "\n") + "\n" }

func (w *catsWriter) printf(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

// comment writes a doc above a declaration.
func (w *catsWriter) comment(doc string) {
	for line := range strings.Lines(strings.TrimSpace(doc)) {
		w.printf("---%s\n", strings.TrimRight(line, "\n"))
	}
}

func (w *catsWriter) aliases() {
	w.printf("---A number of seconds, or text such as \"90s\", \"1h30m\", \"7d\".\n---@alias dbos.duration number|string\n\n")
	w.printf("---A time object, Unix seconds, RFC 3339 text, a date, or text relative to now such as \"-24h\".\n---@alias dbos.when dbos.Time|number|string\n\n")
	w.printf("---JSON data: nil, booleans, numbers, text, arrays, tables with names as keys, times, exact integers.\n---@alias dbos.data any\n\n")
	w.printf("---The words an error's code may be.\n---@alias dbos.code\n")
	for _, code := range Codes(w.reg) {
		w.printf("---| %q\n", code)
	}
	w.printf("\n")
}

// Codes lists the error codes that functions are declared to raise, and the codes of every call,
// sorted.
func Codes(reg *declare.Registry) []string {
	codes := []string{declare.CodeInvalidArgument, declare.CodeInvalidOption, declare.CodeInterrupted, declare.CodeTimeout, declare.CodeInternal}
	for _, t := range reg.Topics() {
		if f, ok := t.Item.(*declare.Func); ok {
			codes = append(codes, f.Codes...)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (w *catsWriter) class(c *declare.Class) {
	w.comment(c.Doc)
	w.printf("---@class %s\n", catsName(c))
	for _, f := range c.Fields {
		w.field(c, f)
	}
	w.operators(c)
	local := "_" + strings.ReplaceAll(c.Name, ".", "_")
	w.printf("local %s = {}\n\n", local)
	for _, m := range methodsOf(c) {
		w.function(local+":"+m.Name, catsName(c)+"."+m.Name, m)
	}
}

func (w *catsWriter) field(c *declare.Class, f declare.Field) {
	w.printf("---@field %s %s %s\n", key(f.Name), w.fieldType(c, f), oneLine(f.Doc))
}

// operators writes the operators of the classes that every registry has.
func (w *catsWriter) operators(c *declare.Class) {
	switch c.Name {
	case "time":
		w.printf("---@operator add(dbos.duration): dbos.Time\n---@operator sub(dbos.Time): number\n---@operator sub(dbos.duration): dbos.Time\n")
	case "integer":
		w.printf("---@operator add(number|dbos.Integer): dbos.Integer\n---@operator sub(number|dbos.Integer): dbos.Integer\n---@operator mul(number|dbos.Integer): dbos.Integer\n")
	}
	if c.Text {
		w.printf("---@operator concat(any): string\n---@operator len: integer\n")
	}
}

func (w *catsWriter) fieldType(c *declare.Class, f declare.Field) string {
	if c.Name == "dbos.Error" && f.Name == "code" {
		return "dbos.code?"
	}
	name := w.typeName(f.Type, true)
	if f.OmitZero || f.Type.Optional || f.Type.Kind == declare.KindError {
		name += "?"
	}
	return name
}

func (w *catsWriter) module(m declare.Module) {
	if m.Global {
		w.printf("-- %s: %s\n\n", m.Name, m.Doc)
		for _, v := range m.Values {
			w.comment(v.Doc)
			w.printf("---@type any\n%s = nil\n\n", v.Name)
		}
	} else {
		w.moduleTable(m)
	}
	for _, f := range m.Funcs {
		w.function(m.Member(f.Name), m.Member(f.Name), f)
	}
}

// moduleTable declares the table that the functions stand in.
func (w *catsWriter) moduleTable(m declare.Module) {
	w.comment(m.Doc)
	w.printf("---@class %s.module\n", m.Name)
	for _, v := range m.Values {
		w.value(v)
	}
	w.printf("%s = {}\n\n", m.Name)
}

func (w *catsWriter) value(v declare.Value) {
	of := "any"
	if _, ok := v.Go.(bool); ok {
		of = "boolean"
	}
	w.printf("---@field %s %s %s\n", key(v.Name), of, oneLine(v.Doc))
}

// function writes the class of its options, if it has any, and then the function. owned is the
// name that its options are called after.
func (w *catsWriter) function(name, owned string, f declare.Func) {
	clear(w.named)
	if f.Options() != nil {
		w.table(owned+".options", f.Options())
	}
	for _, p := range f.Params() {
		w.tables(owned+"."+p.Name, p.Type)
	}
	w.comment(fmt.Sprintf("%s\n\nKind: %s.", f.Doc, f.Kind))
	generic := isGeneric(f)
	if generic {
		w.printf("---@generic T\n")
	}
	var names []string
	for _, p := range f.Params() {
		if generic && p.Name == itemsName {
			w.printf("---@param %s T[]|fun(...): T? %s\n", itemsName, oneLine(p.Doc))
			names = append(names, itemsName)
			continue
		}
		names = append(names, w.param(p))
	}
	if f.Options() != nil {
		names = append(names, "options")
		w.printf("---@param options%s %s.options\n", mark(!hasRequired(f.Options())), owned)
	}
	for _, r := range f.Returns {
		w.printf("---@return %s # %s\n", w.returnType(r), oneLine(r.Doc))
	}
	w.printf("function %s(%s) end\n\n", name, strings.Join(names, ", "))
}

// param writes a positional argument and returns its name in the parameter list.
func (w *catsWriter) param(p declare.Param) string {
	if p.Variadic {
		w.printf("---@param ... %s %s\n", w.argumentType(elementParam(p)), oneLine(remarks(p)))
		return "..."
	}
	w.printf("---@param %s%s %s %s\n", p.Name, mark(!p.Required), w.argumentType(p), oneLine(remarks(p)))
	return p.Name
}

func elementParam(p declare.Param) declare.Param {
	p.Type, p.Single = p.Type.Elem, false
	return p
}

func mark(optional bool) string {
	if optional {
		return "?"
	}
	return ""
}

// table writes a table with known keys as a class, once for each function, its tables first.
func (w *catsWriter) table(name string, t *declare.Table) {
	if w.named[t] != "" {
		return
	}
	w.named[t] = name
	for _, k := range t.Keys {
		w.tables(name+"."+k.Name, k.Type)
	}
	w.printf("---@class %s\n", name)
	for _, k := range t.Keys {
		w.printf("---@field %s%s %s %s\n", key(k.Name), mark(!k.Required), w.argumentType(k), oneLine(remarks(k)))
	}
	w.printf("\n")
}

// tables writes the table that a type is made of, if it is made of one.
func (w *catsWriter) tables(name string, t *declare.Type) {
	for t.Elem != nil {
		t = t.Elem
	}
	if t.Table != nil && w.reg.Declared(t.Go) == nil {
		w.table(name, t.Table)
	}
}
