package codec

import "math/bits"

// Words in which all eight bytes are the same.
const (
	ones      = 0x0101010101010101
	highBits  = 0x80 * ones
	spaces    = ' ' * ones
	quotes    = '"' * ones
	backslash = '\\' * ones
)

// needsEscape returns true if a JSON string cannot hold the byte as it is.
func needsEscape(c byte) bool { return c < ' ' || c == '"' || c == '\\' }

// plainPrefix returns the number of bytes at the start of s that need no escape, and true if all of
// them are ASCII. It looks at eight bytes at a time, because most of a text is
// plain.
func plainPrefix(s string) (n int, ascii bool) {
	var seen uint64 // the bits of all bytes so far
	for ; len(s)-n >= 8; n += 8 {
		word := wordAt(s, n)
		if special := specialBytes(word); special != 0 {
			n += bits.TrailingZeros64(special) / 8
			return n, seen&highBits == 0 && word&highBits&(special-1) == 0
		}
		seen |= word
	}
	for ; n < len(s); n++ {
		if needsEscape(s[n]) {
			break
		}
		seen |= uint64(s[n])
	}
	return n, seen&highBits == 0
}

// wordAt returns the eight bytes from i on, the first in the lowest place.
func wordAt(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// specialBytes sets the high bit of bytes that need an escape. Bits above the lowest one may be
// wrong, because a subtraction borrows from the byte above.
func specialBytes(word uint64) uint64 {
	quote, slash := word^quotes, word^backslash // zero where the byte is the wanted one
	return ((word-spaces)&^word | (quote-ones)&^quote | (slash-ones)&^slash) & highBits
}
