package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// argument is one argument under check, and the place in it.
type argument struct {
	*walker
	function string
	name     string
	path     string
	options  bool // it is the trailing table itself
}

func (a *argument) wrong(code Code, e ast.PositionHolder, format string, values ...any) *Finding {
	err := declare.ArgumentError{Func: a.function, Argument: a.name, Path: a.path, Message: fmt.Sprintf(format, values...)}
	return a.report(code, a.place(e), err.Error())
}

// memberAt is the argument one level further in.
func (a *argument) memberAt(segment string) *argument {
	b := *a
	b.options = false
	switch {
	case a.options:
		b.name = strings.TrimPrefix(segment, ".")
	default:
		b.path += segment
	}
	return &b
}

// check compares an inferred value with the type of its parameter. p has the rules for the
// scalars in it.
func (a *argument) check(e ast.Expr, v value, t *declare.Type, p *declare.Param) {
	switch v.(type) {
	case nil, nilValue:
		return
	}
	switch t.Kind {
	case declare.KindList:
		a.list(e, v, t, p)
	case declare.KindMap:
		a.mapping(e, v, t, p)
	case declare.KindStruct:
		if declared := a.registry.Declared(t.Go); declared == nil || declared.Record {
			a.table(e, v, t.Table)
		}
	default:
		a.scalar(e, v, t, p)
	}
}

// list goes over the items of an array that is written out; where the rules say so, a single
// value stands for it.
func (a *argument) list(e ast.Expr, v value, t *declare.Type, p *declare.Param) {
	if p.Variadic || p.Single && !isTable(v) {
		a.check(e, v, t.Elem, itemRules(p))
		return
	}
	rules := itemRules(p)
	if items, isList := v.(listValue); isList {
		a.memberAt("[1]").check(e, items.item, t.Elem, rules)
	}
	literal, isLiteral := v.(tableValue)
	if !isLiteral {
		if !isTable(v) {
			a.wrong(WrongArgument, e, "array expected, got %s", v.describe())
		}
		return
	}
	for i, field := range literal.literal.Fields {
		if field.Key != nil {
			a.keyed(field)
			continue
		}
		a.memberAt("["+strconv.Itoa(i+1)+"]").check(field.Value, a.values[field.Value], t.Elem, rules)
	}
}

// itemRules returns the rules of a list that hold for each of its items.
func itemRules(p *declare.Param) *declare.Param {
	return &declare.Param{Enum: p.Enum, NonEmpty: p.NonEmpty, Min: p.Min, Max: p.Max}
}

func (a *argument) keyed(field *ast.Field) {
	if key, ok := field.Key.(*ast.StringExpr); ok {
		a.wrong(WrongArgument, key, "array expected, got a table with the key %q", key.Value)
	}
}

func (a *argument) mapping(e ast.Expr, v value, t *declare.Type, p *declare.Param) {
	literal, isLiteral := v.(tableValue)
	if !isLiteral {
		if !isTable(v) {
			a.wrong(WrongArgument, e, "table expected, got %s", v.describe())
		}
		return
	}
	for _, field := range literal.literal.Fields {
		if key, ok := field.Key.(*ast.StringExpr); ok {
			a.memberAt("."+key.Value).check(field.Value, a.values[field.Value], t.Elem, itemRules(p))
		}
	}
}

func isTable(v value) bool { return v.describe() == "table" }

// table compares the keys of a table constructor with the declared keys.
func (a *argument) table(e ast.Expr, v value, t *declare.Table) {
	literal, isLiteral := v.(tableValue)
	switch _, isRecord := v.(objectValue); {
	case v == nil || isRecord || v == value(nilValue{}):
		return
	case !isLiteral && !isTable(v):
		what := "table"
		if a.options {
			what = "table of options"
		}
		a.wrong(WrongArgument, e, "%s expected, got %s", what, v.describe())
		return
	case !isLiteral || t == nil:
		return
	}
	given := map[string]bool{}
	for _, field := range literal.literal.Fields {
		a.key(field, t, given)
	}
	a.complete(e, literal, t, given)
}

func (a *argument) key(field *ast.Field, t *declare.Table, given map[string]bool) {
	name, isName := field.Key.(*ast.StringExpr)
	switch {
	case field.Key == nil && !isNil(field.Value) && !open([]ast.Expr{field.Value}):
		a.wrong(WrongArgument, field.Value, "a table of names expected, got a value without one")
		return
	case !isName:
		given[""] = true // some name that is not written in the source
		return
	}
	given[name.Value] = true
	key := t.Key(name.Value)
	if key == nil {
		what := "option"
		if !a.options {
			what = "key"
		}
		f := a.wrong(UnknownOption, name, "%s", t.UnknownKey(what, name.Value))
		f.Suggestion = declare.Suggest(name.Value, t.Names())
		return
	}
	a.memberAt("."+key.Name).check(field.Value, a.values[field.Value], key.Type, key)
}

// complete reports the first required key that is not given, where the table is passed as it is
// written.
func (a *argument) complete(e ast.Expr, literal tableValue, t *declare.Table, given map[string]bool) {
	if e != ast.Expr(literal.literal) || given[""] {
		return
	}
	for _, key := range t.Keys {
		if key.Required && !given[key.Name] {
			if a.options {
				a.memberAt("."+key.Name).wrong(MissingArgument, e, "is missing")
			} else {
				a.wrong(MissingArgument, e, "key %q is missing", key.Name)
			}
			return
		}
	}
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strconv.Quote(word)
	}
	return strings.Join(quoted, ", ")
}

func (a *argument) choice(e ast.Expr, text string, allowed []string) {
	if len(allowed) == 0 || slices.Contains(allowed, text) {
		return
	}
	f := a.wrong(WrongArgument, e, "%q is not one of %s%s", text, quoteAll(allowed), declare.DidYouMean(text, allowed))
	f.Suggestion = declare.Suggest(text, allowed)
}
