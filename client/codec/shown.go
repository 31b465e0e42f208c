package codec

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// BriefJSON is ShowJSON on one line of about so many bytes. The text of a larger value ends with
// "…" in the place of the rest.
func BriefJSON(v any, most int) (string, error) {
	w := writer{timeLayout: timeMillis, shown: true, brief: true, maxBytes: most}
	switch err := w.value(v); {
	case errors.As(err, new(longTextError)), err == nil && len(w.buf) > most:
		return strings.ToValidUTF8(string(w.buf[:min(len(w.buf), most)]), "") + "…", nil
	case err != nil:
		return "", locate(v, "value", err)
	}
	return string(w.buf), nil
}

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
	w := writer{maxBytes: maxEncoded}
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
