package vm

import (
	"fmt"
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// protectGlobals makes reading a global that was never assigned an error, and loads a global of the
// host at its first read.
func (v *VM) protectGlobals() {
	v.assigned = map[string]bool{}
	for _, name := range fieldNames(v.state.G.Global) {
		v.assigned[name] = true
	}
	metatable := v.state.CreateTable(0, 3)
	metatable.RawSetString("__index", v.state.NewFunction(missingGlobal))
	metatable.RawSetString("__newindex", v.state.NewFunction(newGlobal))
	metatable.RawSetString("__metatable", lua.LFalse)
	v.state.G.Global.Metatable = metatable
}

// newGlobal notes the name of a global that has no value yet, even if it is assigned nil.
func newGlobal(L *lua.LState) int {
	if name, ok := L.Get(2).(lua.LString); ok {
		vmOf(L).assigned[string(name)] = true
	}
	L.G.Global.RawSet(L.Get(2), L.Get(3))
	return 0
}

func missingGlobal(L *lua.LState) int {
	v := vmOf(L)
	name, ok := L.Get(2).(lua.LString)
	if !ok || v.assigned[string(name)] {
		L.Push(lua.LNil)
		return 1
	}
	if load, known := v.config.Globals[string(name)]; known {
		value := load(L)
		L.G.Global.RawSetString(string(name), value)
		L.Push(value)
		return 1
	}
	v.undefined(L, string(name))
	return 0
}

func (v *VM) undefined(L *lua.LState, name string) {
	message := fmt.Sprintf("undefined global %q", cutText(name, 60))
	if instead := notOffered(name); instead != "" {
		L.RaiseError("%s (%s)", message, instead)
	}
	suggestion := declare.DidYouMean(name, v.visibleNames(L, name))
	if suggestion == "" && v.config.Elsewhere != nil {
		suggestion = v.config.Elsewhere(name)
	}
	L.RaiseError("%s%s", message, suggestion)
}

// visibleNames are the globals, and the locals of the function that asks for a name.
func (v *VM) visibleNames(L *lua.LState, asked string) []string {
	names := fieldNames(L.G.Global)
	for name := range v.config.Globals {
		names = append(names, name)
	}
	if f := luaFrame(currentFrame(L)); f != nil {
		names = append(names, localNames(f)...)
		if v.prompt != nil && f.Fn.Env == v.prompt.env {
			names = append(names, v.promptNames(asked)...)
		}
	}
	sort.Strings(names)
	return names
}

// notOffered returns the replacement for a part of Lua that scripts do not have.
func notOffered(name string) string {
	if library, _, member := strings.Cut(name, "."); member {
		return notOfferedIn(library, name)
	}
	switch name {
	case "io":
		return `scripts print, and read and write files with require "fs"`
	case "dofile", "loadfile":
		return "require runs a file beside the script"
	case "package", "module":
		return "a module is a file beside the script that returns a table; require finds it"
	case "newproxy", "jit", "bit", "bit32", "ffi":
		return "not part of this Lua"
	}
	return syntax.ForeignName(name)
}

func notOfferedIn(library, name string) string {
	switch name {
	case "os.exit":
		return `exit("partial") ends a run`
	case "os.getenv":
		return `env.get reads a variable that --allow-env names`
	case "os.execute":
		return `exec.run runs a program that --allow-exec names`
	case "os.remove", "os.rename", "os.tmpname":
		return `the module fs works on files below --allow-write`
	case "math.type", "math.tointeger", "math.ult", "string.pack", "string.unpack", "string.packsize", "table.maxn", "string.dump":
		return "not part of this Lua"
	}
	if library == "debug" {
		return "of debug there is only traceback"
	}
	return ""
}

// protectStrings sets the methods of strings, and arithmetic that reads numbers as tonumber does.
// The metatable itself is out of a script's reach; the table string is not, so scripts can add
// methods to strings.
func (v *VM) protectStrings() {
	metatable := v.state.CreateTable(0, 10)
	metatable.RawSetString("__index", v.state.G.Global.RawGetString("string"))
	metatable.RawSetString("__metatable", lua.LFalse)
	v.fill(metatable, arithmeticFunctions())
	v.state.SetMetatable(lua.LString(""), metatable)
}
