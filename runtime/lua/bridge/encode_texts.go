package bridge

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// textBlock is the number of texts that share a piece of memory, which lives as
// long as one of them.
const textBlock = 128

// interfaceWords is how Go lays an interface out.
type interfaceWords struct{ kind, data unsafe.Pointer }

var textKind = kindOf(lua.LString("kind"))

func kindOf(value lua.LValue) unsafe.Pointer {
	return (*interfaceWords)(unsafe.Pointer(&value)).kind
}

// textArray makes an array of texts without the cost of reflection, because lists of ids are long.
// A value points to its text, so the texts are copied in blocks instead of one by one.
func (x *Exposer) textArray(texts []string) *lua.LTable {
	table := x.newArray(len(texts))
	for len(texts) > 0 {
		block := make([]lua.LString, min(len(texts), textBlock))
		for i := range block {
			block[i] = lua.LString(texts[i])
			table.Append(pointing(&block[i]))
		}
		texts = texts[len(block):]
	}
	return table
}

// pointing returns the text as a value without a copy of it. The text must not change any more.
func pointing(text *lua.LString) (value lua.LValue) {
	*(*interfaceWords)(unsafe.Pointer(&value)) = interfaceWords{textKind, unsafe.Pointer(text)}
	return value
}
