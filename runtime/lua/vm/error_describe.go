package vm

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Describe returns how a function is called, as far as it is known: the parameters and the place
// of a script's own, and the name of one of the library.
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
