package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// CheckColumns returns an error if a script asks for a column twice, or for one that no row can
// have. The kind of a record lists its fields. Any key can be in a table: if no row has the name,
// it is a mistake only if it is nearly the same as a key that a row has. Otherwise the column holds
// nils.
func (p *Printer) CheckColumns(columns []string, rows []Row) error {
	known, open := p.namesOf(rows)
	for i, name := range columns {
		if slices.Contains(columns[:i], name) {
			return fmt.Errorf("%q is asked for twice", name)
		}
		if slices.Contains(known, name) || len(rows) == 0 {
			continue
		}
		if parts := strings.FieldsFunc(name, func(r rune) bool { return r == ',' || r == ' ' }); len(parts) > 1 {
			return fmt.Errorf("%q is one name: write {%s}", name, strings.Join(quoteAll(parts), ", "))
		}
		rest := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return slices.Contains(columns, k) })
		near := declare.DidYouMean(name, rest)
		switch {
		case near != "":
			return fmt.Errorf("there is no column %q%s", name, near)
		case !open:
			return fmt.Errorf("there is no column %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// quoteAll returns the words in quotes, as Lua writes texts.
func quoteAll(words []string) []string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	return quoted
}

// namesOf returns the names of the columns that the rows have. open is true if one of the rows is a
// table, in which any other name would be possible too.
func (p *Printer) namesOf(rows []Row) (names []string, open bool) {
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name], names = true, append(names, name)
		}
	}
	for _, row := range rows {
		fields := p.kinds.Fields[row.Kind]
		for _, name := range fields {
			add(name)
		}
		members, isTable := row.Value.(declare.Members)
		for _, m := range members {
			add(m.Key)
		}
		if !isTable {
			add("value")
		}
		open = open || isTable && fields == nil
	}
	return names, open
}
