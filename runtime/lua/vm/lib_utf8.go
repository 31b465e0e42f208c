package vm

import (
	"fmt"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// utf8Pattern matches one character of a valid text.
const utf8Pattern = "[%z\x01-\x7f\xc2-\xf4][\x80-\xbf]*"

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

// bytePosition turns a position, negative ones counted from the end, into an offset.
func bytePosition(length, position int) int {
	if position < 0 {
		return length + position
	}
	return position - 1
}

func utf8Codepoint(L *lua.LState) int {
	text := checkText(L, 1)
	first := optInt(L, 2, 1)
	from, last := bytePosition(len(text), first), bytePosition(len(text), optInt(L, 3, first))
	if from < 0 {
		L.ArgError(2, "out of bounds")
	}
	if last >= len(text) {
		L.ArgError(3, "out of bounds")
	}
	count := 0
	for at := from; at <= last; count++ {
		code, size := decode(L, text, at)
		L.Push(lua.LNumber(code))
		at += size
		if count >= maxResults {
			L.RaiseError("too many results (at most %d)", maxResults)
		}
	}
	return count
}

func decode(L *lua.LState, text string, at int) (rune, int) {
	code, size := utf8.DecodeRuneInString(text[at:])
	if code == utf8.RuneError && size <= 1 {
		L.RaiseError("invalid UTF-8 code at byte %d", at+1)
	}
	return code, size
}

// utf8Codes walks the characters: for position, code in utf8.codes(text).
func utf8Codes(L *lua.LState) int {
	checkText(L, 1)
	L.Push(L.NewFunction(nextCode))
	L.Push(L.Get(1))
	L.Push(lua.LNumber(0))
	return 3
}

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
	code, _ := decode(L, text, at)
	L.Push(lua.LNumber(at + 1))
	L.Push(lua.LNumber(code))
	return 2
}

// utf8Len counts characters. For an invalid text it returns nil and the position of the first bad
// byte.
func utf8Len(L *lua.LState) int {
	text := checkText(L, 1)
	at, last := bytePosition(len(text), optInt(L, 2, 1)), bytePosition(len(text), optInt(L, 3, -1))
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

func isContinuation(text string, at int) bool { return at < len(text) && text[at]&0xc0 == 0x80 }

// utf8Offset is the position of the n-th character counted from a position, nil when there is none.
func utf8Offset(L *lua.LState) int {
	text, n := checkText(L, 1), checkInt(L, 2)
	start := 1
	if n <= 0 {
		start = len(text) + 1
	}
	at := bytePosition(len(text), optInt(L, 3, start))
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

// moveCharacters goes to the start of the character for n = 0, over n-1 characters forwards, or
// over -n backwards; -1 beyond the ends.
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

// debugFunctions returns the only function of debug that scripts have, because it changes
// nothing.
func debugFunctions() []function { return []function{{"traceback", debugTraceback}} }

// debugTraceback is the stack as uncaught errors print it, after a message.
func debugTraceback(L *lua.LState) int {
	message := L.Get(1)
	if text, ok := toText(message); ok || message == lua.LNil {
		for _, frame := range stackFrames(L) {
			text += fmt.Sprintf("\n  %s", frame)
		}
		message = lua.LString(strings.TrimPrefix(text, "\n"))
	}
	L.Push(message)
	return 1
}
