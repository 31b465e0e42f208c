package vm

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// maxBranches is how many elseif one if may have: each is a level deeper for the compiler.
const maxBranches = 1000

// stmts lowers the statements of a block; loop says that the block is the body of one.
func (w *lowering) stmts(list []ast.Stmt, loop bool) []ast.Stmt {
	list = padded(list, loop)
	for i := range list {
		list[i] = w.stmt(list[i])
	}
	return list
}

// block lowers statements in a scope of their own that ends at a line.
func (w *lowering) block(list []ast.Stmt, loop bool, endLine int) []ast.Stmt {
	mark := w.function.enterBlock()
	list = w.stmts(list, loop)
	w.function.leaveBlock(mark, endLine)
	return list
}

func (w *lowering) stmt(s ast.Stmt) ast.Stmt {
	w.down(s)
	defer w.up()
	switch s := s.(type) {
	case *ast.AssignStmt:
		return w.assign(s)
	case *ast.LocalAssignStmt:
		w.local(s)
	case *ast.FuncCallStmt:
		s.Expr = w.expr(s.Expr)
	case *ast.FuncDefStmt:
		w.functionDefinition(s)
	case *ast.ReturnStmt:
		w.exprs(s.Exprs)
		w.function.noteWidth(s.Line(), len(s.Exprs))
	case *ast.IfStmt:
		w.branches(s)
	default:
		w.loop(s)
	}
	return s
}

func (w *lowering) loop(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		s.Stmts = w.block(s.Stmts, false, s.LastLine())
	case *ast.WhileStmt:
		s.Condition = w.expr(s.Condition)
		s.Stmts = w.block(s.Stmts, true, s.LastLine())
	case *ast.RepeatStmt:
		mark := w.function.enterBlock()
		s.Stmts = w.stmts(s.Stmts, true)
		s.Condition = w.expr(s.Condition)
		w.function.leaveBlock(mark, s.LastLine())
	case *ast.NumberForStmt:
		w.numericFor(s)
	case *ast.GenericForStmt:
		w.genericFor(s)
	}
}

func (w *lowering) numericFor(s *ast.NumberForStmt) {
	s.Init, s.Limit = w.expr(s.Init), w.expr(s.Limit)
	if s.Step != nil {
		s.Step = w.expr(s.Step)
	}
	mark := w.function.enterBlock()
	w.function.declare(s.Line(), "(for index)", "(for limit)", "(for step)", s.Name)
	s.Stmts = w.stmts(s.Stmts, true)
	w.function.leaveBlock(mark, s.LastLine())
}

func (w *lowering) genericFor(s *ast.GenericForStmt) {
	w.exprs(s.Exprs)
	mark := w.function.enterBlock()
	w.function.declare(s.Line(), "(for generator)", "(for state)", "(for control)")
	w.function.declare(s.Line(), s.Names...)
	s.Stmts = w.stmts(s.Stmts, true)
	w.function.leaveBlock(mark, s.LastLine())
}

// branches walks a chain of elseif, which the parser nests in one another, without counting each as a level.
func (w *lowering) branches(s *ast.IfStmt) {
	for count := 0; ; count++ {
		if count > maxBranches {
			panic(&lexError{line: s.Line(), message: fmt.Sprintf("more than %d elseif in one if", maxBranches)})
		}
		s.Condition = w.expr(s.Condition)
		s.Then = w.block(s.Then, false, branchEnd(s))
		next, isElseIf := elseIf(s)
		if !isElseIf {
			s.Else = w.block(s.Else, false, s.LastLine())
			return
		}
		s = next
	}
}

func elseIf(s *ast.IfStmt) (*ast.IfStmt, bool) {
	if len(s.Else) != 1 {
		return nil, false
	}
	next, ok := s.Else[0].(*ast.IfStmt)
	return next, ok
}

// branchEnd is the last line that surely belongs to the then part.
func branchEnd(s *ast.IfStmt) int {
	if len(s.Else) > 0 {
		return s.Else[0].Line() - 1
	}
	return s.LastLine()
}

func (w *lowering) local(s *ast.LocalAssignStmt) {
	if len(s.Names) == 1 && len(s.Exprs) == 1 {
		if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
			w.function.declare(s.Line(), s.Names...)
			w.exprs(s.Exprs)
			return
		}
	}
	w.exprs(s.Exprs)
	w.function.declare(s.Line(), s.Names...)
}

// assign lowers an assignment. Where the compiler would put a call straight into the register of a function's last
// parameter, and so overwrite it before the arguments are read, the values go through locals of their own.
func (w *lowering) assign(s *ast.AssignStmt) ast.Stmt {
	w.exprs(s.Lhs)
	w.exprs(s.Rhs)
	if !w.overwritesParameter(s) {
		return s
	}
	names := make([]string, len(s.Lhs))
	values := make([]ast.Expr, len(s.Lhs))
	for i := range names {
		names[i] = fmt.Sprintf("(value %d)", i+1)
		value := &ast.IdentExpr{Value: names[i]}
		value.SetLine(s.Line())
		values[i] = value
	}
	hold := &ast.LocalAssignStmt{Names: names, Exprs: s.Rhs}
	hold.SetLine(s.Line())
	s.Rhs = values
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{hold, s}}
	block.SetLine(s.Line())
	block.SetLastLine(s.Line())
	w.function.declareInBlock(s.Line(), names)
	return block
}

func (w *lowering) overwritesParameter(s *ast.AssignStmt) bool {
	for i, target := range s.Lhs {
		name, isName := target.(*ast.IdentExpr)
		if i >= len(s.Rhs) || !isName || !w.function.isLastParameter(name.Value) {
			continue
		}
		call, isCall := s.Rhs[i].(*ast.FuncCallExpr)
		if isCall && (call.AdjustRet || i < len(s.Rhs)-1) {
			return true
		}
	}
	return false
}

func (w *lowering) functionDefinition(s *ast.FuncDefStmt) {
	if s.Name.Func != nil {
		s.Name.Func = w.expr(s.Name.Func)
	} else {
		s.Name.Receiver = w.expr(s.Name.Receiver)
	}
	w.functionBody(s.Func, s.Name.Func == nil)
}

func (w *lowering) functionBody(f *ast.FunctionExpr, method bool) {
	outer := w.function
	w.enterFunction(f.Line(), f.LastLine())
	if method {
		w.function.declare(f.Line(), "self")
	}
	w.function.declare(f.Line(), f.ParList.Names...)
	w.function.parameters = len(w.function.locals)
	if f.ParList.HasVargs {
		w.function.declare(f.Line(), "arg")
	}
	f.Stmts = w.stmts(f.Stmts, false)
	w.leaveFunction()
	w.function = outer
}
