package vm

import (
	"unsafe"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/precise"
	lua "github.com/yuin/gopher-lua"
)

// The VM's own loop asks the context before each instruction, calls a function for each, and
// looks a field up twice to set it. A run with limits takes a third longer there than one
// without. This loop asks where a script can go on for long, which is at jumps back, calls and
// returns, does the common cases of common instructions itself, and leaves all else to the VM.

// perform are the VM's instructions, by opcode. One that returns 1 ends the loop.
//
//go:linkname perform github.com/yuin/gopher-lua.jumpTable
var perform [lua.OP_NOP + 1]func(L *lua.LState, inst uint32, base *callFrame) int

// plainLoop is the VM's loop.
//
//go:linkname plainLoop github.com/yuin/gopher-lua.mainLoopWithContext
func plainLoop(L *lua.LState, base *callFrame)

type loopFunc = func(L *lua.LState, base *callFrame)

// setLoop lets a state run our loop.
func setLoop(L *lua.LState) {
	*(*loopFunc)(unsafe.Add(unsafe.Pointer(L), loopOffset)) = loop
}

// loop runs the function on top of the stack and all functions that it calls, until the frame
// base returns.
func loop(L *lua.LState, base *callFrame) {
	f := currentFrame(L)
	if f == nil || f.Fn.IsG {
		plainLoop(L, base)
		return
	}
	v := vmOf(L)
	m := machine{L: L, base: base, run: v.running, registry: registryOf(L), stack: v.fixedStack(L), numbers: &v.numbers}
	if v.config.Coverage != nil {
		m.loopCovered(v.config.Coverage)
		return
	}
	m.loop()
}

// machine is a loop with the part of the state that it needs for the function that runs.
type machine struct {
	L        *lua.LState
	base     *callFrame
	run      *runContext
	registry *registry
	stack    *frameStack
	numbers  *numbers
}

// stop raises the end of the run.
func (m *machine) stop(f *callFrame, pc int) {
	f.Pc = pc
	m.L.RaiseError("%s", m.run.Err().Error())
}

// loopCovered shows each instruction to a coverage.
func (m *machine) loopCovered(coverage *Coverage) {
	for {
		f := currentFrame(m.L)
		inst := f.Fn.Proto.Code[f.Pc]
		f.Pc++
		coverage.see(f)
		if m.run.Err() != nil {
			m.stop(f, f.Pc)
		}
		if opcode(inst) == lua.OP_FORPREP {
			readBounds(m.registry.array[f.LocalBase+argA(inst):])
		}
		if opcode(inst) == lua.OP_POW && m.power(f, inst) {
			continue
		}
		if perform[opcode(inst)](m.L, inst, m.base) == 1 {
			return
		}
	}
}

// power raises a number to the power of another; false if the VM has to do it.
func (m *machine) power(f *callFrame, inst uint32) bool {
	registers := m.registry.array[f.LocalBase:]
	x, xIsNumber := rk(registers, f.Fn.Proto.Constants, inst&0x1ff).(lua.LNumber)
	y, yIsNumber := rk(registers, f.Fn.Proto.Constants, inst>>9&0x1ff).(lua.LNumber)
	if !xIsNumber || !yIsNumber {
		return false
	}
	registers[argA(inst)] = m.numbers.value(lua.LNumber(precise.Pow(float64(x), float64(y))))
	m.registry.top = max(m.registry.top, f.LocalBase+argA(inst)+1)
	return true
}

// readBounds reads strings as the numbers from which a numeric for starts, and by which it steps.
func readBounds(registers []lua.LValue) {
	for i, value := range registers[:3] {
		if text, ok := value.(lua.LString); ok {
			if number, ok := syntax.ParseNumber(string(text)); ok {
				registers[i] = lua.LNumber(number)
			}
		}
	}
}

// rk is the value of an operand: a constant or a register.
func rk(registers, constants []lua.LValue, operand uint32) lua.LValue {
	if operand&constantBit != 0 {
		return constants[operand&^constantBit]
	}
	return registers[operand]
}

const halfBx = maxBx >> 1

func jumpDistance(inst uint32) int { return int(inst&maxBx) - halfBx }

