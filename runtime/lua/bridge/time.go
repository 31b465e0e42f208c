package bridge

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

func (x *Exposer) timeOperators(mt *lua.LTable) {
	x.metamethod(mt, "__lt", x.timeCompare(func(a, b time.Time) bool { return a.Before(b) }))
	x.metamethod(mt, "__le", x.timeCompare(func(a, b time.Time) bool { return !a.After(b) }))
	x.metamethod(mt, "__add", x.timeAdd)
	x.metamethod(mt, "__sub", x.timeSub)
	x.metamethod(mt, "__concat", x.concat)
}

// timeCompare raises an error if one of the two is no time.
func (x *Exposer) timeCompare(holds func(a, b time.Time) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		a, okA := native(L.Get(1)).(time.Time)
		b, okB := native(L.Get(2)).(time.Time)
		if !okA || !okB {
			x.Raise(L, &misuseError{message: "attempt to compare " + typeName(L.Get(1)) + " with " + typeName(L.Get(2))})
		}
		L.Push(lua.LBool(holds(a, b)))
		return 1
	}
}

// timeAdd takes the time and the duration in either order. Lua calls it only if one is a time.
func (x *Exposer) timeAdd(L *lua.LState) int {
	t, ok := native(L.Get(1)).(time.Time)
	d := L.Get(2)
	if !ok {
		t, d = native(L.Get(2)).(time.Time), L.Get(1)
	}
	return x.pushMoved(L, t, d, 1)
}

func (x *Exposer) timeSub(L *lua.LState) int {
	t, ok := native(L.Get(1)).(time.Time)
	if !ok {
		x.Raise(L, &misuseError{message: "attempt to subtract a time from a " + typeName(L.Get(1))})
	}
	if u, ok := native(L.Get(2)).(time.Time); ok {
		L.Push(lua.LNumber(secondsBetween(t, u)))
		return 1
	}
	return x.pushMoved(L, t, L.Get(2), -1)
}

// secondsBetween counts t minus u, also where a duration could not hold it.
func secondsBetween(t, u time.Time) float64 {
	return float64(t.Unix()-u.Unix()) + float64(t.Nanosecond()-u.Nanosecond())/1e9
}

func (x *Exposer) pushMoved(L *lua.LState, t time.Time, by lua.LValue, sign time.Duration) int {
	d, m := toDuration(by)
	if m != nil {
		x.Raise(L, m.in("time arithmetic", ""))
	}
	L.Push(x.timeObject(t.Add(sign * d)))
	return 1
}
