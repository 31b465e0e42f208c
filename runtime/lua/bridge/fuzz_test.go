package bridge_test

import (
	"errors"
	"math"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
)

// FuzzBoundary calls every function with values made of the bytes: whatever a script passes, a
// call gives a result or raises an error object, and never panics.
func FuzzBoundary(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3})
	f.Add([]byte{3, 9, 2, 's', 'x', 9, 1, 8, 7, 6, 5})
	f.Add([]byte("\x05\x09\x04\x01a\x0a\x02\x01\x01\x03limit\x02\xff\xff"))
	f.Fuzz(func(t *testing.T, input []byte) {
		m := newMachine(t)
		b := &bytesOf{machine: m, rest: input}
		function := m.state.GetField(m.state.GetGlobal("farm"), b.name())
		args := make([]lua.LValue, b.below(4))
		for i := range args {
			args[i] = b.value(6)
		}
		err := m.state.CallByParam(lua.P{Fn: function, NRet: lua.MultRet, Protect: true}, args...)
		checkRaised(t, m, err)
	})
}

func checkRaised(t *testing.T, m *machine, err error) {
	t.Helper()
	if len(m.panics) > 0 {
		t.Fatalf("panic: %v\n%s", m.panics[0], m.panics[0].Stack)
	}
	if err == nil {
		return
	}
	var raised *lua.ApiError
	if !errors.As(err, &raised) {
		t.Fatalf("raised %v", err)
	}
	if _, ok := bridge.ErrorOf(raised.Object); !ok && raised.Type != lua.ApiErrorRun {
		t.Fatalf("raised %v", raised.Object)
	}
}

// bytesOf makes Lua values of bytes.
type bytesOf struct {
	*machine
	rest []byte
}

func (b *bytesOf) next() byte {
	if len(b.rest) == 0 {
		return 0
	}
	first := b.rest[0]
	b.rest = b.rest[1:]
	return first
}

func (b *bytesOf) below(n int) int { return int(b.next()) % n }

func (b *bytesOf) text() string {
	n := min(b.below(24), len(b.rest))
	text := string(b.rest[:n])
	b.rest = b.rest[n:]
	return text
}

// name is that of any function but those that wait or panic by themselves.
func (b *bytesOf) name() string {
	names := []string{"care", "plan", "apply", "kinds", "house", "raws", "echo", "prepare", "call", "retry", "walk", "count_up", "bad", "feed"}
	return names[b.below(len(names))]
}

// key is often one that the functions know.
func (b *bytesOf) key() lua.LValue {
	known := []string{"s", "b", "i", "i8", "u", "u64", "f", "d", "t", "l", "ll", "m", "a", "la", "ma", "g", "o", "r", "c", "w", "e", "y",
		"wait", "limit", "kinds", "since", "nested", "length", "gates", "schedule_name", "positional", "named"}
	switch kind := b.below(48); {
	case kind < len(known):
		return lua.LString(known[kind])
	case kind < 40:
		return lua.LNumber(kind - 31)
	}
	return lua.LString(b.text())
}

func (b *bytesOf) value(depth int) lua.LValue {
	switch kind := b.below(14); kind {
	case 0:
		return lua.LNil
	case 1:
		return lua.LBool(b.below(2) == 1)
	case 2, 3:
		return b.number()
	case 4, 5:
		return lua.LString(b.text())
	case 6, 7, 8:
		return b.table(depth)
	case 9:
		return b.state.NewFunction(func(L *lua.LState) int { return 0 })
	}
	return b.object()
}

func (b *bytesOf) number() lua.LValue {
	odd := []float64{0, -1, 1.5, math.NaN(), math.Inf(1), 1 << 53, 1 << 63, -(1 << 63), 1e300, -0.25, 1795392000, 300}
	if i := b.below(2 * len(odd)); i < len(odd) {
		return lua.LNumber(odd[i])
	}
	return lua.LNumber(b.next())
}

func (b *bytesOf) table(depth int) lua.LValue {
	table := b.state.NewTable()
	if depth == 0 {
		return table
	}
	for range b.below(5) {
		table.RawSet(b.key(), b.value(depth-1))
	}
	if b.below(16) == 0 {
		table.RawSetString("self", table)
	}
	return table
}

// object is one of ours, or a foreign userdata.
func (b *bytesOf) object() lua.LValue {
	codes := []string{`farm.animals()[2]`, `farm.barn()`, `farm.data()`, `farm.null`, `farm`, `farm.data().time`, `farm.data().big`,
		`select(2, pcall(farm.feed))`, `farm.prepare{}`, `farm.walk(2)`, `newproxy and newproxy() or io.stdout`, `coroutine.create(print)`}
	if err := b.run("made = " + codes[b.below(len(codes))]); err != nil {
		return lua.LNil
	}
	return b.state.GetGlobal("made")
}
