package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// operand is an evaluated expression: a constant that no instruction has loaded yet, or a
// register, which belongs to a local or holds a temporary value.
type operand struct {
	constant lua.LValue // nil for a register
	register int
}

// operand evaluates an expression to where it is cheapest to read. A local stays in its register,
// so an instruction that reads it later sees what a call in between assigned; Lua 5.1 does the
// same.
func (f *function) operand(e ast.Expr) operand {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if register := f.local(e.Value); register >= 0 {
			return operand{register: register}
		}
	case *ast.ArithmeticOpExpr:
		return f.computed(e, f.arithmetic(e, f.nextRegister))
	case *ast.UnaryMinusOpExpr:
		return f.computed(e, f.minus(e, f.nextRegister))
	}
	if value := f.constant(e); value != nil {
		return operand{constant: value}
	}
	return operand{register: f.next(e)}
}

// computed is the operand of an operation whose result is a constant, or else lies in the next
// register.
func (f *function) computed(e ast.Expr, constant lua.LValue) operand {
	f.line = e.Line()
	if constant == nil {
		f.take(1)
	}
	return operand{constant: constant, register: f.nextRegister - 1}
}

// constant is the value of a literal; nil if the expression is none.
func (f *function) constant(e ast.Expr) lua.LValue {
	switch e := e.(type) {
	case *ast.NilExpr:
		return lua.LNil
	case *ast.TrueExpr:
		return lua.LTrue
	case *ast.FalseExpr:
		return lua.LFalse
	case *ast.StringExpr:
		return lua.LString(e.Value)
	case *ast.NumberExpr:
		value, ok := f.host.Number(e.Value)
		if !ok {
			fail(e.Line(), "", "malformed number %q", e.Value)
		}
		return lua.LNumber(value)
	}
	return nil
}

// short is an operand in the form that instructions take: a register, or a constant with
// constantBit.
func (f *function) short(o operand, line int) int {
	if o.constant == nil {
		return o.register
	}
	if index := f.constants.add(o.constant); index < maxShortConstant {
		return index | constantBit
	}
	return f.inRegister(o, line)
}

// inRegister is the register of an operand. A constant is loaded into the next one.
func (f *function) inRegister(o operand, line int) int {
	if o.constant == nil {
		return o.register
	}
	f.load(o.constant, f.nextRegister, line)
	f.take(1)
	return f.nextRegister - 1
}

// register evaluates an expression into a register, that of a local where it is one.
func (f *function) register(e ast.Expr) int { return f.inRegister(f.operand(e), e.Line()) }

// load puts a constant into a register.
func (f *function) load(value lua.LValue, dst, line int) {
	switch value {
	case lua.LNil:
		f.emit(lua.OP_LOADNIL, dst, dst, 0, line)
	case lua.LTrue:
		f.emit(lua.OP_LOADBOOL, dst, 1, 0, line)
	case lua.LFalse:
		f.emit(lua.OP_LOADBOOL, dst, 0, 0, line)
	default:
		f.emitWide(lua.OP_LOADK, dst, f.constants.add(value), line)
	}
}

// next evaluates an expression to one value in the next register, and takes the register.
func (f *function) next(e ast.Expr) int {
	dst := f.nextRegister
	f.into(e, dst)
	f.line = e.Line()
	f.take(1)
	return dst
}
