package vm

import (
	"context"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// A prompt's inputs are chunks of their own, and Lua ends a local with its chunk. Here one lives
// as long as the prompt: CompileInput turns "local x = 1" outside of any block into a call that
// declares x in the prompt's variables, which are the environment of all inputs. _G does not hold
// them, so they shadow a global for the inputs and for nothing else.

// CompileInput compiles an input of a prompt, like Compile. Its locals outside of blocks remain
// visible to later inputs.
func CompileInput(name, source string) (*Program, error) {
	chunk, mistake := syntax.ParseInput(name, source)
	if mistake != nil {
		return nil, syntaxError(name, mistake)
	}
	return compileChunk(name, source, chunk, true)
}

// Names are the local variables that the program declares for later inputs; none when it was not
// made by CompileInput.
func (p *Program) Names() []string { return p.names }

// keep returns a function that declares names with the values it is called with. It belongs to no
// state, so a program that holds it can be shared.
func keep(names []string) *lua.LFunction {
	return hostFunction(func(L *lua.LState) int {
		p := vmOf(L).promptVariables()
		for i, name := range names {
			p.declared[name] = true
			p.env.RawSetString(name, L.Get(i+1))
		}
		return 0
	})
}

// hostFunction is a function of Go that compiled code holds as a constant.
func hostFunction(function lua.LGFunction) *lua.LFunction {
	return &lua.LFunction{IsG: true, GFunction: function}
}

// prompt are the variables of a prompt's inputs.
type prompt struct {
	env      *lua.LTable
	declared map[string]bool
}

// RunInput runs a program among the variables of the prompt. Errors are *ScriptError.
func (v *VM) RunInput(ctx context.Context, program *Program, args ...lua.LValue) ([]lua.LValue, error) {
	return v.run(ctx, v.config.ScriptDir, v.promptVariables().env, func(context.Context) (*Program, error) { return program, nil }, args)
}

// Locals are the names of the prompt's variables, sorted.
func (v *VM) Locals() []string {
	var names []string
	for name := range v.promptVariables().declared {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// promptNames are the variables that somebody who asks for a global may mean: _G does not have
// them.
func (v *VM) promptNames(asked string) []string {
	return slices.DeleteFunc(v.Locals(), func(name string) bool { return name == asked })
}

func (v *VM) promptVariables() *prompt {
	if v.prompt == nil {
		v.prompt = &prompt{env: v.state.NewTable(), declared: map[string]bool{}}
		metatable := v.state.CreateTable(0, 3)
		metatable.RawSetString("__index", v.state.NewFunction(v.prompt.read))
		metatable.RawSetString("__newindex", v.state.NewFunction(v.prompt.write))
		metatable.RawSetString("__metatable", lua.LFalse)
		v.prompt.env.Metatable = metatable
	}
	return v.prompt
}

// read finds a global, or that a variable is nil.
func (p *prompt) read(L *lua.LState) int {
	if name, ok := L.Get(2).(lua.LString); ok && p.declared[string(name)] {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(L.GetTable(L.G.Global, L.Get(2)))
	return 1
}

// write sets a global, or a variable that is nil.
func (p *prompt) write(L *lua.LState) int {
	if name, ok := L.Get(2).(lua.LString); ok && p.declared[string(name)] {
		p.env.RawSet(name, L.Get(3))
		return 0
	}
	L.SetTable(L.G.Global, L.Get(2), L.Get(3))
	return 0
}
