package vm

import (
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// utf8Pattern is utf8.charpattern of Lua 5.3. It matches one character of a valid text.
const utf8Pattern = "[%z\x01-\x7f\xc2-\xf4][\x80-\xbf]*"

// utf8Functions returns the library utf8 of Lua 5.3, which the Lua 5.1 of scripts lacks.
func utf8Functions() []function {
	return []function{
		{"char", utf8Char}, {"codepoint", utf8Codepoint}, {"codes", utf8Codes}, {"len", utf8Len}, {"offset", utf8Offset},
	}
}

func utf8Char(L *lua.LState) int {
	var text strings.Builder
	for i := 1; i <= L.GetTop(); i++ {
		code := checkInt(L, i)
		if code < 0 || code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
			L.ArgError(i, "no character has this code")
		}
		text.WriteRune(rune(code))
	}
	L.Push(lua.LString(text.String()))
	return 1
}

// byteOffset returns the offset, counted from 0, of a position that is counted from 1, or from -1
// backwards for the last byte. It may be outside of the text.
func byteOffset(length, position int) int {
	if position < 0 {
		return length + position
	}
	return position - 1
}

func utf8Codepoint(L *lua.LState) int {
	text := checkText(L, 1)
	first := optInt(L, 2, 1)
	from, last := byteOffset(len(text), first), byteOffset(len(text), optInt(L, 3, first))
	if from < 0 {
		L.ArgError(2, "out of bounds")
	}
	if last >= len(text) {
		L.ArgError(3, "out of bounds")
	}
	count := 0
	for at := from; at <= last; count++ {
		code, size := decodeAt(L, text, at)
		L.Push(lua.LNumber(code))
		at += size
		if count >= maxResults {
			L.RaiseError("too many results (at most %d)", maxResults)
		}
	}
	return count
}

// decodeAt returns the character at an offset and its number of bytes, and raises an error if the
// bytes there are not UTF-8.
func decodeAt(L *lua.LState, text string, at int) (rune, int) {
	code, size := utf8.DecodeRuneInString(text[at:])
	if code == utf8.RuneError && size <= 1 {
		L.RaiseError("invalid UTF-8 code at byte %d", at+1)
	}
	return code, size
}

// utf8Codes returns the iterator of: for position, code in utf8.codes(text).
func utf8Codes(L *lua.LState) int {
	checkText(L, 1)
	L.Push(L.NewFunction(nextCode))
	L.Push(L.Get(1))
	L.Push(lua.LNumber(0))
	return 3
}

// nextCode returns the position and code of the character after the one at a position, or nil after
// the last one. Position 0 is before the first.
func nextCode(L *lua.LState) int {
	text, at := checkText(L, 1), checkInt(L, 2)
	if at > 0 && at <= len(text) {
		_, size := utf8.DecodeRuneInString(text[at-1:])
		at += size - 1
	}
	if at < 0 || at >= len(text) {
		L.Push(lua.LNil)
		return 1
	}
	code, _ := decodeAt(L, text, at)
	L.Push(lua.LNumber(at + 1))
	L.Push(lua.LNumber(code))
	return 2
}

// utf8Len returns the number of characters, or nil and the position of the first bad byte if the
// text is not UTF-8.
func utf8Len(L *lua.LState) int {
	text := checkText(L, 1)
	at, last := byteOffset(len(text), optInt(L, 2, 1)), byteOffset(len(text), optInt(L, 3, -1))
	if at < 0 || at > len(text) {
		L.ArgError(2, "initial position out of bounds")
	}
	if last >= len(text) {
		L.ArgError(3, "final position out of bounds")
	}
	count := 0
	for at <= last {
		code, size := utf8.DecodeRuneInString(text[at:])
		if code == utf8.RuneError && size <= 1 {
			L.Push(lua.LNil)
			L.Push(lua.LNumber(at + 1))
			return 2
		}
		at += size
		count++
	}
	L.Push(lua.LNumber(count))
	return 1
}

// isContinuation returns true if the byte at an offset is not the first of its character.
func isContinuation(text string, at int) bool { return at < len(text) && text[at]&0xc0 == 0x80 }

// utf8Offset returns the position of the n-th character counted from a position, or nil if there is
// none.
func utf8Offset(L *lua.LState) int {
	text, n := checkText(L, 1), checkInt(L, 2)
	start := 1
	if n <= 0 {
		start = len(text) + 1
	}
	at := byteOffset(len(text), optInt(L, 3, start))
	if at < 0 || at > len(text) {
		L.ArgError(3, "position out of bounds")
	}
	if n != 0 && isContinuation(text, at) {
		L.RaiseError("initial position is a continuation byte")
	}
	if at = moveCharacters(text, at, n); at < 0 {
		L.Push(lua.LNil)
	} else {
		L.Push(lua.LNumber(at + 1))
	}
	return 1
}

// moveCharacters returns the offset that is n-1 characters after at if n is positive, -n characters
// before it if n is negative, and the beginning of the character that contains it if n is 0. It
// returns -1 if that is outside of the text.
func moveCharacters(text string, at, n int) int {
	if n == 0 {
		for at > 0 && isContinuation(text, at) {
			at--
		}
		return at
	}
	for ; n < 0; n++ {
		if at <= 0 {
			return -1
		}
		for at--; at > 0 && isContinuation(text, at); at-- {
		}
	}
	for ; n > 1; n-- {
		if at >= len(text) {
			return -1
		}
		for at++; isContinuation(text, at); at++ {
		}
	}
	return at
}
