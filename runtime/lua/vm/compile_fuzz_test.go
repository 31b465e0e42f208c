package vm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// FuzzCompile compiles any text, for a script and for a prompt. It is refused with an error of
// the script, or becomes code whose registers, constants and jumps all exist.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("testdata/[hl]*/*.lua")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, smallPrograms(f)...) {
		for _, c := range chunksOf(f, file) {
			f.Add(c)
		}
	}
	for _, p := range variablePrograms {
		f.Add(variableSource(p.body, places[0].before, places[0].after, ""))
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, compile := range []func(name, source string) (*Program, error){Compile, CompileInput} {
			program, err := compile("fuzz.lua", source)
			var failure *ScriptError
			switch {
			case err == nil:
				checkCode(t, program.proto)
			case !errors.As(err, &failure) || strings.Contains(failure.Message, "cannot handle this source"):
				t.Fatal(err)
			}
		}
	})
}

func TestCompiledProgramsAreSound(t *testing.T) {
	t.Parallel()
	for _, p := range variablePrograms {
		for _, place := range places {
			program, err := Compile(p.name, variableSource(p.body, place.before, place.after, place.prefix))
			if err != nil {
				t.Fatal(err)
			}
			checkCode(t, program.proto)
		}
	}
	for _, file := range smallPrograms(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		program, err := Compile(file, string(source))
		if err != nil {
			t.Fatal(err)
		}
		checkCode(t, program.proto)
	}
}

// smallPrograms returns the files that package programs compares with gopher-lua.
func smallPrograms(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../programs/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d programs, %v", len(files), err)
	}
	return files
}

// checkCode fails if an instruction names a register, a constant, a function or a place that its
// function lacks.
func checkCode(t *testing.T, proto *lua.FunctionProto) {
	t.Helper()
	c := codeCheck{t: t, proto: proto}
	for pc := 0; pc < len(proto.Code); pc++ {
		inst := proto.Code[pc]
		c.operands(pc, inst)
		switch opcode(inst) {
		case lua.OP_JMP, lua.OP_FORLOOP, lua.OP_FORPREP:
			c.below(pc, "target", pc+1+jumpDistance(inst), len(proto.Code))
		case lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST, lua.OP_TESTSET, lua.OP_TFORLOOP:
			if pc+1 >= len(proto.Code) || opcode(proto.Code[pc+1]) != lua.OP_JMP {
				t.Errorf("no jump follows the test at %d\n%s", pc, proto.String())
			}
		case lua.OP_CLOSURE:
			c.below(pc, "function", argBx(inst), len(proto.FunctionPrototypes))
			pc += int(proto.FunctionPrototypes[argBx(inst)].NumUpvalues)
		case lua.OP_SETLIST:
			if argC(inst) == 0 {
				pc++
			}
		}
	}
	if last := proto.Code[len(proto.Code)-1]; opcode(last) != lua.OP_RETURN || len(proto.DbgSourcePositions) != len(proto.Code) {
		t.Errorf("the function does not end in a return, or has no line for each instruction\n%s", proto.String())
	}
	for _, inner := range proto.FunctionPrototypes {
		checkCode(t, inner)
	}
}

type codeCheck struct {
	t     *testing.T
	proto *lua.FunctionProto
}

func (c codeCheck) below(pc int, what string, value, limit int) {
	c.t.Helper()
	if value < 0 || value >= limit {
		c.t.Errorf("%s %d at %d, of %d\n%s", what, value, pc, limit, c.proto.String())
	}
}

func (c codeCheck) register(pc, register int) {
	c.t.Helper()
	c.below(pc, "register", register, int(c.proto.NumUsedRegisters))
}

func (c codeCheck) rk(pc, operand int) {
	c.t.Helper()
	if operand >= constantBit {
		c.below(pc, "constant", operand-constantBit, len(c.proto.Constants))
		return
	}
	c.register(pc, operand)
}

func (c codeCheck) operands(pc int, inst uint32) {
	c.t.Helper()
	if op := opcode(inst); op != lua.OP_JMP && op != lua.OP_EQ && op != lua.OP_LT && op != lua.OP_LE && op != lua.OP_CLOSE && (op != lua.OP_RETURN || argB(inst) > 1) {
		c.register(pc, argA(inst))
	}
	switch opcode(inst) {
	case lua.OP_MOVE, lua.OP_MOVEN, lua.OP_LOADNIL, lua.OP_UNM, lua.OP_NOT, lua.OP_LEN, lua.OP_TESTSET:
		c.register(pc, argB(inst))
	case lua.OP_LOADK, lua.OP_GETGLOBAL, lua.OP_SETGLOBAL:
		c.below(pc, "constant", argBx(inst), len(c.proto.Constants))
	case lua.OP_GETUPVAL, lua.OP_SETUPVAL:
		c.below(pc, "upvalue", argB(inst), int(c.proto.NumUpvalues))
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
		c.register(pc, argB(inst))
		c.rk(pc, argC(inst))
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD, lua.OP_POW, lua.OP_EQ, lua.OP_LT, lua.OP_LE:
		c.rk(pc, argB(inst))
		c.rk(pc, argC(inst))
	}
}
