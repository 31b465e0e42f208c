package compile

import (
	"math"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// arithmetic computes into a register, or returns the result if both operands are constant.
func (f *function) arithmetic(e *ast.ArithmeticOpExpr, dst int) lua.LValue {
	mark := f.nextRegister
	f.down(e)
	left := f.operand(e.Lhs)
	right := f.operand(e.Rhs)
	f.up()
	a, aIsNumber := left.constant.(lua.LNumber)
	b, bIsNumber := right.constant.(lua.LNumber)
	if aIsNumber && bIsNumber {
		if result, exact := fold(e.Operator, float64(a), float64(b)); exact {
			return lua.LNumber(result)
		}
	}
	b1, c1 := f.short(left, e.Line()), f.short(right, e.Line())
	f.emit(arithmeticOpcode(e.Operator), dst, b1, c1, e.Line())
	f.nextRegister = mark
	return nil
}

func arithmeticOpcode(operator string) int {
	switch operator {
	case "+":
		return lua.OP_ADD
	case "-":
		return lua.OP_SUB
	case "*":
		return lua.OP_MUL
	case "/":
		return lua.OP_DIV
	case "%":
		return lua.OP_MOD
	}
	return lua.OP_POW
}

// fold computes as the VM would. It leaves other results than plain numbers to the VM.
func fold(operator string, a, b float64) (result float64, exact bool) {
	switch operator {
	case "+":
		result = a + b
	case "-":
		result = a - b
	case "*":
		result = a * b
	case "/":
		result = a / b
	default:
		return 0, false
	}
	return result, !math.IsNaN(result) && !math.IsInf(result, 0)
}

// minus negates into a register, or returns the result if the operand is a constant number.
func (f *function) minus(e *ast.UnaryMinusOpExpr, dst int) lua.LValue {
	mark := f.nextRegister
	f.down(e)
	o := f.operand(e.Expr)
	f.up()
	if number, ok := o.constant.(lua.LNumber); ok {
		return -number
	}
	f.emit(lua.OP_UNM, dst, f.inRegister(o, e.Line()), 0, e.Line())
	f.nextRegister = mark
	return nil
}

// not computes the negation of an expression's truth.
func (f *function) not(e *ast.UnaryNotOpExpr, dst int) {
	switch e.Expr.(type) {
	case *ast.RelationalOpExpr, *ast.LogicalOpExpr, *ast.UnaryNotOpExpr:
		f.truth(e, dst)
	default:
		f.emit(lua.OP_NOT, dst, f.register(e.Expr), 0, e.Line())
	}
}
