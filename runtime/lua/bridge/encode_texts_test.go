package bridge

import (
	"fmt"
	"runtime"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// Arrays of texts share memory in blocks: each text stays what it was when the list is changed
// later, and when the array that held it is gone.
func TestTextsOutliveTheirList(t *testing.T) {
	t.Parallel()
	L := lua.NewState()
	defer L.Close()
	x := &Exposer{state: L}
	for _, count := range []int{0, 1, textBlock - 1, textBlock, textBlock + 1, 3*textBlock + 7} {
		texts := make([]string, count)
		for i := range texts {
			texts[i] = fmt.Sprintf("id-%d", i)
		}
		table := x.textArray(texts)
		values := make([]lua.LValue, 0, count)
		table.ForEach(func(_, value lua.LValue) { values = append(values, value) })
		for i := range texts {
			texts[i] = "changed"
		}
		runtime.GC()
		if len(values) != count {
			t.Fatalf("%d values of %d texts", len(values), count)
		}
		for i, value := range values {
			if want := lua.LString(fmt.Sprintf("id-%d", i)); value != lua.LValue(want) || value.Type() != lua.LTString {
				t.Fatalf("value %d of %d is %v", i, count, value)
			}
		}
	}
}
