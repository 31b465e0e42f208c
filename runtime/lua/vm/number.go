package vm

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// parseNumber reads a number as Lua 5.1 writes it: decimal with an exponent, or hexadecimal;
// blanks around and a sign are allowed. Octal, binary, underscores and names such as "inf" are
// not.
func parseNumber(text string) (float64, bool) {
	text = strings.Trim(text, " \t\n\v\f\r")
	digits, negative := splitSign(text)
	value, ok := 0.0, false
	if isHex(digits) {
		value, ok = parseHex(digits)
	} else if isDecimal(digits) {
		f, err := strconv.ParseFloat(digits, 64)
		value, ok = f, err == nil || math.IsInf(f, 0)
	}
	if negative {
		value = -value
	}
	return value, ok
}

// parseHex reads a hexadecimal number. A point and a binary exponent are allowed, as C reads them.
func parseHex(text string) (float64, bool) {
	if !strings.ContainsAny(text, ".pP") {
		return parseDigits(text[2:], 16)
	}
	if !strings.ContainsAny(text, "pP") {
		text += "p0"
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, !strings.Contains(text, "_") && (err == nil || math.IsInf(value, 0))
}

func splitSign(text string) (rest string, negative bool) {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return text[1:], text[0] == '-'
	}
	return text, false
}

// isDecimal holds for digits with at most one point and an exponent.
func isDecimal(text string) bool {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return false
	}
	exponent, _ = splitSign(exponent)
	return !hasExponent || exponent != "" && allDigits(exponent)
}

func allDigits(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isDigit(text[i]) {
			return false
		}
	}
	return true
}

// parseDigits reads an unsigned integer in a base from 2 to 36. A number that needs more than 53
// bits is rounded.
func parseDigits(text string, base int) (float64, bool) {
	value := 0.0
	for i := 0; i < len(text); i++ {
		digit := digitValue(text[i])
		if digit >= base {
			return 0, false
		}
		value = value*float64(base) + float64(digit)
	}
	return value, text != ""
}

func digitValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return math.MaxInt
}

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
		return parseNumber(string(v))
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
