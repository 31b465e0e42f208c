package vm

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// patch finishes what the compiler made: it puts our functions where lowering left names, numbers the parts of long
// table constructors, which the compiler miscounts from item 25,551 on, and sets the scopes of locals.
func patch(proto *lua.FunctionProto, w *lowering) *lexError {
	p := &patcher{w: w}
	p.function(proto)
	return p.err
}

type patcher struct {
	w    *lowering
	next int // the function scope that belongs to the next prototype
	err  *lexError
}

// Fields of an instruction: opcode in the top 6 bits, then A with 8, C and B with 9 each, or Bx with 18.
const (
	maxBx       = 1<<18 - 1
	maxUpvalues = 255
)

func opcode(inst uint32) int { return int(inst >> 26) }
func argA(inst uint32) int   { return int(inst>>18) & 0xff }
func argB(inst uint32) int   { return int(inst & 0x1ff) }
func argC(inst uint32) int   { return int(inst>>9) & 0x1ff }
func argBx(inst uint32) int  { return int(inst & maxBx) }

func (p *patcher) function(proto *lua.FunctionProto) {
	if len(proto.DbgUpvalues) > maxUpvalues {
		p.err = &lexError{line: proto.LineDefined, message: fmt.Sprintf("this function uses %d variables of the functions around it, more than %d", len(proto.DbgUpvalues), maxUpvalues)}
	}
	if p.next < len(p.w.functions) && p.w.functions[p.next].line == proto.LineDefined {
		p.w.functions[p.next].nameLocals(proto)
	}
	p.next++
	p.code(proto)
	for _, inner := range proto.FunctionPrototypes {
		p.function(inner)
	}
}

func (p *patcher) code(proto *lua.FunctionProto) {
	hidden := map[string]int{}
	parts := map[int]uint32{} // register of a table under construction → its last numbered part
	for pc := 0; pc < len(proto.Code); pc++ {
		inst := proto.Code[pc]
		switch opcode(inst) {
		case lua.OP_GETGLOBAL:
			if name := proto.Constants[argBx(inst)].String(); strings.HasPrefix(name, "(") {
				proto.Code[pc] = p.load(proto, hidden, name, inst)
			}
		case lua.OP_NEWTABLE:
			parts[argA(inst)] = 0
		case lua.OP_SETLIST:
			parts[argA(inst)]++
			pc += p.numberPart(proto, pc, parts[argA(inst)])
		case lua.OP_CLOSURE:
			pc += int(proto.FunctionPrototypes[argBx(inst)].NumUpvalues)
		}
	}
}

// numberPart writes the part's number into a SETLIST, or after it where C is 0. It returns how many words follow.
func (p *patcher) numberPart(proto *lua.FunctionProto, pc int, part uint32) int {
	if argC(proto.Code[pc]) == 0 {
		proto.Code[pc+1] = part
		return 1
	}
	if part > 511 {
		p.err = &lexError{line: proto.DbgSourcePositions[pc], message: "this table constructor is too long", hint: "fill the table in a loop"}
	}
	proto.Code[pc] = proto.Code[pc]&^(0x1ff<<9) | part<<9
	return 0
}

// load turns the reading of a hidden global into the loading of a constant, which the constant table takes of any type.
func (p *patcher) load(proto *lua.FunctionProto, hidden map[string]int, name string, inst uint32) uint32 {
	index, known := hidden[name]
	if !known {
		index = len(proto.Constants)
		proto.Constants = append(proto.Constants, p.value(name))
		hidden[name] = index
	}
	if index > maxBx {
		p.err = &lexError{line: proto.LineDefined, message: "this function has too many constants"}
	}
	return uint32(lua.OP_LOADK)<<26 | inst&(0xff<<18) | uint32(index&maxBx)
}

// value is the function behind a hidden name. It belongs to no state, so the program can be shared.
func (p *patcher) value(name string) lua.LValue {
	function := concatenate
	if names, keeps := strings.CutPrefix(name, keepName); keeps {
		function = keep(strings.Split(names, ","))
	} else if name == concatListName {
		function = concatenateList
	} else if number, isTable := strings.CutPrefix(name, tablePrefix); isTable {
		index, _ := strconv.Atoi(number)
		function = makeTable(p.w.tables[index])
	}
	return &lua.LFunction{IsG: true, GFunction: function}
}

func makeTable(literal *tableLiteral) lua.LGFunction {
	return func(L *lua.LState) int {
		L.Push(literal.newTable(L))
		return 1
	}
}
