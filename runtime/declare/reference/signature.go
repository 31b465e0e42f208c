package reference

import (
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// signature writes how a function is called. Optional arguments stand in brackets; a function
// that takes one table with required keys is written with braces.
func signature(name string, f declare.Func) string {
	if len(f.Params()) == 0 && hasRequired(f.Options()) {
		return name + "{" + strings.Join(requiredKeys(f.Options()), ", ") + "}"
	}
	var b strings.Builder
	b.WriteString(name + "(")
	open := 0
	for i, p := range f.Params() {
		open += writeParam(&b, i, p.Name+ellipsis(p), p.Required)
	}
	if f.Options() != nil {
		open += writeParam(&b, len(f.Params()), "options", hasRequired(f.Options()))
	}
	b.WriteString(strings.Repeat("]", open) + ")")
	return b.String()
}

// writeParam writes a parameter and returns the number of brackets that it opened.
func writeParam(b *strings.Builder, at int, name string, required bool) int {
	opened := 0
	if !required {
		b.WriteByte('[')
		opened = 1
	}
	if at > 0 {
		b.WriteString(", ")
	}
	b.WriteString(name)
	return opened
}

func ellipsis(p declare.Param) string {
	if p.Variadic {
		return "…"
	}
	return ""
}

func hasRequired(t *declare.Table) bool { return len(requiredKeys(t)) > 0 }

func requiredKeys(t *declare.Table) []string {
	var keys []string
	if t == nil {
		return nil
	}
	for _, key := range t.Keys {
		if key.Required {
			keys = append(keys, key.Name+" = …")
		}
	}
	return keys
}

// row is a name with its type and doc.
type row struct{ name, typ, doc string }

func paramRows(reg *declare.Registry, params []declare.Param) []row {
	var rows []row
	for _, p := range params {
		rows = append(rows, row{p.Name + ellipsis(p), paramType(reg, p), remarks(p)})
		rows = append(rows, nested(reg, p.Name, p.Type, nil)...)
	}
	return rows
}

// optionRows returns a row for each option, and marks required ones; none if t is nil.
func optionRows(reg *declare.Registry, t *declare.Table) []row {
	if t == nil {
		return nil
	}
	return keyRows(reg, "", t, nil)
}

func keyRows(reg *declare.Registry, prefix string, t *declare.Table, above []*declare.Table) []row {
	var rows []row
	for _, key := range t.Keys {
		doc := remarks(key)
		if key.Required {
			doc = "Required. " + doc
		}
		rows = append(rows, row{prefix + key.Name, paramType(reg, key), doc})
		rows = append(rows, nested(reg, prefix+key.Name, key.Type, append(above, t))...)
	}
	return rows
}

// nested lists the keys of a table inside an argument; a table that holds itself is listed once.
func nested(reg *declare.Registry, name string, t *declare.Type, above []*declare.Table) []row {
	for ; t.Elem != nil; t = t.Elem {
		name += "[]"
	}
	if t.Table == nil || reg.Declared(t.Go) != nil {
		return nil
	}
	for _, table := range above {
		if table == t.Table {
			return nil
		}
	}
	return keyRows(reg, name+".", t.Table, above)
}

func returnRows(reg *declare.Registry, returns []declare.Return) []row {
	var rows []row
	for _, r := range returns {
		rows = append(rows, row{"", returnName(reg, r), r.Doc})
	}
	return rows
}

func fieldRows(reg *declare.Registry, fields []declare.Field) []row {
	var rows []row
	for _, f := range fields {
		rows = append(rows, row{f.Name, fieldType(reg, f), f.Doc})
	}
	return rows
}

func fieldType(reg *declare.Registry, f declare.Field) string {
	name := typeName(reg, f.Type)
	if f.OmitZero && !f.Type.Optional {
		name += " or nil"
	}
	return name
}

// firstSentence returns the first sentence of a doc, or its first line if that ends before.
func firstSentence(doc string) string {
	if i := strings.Index(doc, ". "); i >= 0 {
		return doc[:i+1]
	}
	first, _, _ := strings.Cut(doc, "\n")
	return first
}
