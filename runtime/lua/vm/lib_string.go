package vm

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func stringFunctions() []function {
	return []function{
		{"byte", stringByte}, {"char", stringChar}, {"find", stringFind}, {"format", stringFormat}, {"gmatch", stringGmatch},
		{"gsub", stringGsub}, {"len", stringLen}, {"lower", stringLower}, {"match", stringMatch}, {"rep", stringRep},
		{"reverse", stringReverse}, {"sub", stringSub}, {"upper", stringUpper},
	}
}

// hostConcat and hostConcatList are called by compiled code.
var (
	hostConcat     = hostFunction(concatenate)
	hostConcatList = hostFunction(concatenateList)
)

// concatenate implements a .. b .. c. It binds to the right, so a __concat of the last pair comes
// first.
func concatenate(L *lua.LState) int {
	var few [8]lua.LValue
	operands := few[:0]
	for i := 1; i <= L.GetTop(); i++ {
		operands = append(operands, L.Get(i))
	}
	L.Push(join(L, operands))
	return 1
}

// concatenateList is concatenate for more operands than fit into registers: their number, and a
// list of them.
func concatenateList(L *lua.LState) int {
	operands := make([]lua.LValue, checkInt(L, 1))
	for i := range operands {
		operands[i] = checkTable(L, 2).RawGetInt(i + 1)
	}
	L.Push(join(L, operands))
	return 1
}

func join(L *lua.LState, operands []lua.LValue) lua.LValue {
	const longestNumber = 24
	size := 0
	for _, operand := range operands {
		switch value := operand.(type) {
		case lua.LString:
			size += len(value)
		case lua.LNumber:
			size += longestNumber
		default:
			return joinObjects(L, operands)
		}
	}
	checkStringSize(L, size)
	reserve(L, size)
	var text strings.Builder
	text.Grow(size)
	for _, operand := range operands {
		piece, _ := toText(operand)
		text.WriteString(piece)
	}
	return lua.LString(text.String())
}

func joinObjects(L *lua.LState, operands []lua.LValue) lua.LValue {
	last := len(operands) - 1
	result := operands[last]
	for i := last - 1; i >= 0; i-- {
		result = joinPair(L, i, operands[i], result)
	}
	return result
}

func joinPair(L *lua.LState, index int, left, right lua.LValue) lua.LValue {
	a, leftIsText := toText(left)
	b, rightIsText := toText(right)
	if leftIsText && rightIsText {
		checkStringSize(L, len(a)+len(b))
		reserve(L, len(a)+len(b))
		return lua.LString(a + b)
	}
	operator := L.GetMetaField(left, "__concat")
	if operator == lua.LNil {
		operator = L.GetMetaField(right, "__concat")
	}
	if operator == lua.LNil {
		failJoin(L, index, leftIsText, left, right)
	}
	L.Push(operator)
	L.Push(left)
	L.Push(right)
	L.Call(2, 1)
	result := L.Get(-1)
	L.Pop(1)
	return result
}

// failJoin names the operand that cannot be concatenated: the caller's registers hold the
// operands as arguments.
func failJoin(L *lua.LState, index int, leftIsText bool, left, right lua.LValue) {
	culprit := left
	if leftIsText {
		culprit, index = right, index+1
	}
	message := "attempt to concatenate a " + typeName(L, culprit) + " value"
	caller := currentFrame(L).Parent
	if caller != nil && !caller.Fn.IsG && caller.Pc > 0 && index < L.GetTop() {
		x := &mistake{L: L, frame: caller, code: caller.Fn.Proto.Code, pc: caller.Pc - 1}
		if name := x.name(argA(x.inst()) + 1 + index); name != "" {
			message += " (" + name + ")"
		}
	}
	L.RaiseError("%s", message)
}

func stringLen(L *lua.LState) int {
	L.Push(lua.LNumber(len(checkText(L, 1))))
	return 1
}

func stringLower(L *lua.LState) int { return pushMapped(L, lowerByte) }
func stringUpper(L *lua.LState) int { return pushMapped(L, upperByte) }

// pushMapped maps bytes, as Lua does: a multi-byte letter stays as it is, and the length too.
func pushMapped(L *lua.LState, change func(byte) byte) int {
	text := checkText(L, 1)
	reserve(L, len(text))
	var mapped strings.Builder
	mapped.Grow(len(text))
	for i := range len(text) {
		mapped.WriteByte(change(text[i]))
	}
	L.Push(lua.LString(mapped.String()))
	return 1
}

func lowerByte(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b | 0x20
	}
	return b
}

func upperByte(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b &^ 0x20
	}
	return b
}

func stringReverse(L *lua.LState) int {
	text := checkText(L, 1)
	reserve(L, len(text))
	var reversed strings.Builder
	reversed.Grow(len(text))
	for i := len(text) - 1; i >= 0; i-- {
		reversed.WriteByte(text[i])
	}
	L.Push(lua.LString(reversed.String()))
	return 1
}

// stringRep takes a separator, as Lua 5.2 does.
func stringRep(L *lua.LState) int {
	text, times, separator := checkText(L, 1), checkNumber(L, 2), optText(L, 3, "")
	if !(times >= 1) {
		L.Push(lua.LString(""))
		return 1
	}
	size := float64(len(text))*times + float64(len(separator))*(times-1)
	checkStringSize(L, toInt(size))
	reserve(L, toInt(size))
	if size == 0 {
		times = 1
	}
	if separator == "" {
		L.Push(lua.LString(strings.Repeat(text, int(times))))
		return 1
	}
	L.Push(lua.LString(text + strings.Repeat(separator+text, int(times)-1)))
	return 1
}

// span turns the positions i and j of Lua into a half-open range of offsets; from is never beyond
// to.
func span(length, i, j int) (from, to int) {
	if i < 0 {
		i = max(length+i+1, 1)
	} else if i == 0 {
		i = 1
	}
	if j < 0 {
		j = length + j + 1
	}
	j = min(j, length)
	return min(i-1, max(j, 0)), max(j, 0)
}

func stringSub(L *lua.LState) int {
	text := checkText(L, 1)
	from, to := span(len(text), checkInt(L, 2), optInt(L, 3, -1))
	L.Push(lua.LString(text[from:to]))
	return 1
}

func stringByte(L *lua.LState) int {
	text := checkText(L, 1)
	first := optInt(L, 2, 1)
	from, to := span(len(text), first, optInt(L, 3, first))
	if to-from > maxResults {
		L.RaiseError("too many results: %d bytes, more than %d", to-from, maxResults)
	}
	for _, b := range []byte(text[from:to]) {
		L.Push(lua.LNumber(b))
	}
	return to - from
}

func stringChar(L *lua.LState) int {
	text := make([]byte, L.GetTop())
	for i := range text {
		code := checkInt(L, i+1)
		if code < 0 || code > 255 {
			L.ArgError(i+1, "a byte is 0 to 255; utf8.char makes characters")
		}
		text[i] = byte(code)
	}
	L.Push(lua.LString(text))
	return 1
}
