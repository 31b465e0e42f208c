package vm

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Describe returns the text that a prompt shows for a function, so that the person sees how to call
// it. A function of a script has its parameters and its place, one of Lua's library its name. The
// functions of modules are documented in their declarations; here they are "function of the host".
func (v *VM) Describe(f *lua.LFunction) string {
	if f.IsG {
		if name := libraryName(v.state, f); name != "" {
			return fmt.Sprintf("function %s of Lua's library", name)
		}
		return "function of the host"
	}
	p := f.Proto
	var names []string
	for i := 0; i < int(p.NumParameters) && i < len(p.DbgLocals); i++ {
		names = append(names, p.DbgLocals[i].Name)
	}
	if p.IsVarArg != 0 {
		names = append(names, "...")
	}
	return fmt.Sprintf("function(%s) of %s:%d", strings.Join(names, ", "), p.SourceName, p.LineDefined)
}
