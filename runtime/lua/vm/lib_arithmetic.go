package vm

import (
	"fmt"
	"math"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/precise"
	lua "github.com/yuin/gopher-lua"
)

// arithmeticFunctions are the metamethods of strings: without them the VM would read "010" as
// octal and "1_0" as ten.
func arithmeticFunctions() []function {
	return []function{
		{"__add", stringArithmetic("__add", func(a, b float64) float64 { return a + b })},
		{"__sub", stringArithmetic("__sub", func(a, b float64) float64 { return a - b })},
		{"__mul", stringArithmetic("__mul", func(a, b float64) float64 { return a * b })},
		{"__div", stringArithmetic("__div", func(a, b float64) float64 { return a / b })},
		{"__mod", stringArithmetic("__mod", modulo)},
		{"__pow", stringArithmetic("__pow", precise.Pow)},
		{"__unm", stringArithmetic("__unm", func(a, _ float64) float64 { return -a })},
	}
}

// modulo has the sign of the divisor, as Lua's % has.
func modulo(a, b float64) float64 {
	r := math.Mod(a, b)
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r
}

func stringArithmetic(event string, compute func(a, b float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		a, b := L.Get(1), L.Get(2)
		if L.GetTop() < 2 {
			b = a
		}
		if other := foreignOperator(L, b, event); other != nil {
			L.Push(other)
			L.Push(a)
			L.Push(b)
			L.Call(2, 1)
			return 1
		}
		L.Push(lua.LNumber(compute(arithmeticOperand(L, a), arithmeticOperand(L, b))))
		return 1
	}
}

// foreignOperator is the second operand's own metamethod, when it is no string.
func foreignOperator(L *lua.LState, value lua.LValue, event string) lua.LValue {
	if value.Type() == lua.LTString {
		return nil
	}
	if operator := L.GetMetaField(value, event); operator != lua.LNil {
		return operator
	}
	return nil
}

func arithmeticOperand(L *lua.LState, value lua.LValue) float64 {
	number, ok := toNumber(value)
	if ok {
		return number
	}
	if text, isText := value.(lua.LString); isText {
		L.RaiseError("attempt to perform arithmetic on the string %s, which is no number (%s)", quoted(string(text)), joining(string(text)))
	}
	L.RaiseError("attempt to perform arithmetic on a %s value", value.Type())
	return 0
}

// joining returns the hint for arithmetic with a text, where joining texts was meant.
func joining(text string) string {
	if strings.Contains(text, "%") {
		return "values are put into a text with text:format(x)"
	}
	return "texts are joined with .."
}

func quoted(text string) string { return fmt.Sprintf("%q", cutText(text, 40)) }
