package vm

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// explain rewrites gopher-lua's message for a mistake, because it does not name the variable and
// uses unusual words. Errors raised by Go functions and by scripts pass unchanged, except for the
// quotes in argument errors.
func (v *VM) explain(L *lua.LState, value lua.LValue) lua.LValue {
	text, isText := value.(lua.LString)
	f := currentFrame(L)
	if !isText || f == nil {
		return value
	}
	position := v.where(L)
	said, hasPosition := strings.CutPrefix(string(text), position)
	switch {
	case !hasPosition:
		return value
	case f.Fn.IsG:
		return lua.LString(position + twoValues(quoteArgument(L, f.Fn, said)))
	}
	x := &mistake{L: L, frame: f, code: f.Fn.Proto.Code, pc: f.Pc - 1}
	if better := x.explain(said); better != "" {
		return lua.LString(position + better)
	}
	return value
}

// quoteArgument puts the function's name in quotes: bad argument #1 to insert (…). A function
// that Go called has its name in the library.
func quoteArgument(L *lua.LState, f *lua.LFunction, said string) string {
	rest, ok := strings.CutPrefix(said, "bad argument #")
	if !ok {
		return said
	}
	number, rest, _ := strings.Cut(rest, " to ")
	name, rest, ok := strings.Cut(rest, " (")
	if _, method, isMethod := strings.Cut(name, ":"); isMethod {
		return quoteMethod(number, method, rest)
	}
	if strings.HasPrefix(said, "bad argument #"+number+" to (anonymous) (") {
		name, rest = libraryName(L, f), strings.TrimPrefix(rest, "anonymous) (")
	}
	if !ok || name == "" || name[0] == '\'' {
		return said
	}
	return fmt.Sprintf("bad argument #%s to '%s' (%s", number, name, rest)
}

// twoValues words a comparison of two values of one type as Lua does.
func twoValues(said string) string {
	left, right, ok := strings.Cut(strings.TrimPrefix(said, "attempt to compare "), " with ")
	if ok && left == right && strings.HasPrefix(said, "attempt to compare ") {
		return "attempt to compare two " + left + " values"
	}
	return said
}

// quoteMethod leaves the object out of the count of arguments, as its call does.
func quoteMethod(number, method, rest string) string {
	n, _ := strconv.Atoi(number)
	if n == 1 {
		return fmt.Sprintf("calling '%s' on bad self (%s", method, rest)
	}
	return fmt.Sprintf("bad argument #%d to '%s' (%s", n-1, method, rest)
}

// libraryName is the name of a global function, or of one in a global table; empty for others.
func libraryName(L *lua.LState, f *lua.LFunction) (name string) {
	search := func(prefix string, table *lua.LTable) {
		eachName(table, func(key string, value lua.LValue) {
			if value == lua.LValue(f) && key != "_" { // the last value of a prompt
				name = prefix + key
			}
		})
	}
	eachName(L.G.Global, func(key string, value lua.LValue) {
		if library, ok := value.(*lua.LTable); ok && library != L.G.Global {
			search(key+".", library)
		}
	})
	search("", L.G.Global)
	return name
}

// mistake is an instruction that failed.
type mistake struct {
	L     *lua.LState
	frame *callFrame
	code  []uint32
	pc    int
}

func (x *mistake) explain(said string) string {
	if x.pc < 0 || x.pc >= len(x.code) {
		return ""
	}
	switch {
	case said == "attempt to call a non-function object":
		return x.call()
	case strings.HasPrefix(said, "attempt to index a non-table object("):
		return x.index()
	case strings.HasPrefix(said, "cannot perform "):
		return x.arithmetic()
	case strings.HasPrefix(said, "attempt to compare "):
		return x.comparison()
	case said == "__unm undefined":
		return "attempt to perform arithmetic on " + x.operand(argB(x.inst()))
	case said == "__len undefined":
		return "attempt to get length of " + x.operand(argB(x.inst()))
	case strings.HasPrefix(said, "for statement "):
		said = strings.Replace(said, "for statement init", "for statement initial value", 1)
		return strings.Replace(said, "for statement", "'for'", 1) + x.forValue(said)
	case said == "too many recursions in gettable" || said == "too many recursions in settable":
		return "the __index or __newindex of this value leads in a circle"
	case said == "registry overflow":
		return "stack overflow (too many values at once)"
	}
	return ""
}

func (x *mistake) inst() uint32 { return x.code[x.pc] }

func (x *mistake) call() string {
	inst := x.inst()
	if opcode(inst) == lua.OP_TFORLOOP {
		return x.iterator(argA(inst))
	}
	register := argA(inst)
	message := "attempt to call " + x.operand(register)
	if x.register(register) != lua.LNil {
		return message
	}
	return message + x.nearestField(register)
}

// iterator explains a generic for over something that is no function.
func (x *mistake) iterator(register int) string {
	value := x.register(register)
	kind := value.Type().String()
	if value.Type() == lua.LTTable {
		return "attempt to call a table value (a 'for … in' cannot walk a table itself: write pairs(t) or ipairs(t))"
	}
	return fmt.Sprintf("attempt to call %s value (a 'for … in' needs an iterator function)", article(kind))
}

