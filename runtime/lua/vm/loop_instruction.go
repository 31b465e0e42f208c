package vm

// Fields of an instruction: opcode in the top 6 bits, then A with 8, C and B with 9 each, or Bx
// with 18.
const maxBx = 1<<18 - 1

func opcode(inst uint32) int { return int(inst >> 26) }
func argA(inst uint32) int   { return int(inst>>18) & 0xff }
func argB(inst uint32) int   { return int(inst & 0x1ff) }
func argC(inst uint32) int   { return int(inst>>9) & 0x1ff }
func argBx(inst uint32) int  { return int(inst & maxBx) }
