package repl

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/expose"
	"github.com/dbos-script/dbos-script/runtime/spec"
	"github.com/dbos-script/dbos-script/runtime/vm"
)

// A Completer knows what can stand where the cursor is.
type Completer struct {
	VM      *vm.VM
	Exposer *expose.Exposer
	// Globals are the names of the host's globals, which are made when they are first read.
	Globals []string
}

// patience is how long a value may take to be read for completion, as a script's own __index may do anything.
const patience = 200 * time.Millisecond

var (
	// pathBefore is names with dots, then what follows the last dot or colon.
	pathBefore = regexp.MustCompile(`(?:^|[^\w.:])((?:[A-Za-z_]\w*\.)*(?:[A-Za-z_]\w*[.:])?)([A-Za-z_]\w*)?$`)
	// callBefore is a call whose table of options is not closed, then a key that begins.
	callBefore = regexp.MustCompile(`((?:[A-Za-z_]\w*[.:])*[A-Za-z_]\w*)\s*(?:\{|\([^(){}]*\{)(?:[^(){}]*,)?\s*([A-Za-z_]\w*)?$`)
)

// Complete gives the names that can stand at the end of a text, sorted, and how many bytes of them are typed.
func (c *Completer) Complete(ctx context.Context, text string) (names []string, typed int) {
	if call := callBefore.FindStringSubmatch(text); call != nil {
		if keys := c.optionKeys(ctx, call[1]); keys != nil {
			return beginning(keys, call[2]), len(call[2])
		}
	}
	path := pathBefore.FindStringSubmatch(text)
	switch {
	case path == nil:
		return nil, 0
	case path[1] != "":
		names = c.members(ctx, path[1][:len(path[1])-1])
	case path[2] != "":
		names = c.globals()
	}
	return beginning(names, path[2]), len(path[2])
}

func beginning(names []string, prefix string) []string {
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, prefix) })
	slices.Sort(names)
	return slices.Compact(names)
}

// value reads names with dots; nil when there is no such value.
func (c *Completer) value(ctx context.Context, path string) lua.LValue {
	program, err := vm.Compile("completion", expressionPrefix+path)
	if err != nil {
		return lua.LNil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	results, err := c.VM.Run(ctx, program)
	if err != nil || len(results) == 0 {
		return lua.LNil
	}
	return results[0]
}

func (c *Completer) members(ctx context.Context, path string) []string {
	value := c.value(ctx, path)
	if names := c.Exposer.Members(value); names != nil {
		return names
	}
	switch v := value.(type) {
	case *lua.LTable:
		return keys(v)
	case lua.LString:
		library, _ := c.VM.L().G.Global.RawGetString("string").(*lua.LTable)
		return keys(library)
	}
	return nil
}

var isName = regexp.MustCompile(`^[A-Za-z_]\w*$`)

// keys are those that can follow a dot.
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

func (c *Completer) globals() []string {
	names := append(keys(c.VM.L().G.Global), c.Globals...)
	return append(names, words()...)
}

// words are the words of Lua that begin or join statements.
func words() []string {
	return []string{"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
		"nil", "not", "or", "repeat", "return", "then", "true", "until", "while"}
}

// optionKeys are the keys of a function's options, nil when it is no function of the host or takes none. A method is
// found with a dot.
func (c *Completer) optionKeys(ctx context.Context, path string) []string {
	topic, _ := c.Exposer.Describe(c.value(ctx, strings.ReplaceAll(path, ":", ".")))
	function, ok := topic.Item.(*spec.Func)
	if !ok || function.Options == nil {
		return nil
	}
	return function.Options.Names()
}