// nearestField looks for the name of a missing function among the fields of the table that it was
// read from.
func (x *mistake) nearestField(register int) string {
	setter := x.setter(register, x.pc)
	if setter < 0 {
		return ""
	}
	inst := x.code[setter]
	var table lua.LValue
	switch opcode(inst) {
	case lua.OP_SELF:
		table = x.register(argA(inst) + 1)
	case lua.OP_GETTABLEKS:
		table = x.valueBefore(argB(inst), setter, 0)
	default:
		return ""
	}
	if table.Type() == lua.LTString {
		table = vmOf(x.L).state.G.Global.RawGetString("string")
	}
	name := x.constantText(argC(inst))
	if instead := syntax.ForeignField(name); instead != "" && !isModule(table) {
		return " (" + instead + ")"
	}
	for _, library := range []string{"os", "math", "string", "table", "debug"} {
		if instead := notOffered(library + "." + name); instead != "" && table == x.L.G.Global.RawGetString(library) {
			return " (" + instead + ")"
		}
	}
	return declare.DidYouMean(name, fieldNames(table))
}

// isModule returns true for a table of functions: lists and records of a script have none.
func isModule(value lua.LValue) bool {
	table, ok := value.(*lua.LTable)
	return ok && table.Metatable != lua.LNil
}

// comparison explains a comparison of two values that have no order.
func (x *mistake) comparison() string {
	inst := x.inst()
	if op := opcode(inst); op != lua.OP_LT && op != lua.OP_LE {
		return ""
	}
	left, right := x.value(argB(inst)), x.value(argC(inst))
	message := "attempt to compare " + typeName(x.L, left) + " with " + typeName(x.L, right)
	if typeName(x.L, left) == typeName(x.L, right) {
		message = "attempt to compare two " + typeName(x.L, left) + " values"
	}
	for _, pair := range [][2]int{{argB(inst), argC(inst)}, {argC(inst), argB(inst)}} {
		value, other := x.value(pair[0]), x.value(pair[1])
		switch {
		case typeName(x.L, value) == "time" && other.Type() == lua.LTString:
			return message + " (time.parse makes a time of a text)"
		case typeName(x.L, value) == "integer" && other.Type() == lua.LTNumber:
			return message + " (integer:compare(number) compares exactly, and tonumber(integer) is the nearest number)"
		case value == lua.LNil:
			if name := x.operandName(pair[0]); name != "" {
				return message + " (" + name + " is nil" + x.fieldHint(pair[0]) + ")"
			}
		case value.Type() == lua.LTNumber && other.Type() == lua.LTString:
			return message + " (tonumber makes a number of a text)"
		}
	}
	return message
}

func (x *mistake) operandName(rk int) string {
	if rk >= constantBit {
		return ""
	}
	return x.name(rk)
}

// fieldHint says how to write a field that only other languages have.
func (x *mistake) fieldHint(rk int) string {
	if rk >= constantBit {
		return ""
	}
	setter := x.setter(rk, x.pc)
	if setter < 0 || opcode(x.code[setter]) != lua.OP_GETTABLEKS {
		return ""
	}
	if instead := syntax.ForeignField(x.constantText(argC(x.code[setter]))); instead != "" {
		return ": " + instead
	}
	return ""
}

// fieldNames are the names in a table and in the tables that its metatable's __index leads to.
func fieldNames(value lua.LValue) []string {
	var names []string
	for depth := 0; depth < 10; depth++ {
		table, ok := value.(*lua.LTable)
		if !ok {
			break
		}
		eachName(table, func(name string, _ lua.LValue) { names = append(names, name) })
		metatable, ok := table.Metatable.(*lua.LTable)
		if !ok {
			break
		}
		value = metatable.RawGetString("__index")
	}
	sort.Strings(names)
	return names
}

// eachName visits the fields of a table that have names: the first thousand, so that an error
// never takes long.
func eachName(table *lua.LTable, visit func(name string, value lua.LValue)) {
	key, value := table.Next(lua.LNil)
	for range 1000 {
		if name, ok := key.(lua.LString); ok {
			visit(string(name), value)
		}
		if key == lua.LNil {
			return
		}
		key, value = table.Next(key)
	}
}

func (x *mistake) index() string {
	inst := x.inst()
	register, key := argB(inst), argC(inst)
	if op := opcode(inst); op == lua.OP_SETTABLE || op == lua.OP_SETTABLEKS {
		register, key = argA(inst), argB(inst)
	}
	message := "attempt to index " + x.operand(register)
	if text, ok := x.constantKey(key); ok {
		message += fmt.Sprintf(" with the key %q", cutText(text, 60))
	}
	return message
}

func (x *mistake) arithmetic() string {
	inst := x.inst()
	for _, operand := range []int{argB(inst), argC(inst)} {
		if _, ok := toNumber(x.value(operand)); !ok {
			message := "attempt to perform arithmetic on " + x.operand(operand)
			if x.value(operand) == lua.LNil {
				message += strings.Replace(x.fieldHint(operand), ": ", "; ", 1)
			}
			return message
		}
	}
	return ""
}

func (x *mistake) forValue(said string) string {
	offset := 0
	switch {
	case strings.Contains(said, "limit"):
		offset = 1
	case strings.Contains(said, "step"):
		offset = 2
	}
	value := x.register(argA(x.inst()) + offset)
	return ", got " + article(typeName(x.L, value)) + conversion(x.L, value, "number")
}

// operand describes a register or a constant: its type and, where it is known, its name.
func (x *mistake) operand(rk int) string {
	text := article(typeName(x.L, x.value(rk))) + " value"
	if rk >= constantBit {
		return text
	}
	if name := x.name(rk); name != "" {
		return text + " (" + name + ")"
	}
	return text
}

func article(kind string) string {
	if strings.ContainsRune("aeio", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}
