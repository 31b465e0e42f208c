package codec

import (
	"math"
	"strings"
	"unicode/utf8"
)

// NumberText returns a number as JSON writes it, or NaN, Infinity or -Infinity, for which JSON has
// no text.
func NumberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	w := writer{}
	_ = w.float(f)
	return string(w.buf)
}

// VisibleText returns text with each byte that is not UTF-8 written as \xff.
func VisibleText(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			b.WriteString(`\x`)
			b.WriteByte(hexDigits[text[0]>>4])
			b.WriteByte(hexDigits[text[0]&15])
		} else {
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}
