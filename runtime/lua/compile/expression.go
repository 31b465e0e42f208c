package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// into evaluates an expression to one value in a register: the next free one, which it does not
// take, or that of a local. A local is written by the last instruction alone, since the
// expression may read it.
func (f *function) into(e ast.Expr, dst int) {
	f.down(e)
	defer f.up()
	f.line = e.Line()
	mark := f.nextRegister
	switch e := e.(type) {
	case *ast.IdentExpr:
		f.variable(e, dst)
	case *ast.AttrGetExpr:
		f.index(e, dst)
	case *ast.FuncCallExpr:
		f.call(e, 1)
		f.move(dst, mark, e.Line())
	case *ast.Comma3Expr:
		f.varargs(e, 1)
		f.move(dst, mark, e.Line())
	case *ast.FunctionExpr:
		f.closure(e, dst, false)
	case *ast.TableExpr:
		f.table(e)
		f.move(dst, mark, e.Line())
	case *ast.StringConcatOpExpr:
		f.concat(e)
		f.move(dst, mark, e.Line())
	default:
		f.operation(e, dst)
	}
	f.nextRegister = mark
}

func (f *function) operation(e ast.Expr, dst int) {
	switch e := e.(type) {
	case *ast.LogicalOpExpr:
		f.logical(e, dst)
	case *ast.RelationalOpExpr:
		f.truth(e, dst)
	case *ast.UnaryNotOpExpr:
		f.not(e, dst)
	case *ast.UnaryLenOpExpr:
		f.emit(lua.OP_LEN, dst, f.register(e.Expr), 0, e.Line())
	case *ast.ArithmeticOpExpr:
		f.loadComputed(f.arithmetic(e, dst), dst, e.Line())
	case *ast.UnaryMinusOpExpr:
		f.loadComputed(f.minus(e, dst), dst, e.Line())
	default:
		f.load(f.constant(e), dst, e.Line())
	}
}

func (f *function) loadComputed(constant lua.LValue, dst, line int) {
	if constant != nil {
		f.load(constant, dst, line)
	}
}

// variable reads a local, a variable of an outer function or a global.
func (f *function) variable(e *ast.IdentExpr, dst int) {
	if register := f.local(e.Value); register >= 0 {
		f.move(dst, register, e.Line())
	} else if number := f.upvalue(e.Value); number >= 0 {
		f.emit(lua.OP_GETUPVAL, dst, number, 0, e.Line())
	} else {
		f.emitWide(lua.OP_GETGLOBAL, dst, f.constants.addString(e.Value), e.Line())
	}
}

// index reads a field.
func (f *function) index(e *ast.AttrGetExpr, dst int) {
	object := f.register(e.Object)
	key, named := f.key(e.Key)
	op := lua.OP_GETTABLE
	if named {
		op = lua.OP_GETTABLEKS
	}
	f.emit(op, dst, object, key, e.Line())
}

// key evaluates the key of a field; named says that it is a constant string, for which the VM has
// instructions.
func (f *function) key(e ast.Expr) (key int, named bool) {
	o := f.operand(e)
	_, isText := o.constant.(lua.LString)
	key = f.short(o, e.Line())
	return key, isText && key >= constantBit
}

// varargs puts values of "..." into the registers from the next one on: count of them, or all if
// it is negative.
func (f *function) varargs(e *ast.Comma3Expr, count int) {
	if f.proto.IsVarArg == 0 {
		fail(e.Line(), "", `"..." outside of a function that takes it`)
	}
	f.proto.IsVarArg &^= lua.VarArgNeedsArg
	f.touch(f.nextRegister + max(count, 1))
	f.emit(lua.OP_VARARG, f.nextRegister, count+1, 0, e.Line())
}

func hasManyValues(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		return !e.AdjustRet
	case *ast.Comma3Expr:
		return !e.AdjustRet
	}
	return false
}

// multiValue evaluates a call or "..." to count values, or all if it is negative, from the next
// register on.
func (f *function) multiValue(e ast.Expr, count int) {
	f.line = e.Line()
	if call, ok := e.(*ast.FuncCallExpr); ok {
		f.down(e)
		f.call(call, count)
		f.up()
		return
	}
	f.varargs(e.(*ast.Comma3Expr), count)
}

// list evaluates expressions into the next registers. open says that the last has as many values
// as it happens to have; they lie above the others.
func (f *function) list(exprs []ast.Expr) (open bool) {
	for i, e := range exprs {
		if i == len(exprs)-1 && hasManyValues(e) {
			f.multiValue(e, -1)
			return true
		}
		f.next(e)
	}
	return false
}

// values evaluates expressions to an exact number of values in the next registers, and takes these.
func (f *function) values(exprs []ast.Expr, count, line int) {
	f.requireRegisters(line, max(count, len(exprs)))
	end := f.nextRegister + count
	for i, e := range exprs {
		if i == len(exprs)-1 && hasManyValues(e) {
			f.multiValue(e, max(end-f.nextRegister, 0))
			f.take(max(end-f.nextRegister, 0))
			break
		}
		f.next(e)
	}
	if f.nextRegister < end {
		f.emit(lua.OP_LOADNIL, f.nextRegister, end-1, 0, line)
		f.take(end - f.nextRegister)
	}
	f.nextRegister = end
}
