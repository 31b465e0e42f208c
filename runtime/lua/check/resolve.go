package check

import (
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// resolver walks a tree once and finds out which local each name is.
type resolver struct {
	*names
	reading *syntax.Reading
	scope   *scope
}

func resolve(reading *syntax.Reading) *names {
	r := &resolver{reading: reading, names: &names{
		uses: map[*ast.IdentExpr]*local{}, declared: map[ast.PositionHolder][]*local{}, globals: map[string]bool{}, members: map[string]bool{},
	}}
	r.block(reading.Chunk)
	for _, group := range r.declared {
		markPlaceholders(group)
	}
	return r.names
}

// markPlaceholders finds the locals that must be named because a later result of the same call is
// read.
func markPlaceholders(group []*local) {
	read := false
	for i := len(group) - 1; i >= 0; i-- {
		group[i].placeholder = read
		read = read || group[i].reads > 0
	}
}

func (r *resolver) declare(at ast.PositionHolder, kind localKind, list ...string) {
	for _, name := range list {
		l := &local{name: name, line: at.Line(), kind: kind, fields: map[string]bool{}}
		r.locals = append(r.locals, l)
		r.declared[at] = append(r.declared[at], l)
		r.scope = &scope{local: l, outer: r.scope}
	}
}

func (r *resolver) block(list []ast.Stmt) {
	outer := r.scope
	r.stmts(list)
	r.scope = outer
}

func (r *resolver) stmts(list []ast.Stmt) {
	for _, s := range list {
		r.stmt(s)
	}
}

func (r *resolver) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		r.exprs(s.Rhs)
		for _, target := range s.Lhs {
			r.target(target)
		}
	case *ast.LocalAssignStmt:
		r.local(s)
	case *ast.FuncCallStmt:
		r.expr(s.Expr)
	case *ast.FuncDefStmt:
		r.definition(s)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	case *ast.IfStmt:
		r.branches(s)
	default:
		r.loop(s)
	}
}

func (r *resolver) branches(s *ast.IfStmt) {
	r.expr(s.Condition)
	r.block(s.Then)
	r.block(s.Else)
}

func (r *resolver) loop(s ast.Stmt) {
	outer := r.scope
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		r.stmts(s.Stmts)
	case *ast.WhileStmt:
		r.expr(s.Condition)
		r.stmts(s.Stmts)
	case *ast.RepeatStmt:
		r.stmts(s.Stmts)
		r.expr(s.Condition)
	case *ast.NumberForStmt:
		r.exprs([]ast.Expr{s.Init, s.Limit, s.Step})
		r.declare(s, parameter, s.Name)
		r.stmts(s.Stmts)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.declare(s, parameter, s.Names...)
		r.stmts(s.Stmts)
	}
	r.scope = outer
}

// local declares the names of a local statement. In `local function f` the name is visible inside
// the function; in `local f = function` it is not.
func (r *resolver) local(s *ast.LocalAssignStmt) {
	if r.reading.Text(s.Line()+1) == "function" {
		r.declare(s, variable, s.Names...)
		r.exprs(s.Exprs)
		return
	}
	r.exprs(s.Exprs)
	r.declare(s, variable, s.Names...)
}

func (r *resolver) definition(s *ast.FuncDefStmt) {
	switch {
	case s.Name.Func != nil:
		r.target(s.Name.Func)
	default:
		r.expr(s.Name.Receiver)
		r.setField(s.Name.Receiver, &ast.StringExpr{Value: s.Name.Method})
	}
	r.function(s.Func, s.Name.Func == nil)
}

// target resolves the left side of an assignment.
func (r *resolver) target(e ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if l := r.scope.find(e.Value); l != nil {
			r.uses[e] = l
			l.writes++
			return
		}
		r.globals[e.Value] = true
	case *ast.AttrGetExpr:
		r.expr(e.Object)
		r.expr(e.Key)
		r.setField(e.Object, e.Key)
	}
}

func (r *resolver) setField(object, key ast.Expr) {
	name, isName := object.(*ast.IdentExpr)
	if !isName {
		return
	}
	field, isText := key.(*ast.StringExpr)
	switch l := r.uses[name]; {
	case l != nil && isText:
		l.fields[field.Value] = true
	case l != nil:
		l.open = true
	case name.Value == "_G" && isText:
		r.globals[field.Value] = true
	case name.Value == "_G":
		r.dynamic = true
	case isText:
		r.members[name.Value+"."+field.Value] = true
	default:
		r.members[name.Value] = true
	}
}

func (r *resolver) exprs(list []ast.Expr) {
	for _, e := range list {
		r.expr(e)
	}
}

func (r *resolver) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		r.name(e)
	case *ast.AttrGetExpr:
		r.exprs([]ast.Expr{e.Object, e.Key})
	case *ast.TableExpr:
		for _, field := range e.Fields {
			r.exprs([]ast.Expr{field.Key, field.Value})
		}
	case *ast.FuncCallExpr:
		r.exprs([]ast.Expr{e.Func, e.Receiver})
		r.exprs(e.Args)
		r.call(e)
	case *ast.FunctionExpr:
		r.function(e, false)
	default:
		r.exprs(operands(e))
	}
}

// operands returns the operands of an operator.
func operands(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.LogicalOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.RelationalOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.ArithmeticOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.StringConcatOpExpr:
		return []ast.Expr{e.Lhs, e.Rhs}
	case *ast.UnaryMinusOpExpr:
		return []ast.Expr{e.Expr}
	case *ast.UnaryNotOpExpr:
		return []ast.Expr{e.Expr}
	case *ast.UnaryLenOpExpr:
		return []ast.Expr{e.Expr}
	}
	return nil
}

func (r *resolver) name(e *ast.IdentExpr) {
	if l := r.scope.find(e.Value); l != nil {
		r.uses[e] = l
		l.reads++
		return
	}
	r.unresolved = append(r.unresolved, unresolved{name: e.Value, line: e.Line(), scope: r.scope})
}

func (r *resolver) function(f *ast.FunctionExpr, method bool) {
	outer := r.scope
	if method {
		r.declare(f, parameter, "self")
	}
	r.declare(f, parameter, f.ParList.Names...)
	if f.ParList.HasVargs {
		r.declare(f, parameter, "arg")
	}
	r.stmts(f.Stmts)
	r.scope = outer
}

// call records the argument of require, and calls after which any global may exist.
func (r *resolver) call(e *ast.FuncCallExpr) {
	name, isName := e.Func.(*ast.IdentExpr)
	if !isName || r.uses[name] != nil {
		return
	}
	switch name.Value {
	case "setfenv", "load", "loadstring":
		r.dynamic = true
	case "rawset", "setmetatable":
		r.changed(first(e.Args))
	case "require":
		if module, ok := first(e.Args).(*ast.StringExpr); ok {
			r.required = append(r.required, module.Value)
		}
	}
}

// changed notes that a table gets fields which are not written in the source.
func (r *resolver) changed(e ast.Expr) {
	target, isName := e.(*ast.IdentExpr)
	if !isName {
		return
	}
	if l := r.uses[target]; l != nil {
		l.open = true
		return
	}
	r.dynamic = r.dynamic || target.Value == "_G"
	r.members[target.Value] = true
}

func first(list []ast.Expr) ast.Expr {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
