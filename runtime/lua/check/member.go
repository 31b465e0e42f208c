package check

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// member returns the value of a member, and reports a name that does not exist.
func (w *walker) member(of value, owner ast.Expr, name string, at syntax.Place) value {
	switch v := of.(type) {
	case moduleValue:
		return w.moduleMember(v, name, at)
	case objectValue:
		return w.objectMember(v, name, at)
	case libraryValue:
		return w.libraryMember(v, name, at)
	case textValue:
		return w.textMethod(name, at)
	case listValue:
		return w.listField(v, owner, name, at)
	case iteratorValue:
		w.iteratorField(v, name, at)
	case parametersValue:
		return w.parameter(v, owner, name, at)
	}
	return nil
}

func (w *walker) moduleMember(m moduleValue, name string, at syntax.Place) value {
	for i := range m.Funcs {
		if f := &m.Funcs[i]; f.Name == name {
			return functionValue{f, m.Member(name)}
		}
	}
	names := m.Names()
	if slices.Contains(names, name) {
		return nil
	}
	f := w.report(UnknownFunction, at, fmt.Sprintf("%s has no function %q%s", m.Name, name, w.registry.Instead(*m.Module, name)))
	if guess := m.Guesses[name]; slices.Contains(names, guess) {
		f.Suggestion = guess
	} else if guess == "" {
		f.Suggestion = declare.Suggest(name, names)
	}
	return nil
}

func (w *walker) objectMember(o objectValue, name string, at syntax.Place) value {
	if f := o.Field(name); f != nil {
		return w.of(f.Type, "", nil)
	}
	if m := o.Method(name); m != nil {
		return functionValue{m, o.Name + ":" + name}
	}
	if o.Record && name == "to_table" || w.isDetail(o, name) {
		return nil
	}
	names := o.Names()
	if o.Record {
		names = append(names, "to_table")
	}
	w.unknown(UnknownField, at, fmt.Sprintf("%s has no field %q", o.Name, name), name, names)
	return nil
}

// isDetail returns true for members that objects have without declaring them: string methods if
// the object is also text, and any detail of an error.
func (w *walker) isDetail(o objectValue, name string) bool {
	if !o.Text {
		return false
	}
	return o.Go == reflect.TypeFor[declare.Failure]() || slices.Contains(w.library["string"], name) || w.extended("string", name)
}

// extended returns true if the script, or a file that it requires, adds a name to a global table.
func (w *walker) extended(table, name string) bool {
	for _, members := range []map[string]bool{w.names.members, w.added.members} {
		if members[table] || members[table+"."+name] {
			return true
		}
	}
	return false
}

func (w *walker) libraryMember(l libraryValue, name string, at syntax.Place) value {
	names := w.library[l.name]
	if slices.Contains(names, name) {
		return builtinValue{l.name + "." + name}
	}
	if w.extended(l.name, name) {
		return nil
	}
	message := fmt.Sprintf("%s has no field %q", l.name, name)
	if instead := vm.Instead(l.name + "." + name); instead != "" {
		w.report(UnknownField, at, message).Hint = instead
		return nil
	}
	w.unknown(UnknownField, at, message, name, names)
	return nil
}

func (w *walker) textMethod(name string, at syntax.Place) value {
	names := w.library["string"]
	if !slices.Contains(names, name) && !w.extended("string", name) {
		w.unknown(UnknownField, at, fmt.Sprintf("a string has no method %q", name), name, names)
	}
	return nil
}

// listField reports a field of an array that its items have.
func (w *walker) listField(l listValue, owner ast.Expr, name string, at syntax.Place) value {
	if l.about != nil && l.about.Field(name) != nil {
		return w.of(l.about.Field(name).Type, "", nil)
	}
	item, isObject := l.item.(objectValue)
	if !isObject || w.sets(owner, name) {
		return nil
	}
	message := fmt.Sprintf("this is an array of %s, which has no field %q", item.Name, name)
	f := w.report(UnknownField, at, message)
	if slices.Contains(item.Names(), name) {
		f.Hint = "its items have it: for _, item in ipairs(list) do"
	}
	return nil
}

// sets returns true if the script assigns a field of a local.
func (w *walker) sets(owner ast.Expr, name string) bool {
	identifier, isName := owner.(*ast.IdentExpr)
	l := w.names.uses[identifier]
	return isName && l != nil && (l.open || l.fields[name])
}

func (w *walker) iteratorField(v iteratorValue, name string, at syntax.Place) {
	if v.origin == "" {
		return
	}
	w.report(UnknownField, at, fmt.Sprintf("%s returns an iterator, which has no field %q", v.origin, name)).Hint = "for item in " + v.origin + "(…) do goes over the items"
}

func (w *walker) parameter(p parametersValue, owner ast.Expr, name string, at syntax.Place) value {
	if v, declared := p.fields[name]; declared || w.sets(owner, name) {
		return v
	}
	var names []string
	for known := range p.fields {
		names = append(names, known)
	}
	slices.Sort(names)
	w.unknown(UnknownField, at, fmt.Sprintf("the script declares no parameter %q", name), name, names)
	return nil
}
