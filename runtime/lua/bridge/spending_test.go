package bridge

import (
	"context"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func TestSpendingIsBounded(t *testing.T) {
	t.Parallel()
	state := lua.NewState()
	defer state.Close()
	ctx, stop := context.WithCancel(t.Context())
	state.SetContext(ctx)
	x := New(state, declare.NewRegistry(), Options{})
	text := lua.LString(strings.Repeat("x", 1<<20))
	for what, c := range map[string]struct {
		before spending
		value  lua.LValue
		want   string
	}{
		"little":          {spending{}, text, ""},
		"the last value":  {spending{values: maxValues - 1 - lookEvery}, lua.LTrue, ""},
		"too many values": {spending{values: maxValues}, lua.LTrue, "more than 16777216 values are too many for one call"},
		"the last text":   {spending{text: maxText - len(text)}, text, ""},
		"too much text":   {spending{text: maxText - len(text) + 1}, text, "more than 256 MiB of text are too much for one call"},
	} {
		m := c.before.value(x, c.value)
		if got := m; (got == nil) != (c.want == "") || got != nil && got.message != c.want {
			t.Errorf("%s: %v, want %q", what, got, c.want)
		}
	}
	if m := (&spending{names: maxNames}).name(x, "a"); m == nil || m.message != "more than 67108864 bytes of ids, names and keys are too much for one call" {
		t.Errorf("too many names: %v", m)
	}
	if got, want := budgetOf(64<<20), (budget{2 << 20, 64 << 20, 8 << 20}); got != want {
		t.Errorf("with 64 MiB: %+v, want %+v", got, want)
	}
	spent := &spending{values: lookEvery - 1}
	stop()
	if m := spent.value(x, lua.LTrue); m == nil || m.message != "the run is over" {
		t.Errorf("a run that is over goes on: %v", m)
	}
}
