package bridge

import (
	"math"
	"math/big"

	"github.com/dbos-script/dbos-script/runtime/precise"
	lua "github.com/yuin/gopher-lua"
)

// maxBits bounds exact integers, which a loop of multiplications would else grow without limit.
const maxBits = 1 << 16

func (x *Exposer) integerOperators(mt *lua.LTable) {
	x.arithmetic(mt, "__add", (*big.Int).Add, func(a, b float64) float64 { return a + b })
	x.arithmetic(mt, "__sub", (*big.Int).Sub, func(a, b float64) float64 { return a - b })
	x.arithmetic(mt, "__mul", (*big.Int).Mul, func(a, b float64) float64 { return a * b })
	x.arithmetic(mt, "__mod", floorMod, func(a, b float64) float64 { return a - math.Floor(a/b)*b })
	x.arithmetic(mt, "__div", nil, func(a, b float64) float64 { return a / b })
	x.arithmetic(mt, "__pow", nil, precise.Pow)
	x.metamethod(mt, "__unm", x.negate)
	x.metamethod(mt, "__lt", x.integersCompare(func(c int) bool { return c < 0 }))
	x.metamethod(mt, "__le", x.integersCompare(func(c int) bool { return c <= 0 }))
	x.metamethod(mt, "__concat", x.concat)
	x.metamethod(mt, "__tonumber", x.toLuaNumber)
}

type exactOperation func(z, a, b *big.Int) *big.Int

// floorMod has the sign of the divisor, as Lua's % has; nil for a zero divisor.
func floorMod(z, a, b *big.Int) *big.Int {
	if b.Sign() == 0 {
		return nil
	}
	z.Rem(a, b)
	if z.Sign() != 0 && z.Sign() != b.Sign() {
		z.Add(z, b)
	}
	return z
}

// arithmetic is exact where both operands are whole, and Lua's own where one is not.
func (x *Exposer) arithmetic(mt *lua.LTable, event string, exact exactOperation, float func(a, b float64) float64) {
	x.metamethod(mt, event, func(L *lua.LState) int {
		a, b := x.operand(L, 1), x.operand(L, 2)
		if exact != nil && a.exact != nil && b.exact != nil {
			if a.exact.BitLen()+b.exact.BitLen() > maxBits {
				x.Raise(L, &misuseError{message: "integer too large"})
			}
			if z := exact(new(big.Int), a.exact, b.exact); z != nil {
				L.Push(x.bigInteger(z))
				return 1
			}
		}
		L.Push(lua.LNumber(float(a.float, b.float)))
		return 1
	})
}

// operand is a number of an operation, and the integer that it is if it is whole.
type operand struct {
	exact *big.Int
	float float64
}

func (x *Exposer) operand(L *lua.LState, n int) operand {
	v := L.Get(n)
	f, m := toFloat(v)
	if m != nil {
		if number, ok := v.(lua.LNumber); ok {
			return operand{float: float64(number)}
		}
		x.Raise(L, &misuseError{message: "attempt to perform arithmetic on a " + typeName(v) + " value"})
	}
	if i, ok := bigOf(v); ok {
		return operand{exact: i, float: f}
	}
	i, _ := wholeNumber(f)
	return operand{exact: i, float: f}
}

func (x *Exposer) negate(L *lua.LState) int {
	L.Push(x.bigInteger(new(big.Int).Neg(x.operand(L, 1).exact)))
	return 1
}

// integersCompare compares integers with integers and with numbers, exactly. The VM calls it for
// two integers only; table.sort calls it for an integer and a number too.
func (x *Exposer) integersCompare(holds func(int) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		c, comparable := compareNumbers(L.Get(1), L.Get(2))
		if !comparable {
			x.Raise(L, &misuseError{message: "attempt to compare " + typeName(L.Get(1)) + " with " + typeName(L.Get(2))})
		}
		L.Push(lua.LBool(holds(c)))
		return 1
	}
}

// compareNumbers compares two numbers. The result is false if one of them is NaN, which has no
// order, or no number.
func compareNumbers(a, b lua.LValue) (int, bool) {
	x, okX := exactNumber(a)
	y, okY := exactNumber(b)
	if !okX || !okY {
		return 0, false
	}
	return x.Cmp(y), true
}

func exactNumber(v lua.LValue) (*big.Float, bool) {
	if number, ok := v.(lua.LNumber); ok {
		if math.IsNaN(float64(number)) {
			return nil, false
		}
		return big.NewFloat(float64(number)), true
	}
	i, ok := bigOf(v)
	if !ok {
		return nil, false
	}
	return new(big.Float).SetInt(i), true
}

// toLuaNumber implements tonumber.
func (x *Exposer) toLuaNumber(L *lua.LState) int {
	L.Push(lua.LNumber(x.operand(L, 1).float))
	return 1
}
