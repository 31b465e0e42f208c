package vm

import (
	"strings"
	"testing"
)

// A state may have the stack of one that went deep, but none of its values.
func TestAStackIsEmptyWhenTheNextRunTakesIt(t *testing.T) {
	t.Parallel()
	together := &Neighbours{}
	first := newVM(Config{Neighbours: together})
	if _, err := first.RunString(t.Context(), "deep.lua", `local function down(n) if n > 0 then return 1 + down(n - 1) end return 0 end assert(down(5000) == 5000)`); err != nil {
		t.Fatal(err)
	}
	frames := stackOf(first.state).frames
	if frames[5000].Fn == nil {
		t.Fatal("the run did not go deep")
	}
	first.Close()
	for i := range frames {
		if frames[i] != (callFrame{}) {
			t.Fatalf("the frame %d holds %+v", i, frames[i])
		}
	}
}

func TestARunWithTheStackOfAnotherGoesAsDeep(t *testing.T) {
	t.Parallel()
	together := &Neighbours{}
	for range 3 {
		v := newVM(Config{Neighbours: together})
		if size := len(stackOf(v.state).frames); size != callStackSize {
			t.Errorf("the stack has %d frames", size)
		}
		results, err := v.RunString(t.Context(), "deep.lua", `local depth = 0
			local function down() depth = depth + 1 return 1 + down() end
			local ok, message = pcall(down)
			return depth, message`)
		if err != nil || len(results) != 2 {
			t.Fatalf("got %v, %v", results, err)
		}
		if depth := results[0].String(); len(depth) != 5 || !strings.Contains(results[1].String(), "stack overflow") {
			t.Errorf("the run went %s deep: %s", depth, results[1])
		}
		v.Close()
	}
}
