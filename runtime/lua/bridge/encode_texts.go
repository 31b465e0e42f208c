package bridge

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/internal/iface"
)

// textBlock is the number of texts that share a piece of memory, which lives as
// long as one of them.
const textBlock = 128

var textKind = iface.KindOf(lua.LString("kind"))

// textArray makes an array of texts without the cost of reflection, because lists of ids are long.
// A value points to its text, so the texts are copied in blocks instead of one by one.
func (x *Exposer) textArray(texts []string) *lua.LTable {
	table := x.newArray(len(texts))
	for len(texts) > 0 {
		block := make([]lua.LString, min(len(texts), textBlock))
		for i := range block {
			block[i] = lua.LString(texts[i])
			table.Append(iface.Pointing(textKind, unsafe.Pointer(&block[i])))
		}
		texts = texts[len(block):]
	}
	return table
}
