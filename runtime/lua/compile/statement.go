package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// maxBranches is how many elseif one if may have.
const maxBranches = 1000

func (f *function) statements(list []ast.Stmt) {
	for i, s := range list {
		f.line = s.Line()
		if l, ok := s.(*ast.LabelStmt); ok {
			f.labelStatement(l, onlyLabels(list[i+1:]))
		} else {
			f.down(s)
			f.statement(s)
			f.up()
		}
		f.nextRegister = len(f.locals)
	}
}

func onlyLabels(list []ast.Stmt) bool {
	for _, s := range list {
		if _, ok := s.(*ast.LabelStmt); !ok {
			return false
		}
	}
	return true
}

func (f *function) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		f.assign(s)
	case *ast.LocalAssignStmt:
		f.localStatement(s)
	case *ast.FuncCallStmt:
		f.call(s.Expr.(*ast.FuncCallExpr), 0)
	case *ast.FuncDefStmt:
		f.functionStatement(s)
	case *ast.ReturnStmt:
		f.returnStatement(s)
	case *ast.IfStmt:
		f.ifStatement(s)
	case *ast.BreakStmt:
		f.breakOut(s.Line(), f.jump(s.Line()))
	case *ast.GotoStmt:
		f.gotoStatement(s)
	default:
		f.blockStatement(s)
	}
}

func (f *function) blockStatement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		f.scope(s.Stmts, s.LastLine())
	case *ast.WhileStmt:
		f.while(s)
	case *ast.RepeatStmt:
		f.repeat(s)
	case *ast.NumberForStmt:
		f.numericFor(s)
	case *ast.GenericForStmt:
		f.genericFor(s)
	}
}

// scope compiles statements in a block of their own.
func (f *function) scope(list []ast.Stmt, lastLine int) {
	f.enter(false)
	f.statements(list)
	if !endsFlow(list) {
		f.closeLocals(lastLine)
	}
	f.leave()
}

// endsFlow says that the code after a list of statements is never reached from its end.
func endsFlow(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch list[len(list)-1].(type) {
	case *ast.ReturnStmt, *ast.BreakStmt, *ast.GotoStmt:
		return true
	}
	return false
}

// ifStatement walks a chain of elseif, which the parser nests in one another.
func (f *function) ifStatement(s *ast.IfStmt) {
	var ends []int
	for count := 0; ; count++ {
		if count > maxBranches {
			fail(s.Line(), "", "more than %d elseif in one if", maxBranches)
		}
		if f.breaksIf(s) {
			break
		}
		otherwise := f.branch(s.Condition, false)
		f.scope(s.Then, lastLine(s.Then, s.Line()))
		if len(s.Else) == 0 {
			f.land(otherwise)
			break
		}
		if !endsFlow(s.Then) {
			ends = append(ends, f.jump(lastLine(s.Then, s.Line())))
		}
		f.land(otherwise)
		next, isElseIf := elseIf(s)
		if !isElseIf {
			f.scope(s.Else, lastLine(s.Else, s.Line()))
			break
		}
		s = next
	}
	f.land(ends)
}

// breaksIf lets the condition of "if … then break end" itself jump out of the loop, if the break
// has no line of its own.
func (f *function) breaksIf(s *ast.IfStmt) bool {
	if len(s.Then) != 1 || len(s.Else) > 0 || s.Then[0].Line() != s.Condition.Line() {
		return false
	}
	if _, ok := s.Then[0].(*ast.BreakStmt); !ok {
		return false
	}
	for _, jump := range f.branch(s.Condition, true) {
		f.breakOut(s.Line(), jump)
	}
	return true
}

func elseIf(s *ast.IfStmt) (*ast.IfStmt, bool) {
	if len(s.Else) != 1 {
		return nil, false
	}
	next, ok := s.Else[0].(*ast.IfStmt)
	return next, ok
}

func (f *function) returnStatement(s *ast.ReturnStmt) {
	f.requireRegisters(s.Line(), len(s.Exprs))
	if len(s.Exprs) == 1 {
		f.returnOne(s)
		return
	}
	base, b := f.nextRegister, 0
	if !f.list(s.Exprs) {
		b = len(s.Exprs) + 1
	}
	f.emit(lua.OP_RETURN, base, b, 0, s.Line())
}

// returnOne returns the value of one expression. A call there is a tail call, which needs no
// place on the stack.
func (f *function) returnOne(s *ast.ReturnStmt) {
	e := s.Exprs[0]
	if !hasManyValues(e) {
		f.emit(lua.OP_RETURN, f.register(e), 2, 0, s.Line())
		return
	}
	base := f.nextRegister
	if call, ok := e.(*ast.FuncCallExpr); ok {
		f.emitCall(lua.OP_TAILCALL, call, 0)
	} else {
		f.multiValue(e, -1)
	}
	f.emit(lua.OP_RETURN, base, 0, 0, s.Line())
}
