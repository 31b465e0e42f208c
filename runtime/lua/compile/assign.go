package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

type targetKind uint8

const (
	local targetKind = iota
	upvalue
	global
	indexed
)

// target is a place that an assignment writes.
type target struct {
	kind     targetKind
	register int // of a local, or of the table
	number   int // of an upvalue, or of a global's name among the constants
	key      int
	named    bool // the key is a constant string
}

// target evaluates the left side of an assignment as far as it can be before the right side is.
func (f *function) target(e ast.Expr) target {
	if field, ok := e.(*ast.AttrGetExpr); ok {
		t := target{kind: indexed, register: f.register(field.Object)}
		t.key, t.named = f.key(field.Key)
		return t
	}
	name, ok := e.(*ast.IdentExpr)
	if !ok {
		fail(e.Line(), "", "this is no variable and cannot be assigned to")
	}
	if register := f.local(name.Value); register >= 0 {
		return target{kind: local, register: register}
	}
	if number := f.upvalue(name.Value); number >= 0 {
		return target{kind: upvalue, number: number}
	}
	return target{kind: global, number: f.constants.addString(name.Value)}
}

// assign evaluates all sides before it writes, and writes from right to left as Lua 5.1 does.
func (f *function) assign(s *ast.AssignStmt) {
	f.requireRegisters(s.Line(), len(s.Lhs))
	targets := make([]target, len(s.Lhs))
	for i, left := range s.Lhs {
		targets[i] = f.target(left)
		f.keepOld(targets[:i], targets[i], s.Line())
	}
	last := len(targets) - 1
	first := f.nextRegister
	if len(s.Rhs) == len(targets) {
		f.requireRegisters(s.Line(), last)
		for _, e := range s.Rhs[:last] {
			f.next(e)
		}
		f.assignTo(targets[last], s.Lhs[last], s.Rhs[last])
		last--
	} else {
		f.values(s.Rhs, len(targets), s.Line())
	}
	for i := last; i >= 0; i-- {
		f.store(targets[i], first+i, s.Lhs[i].Line())
	}
}

// keepOld copies a local that the same statement assigns, if an earlier target reads it as table
// or key.
func (f *function) keepOld(before []target, t target, line int) {
	if t.kind != local {
		return
	}
	copied := -1
	for i := range before {
		b := &before[i]
		if b.kind != indexed || b.register != t.register && b.key != t.register {
			continue
		}
		if copied < 0 {
			copied = f.nextRegister
			f.move(copied, t.register, line)
			f.take(1)
		}
		if b.register == t.register {
			b.register = copied
		}
		if b.key == t.register {
			b.key = copied
		}
	}
}

// assignTo evaluates an expression straight into its target.
func (f *function) assignTo(t target, left, e ast.Expr) {
	switch t.kind {
	case local:
		f.into(e, t.register)
	case indexed:
		f.store(t, f.short(f.operand(e), e.Line()), left.Line())
	default:
		f.store(t, f.register(e), left.Line())
	}
}

// store writes a register to a target; into a field, a constant as well.
func (f *function) store(t target, value, line int) {
	switch t.kind {
	case local:
		f.move(t.register, value, line)
	case upvalue:
		f.emit(lua.OP_SETUPVAL, value, t.number, 0, line)
	case global:
		f.emitWide(lua.OP_SETGLOBAL, value, t.number, line)
	case indexed:
		op := lua.OP_SETTABLE
		if t.named {
			op = lua.OP_SETTABLEKS
		}
		f.emit(op, t.register, t.key, value, line)
	}
}

// localStatement declares locals. A local function is known inside itself, any other local only
// after its values.
func (f *function) localStatement(s *ast.LocalAssignStmt) {
	if f.outer == nil && f.block.outer == nil && f.host.Keep != nil {
		f.keep(s)
		return
	}
	if s.LastLine() > 0 {
		register := f.nextRegister
		f.take(1)
		f.declare(s.Line(), s.Names...)
		f.closure(s.Exprs[0].(*ast.FunctionExpr), register, false)
		return
	}
	f.limitLocals(s.Line(), len(s.Names))
	f.values(s.Exprs, len(s.Names), s.Line())
	f.declare(s.Line(), s.Names...)
}

// keep calls the host's function that keeps locals.
func (f *function) keep(s *ast.LocalAssignStmt) {
	f.kept = append(f.kept, s.Names...)
	base := f.nextRegister
	f.requireRegisters(s.Line(), max(len(s.Names), len(s.Exprs)))
	f.hidden(f.host.Keep(s.Names), s.Line())
	b := 0
	if !f.list(s.Exprs) {
		b = f.nextRegister - base
	}
	f.emitNamed(lua.OP_CALL, base, b, 1, s.Line(), hiddenName)
	f.nextRegister = base
}

// functionStatement assigns a function to a variable, a field or a method.
func (f *function) functionStatement(s *ast.FuncDefStmt) {
	left, method := s.Name.Func, s.Name.Func == nil
	if method {
		key := &ast.StringExpr{Value: s.Name.Method}
		key.SetLine(s.Line())
		field := &ast.AttrGetExpr{Object: s.Name.Receiver, Key: key}
		field.SetLine(s.Line())
		left = field
	}
	t := f.target(left)
	if t.kind == local {
		f.closure(s.Func, t.register, method)
		return
	}
	f.closure(s.Func, f.nextRegister, method)
	f.take(1)
	f.store(t, f.nextRegister-1, s.Line())
}
