package vm

import (
	"math"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/precise"
)

func mathFunctions() []function {
	return []function{
		{"abs", unary(math.Abs)}, {"acos", unary(acos)}, {"asin", unary(asin)}, {"atan", unary(math.Atan)},
		{"atan2", binary(math.Atan2)}, {"ceil", unary(math.Ceil)}, {"cos", unary(math.Cos)}, {"cosh", unary(math.Cosh)},
		{"deg", unary(func(x float64) float64 { return x / (math.Pi / 180) })}, {"exp", unary(precise.Exp)},
		{"floor", unary(math.Floor)}, {"fmod", binary(math.Mod)}, {"frexp", mathFrexp}, {"ldexp", mathLdexp},
		{"log", mathLog}, {"log10", unary(precise.Log10)}, {"max", mathMax}, {"min", mathMin}, {"mod", binary(math.Mod)},
		{"modf", mathModf}, {"pow", binary(precise.Pow)}, {"rad", unary(func(x float64) float64 { return x * (math.Pi / 180) })},
		{"random", mathRandom}, {"randomseed", mathRandomseed}, {"sin", unary(math.Sin)}, {"sinh", unary(math.Sinh)},
		{"sqrt", unary(math.Sqrt)}, {"tan", unary(math.Tan)}, {"tanh", unary(math.Tanh)},
	}
}

// asin and acos use the arc tangent, because math.Asin and math.Acos lose digits near 1.
func asin(x float64) float64 { return math.Atan2(x, math.Sqrt((1-x)*(1+x))) }

func acos(x float64) float64 { return math.Atan2(math.Sqrt((1-x)*(1+x)), x) }

func unary(compute func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LNumber(compute(checkNumber(L, 1))))
		return 1
	}
}

func binary(compute func(a, b float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(lua.LNumber(compute(checkNumber(L, 1), checkNumber(L, 2))))
		return 1
	}
}

func mathFrexp(L *lua.LState) int {
	fraction, exponent := math.Frexp(checkNumber(L, 1))
	L.Push(lua.LNumber(fraction))
	L.Push(lua.LNumber(exponent))
	return 2
}

func mathLdexp(L *lua.LState) int {
	exponent := min(max(checkInt(L, 2), -5000), 5000)
	L.Push(lua.LNumber(math.Ldexp(checkNumber(L, 1), exponent)))
	return 1
}

// mathLog takes a base, as Lua 5.2 does.
func mathLog(L *lua.LState) int {
	x := checkNumber(L, 1)
	switch base := L.Get(2); {
	case base == lua.LNil:
		x = precise.Log(x)
	case base == lua.LNumber(2):
		x = precise.Log2(x)
	case base == lua.LNumber(10):
		x = precise.Log10(x)
	default:
		x = precise.Log(x) / precise.Log(checkNumber(L, 2))
	}
	L.Push(lua.LNumber(x))
	return 1
}

func mathMax(L *lua.LState) int {
	return pushBest(L, func(a, b float64) bool { return a > b })
}

func mathMin(L *lua.LState) int {
	return pushBest(L, func(a, b float64) bool { return a < b })
}

func pushBest(L *lua.LState, better func(a, b float64) bool) int {
	best := checkNumber(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if value := checkNumber(L, i); better(value, best) {
			best = value
		}
	}
	L.Push(lua.LNumber(best))
	return 1
}

// mathModf cuts an infinity into itself and 0, as C does.
func mathModf(L *lua.LState) int {
	x := checkNumber(L, 1)
	whole, fraction := math.Modf(x)
	if math.IsInf(x, 0) {
		whole, fraction = x, 0
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(fraction))
	return 2
}

// mathRandom draws from the state's own source: a fraction, or an integer between bounds.
func mathRandom(L *lua.LState) int {
	fraction := vmOf(L).random.Float64()
	low, high := 1.0, 0.0
	switch L.GetTop() {
	case 0:
		L.Push(lua.LNumber(fraction))
		return 1
	case 1:
		high = math.Floor(checkNumber(L, 1))
	default:
		low, high = math.Floor(checkNumber(L, 1)), math.Floor(checkNumber(L, 2))
	}
	if !(low <= high) || math.IsInf(low, 0) || math.IsInf(high, 0) {
		L.ArgError(L.GetTop(), "interval is empty")
	}
	L.Push(lua.LNumber(min(low+math.Floor(fraction*(high-low+1)), high)))
	return 1
}

// random returns the source of math.random.
func (c Config) random() *rand.Rand {
	if c.Durable != nil {
		return rand.New(rand.NewPCG(c.Durable.Seed[0], c.Durable.Seed[1]))
	}
	return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
}

func mathRandomseed(L *lua.LState) int {
	vmOf(L).random = rand.New(rand.NewPCG(math.Float64bits(checkNumber(L, 1)), 0))
	return 0
}
