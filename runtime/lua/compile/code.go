package compile

import lua "github.com/yuin/gopher-lua"

// An instruction is 32 bits: the opcode in the top 6, then A with 8, C and B with 9 each, or a
// wide operand with 18. A jump's distance is stored in the wide operand, moved by half its range.
const (
	maxWide     = 1<<18 - 1
	maxDistance = maxWide >> 1
	maxShort    = 1<<9 - 1
	constantBit = 1 << 8 // in B or C: the operand is a constant, no register
)

func instruction(op, a, b, c int) uint32 {
	return uint32(op)<<26 | uint32(a&0xff)<<18 | uint32(c&maxShort)<<9 | uint32(b&maxShort)
}

func opcode(inst uint32) int { return int(inst >> 26) }

// here is the place of the next instruction.
func (f *function) here() int { return len(f.proto.Code) }

func (f *function) emit(op, a, b, c, line int) int {
	f.proto.Code = append(f.proto.Code, instruction(op, a, b, c))
	f.proto.DbgSourcePositions = append(f.proto.DbgSourcePositions, line)
	return len(f.proto.Code) - 1
}

func (f *function) emitWide(op, a, wide, line int) int {
	if wide > maxWide {
		fail(line, "split it, or keep its data in a file", "this function is too large: it has more than %d constants or functions", maxWide)
	}
	pc := f.emit(op, a, 0, 0, line)
	f.proto.Code[pc] |= uint32(wide)
	return pc
}

// jump emits a jump whose target is set later.
func (f *function) jump(line int) int { return f.emitWide(lua.OP_JMP, 0, 0, line) }

func (f *function) jumpTo(target, line int) { f.aim(f.jump(line), target) }

// aim sets the target of a jump.
func (f *function) aim(pc, target int) {
	distance := target - pc - 1
	if distance > maxDistance || distance < -maxDistance {
		fail(f.proto.DbgSourcePositions[pc], "split the function", "this function is too large: a jump here leads over more than %d instructions", maxDistance)
	}
	f.proto.Code[pc] = f.proto.Code[pc]&^maxWide | uint32(distance+maxDistance)
}

// land aims jumps at the next instruction.
func (f *function) land(jumps []int) {
	for _, pc := range jumps {
		f.aim(pc, f.here())
	}
}

func (f *function) move(dst, src, line int) {
	if dst != src {
		f.emit(lua.OP_MOVE, dst, src, 0, line)
	}
}

// mergeMoves lets one instruction do the moves that follow each other on a line. A jump between
// them still works, because each stays a move by itself.
func (f *function) mergeMoves() {
	code, lines := f.proto.Code, f.proto.DbgSourcePositions
	for pc := 0; pc < len(code); pc += 1 + f.dataWords(pc) {
		if opcode(code[pc]) != lua.OP_MOVE {
			continue
		}
		end := pc + 1
		for end < len(code) && opcode(code[end]) == lua.OP_MOVE && lines[end] == lines[pc] && end-pc < maxShort {
			end++
		}
		if count := end - pc; count > 1 {
			code[pc] = code[pc]&^(0x3f<<26|maxShort<<9) | uint32(lua.OP_MOVEN)<<26 | uint32(count-1)<<9
			pc = end - 1
		}
	}
}

// dataWords is how many words after an instruction belong to it.
func (f *function) dataWords(pc int) int {
	switch inst := f.proto.Code[pc]; opcode(inst) {
	case lua.OP_CLOSURE:
		return int(f.proto.FunctionPrototypes[inst&maxWide].NumUpvalues)
	case lua.OP_SETLIST:
		if inst>>9&maxShort == 0 {
			return 1
		}
	}
	return 0
}
