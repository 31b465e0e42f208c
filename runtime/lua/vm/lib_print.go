package vm

import (
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// basePrint writes to the configured output, in one piece so that lines of concurrent writers do
// not mix.
func basePrint(L *lua.LState) int {
	v := vmOf(L)
	var line strings.Builder
	for i := 1; i <= L.GetTop(); i++ {
		if i > 1 {
			line.WriteByte('\t')
		}
		extend(L, &line, tostring(L, L.Get(i)))
		if table, ok := L.Get(i).(*lua.LTable); ok && L.GetMetaField(table, "__tostring") == lua.LNil {
			v.printedTable()
		}
	}
	line.WriteByte('\n')
	if _, err := io.WriteString(v.output, line.String()); err != nil {
		v.failIfStopped(L)
		L.RaiseError("cannot write the output: %s", err.Error())
	}
	return 0
}

// printedTable calls the host's hook, once, when print has shown the address of a table.
func (v *VM) printedTable() {
	if tell := v.config.PrintedTable; tell != nil {
		v.config.PrintedTable = nil
		tell()
	}
}

func baseTostring(L *lua.LState) int {
	L.Push(lua.LString(tostring(L, checkAny(L, 1))))
	return 1
}

// tostring is the text of a value, by its __tostring if it has one.
func tostring(L *lua.LState, value lua.LValue) string {
	if text, ok := toText(value); ok {
		return text
	}
	render := L.GetMetaField(value, "__tostring")
	if render == lua.LNil {
		return plainText(L, value)
	}
	L.Push(render)
	L.Push(value)
	L.Call(1, 1)
	text, ok := toText(L.Get(-1))
	L.Pop(1)
	if !ok {
		L.RaiseError("'__tostring' must return a string")
	}
	return text
}

// plainText returns the type and an address, the text of a value without __tostring. An address
// differs in each run, so it is an error in a durable one.
func plainText(L *lua.LState, value lua.LValue) string {
	if vmOf(L).config.Durable != nil && hasAddress(value) {
		L.RaiseError("the text of a %s is its address, which a durable run does not have when it goes on: json.encode and inspect.dump write a table, and __tostring makes a text of it", value.Type())
	}
	text := value.String()
	if name, ok := L.GetMetaField(value, "__name").(lua.LString); ok {
		_, address, _ := strings.Cut(text, ": ")
		return string(name) + ": " + address
	}
	return text
}

func hasAddress(value lua.LValue) bool {
	switch value.Type() {
	case lua.LTTable, lua.LTFunction, lua.LTThread, lua.LTUserData, lua.LTChannel:
		return true
	}
	return false
}

// baseTonumber reads numbers as the language writes them; gopher-lua's knows no exponent.
func baseTonumber(L *lua.LState) int {
	value := checkAny(L, 1)
	if L.Get(2) == lua.LNil {
		pushNumber(L, value, 10)
		return 1
	}
	base := checkInt(L, 2)
	if base == 10 {
		pushNumber(L, value, 10)
		return 1
	}
	value = lua.LString(checkText(L, 1))
	if base < 2 || base > 36 {
		L.ArgError(2, "base out of range (2 to 36)")
	}
	pushNumber(L, value, base)
	return 1
}

// tonumberEvent is the metamethod with which an object of the host becomes a number.
const tonumberEvent = "__tonumber"

func pushNumber(L *lua.LState, value lua.LValue, base int) {
	if convert, is := L.GetMetaField(value, tonumberEvent).(*lua.LFunction); is && value.Type() == lua.LTUserData {
		L.Push(convert)
		L.Push(value)
		L.Call(1, 1)
		return
	}
	number, ok := toNumber(value)
	if text, isText := value.(lua.LString); isText && base != 10 {
		number, ok = parseInBase(string(text), base)
	}
	if ok {
		L.Push(lua.LNumber(number))
		return
	}
	L.Push(lua.LNil)
}

func parseInBase(text string, base int) (float64, bool) {
	digits, negative := syntax.SplitSign(strings.TrimSpace(text))
	if base == 16 && syntax.IsHex(digits) {
		digits = digits[2:]
	}
	value, ok := syntax.ParseDigits(digits, base)
	if negative {
		value = -value
	}
	return value, ok
}
