package vm

import (
	"sort"

	lua "github.com/yuin/gopher-lua"
)

// tableSort sorts a copy and puts it back: a comparison that fails leaves the list as it was, one
// that changes the list does no harm. Any order function ends, a senseless one with a senseless
// order.
func tableSort(L *lua.LState) int {
	table := checkTable(L, 1)
	sorter := &listSorter{L: L, values: make([]lua.LValue, table.Len())}
	if L.Get(2) != lua.LNil {
		sorter.order = checkFunction(L, 2)
	}
	for i := range sorter.values {
		sorter.values[i] = table.RawGetInt(i + 1)
	}
	sort.Sort(sorter)
	for i, value := range sorter.values {
		table.RawSetInt(i+1, value)
	}
	return 0
}

type listSorter struct {
	L      *lua.LState
	order  *lua.LFunction
	values []lua.LValue
	steps  int
}

func (s *listSorter) Len() int      { return len(s.values) }
func (s *listSorter) Swap(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] }

func (s *listSorter) Less(i, j int) bool {
	a, b := s.values[i], s.values[j]
	if s.order != nil {
		return s.ordered(a, b)
	}
	s.tick(1)
	if x, ok := a.(lua.LString); ok {
		if y, ok := b.(lua.LString); ok {
			s.tick(min(len(x), len(y)) / 16)
			return x < y
		}
	}
	if a.Type() != b.Type() {
		if less := mixedLess(s.L, a, b); less != nil {
			return s.call(less, a, b)
		}
	}
	return s.L.LessThan(a, b)
}

// mixedLess is the __lt of the object among an object and a number, which Lua's own operator does
// not look for.
func mixedLess(L *lua.LState, a, b lua.LValue) *lua.LFunction {
	for _, pair := range [][2]lua.LValue{{a, b}, {b, a}} {
		if pair[0].Type() == lua.LTUserData && pair[1].Type() == lua.LTNumber {
			less, _ := L.GetMetaField(pair[0], "__lt").(*lua.LFunction)
			return less
		}
	}
	return nil
}

func (s *listSorter) ordered(a, b lua.LValue) bool { return s.call(s.order, a, b) }

func (s *listSorter) call(less *lua.LFunction, a, b lua.LValue) bool {
	s.L.Push(less)
	s.L.Push(a)
	s.L.Push(b)
	s.L.Call(2, 1)
	holds := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return holds
}

// tick lets the end of the run interrupt a long sort without an order function.
func (s *listSorter) tick(n int) {
	if s.steps += n; s.steps >= 4096 {
		s.steps = 0
		poll(s.L)
	}
}
