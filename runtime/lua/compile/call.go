package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// call emits a call. Function and arguments lie from the next register on, and so do the results:
// count of them, or all if it is negative. The VM clears every register above the results, so
// nothing that is still needed lies there.
func (f *function) call(e *ast.FuncCallExpr, count int) {
	f.emitCall(lua.OP_CALL, e, count+1)
}

func (f *function) emitCall(op int, e *ast.FuncCallExpr, c int) {
	base := f.nextRegister
	f.callee(e)
	f.requireRegisters(e.Line(), len(e.Args))
	b := 0
	if !f.list(e.Args) {
		b = f.nextRegister - base
	}
	f.line = e.Line()
	f.emitNamed(op, base, b, c, e.Line(), calledAs(e))
	f.nextRegister = base
}

// emitNamed emits a call and notes how the source calls the function.
func (f *function) emitNamed(op, base, b, c, line int, name string) {
	pc := f.emit(op, base, b, c, line)
	f.proto.DbgCalls = append(f.proto.DbgCalls, lua.DbgCall{Name: name, Pc: pc})
}

// callee puts the function, and the object of a method, into the next registers.
func (f *function) callee(e *ast.FuncCallExpr) {
	if e.Func != nil {
		f.next(e.Func)
		return
	}
	base := f.nextRegister
	object := f.register(e.Receiver)
	f.nextRegister = base
	name := f.constants.addString(e.Method)
	key := name | constantBit
	if name >= maxShortConstant {
		key = base + 1
		f.emitWide(lua.OP_LOADK, key, name, e.Line())
	}
	f.emit(lua.OP_SELF, base, object, key, e.Line())
	f.line = e.Line()
	f.take(2)
}

// calledAs is the name of the called function in the source; "?" if it has none.
func calledAs(e *ast.FuncCallExpr) string {
	if e.Func == nil {
		return sourceName(e.Receiver) + ":" + e.Method
	}
	return sourceName(e.Func)
}

func sourceName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IdentExpr:
		return e.Value
	case *ast.AttrGetExpr:
		if key, ok := e.Key.(*ast.StringExpr); ok {
			return key.Value
		}
	}
	return "?"
}

const (
	// hiddenName is how calls that no source has are called; a traceback leaves such names out.
	hiddenName = "(concat)"
	// maxOperands is how many operands of ".." are passed as arguments; more are passed in a list.
	maxOperands = 40
)

// concat joins a chain of operands, which binds to the right, by one call. The result is in the
// next register.
func (f *function) concat(e *ast.StringConcatOpExpr) {
	operands := []ast.Expr{e.Lhs}
	rest := e.Rhs
	for {
		chain, ok := rest.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		operands = append(operands, chain.Lhs)
		rest = chain.Rhs
	}
	operands = append(operands, rest)
	base := f.nextRegister
	if len(operands) > maxOperands {
		f.concatList(operands, e.Line())
	} else {
		f.hidden(f.host.Concat, e.Line())
		for _, operand := range operands {
			f.next(operand)
		}
	}
	f.emitNamed(lua.OP_CALL, base, f.nextRegister-base, 2, e.Line(), hiddenName)
	f.nextRegister = base
}

func (f *function) concatList(operands []ast.Expr, line int) {
	f.hidden(f.host.ConcatList, line)
	f.load(lua.LNumber(len(operands)), f.nextRegister, line)
	f.take(1)
	list := f.newTable(len(operands), 0, line)
	for _, operand := range operands {
		f.next(operand)
		list.added++
		f.flushFull(list, line)
	}
	f.flush(list, list.added, line)
}

// hidden loads a function of the host.
func (f *function) hidden(function *lua.LFunction, line int) {
	f.load(function, f.nextRegister, line)
	f.take(1)
}
