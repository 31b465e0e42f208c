package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns text that cannot control a terminal. Line ends and tabs stay. Other control
// characters, characters that reorder text, and bytes that are not UTF-8 become escapes such as
// \x1b, \u202e and \xff.
func Text(text string) string {
	if plain(text) {
		return text
	}
	return escape(strings.ReplaceAll(text, "\r\n", "\n"), "\n\t")
}

// Line is Text on one line: a line end becomes \n, a tab \t.
func Line(text string) string {
	if plain(text) && !strings.ContainsAny(text, "\n\t") {
		return text
	}
	return escape(text, "")
}

// plain returns true if Text has nothing to change.
func plain(text string) bool {
	for i, r := range text {
		if r < utf8.RuneSelf && (r >= ' ' && r != 0x7f || r == '\n' || r == '\t') {
			continue
		}
		if r < utf8.RuneSelf || steers(r) || r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") {
			return false
		}
	}
	return true
}

func escape(text, kept string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case strings.ContainsRune(kept, r) || !steers(r):
			b.WriteString(text[:size])
		default:
			b.WriteString(named(r))
		}
		text = text[size:]
	}
	return b.String()
}

// named returns the escape of a character. Inside JSON, which escapes the first 32 itself, it is
// one of JSON's.
func named(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < ' ':
		return fmt.Sprintf(`\x%02x`, r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// steers returns true for characters that change the display of the text around them: the control
// characters of ASCII and Latin-1, direction marks, separators of lines, and the invisible tags
// and annotations.
func steers(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r > 0xff && (unicode.Is(unicode.Bidi_Control, r) ||
		r == '\u2028' || r == '\u2029' || r >= '\ufff9' && r <= '\ufffb' || r == '\U000e0001' || r == '\ufeff')
}
