package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// branch evaluates a condition and returns the jumps that are taken if its truth is when;
// otherwise the code goes on.
func (f *function) branch(e ast.Expr, when bool) (jumps []int) {
	f.down(e)
	defer f.up()
	f.line = e.Line()
	mark := f.nextRegister
	switch e := e.(type) {
	case *ast.UnaryNotOpExpr:
		return f.branch(e.Expr, !when)
	case *ast.LogicalOpExpr:
		return f.branchLogical(e, when)
	case *ast.RelationalOpExpr:
		jumps = []int{f.compare(e, when)}
	default:
		if truth, known := f.constantTruth(e); known {
			if truth == when {
				jumps = []int{f.jump(e.Line())}
			}
			return jumps
		}
		f.emit(lua.OP_TEST, f.register(e), 0, bit(when), e.Line())
		jumps = []int{f.jump(e.Line())}
	}
	f.nextRegister = mark
	return jumps
}

func bit(set bool) int {
	if set {
		return 1
	}
	return 0
}

// constantTruth is the truth of a literal.
func (f *function) constantTruth(e ast.Expr) (truth, known bool) {
	value := f.constant(e)
	return value != nil && lua.LVAsBool(value), value != nil
}

func (f *function) branchLogical(e *ast.LogicalOpExpr, when bool) []int {
	decides := e.Operator == "or" // the truth of the left side that settles the whole
	if decides == when {
		return append(f.branch(e.Lhs, when), f.branch(e.Rhs, when)...)
	}
	settled := f.branch(e.Lhs, decides)
	jumps := f.branch(e.Rhs, when)
	f.land(settled)
	return jumps
}

// compare emits a comparison and returns the jump that is taken if its truth is when.
func (f *function) compare(e *ast.RelationalOpExpr, when bool) int {
	left := f.operand(e.Lhs)
	right := f.operand(e.Rhs)
	b, c := f.short(left, e.Line()), f.short(right, e.Line())
	op := lua.OP_EQ
	switch e.Operator {
	case "~=":
		when = !when
	case "<":
		op = lua.OP_LT
	case "<=":
		op = lua.OP_LE
	case ">":
		op, b, c = lua.OP_LT, c, b
	case ">=":
		op, b, c = lua.OP_LE, c, b
	}
	f.emit(op, bit(when), b, c, e.Line())
	return f.jump(e.Line())
}

// truth puts true or false into a register, as a condition has it.
func (f *function) truth(e ast.Expr, dst int) {
	holds := f.branch(e, true)
	f.emit(lua.OP_LOADBOOL, dst, 0, 1, e.Line())
	f.land(holds)
	f.emit(lua.OP_LOADBOOL, dst, 1, 0, e.Line())
}

// logical evaluates "and" and "or" to the value of the side that decides.
func (f *function) logical(e *ast.LogicalOpExpr, dst int) {
	decides := e.Operator == "or"
	settled := f.testToRegister(e.Lhs, dst, decides)
	f.into(e.Rhs, dst)
	f.land(settled)
}

// testToRegister evaluates an expression and returns the jumps that are taken if its truth
// is when; the register then holds its value. Otherwise the code goes on, and a local's
// register is as before.
func (f *function) testToRegister(e ast.Expr, dst int, when bool) []int {
	f.down(e)
	defer f.up()
	f.line = e.Line()
	switch e := e.(type) {
	case *ast.LogicalOpExpr:
		return f.settleLogical(e, dst, when)
	case *ast.RelationalOpExpr, *ast.UnaryNotOpExpr:
		others := f.branch(e, !when)
		f.emit(lua.OP_LOADBOOL, dst, bit(when), 0, e.Line())
		jump := f.jump(e.Line())
		f.land(others)
		return []int{jump}
	}
	if truth, known := f.constantTruth(e); known {
		if truth != when {
			return nil
		}
		f.into(e, dst)
		return []int{f.jump(e.Line())}
	}
	f.test(e, dst, when)
	return []int{f.jump(e.Line())}
}

// test evaluates an expression and skips the next instruction unless its truth is when.
func (f *function) test(e ast.Expr, dst int, when bool) {
	mark := f.nextRegister
	if name, ok := e.(*ast.IdentExpr); dst == mark && (!ok || f.local(name.Value) < 0) {
		f.into(e, dst)
		f.touch(dst + 1)
		f.emit(lua.OP_TEST, dst, 0, bit(when), e.Line())
		return
	}
	f.emit(lua.OP_TESTSET, dst, f.register(e), bit(when), e.Line())
	f.nextRegister = mark
}

func (f *function) settleLogical(e *ast.LogicalOpExpr, dst int, when bool) []int {
	decides := e.Operator == "or"
	if decides == when {
		return append(f.testToRegister(e.Lhs, dst, when), f.testToRegister(e.Rhs, dst, when)...)
	}
	others := f.branch(e.Lhs, decides)
	jumps := f.testToRegister(e.Rhs, dst, when)
	f.land(others)
	return jumps
}
