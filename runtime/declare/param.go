package declare

import (
	"fmt"
	"reflect"
	"slices"
)

// Param is a positional argument, or a key of a table.
type Param struct {
	Name     string
	Doc      string
	Type     *Type
	Required bool
	Variadic bool     // takes all the remaining arguments
	Single   bool     // a list that also takes one value
	Default  string   // documentation of the value if it is not given
	Enum     []string // the only values allowed
	NonEmpty bool     // an empty text is a mistake, as it would mean not given
	Past     bool     // a time lies in the past, so a duration without a sign counts back from now
	Min      *float64 // lower bound of a number, or of a duration in seconds
	Max      *float64 // upper bound
	Passes   []Passed // the arguments of a callback; nil if they are not declared
	Index    []int    // of the field, from the struct that holds it
}

// Table is a set of known keys, read from a struct.
type Table struct {
	Go   reflect.Type
	Keys []Param

	excluded []string // keys of an embedded struct that a tag without:"…" leaves out
}

// Key finds a key by its name; nil when there is none.
func (t *Table) Key(name string) *Param {
	for i := range t.Keys {
		if t.Keys[i].Name == name {
			return &t.Keys[i]
		}
	}
	return nil
}

// Names lists the keys in the struct's order.
func (t *Table) Names() []string {
	names := make([]string, len(t.Keys))
	for i, key := range t.Keys {
		names[i] = key.Name
	}
	return names
}

// UnknownKey returns the message about a name that is no key of the table, with the nearest key if
// one is near. kind is "option" or "key".
func (t *Table) UnknownKey(kind, name string) string {
	problem := "unknown"
	if slices.Contains(t.excluded, name) {
		problem = "takes no"
	}
	near := DidYouMean(name, t.Names())
	if near == "" {
		near = t.otherWord(name)
	}
	return fmt.Sprintf("%s %s %q%s", problem, kind, name, near)
}

// otherWord suggests the option that a word of the command line means.
func (t *Table) otherWord(name string) string {
	option := map[string]string{"since": "start_time", "until": "end_time"}[Suggest(name, []string{"since", "until"})]
	if option == "" || !slices.Contains(t.Names(), option) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", option)
}

// builder reads structs and collects mistakes in them, which Check reports.
type builder struct {
	results  bool
	seen     map[reflect.Type]*Table
	excluded []string // keys that the table being read leaves out
	problems []string
}

func (b *builder) problem(format string, args ...any) {
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

// arguments reads the struct of a function's arguments. Fields with an arg tag are positional, the
// others are options. The table is nil if there are no options.
func (b *builder) arguments(t reflect.Type) ([]Param, *Table) {
	var params []Param
	options := &Table{Go: t}
	b.seen[t] = options // a table that holds itself
	outer := b.excluded
	b.excluded = nil
	b.walk(t, nil, func(f *tagged, index []int) {
		if f.positional {
			params = append(params, b.positional(f, index))
			return
		}
		options.Keys = append(options.Keys, b.key(f, index))
	})
	options.excluded, b.excluded = b.excluded, outer
	b.unique(append(paramNames(params), options.Names()...))
	b.order(params)
	if len(options.Keys) == 0 {
		options = nil
	}
	return params, options
}

// table reads a struct whose fields are all keys.
func (b *builder) table(t reflect.Type) *Table {
	if table, ok := b.seen[t]; ok {
		return table
	}
	table := &Table{Go: t}
	b.seen[t] = table
	outer := b.excluded
	b.excluded = nil
	b.walk(t, nil, func(f *tagged, index []int) { table.Keys = append(table.Keys, b.key(f, index)) })
	table.excluded, b.excluded = b.excluded, outer
	b.unique(table.Names())
	return table
}

// walk visits the offered fields in order. Fields of an embedded struct are visited in its place,
// except fields that a tag without:"a,b" names.
func (b *builder) walk(t reflect.Type, at []int, visit func(f *tagged, index []int)) {
	for i, f := range fieldsOf(t) {
		index := append(at[:len(at):len(at)], i)
		switch {
		case f.flat:
			b.embedded(f, index, visit)
		case !f.hidden:
			visit(f, index)
		}
	}
}

// embedded visits an embedded struct, except the fields that its holder leaves out.
func (b *builder) embedded(holder *tagged, index []int, visit func(f *tagged, index []int)) {
	excluded := map[string]bool{}
	for _, name := range holder.without {
		excluded[name] = true
	}
	b.walk(holder.typ, index, func(f *tagged, index []int) {
		if excluded[f.key] {
			delete(excluded, f.key)
			b.excluded = append(b.excluded, f.key)
			return
		}
		visit(f, index)
	})
	for name := range excluded {
		b.problem("%s has no %q to leave out", holder.name, name)
	}
}

func (b *builder) positional(f *tagged, index []int) Param {
	p := b.param(f, index)
	p.Required = p.Required || f.presence != "optional" && p.Default == "" && !p.Type.Optional
	p.Single = f.single == "true"
	if f.presence == "variadic" {
		p.Variadic, p.Required = true, false
		if p.Type.Kind != KindList {
			b.problem("argument %q is variadic, but no slice", p.Name)
		}
	}
	return p
}

func (b *builder) key(f *tagged, index []int) Param {
	p := b.param(f, index)
	p.Single = p.Type.Kind == KindList && p.Type.Elem.scalar() && f.single != "false"
	return p
}

func (b *builder) param(f *tagged, index []int) Param {
	p := f.param
	p.Type, p.Index = b.typeOf(f.typ), index
	b.problems = append(b.problems, f.problems...)
	return p
}

func (b *builder) unique(names []string) {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			b.problem("%q is declared twice", name)
		}
		seen[name] = true
	}
}

func (b *builder) order(params []Param) {
	for i := 1; i < len(params); i++ {
		if before := params[i-1]; params[i].Required && !before.Required {
			b.problem("argument %q is required after the optional %q", params[i].Name, before.Name)
		}
	}
}

func paramNames(params []Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}
