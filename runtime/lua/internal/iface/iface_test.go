package iface

import (
	"runtime"
	"testing"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// A value that points to data is equal to one that Go made, and keeps the data alive.
func TestPointingIsWhatGoMakes(t *testing.T) {
	t.Parallel()
	numbers, texts := make([]lua.LNumber, 32), make([]lua.LString, 32)
	var values []lua.LValue
	for i := range numbers {
		numbers[i], texts[i] = lua.LNumber(i)+0.5, lua.LString(rune('a'+i))
		values = append(values, Pointing(KindOf(lua.LNumber(0)), unsafe.Pointer(&numbers[i])), Pointing(KindOf(lua.LString("")), unsafe.Pointer(&texts[i])))
	}
	numbers, texts = nil, nil
	runtime.GC()
	for i := range len(values) / 2 {
		number, text := lua.LValue(lua.LNumber(i)+0.5), lua.LValue(lua.LString(rune('a'+i)))
		if values[2*i] != number || values[2*i+1] != text {
			t.Errorf("%v and %v, want %v and %v", values[2*i], values[2*i+1], number, text)
		}
		if got := *(*lua.LNumber)(DataAt(unsafe.Pointer(&values[2*i]))); got != number {
			t.Errorf("the data is %v, want %v", got, number)
		}
	}
}
