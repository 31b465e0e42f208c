package repl

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/repl/edit"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// A Completer completes the word at the cursor.
type Completer struct {
	VM       *vm.VM
	Exposer  *bridge.Exposer
	Registry *declare.Registry
	// Globals are the names of the host's globals, which are made when they are first read.
	Globals []string
	// Values returns values that begin with a text, such as ids of workflows, for the parameter
	// or field of a name. on is the object if a method is called, nil for other functions. Values
	// may be nil.
	Values func(ctx context.Context, on declare.Raw, name, beginning string) Completion
}

// A Candidate is a text that can stand where the cursor is.
type Candidate = edit.Candidate

// A Completion lists the candidates for the end of a text. Candidates from Values keep their
// order.
type Completion = edit.Completion

// readTime is how long a value may take to be read for completion, as a script's own __index may
// do anything.
const readTime = 200 * time.Millisecond

// Complete returns the candidates for the end of a text: names sorted, values in the order of
// Values.
func (c *Completer) Complete(ctx context.Context, text string) Completion {
	p := find(text)
	found := Completion{Typed: len(p.typed)}
	switch {
	case p.closed:
		return Completion{}
	case p.quoted:
		found.Candidates, found.Partial = c.values(ctx, p)
		return found
	case p.path != "":
		found.Candidates = c.members(ctx, p.path, text)
	case p.keyed && c.optionKeys(ctx, p) != nil:
		found.Candidates = c.optionKeys(ctx, p)
	case p.typed != "":
		found.Candidates = c.globals()
	}
	found.Candidates = beginning(found.Candidates, p.typed)
	return found
}

func beginning(list []Candidate, prefix string) []Candidate {
	list = slices.DeleteFunc(list, func(c Candidate) bool { return !strings.HasPrefix(c.Text, prefix) })
	slices.SortFunc(list, func(a, b Candidate) int { return strings.Compare(a.Text, b.Text) })
	return slices.CompactFunc(list, func(a, b Candidate) bool { return a.Text == b.Text })
}

func plain(names []string) []Candidate {
	list := make([]Candidate, len(names))
	for i, name := range names {
		list[i].Text = name
	}
	return list
}

// value reads a path; nil when there is no such value.
func (c *Completer) value(ctx context.Context, path string) lua.LValue {
	program, err := vm.CompileInput("completion", expressionPrefix+path)
	if err != nil {
		return lua.LNil
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	results, err := c.VM.RunInput(ctx, program)
	if err != nil || len(results) == 0 {
		return lua.LNil
	}
	return results[0]
}

// members returns the names that may follow the dot or colon after a path.
func (c *Completer) members(ctx context.Context, path, text string) []Candidate {
	value := c.value(ctx, path)
	if topic, ok := c.Exposer.Describe(value); ok {
		return c.described(value, topic)
	}
	switch v := value.(type) {
	case *lua.LTable:
		return plain(keys(v))
	case lua.LString:
		library, _ := c.VM.L().G.Global.RawGetString("string").(*lua.LTable)
		return plain(keys(library))
	}
	if class := c.loopVariable(ctx, path, text); class != nil {
		return classMembers(class)
	}
	return nil
}

func (c *Completer) described(value lua.LValue, topic declare.Topic) []Candidate {
	switch item := topic.Item.(type) {
	case *declare.Module:
		return moduleMembers(item)
	case *declare.Class:
		return classMembers(item)
	}
	return plain(c.Exposer.Members(value))
}

func moduleMembers(m *declare.Module) []Candidate {
	var list []Candidate
	for _, f := range m.Funcs {
		list = append(list, Candidate{Text: f.Name, Doc: f.Doc})
	}
	for _, v := range m.Values {
		list = append(list, Candidate{Text: v.Name, Doc: v.Doc})
	}
	return list
}

func classMembers(class *declare.Class) []Candidate {
	var list []Candidate
	for _, f := range class.Fields {
		list = append(list, Candidate{Text: f.Name, Doc: f.Doc})
	}
	for _, m := range class.Methods {
		list = append(list, Candidate{Text: m.Name, Doc: m.Doc})
	}
	if class.Record {
		list = append(list, Candidate{Text: "to_table", Doc: "Returns a copy that can be changed."})
	}
	return list
}

var isName = regexp.MustCompile(`^[A-Za-z_]\w*$`)

// keys returns the keys of a table that may follow a dot.
func keys(table *lua.LTable) []string {
	var names []string
	if table == nil {
		return nil
	}
	table.ForEach(func(key, _ lua.LValue) {
		if name, ok := key.(lua.LString); ok && isName.MatchString(string(name)) {
			names = append(names, string(name))
		}
	})
	return names
}

func (c *Completer) globals() []Candidate {
	names := slices.Concat(keys(c.VM.L().G.Global), c.VM.Locals(), c.Globals, syntax.Keywords())
	return plain(names)
}
