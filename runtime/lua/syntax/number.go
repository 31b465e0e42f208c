package syntax

import (
	"math"
	"strconv"
	"strings"
)

// ParseNumber returns the number that a text holds as Lua 5.1 writes it: decimal with an exponent,
// or hexadecimal; blanks around and a sign are allowed. Octal, binary, underscores and names such
// as "inf" are not.
func ParseNumber(text string) (float64, bool) {
	text = strings.Trim(text, " \t\n\v\f\r")
	digits, negative := SplitSign(text)
	value, ok := 0.0, false
	if IsHex(digits) {
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
		return ParseDigits(text[2:], 16)
	}
	if !strings.ContainsAny(text, "pP") {
		text += "p0"
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, !strings.Contains(text, "_") && (err == nil || math.IsInf(value, 0))
}

// SplitSign returns a text without its sign, and true if that is a minus.
func SplitSign(text string) (rest string, negative bool) {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		return text[1:], text[0] == '-'
	}
	return text, false
}

// isDecimal holds for digits with at most one point and an exponent.
func isDecimal(text string) bool {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !AllDigits(whole) || !AllDigits(fraction) {
		return false
	}
	exponent, _ = SplitSign(exponent)
	return !hasExponent || exponent != "" && AllDigits(exponent)
}

// AllDigits returns true if a text has nothing but decimal digits; it may be empty.
func AllDigits(text string) bool {
	for i := 0; i < len(text); i++ {
		if !IsDigit(text[i]) {
			return false
		}
	}
	return true
}

// ParseDigits returns the unsigned integer that a text holds in a base from 2 to 36; one too large
// for 53 bits is rounded.
func ParseDigits(text string, base int) (float64, bool) {
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
	case IsDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return math.MaxInt
}

// IsHex returns true if a text begins as a hexadecimal number does.
func IsHex(text string) bool { return strings.HasPrefix(strings.ToLower(text), "0x") }
