package vm

import (
	"slices"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Each function of the library has a kind, and each name with a kind is a function of the library.
func TestEachFunctionOfTheLibraryHasAKind(t *testing.T) {
	t.Parallel()
	v := New(Config{})
	defer v.Close()
	var functions []string
	eachName(v.state.G.Global, func(name string, value lua.LValue) {
		switch value := value.(type) {
		case *lua.LFunction:
			functions = append(functions, name)
		case *lua.LTable:
			if name == "_G" {
				return
			}
			eachName(value, func(member string, value lua.LValue) {
				if value.Type() == lua.LTFunction {
					functions = append(functions, name+"."+member)
				}
			})
		}
	})
	for _, name := range functions {
		if declare.LuaKind(name) == declare.NoKind {
			t.Errorf("%s has no kind in runtime/declare/luakind.go", name)
		}
	}
	for _, kind := range declare.FuncKinds() {
		for _, name := range declare.LuaFunctions(kind) {
			if !slices.Contains(functions, name) {
				t.Errorf("%s is %s, but the library has no such function", name, kind)
			}
		}
	}
	if len(functions) < 90 {
		t.Errorf("only %d functions were found", len(functions))
	}
}
