package vm

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// formatNumber prints integers up to 2^53 in full and everything else with 14 digits.
func formatNumber(n lua.LNumber) string {
	f := float64(n)
	if f == math.Trunc(f) && math.Abs(f) <= 1<<53 {
		if f == 0 && math.Signbit(f) {
			return "-0"
		}
		return strconv.FormatInt(int64(f), 10)
	}
	return formatFloat(f, 'g', 14)
}

// formatFloat formats as C does: inf and nan in its spelling, trailing zeros of %g removed.
func formatFloat(f float64, verb byte, precision int) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, verb, precision, 64)
}

// toNumber converts as arithmetic and the number arguments of the library do: numbers, and
// strings that hold one.
func toNumber(value lua.LValue) (float64, bool) {
	switch v := value.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return syntax.ParseNumber(string(v))
	}
	return 0, false
}

// toText converts as concatenation does: strings, and numbers as formatNumber prints them.
func toText(value lua.LValue) (string, bool) {
	switch v := value.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return formatNumber(v), true
	}
	return "", false
}
