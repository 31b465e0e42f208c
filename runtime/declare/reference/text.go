package reference

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// width is the number of columns of the text, because lines that are longer are hard to read.
const width = 100

// Text renders a thing for a terminal; the last line ends with a newline. Empty for a topic of no
// known kind.
func Text(reg *declare.Registry, topic declare.Topic) string {
	w := &textWriter{reg: reg}
	switch item := topic.Item.(type) {
	case *declare.Module:
		w.module(item)
	case *declare.Func:
		w.function(topic.Name, item)
	case *declare.Value:
		w.line(topic.Name)
		w.paragraph(item.Doc)
	case *declare.Class:
		w.class(item)
	case *declare.Field:
		w.line(topic.Name + ": " + fieldType(reg, *item))
		w.paragraph(item.Doc)
	}
	return w.b.String()
}

// Contents lists the modules and classes, one line each.
func Contents(reg *declare.Registry) string {
	w := &textWriter{reg: reg}
	var modules, classes []row
	for _, m := range reg.Modules() {
		modules = append(modules, row{m.Name, "", firstSentence(m.Doc)})
	}
	for _, c := range reg.Classes() {
		classes = append(classes, row{c.Name, "", firstSentence(c.Doc)})
	}
	w.section("Modules", modules)
	w.section("Objects", classes)
	return strings.TrimPrefix(w.b.String(), "\n")
}

type textWriter struct {
	reg *declare.Registry
	b   strings.Builder
}

func (w *textWriter) line(text string) { w.b.WriteString(text + "\n") }

func (w *textWriter) paragraph(text string) {
	if text != "" {
		w.line("")
		w.line(wrap(text, "", width))
	}
}

func (w *textWriter) module(m *declare.Module) {
	w.line(m.Name)
	w.paragraph(m.Doc)
	var functions, values []row
	for _, f := range m.Funcs {
		functions = append(functions, row{signature(m.Member(f.Name), f), "", summary(f)})
	}
	for _, v := range m.Values {
		values = append(values, row{m.Member(v.Name), "", firstSentence(v.Doc)})
	}
	w.listing("Functions", functions)
	w.listing("Values", values)
}

// summary returns the first sentence about a function, and its kind in brackets.
func summary(f declare.Func) string {
	return fmt.Sprintf("%s (%s)", firstSentence(f.Doc), f.Kind)
}

// listing puts each doc below its name, since calls are long.
func (w *textWriter) listing(title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	w.line("\n" + title)
	for _, r := range rows {
		w.line("  " + r.name)
		w.line("      " + wrap(r.doc, "      ", width))
	}
}

func (w *textWriter) function(name string, f *declare.Func) {
	call := signature(name, *f)
	if len(f.Returns) > 0 {
		call += " -> " + returned(w.reg, f.Returns)
	}
	w.line(call)
	w.paragraph(f.Doc)
	w.section("Arguments", paramRows(w.reg, f.Params()))
	w.section("Options", optionRows(w.reg, f.Options()))
	w.section("Returns", returnRows(w.reg, f.Returns))
	if len(f.Codes) > 0 {
		w.line("\nRaises\n  " + strings.Join(f.Codes, ", "))
	}
	w.line(fmt.Sprintf("\nKind\n  %s: %s", f.Kind, f.Kind.Sentence()))
	w.paragraph(f.Remarks)
	for _, example := range f.Examples {
		w.line("\nExample\n  " + strings.ReplaceAll(strings.TrimSpace(example), "\n", "\n  "))
	}
}

func returned(reg *declare.Registry, returns []declare.Return) string {
	types := make([]string, len(returns))
	for i, r := range returns {
		types[i] = returnName(reg, r)
	}
	return strings.Join(types, ", ")
}

func (w *textWriter) class(c *declare.Class) {
	w.line(c.Name)
	w.paragraph(c.Doc)
	w.section("Fields", fieldRows(w.reg, c.Fields))
	var methods []row
	for _, m := range methodsOf(c) {
		methods = append(methods, row{signature(c.Name+":"+m.Name, m), "", summary(m)})
	}
	w.listing("Methods", methods)
}

// methodsOf returns the declared methods, and the method of every record.
func methodsOf(c *declare.Class) []declare.Func {
	if !c.Record {
		return c.Methods
	}
	return append(c.Methods[:len(c.Methods):len(c.Methods)], declare.ToTable())
}

// section aligns names, types and docs in columns.
func (w *textWriter) section(title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	names, types := widest(rows)
	w.line("\n" + title)
	for _, r := range rows {
		head := "  "
		if names > 0 {
			head += fmt.Sprintf("%-*s  ", names, r.name)
		}
		if types > 0 {
			head += fmt.Sprintf("%-*s  ", types, r.typ)
		}
		w.line(strings.TrimRight(head+wrap(r.doc, strings.Repeat(" ", utf8.RuneCountInString(head)), width), " "))
	}
}

// widest returns the widths of the first two columns, limited so that docs keep room.
func widest(rows []row) (names, types int) {
	for _, r := range rows {
		names = max(names, utf8.RuneCountInString(r.name))
		types = max(types, utf8.RuneCountInString(r.typ))
	}
	return min(names, 32), min(types, 28)
}

// wrap breaks a text at spaces; the lines after the first begin with indent, which is also taken
// to be the width already used on the first.
func wrap(text, indent string, most int) string {
	room := max(most-utf8.RuneCountInString(indent), 30)
	var b strings.Builder
	used := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
		case used+1+n > room:
			b.WriteString("\n" + indent)
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
