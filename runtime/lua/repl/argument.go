package repl

import (
	"context"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// function finds a function of the host by its path; a method is found with a dot too.
func (c *Completer) function(ctx context.Context, path string) *declare.Func {
	if path == "" {
		return nil
	}
	topic, _ := c.Exposer.Describe(c.value(ctx, path))
	function, _ := topic.Item.(*declare.Func)
	return function
}

// optionKeys are the keys that the table at a place can still get; nil when it is none of a
// function's.
func (c *Completer) optionKeys(ctx context.Context, p place) []Candidate {
	table := c.table(ctx, p)
	if table == nil {
		return nil
	}
	list := []Candidate{}
	for _, key := range table.Keys {
		if !slices.Contains(p.given, key.Name) {
			list = append(list, Candidate{Text: key.Name, After: " = ", Doc: key.Doc})
		}
	}
	return list
}

// table returns the declared keys of the table at a place: the options of a function, or the
// known keys of an argument.
func (c *Completer) table(ctx context.Context, p place) *declare.Table {
	function := c.function(ctx, p.call)
	switch {
	case function == nil || p.key != "":
		return nil
	case p.at >= len(function.Params()):
		return function.Options()
	}
	return tableOf(function.Params()[p.at].Type)
}

// tableOf returns the keys of a struct, or of the items of a list.
func tableOf(t *declare.Type) *declare.Table {
	if t.Elem != nil {
		return tableOf(t.Elem)
	}
	return t.Table
}

// values returns the candidates for the string at a place, which belongs to a parameter, an
// option or a field. partial is true if there may be more.
func (c *Completer) values(ctx context.Context, p place) (list []Candidate, partial bool) {
	name := p.key
	if p.call != "" {
		param := c.param(ctx, p)
		switch {
		case param == nil:
			return nil, false
		case len(param.Enum) > 0:
			return ending(p, beginning(plain(param.Enum), p.typed)), false
		}
		name = param.Name
	}
	if name == "" || c.Values == nil {
		return nil, false
	}
	found := c.Values(ctx, c.receiver(ctx, p.call), name, p.typed)
	return ending(p, found.Candidates), found.Partial
}

// ending returns candidates for a string that a quote ends. Candidates that would need an escape
// are left out.
func ending(p place, list []Candidate) []Candidate {
	var kept []Candidate
	for _, c := range list {
		if !strings.ContainsAny(c.Text, "\\\n\r"+p.quote) {
			c.After = p.quote
			kept = append(kept, c)
		}
	}
	return kept
}

func (c *Completer) param(ctx context.Context, p place) *declare.Param {
	function := c.function(ctx, p.call)
	if function == nil {
		return nil
	}
	if p.key == "" {
		if p.at < len(function.Params()) {
			return &function.Params()[p.at]
		}
		return nil
	}
	for _, table := range []*declare.Table{c.table(ctx, place{call: p.call, at: p.at}), function.Options()} {
		if table != nil && table.Key(p.key) != nil {
			return table.Key(p.key)
		}
	}
	return nil
}

// receiver is the object whose method is called.
func (c *Completer) receiver(ctx context.Context, call string) declare.Raw {
	owner, _, found := lastName(call)
	if !found {
		return nil
	}
	value := c.value(ctx, owner)
	if value.Type() != lua.LTUserData {
		return nil
	}
	return c.Exposer.Raw(value)
}

// loopVariable returns the class of the variable of a loop that is still being typed: the first
// value of a host iterator, or an item of a list.
func (c *Completer) loopVariable(ctx context.Context, variable, text string) *declare.Class {
	list := syntax.Tokens(text)
	for i := len(list) - 1; i > 0; i-- {
		if !list[i].Is("in") || list[i-1].Text != variable {
			continue
		}
		if f := c.function(ctx, pathAfter(list[i+1:])); f != nil {
			return c.element(f)
		}
		if list = list[i+1:]; len(list) > 2 && list[0].Text == "ipairs" {
			return c.item(ctx, pathAfter(list[2:]))
		}
		return nil
	}
	return nil
}

// pathAfter is the names with dots that a list of tokens begins with.
func pathAfter(list []syntax.Token) string {
	var path strings.Builder
	for _, t := range list {
		if !isWord(t) && !t.Is(".") && !t.Is(":") {
			break
		}
		path.WriteString(t.Text)
	}
	return strings.ReplaceAll(path.String(), ":", ".")
}

// element returns the class of the first value that a function's iterator yields.
func (c *Completer) element(f *declare.Func) *declare.Class {
	if len(f.Returns) == 0 || f.Returns[0].Type.Kind != declare.KindIterator {
		return nil
	}
	return c.Registry.Class(f.Returns[0].Type.Elem.Go)
}

// item returns the class of a list's first item, or of the items that a call still being typed
// returns.
func (c *Completer) item(ctx context.Context, path string) *declare.Class {
	if f := c.function(ctx, path); f != nil {
		if len(f.Returns) > 0 && f.Returns[0].Type.Kind == declare.KindList {
			return c.Registry.Class(f.Returns[0].Type.Elem.Go)
		}
		return nil
	}
	topic, _ := c.Exposer.Describe(c.value(ctx, path+"[1]"))
	class, _ := topic.Item.(*declare.Class)
	return class
}
