package codec

import (
	"strconv"
	"strings"
)

// rawUnicode reads Python's raw-unicode-escape: each byte is a character,
// beside \uXXXX and \UXXXXXXXX.
func rawUnicode(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		if r, width := codePoint(line[i:]); width > 0 {
			b.WriteRune(r)
			i += width - 1
		} else {
			b.WriteRune(rune(line[i]))
		}
	}
	return b.String()
}

// codePoint reads an escape at the start of s; width 0 says there is none.
func codePoint(s string) (r rune, width int) {
	switch {
	case strings.HasPrefix(s, `\u`):
		width = 6
	case strings.HasPrefix(s, `\U`):
		width = 10
	}
	if width == 0 || len(s) < width {
		return 0, 0
	}
	n, err := strconv.ParseUint(s[2:width], 16, 32)
	if err != nil {
		return 0, 0
	}
	return rune(n), width
}

// unescape reads the inside of a Python 2 string literal, as repr writes it.
func unescape(quoted string) []byte {
	out := make([]byte, 0, len(quoted))
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' || i+1 == len(quoted) {
			out = append(out, quoted[i])
			continue
		}
		c, width := escapedByte(quoted[i+1:])
		out = append(out, c)
		i += width
	}
	return out
}

// escapedByte reads the characters after a backslash.
func escapedByte(s string) (c byte, width int) {
	if s[0] == 'x' && len(s) >= 3 {
		if n, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			return byte(n), 3
		}
	}
	if i := strings.IndexByte("abfnrtv", s[0]); i >= 0 {
		return "\a\b\f\n\r\t\v"[i], 1
	}
	return s[0], 1
}
