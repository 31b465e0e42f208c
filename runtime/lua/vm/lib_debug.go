package vm

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// debugFunctions returns the library debug, which has only traceback for scripts, because that one
// changes nothing.
func debugFunctions() []function { return []function{{"traceback", debugTraceback}} }

// debugTraceback returns a message and below it the stack, as uncaught errors print it. A message
// that is neither text nor a number nor nil is returned as it is.
func debugTraceback(L *lua.LState) int {
	message := L.Get(1)
	if text, ok := toText(message); ok || message == lua.LNil {
		for _, frame := range stackFrames(L) {
			text += fmt.Sprintf("\n  %s", frame)
		}
		message = lua.LString(strings.TrimPrefix(text, "\n"))
	}
	L.Push(message)
	return 1
}
