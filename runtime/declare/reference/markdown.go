package reference

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Markdown returns the reference pages by file name: one for each module, values.md for the
// classes that every script meets, lua.md for the differences from Lua 5.1, kinds.md for the kinds
// of functions, and README.md with the contents.
func Markdown(reg *declare.Registry) map[string]string {
	pages := map[string]string{"README.md": contentsPage(reg), "values.md": valuesPage(reg), "lua.md": generated + luaPage, "kinds.md": kindsPage(reg)}
	for _, m := range reg.Modules() {
		pages[m.Name+".md"] = modulePage(reg, m)
	}
	return pages
}

//go:embed lua.md
var luaPage string

const generated = "<!-- Generated from the declarations. Do not edit. -->\n\n"

type pageWriter struct {
	reg *declare.Registry
	b   strings.Builder
}

func (w *pageWriter) printf(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

const languagePages = `## The language

| page | what |
|---|---|
| [values](values.md) | Errors, times and exact numbers, which every script can meet. |
| [lua](lua.md) | Every difference from Lua 5.1. |
| [kinds](kinds.md) | The four kinds of functions, and how a dry run treats the calls of each. |
`

// contentsPage lists the modules by section. Sections are in the order of their first module.
func contentsPage(reg *declare.Registry) string {
	w := &pageWriter{reg: reg}
	w.printf(generated + "# Script reference\n\nEach function has its manual here, and in `dbos-script doc NAME`. [types](types) has the same for editors.\n\n")
	for _, section := range sections(reg) {
		w.printf("## %s\n\n| module | what |\n|---|---|\n", section)
		for _, m := range reg.Modules() {
			if m.Section == section {
				w.printf("| [%s](%s.md) | %s |\n", m.Name, m.Name, cell(firstSentence(m.Doc)))
			}
		}
		w.printf("\n")
	}
	w.printf(languagePages)
	return w.b.String()
}

// sections returns the sections of the modules, each once.
func sections(reg *declare.Registry) []string {
	var all []string
	for _, m := range reg.Modules() {
		if !slices.Contains(all, m.Section) {
			all = append(all, m.Section)
		}
	}
	return all
}

func valuesPage(reg *declare.Registry) string {
	w := &pageWriter{reg: reg}
	w.printf(generated + "# Values\n\n")
	w.printf("%s.\n\n%s.\n\n", upperFirst(declare.DurationHint), upperFirst(declare.TimeHint))
	for _, c := range reg.Builtin() {
		w.class(c)
	}
	return w.b.String()
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func modulePage(reg *declare.Registry, m declare.Module) string {
	w := &pageWriter{reg: reg}
	w.printf("%s# %s\n\n%s\n\n", generated, m.Name, m.Doc)
	w.index(m)
	for _, v := range m.Values {
		w.printf("## %s\n\n%s\n\n", m.Member(v.Name), v.Doc)
	}
	for _, f := range m.Funcs {
		w.function("##", m.Member(f.Name), f)
	}
	for _, c := range reg.ClassesOf(m) {
		w.class(c)
	}
	return strings.TrimRight(w.b.String(), "\n") + "\n"
}

func (w *pageWriter) index(m declare.Module) {
	if len(m.Funcs) == 0 {
		return
	}
	w.printf("| function | kind | what |\n|---|---|---|\n")
	for _, f := range m.Funcs {
		w.printf("| [`%s`](#%s) | %s | %s |\n", f.Name, anchor(m.Member(f.Name)), f.Kind, cell(firstSentence(f.Doc)))
	}
	w.printf("\n")
}

// anchor returns the anchor that GitHub makes for a heading.
func anchor(heading string) string {
	return strings.NewReplacer(".", "", ":", "").Replace(strings.ToLower(heading))
}

func (w *pageWriter) function(level, name string, f declare.Func) {
	w.printf("%s %s\n\n```lua\n%s\n```\n\n%s\n\n", level, name, signature(name, f), f.Doc)
	w.table("argument", paramRows(w.reg, f.Params()))
	w.table("option", optionRows(w.reg, f.Options()))
	for _, r := range f.Returns {
		w.printf("Returns %s: %s\n\n", returnName(w.reg, r), r.Doc)
	}
	if len(f.Codes) > 0 {
		w.printf("Raises `%s`.\n\n", strings.Join(f.Codes, "`, `"))
	}
	w.printf("Kind: [%s](kinds.md). %s\n\n", f.Kind, f.Kind.Sentence())
	if f.Remarks != "" {
		w.printf("%s\n\n", f.Remarks)
	}
	for _, example := range f.Examples {
		w.printf("```lua\n%s\n```\n\n", strings.TrimSpace(example))
	}
}

func (w *pageWriter) table(title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	w.printf("| %s | type | what |\n|---|---|---|\n", title)
	for _, r := range rows {
		w.printf("| `%s` | %s | %s |\n", r.name, cell(r.typ), cell(r.doc))
	}
	w.printf("\n")
}

// cell keeps a text in one cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

func (w *pageWriter) class(c *declare.Class) {
	w.printf("## %s\n\n%s\n\n", c.Name, c.Doc)
	w.table("field", fieldRows(w.reg, c.Fields))
	for _, m := range methodsOf(c) {
		w.function("###", c.Name+":"+m.Name, m)
	}
}
