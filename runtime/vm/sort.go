package vm

import (
	"sort"

	lua "github.com/yuin/gopher-lua"
)

// tableSort sorts a copy and puts it back: a comparison that fails leaves the list as it was, one that changes the
// list does no harm. Any order function ends, a senseless one with a senseless order.
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
	return s.L.LessThan(a, b)
}

func (s *listSorter) ordered(a, b lua.LValue) bool {
	s.L.Push(s.order)
	s.L.Push(a)
	s.L.Push(b)
	s.L.Call(2, 1)
	less := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return less
}

// tick lets the end of the run interrupt a long sort without an order function.
func (s *listSorter) tick(n int) {
	if s.steps += n; s.steps >= 4096 {
		s.steps = 0
		poll(s.L)
	}
}