// loop keeps the function's code and registers at hand. An instruction that may call, raise or
// return goes through the VM, after which they are read anew.
func (m *machine) loop() {
	done := m.run.wake()
frames:
	for {
		f := currentFrame(m.L)
		code, constants := f.Fn.Proto.Code, f.Fn.Proto.Constants
		bottom := f.LocalBase
		registers := m.registry.array[bottom:]
		pc := f.Pc
		var inst uint32
	next:
		for {
			inst = code[pc]
			pc++
			a := int(inst >> 18 & 0xff)
			b, c := inst&0x1ff, inst>>9&0x1ff
			var value lua.LValue
			switch opcode(inst) {
			case lua.OP_MOVE:
				value = registers[b]
			case lua.OP_LOADK:
				value = constants[inst&maxBx]
			case lua.OP_GETUPVAL:
				value = f.Fn.Upvalues[b].Value()
			case lua.OP_GETGLOBAL:
				name, _ := constants[inst&maxBx].(lua.LString)
				if value = f.Fn.Env.RawGetString(string(name)); value == lua.LNil {
					break next
				}
			case lua.OP_GETTABLEKS:
				if value = fieldNamed(registers[b], rk(registers, constants, c)); value == nil {
					break next
				}
			case lua.OP_GETTABLE:
				if value = item(registers[b], rk(registers, constants, c)); value == nil {
					break next
				}
			case lua.OP_SETTABLEKS:
				if !setNamed(registers[a], rk(registers, constants, b), rk(registers, constants, c)) {
					break next
				}
				continue
			case lua.OP_SETTABLE:
				if !setItem(registers[a], rk(registers, constants, b), rk(registers, constants, c)) {
					break next
				}
				continue
			case lua.OP_SELF:
				object := registers[b]
				if value = fieldNamed(object, rk(registers, constants, c)); value == nil {
					break next
				}
				registers[a+1] = object
				m.registry.top = max(m.registry.top, bottom+a+2)
			case lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_POW:
				x, xIsNumber := rk(registers, constants, b).(lua.LNumber)
				y, yIsNumber := rk(registers, constants, c).(lua.LNumber)
				if !xIsNumber || !yIsNumber {
					break next
				}
				switch opcode(inst) {
				case lua.OP_ADD:
					x += y
				case lua.OP_SUB:
					x -= y
				case lua.OP_MUL:
					x *= y
				case lua.OP_POW:
					x = lua.LNumber(precise.Pow(float64(x), float64(y)))
				default:
					x /= y
				}
				value = m.numbers.value(x)
			case lua.OP_EQ, lua.OP_LT, lua.OP_LE:
				holds, known := compared(opcode(inst), rk(registers, constants, b), rk(registers, constants, c))
				if !known {
					break next
				}
				if holds != (a != 0) {
					pc++
					continue
				}
				by := jumpDistance(code[pc])
				if by < 0 {
					select {
					case <-done:
						done = m.onWake(f, pc)
					default:
					}
				}
				pc += by + 1
				continue
			case lua.OP_JMP:
				by := jumpDistance(inst)
				if by < 0 {
					select {
					case <-done:
						done = m.onWake(f, pc)
					default:
					}
				}
				pc += by
				continue
			case lua.OP_FORLOOP:
				index, _ := registers[a].(lua.LNumber)
				limit, limited := registers[a+1].(lua.LNumber)
				step, stepped := registers[a+2].(lua.LNumber)
				if !limited || !stepped {
					break next
				}
				index += step
				if !(step > 0 && index <= limit || step <= 0 && index >= limit) {
					break next
				}
				value = m.numbers.value(index)
				registers[a] = value
				a += 3
				select {
				case <-done:
					done = m.onWake(f, pc)
				default:
				}
				pc += jumpDistance(inst)
			case lua.OP_FORPREP:
				readBounds(registers[a:])
				break next
			case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_TFORLOOP, lua.OP_RETURN:
				select {
				case <-done:
					done = m.onWake(f, pc)
				default:
				}
				f.Pc = pc
				if m.enters(opcode(inst), f, a, int(b), int(c)) {
					continue frames
				}
				break next
			default:
				break next
			}
			registers[a] = value
			if top := bottom + a + 1; top > m.registry.top {
				m.registry.top = top
			}
		}
		f.Pc = pc
		if perform[opcode(inst)](m.L, inst, m.base) == 1 {
			return
		}
	}
}
