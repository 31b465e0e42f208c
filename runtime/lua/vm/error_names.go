package vm

import (
	"fmt"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// The functions of this file find the name and the value of an operand of the instruction that
// failed, from the byte code before it and from the debug data, so that an error can say
// "attempt to index a nil value (local "order")". None of them runs code of the script.

// constantBit marks an operand that is a constant instead of a register. An operand that may be
// either is called rk, as in the sources of Lua.
const constantBit = 1 << 8

// register returns the value in a register of the failing function. Get counts from 1.
func (x *mistake) register(n int) lua.LValue { return x.L.Get(n + 1) }

// value returns the value of an operand that is a register or a constant.
func (x *mistake) value(rk int) lua.LValue {
	if rk >= constantBit {
		return x.frame.Fn.Proto.Constants[rk-constantBit]
	}
	return x.register(rk)
}

// constantText returns the text of constantKey, or "" if the key is no text of the source.
func (x *mistake) constantText(rk int) string {
	text, _ := x.constantKey(rk)
	return text
}

// constantKey returns a key that is written as a string in the source, or false if the key is
// computed. The string is the operand itself, or was loaded into the register of the operand.
func (x *mistake) constantKey(rk int) (string, bool) {
	if rk >= constantBit {
		text, ok := x.frame.Fn.Proto.Constants[rk-constantBit].(lua.LString)
		return string(text), ok
	}
	if setter := x.setter(rk, x.pc); setter >= 0 && opcode(x.code[setter]) == lua.OP_LOADK {
		text, ok := x.frame.Fn.Proto.Constants[argBx(x.code[setter])].(lua.LString)
		return string(text), ok
	}
	return "", false
}

// name returns where the value of a register came from: local "x", global "x", field "x", method
// "x", upvalue "x" or the result of a call. It returns "" if that is not known.
func (x *mistake) name(register int) string {
	if name := localName(x.frame.Fn.Proto, register, x.pc); name != "" {
		return fmt.Sprintf("local %q", name)
	}
	setter := x.setter(register, x.pc)
	if setter < 0 {
		return ""
	}
	inst := x.code[setter]
	switch opcode(inst) {
	case lua.OP_GETGLOBAL:
		return x.globalName(x.frame.Fn.Proto.Constants[argBx(inst)])
	case lua.OP_GETUPVAL:
		return fmt.Sprintf("upvalue %q", x.frame.Fn.Proto.DbgUpvalues[argB(inst)])
	case lua.OP_MOVE, lua.OP_MOVEN:
		if name := localName(x.frame.Fn.Proto, argB(inst), setter); name != "" {
			return fmt.Sprintf("local %q", name)
		}
	case lua.OP_GETTABLEKS:
		return fmt.Sprintf("field %q", x.constantText(argC(inst)))
	case lua.OP_SELF:
		return fmt.Sprintf("method %q", x.constantText(argC(inst)))
	case lua.OP_CALL:
		return "the result of a call"
	}
	return ""
}

// longestPath is the number of fields, as in a.b.c, that valueBefore follows at most.
const longestPath = 10

// valueBefore returns the value of a register before an instruction that may have overwritten it,
// or nil if it is not known. depth counts the fields that were followed to get here.
func (x *mistake) valueBefore(register, pc, depth int) lua.LValue {
	if localName(x.frame.Fn.Proto, register, pc) != "" {
		return x.register(register)
	}
	setter := x.setter(register, pc)
	if setter < 0 || depth > longestPath {
		return lua.LNil
	}
	inst := x.code[setter]
	switch opcode(inst) {
	case lua.OP_GETGLOBAL:
		return x.global(x.frame.Fn.Proto.Constants[argBx(inst)])
	case lua.OP_GETUPVAL:
		return x.frame.Fn.Upvalues[argB(inst)].Value()
	case lua.OP_MOVE, lua.OP_MOVEN:
		return x.register(argB(inst))
	case lua.OP_GETTABLEKS:
		if table, ok := x.valueBefore(argB(inst), setter, depth+1).(*lua.LTable); ok {
			return table.RawGetString(x.constantText(argC(inst)))
		}
	}
	return lua.LNil
}

// global reads a global, or first a variable of a prompt, which is in the environment of its
// functions. A metamethod is not called.
func (x *mistake) global(name lua.LValue) lua.LValue {
	if value := x.frame.Fn.Env.RawGet(name); value != lua.LNil {
		return value
	}
	return x.L.G.Global.RawGet(name)
}

// globalName names a global. The locals of a prompt are kept as globals of its environment, because
// each input is a function of its own; they are named as the person wrote them.
func (x *mistake) globalName(name lua.LValue) string {
	if p := vmOf(x.L).prompt; p != nil && p.env == x.frame.Fn.Env && p.declared[name.String()] {
		return fmt.Sprintf("local %q", name.String())
	}
	return fmt.Sprintf("global %q", name.String())
}

// setter returns the place of the instruction that set a register last before pc. It returns -1 if
// there is none, or if a jump may have passed over it, because then the value may be an older one.
func (x *mistake) setter(register, pc int) int {
	found, jumpTarget := -1, 0 // the farthest target of the jumps so far
	for at := 0; at < pc; at++ {
		inst := x.code[at]
		if target := at + 1 + argBx(inst) - maxBx>>1; opcode(inst) == lua.OP_JMP && target <= pc {
			jumpTarget = max(jumpTarget, target)
		}
		if writes(inst, register) {
			found = at
			if at < jumpTarget {
				found = -1
			}
		}
		at += x.dataWords(inst)
	}
	return found
}

// dataWords returns how many words after an instruction belong to it and are no instructions.
func (x *mistake) dataWords(inst uint32) int {
	switch {
	case opcode(inst) == lua.OP_SETLIST && argC(inst) == 0:
		return 1
	case opcode(inst) == lua.OP_CLOSURE:
		return int(x.frame.Fn.Proto.FunctionPrototypes[argBx(inst)].NumUpvalues)
	}
	return 0
}

// writes returns true if an instruction may set a register. A call and "..." may set any number
// from the first on, and may use the registers above as they like.
func writes(inst uint32, register int) bool {
	a := argA(inst)
	switch opcode(inst) {
	case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_JMP, lua.OP_EQ, lua.OP_LT,
		lua.OP_LE, lua.OP_TEST, lua.OP_RETURN, lua.OP_SETLIST, lua.OP_CLOSE, lua.OP_NOP:
		return false
	case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_VARARG:
		return register >= a
	case lua.OP_TFORLOOP:
		return register >= a+2
	case lua.OP_FORLOOP, lua.OP_FORPREP:
		return register >= a && register <= a+3
	case lua.OP_LOADNIL:
		return register >= a && register <= argB(inst)
	case lua.OP_SELF:
		return register == a || register == a+1
	}
	return register == a
}

// localName returns the name of the local in a register at an instruction, or "" if the register
// holds a temporary value. Locals fill the registers in the order of their declaration.
func localName(proto *lua.FunctionProto, register, pc int) string {
	for _, local := range proto.DbgLocals {
		if local.StartPc <= pc && pc < local.EndPc {
			if register == 0 {
				return sourceName(local.Name)
			}
			register--
		}
	}
	return ""
}

// sourceName returns "" for a name that the compiler made up for a hidden variable of a loop, such
// as "(for index)".
func sourceName(name string) string {
	if strings.HasPrefix(name, "(") {
		return ""
	}
	return name
}

// localNames returns the names of the locals and upvalues that a function sees at the instruction
// that it carries out. Its Pc is one further.
func localNames(f *callFrame) []string {
	proto := f.Fn.Proto
	names := append([]string{}, proto.DbgUpvalues...)
	for _, local := range proto.DbgLocals {
		if local.StartPc < f.Pc && f.Pc <= local.EndPc {
			names = append(names, local.Name)
		}
	}
	return names
}

// cutText returns a text as it is, or if it has more than longest bytes, its first ones and "…". It
// cuts in front of a character, not inside.
func cutText(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	for back := 1; back < utf8.UTFMax && longest > 0 && !utf8.RuneStart(text[longest]); back++ {
		longest--
	}
	return text[:longest] + "…"
}
