package check

import (
	"github.com/yuin/gopher-lua/ast"
)

// infer walks the tree in the order of execution, infers the values of locals, and reports
// mistakes.
func (s *script) infer() {
	w := &walker{script: s, values: map[ast.Expr]value{}, callbacks: map[*ast.FunctionExpr][]value{}, steps: map[*ast.FunctionExpr]bool{}}
	w.stmts(s.reading.Chunk)
}

type walker struct {
	*script
	values    map[ast.Expr]value            // of the expressions that were looked into
	callbacks map[*ast.FunctionExpr][]value // the arguments with which functions will be called
	returns   []*results                    // of the functions around, innermost last
	steps     map[*ast.FunctionExpr]bool    // that are passed to step
	inStep    int                           // how many of these are around
}

// results holds the values on which all returns of a function agree.
type results struct {
	values []value
	seen   bool
}

func (r *results) add(values []value) {
	if !r.seen {
		r.values, r.seen = values, true
		return
	}
	agreed := make([]value, min(len(values), len(r.values)))
	for i := range agreed {
		agreed[i] = same(r.values[i], values[i])
	}
	r.values = agreed
}

func (w *walker) stmts(list []ast.Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w *walker) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		w.exprs(s.Rhs, len(s.Lhs))
		for _, target := range s.Lhs {
			w.target(target)
		}
	case *ast.LocalAssignStmt:
		w.local(s)
	case *ast.FuncCallStmt:
		w.expr(s.Expr)
	case *ast.FuncDefStmt:
		w.definition(s)
	case *ast.ReturnStmt:
		values := w.exprs(s.Exprs, 0)
		if len(w.returns) > 0 {
			w.returns[len(w.returns)-1].add(values)
		}
	case *ast.IfStmt:
		w.expr(s.Condition)
		w.stmts(s.Then)
		w.stmts(s.Else)
	default:
		w.loop(s)
	}
}

func (w *walker) loop(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.DoBlockStmt:
		w.stmts(s.Stmts)
	case *ast.WhileStmt:
		w.expr(s.Condition)
		w.stmts(s.Stmts)
	case *ast.RepeatStmt:
		w.stmts(s.Stmts)
		w.expr(s.Condition)
	case *ast.NumberForStmt:
		w.exprs([]ast.Expr{s.Init, s.Limit}, 0)
		if s.Step != nil {
			w.expr(s.Step)
		}
		w.give(s, []value{numberValue{}})
		w.stmts(s.Stmts)
	case *ast.GenericForStmt:
		w.give(s, w.iterated(s))
		w.stmts(s.Stmts)
	}
}

// iterated returns the values of the loop variables of a generic for.
func (w *walker) iterated(s *ast.GenericForStmt) []value {
	values := w.exprs(s.Exprs, 0)
	switch v := at(values, 0).(type) {
	case iteratorValue:
		return v.items
	case listValue, tableValue, filledValue:
		w.report(WrongLoop, w.place(s.Exprs[0]), "a 'for … in' needs an iterator function, got a table").Hint =
			"for _, item in ipairs(list) do goes over the items of an array"
	}
	return nil
}

// give lets locals that keep their first value have it.
func (w *walker) give(at ast.PositionHolder, values []value) {
	for i, l := range w.names.declared[at] {
		if i < len(values) && l.steady() {
			l.value = values[i]
		}
	}
}

func (w *walker) local(s *ast.LocalAssignStmt) {
	if f, ok := first(s.Exprs).(*ast.FunctionExpr); ok && len(s.Names) == 1 {
		w.give(s, []value{lambdaValue{function: f}})
		w.give(s, []value{w.expr(f)})
		return
	}
	w.give(s, w.exprs(s.Exprs, len(s.Names)))
}

func (w *walker) definition(s *ast.FuncDefStmt) {
	if s.Name.Func != nil {
		w.target(s.Name.Func)
	} else {
		w.expr(s.Name.Receiver)
	}
	w.lambda(s.Func)
}

// target checks the left side of an assignment. Fields of records and members of modules cannot
// be assigned.
func (w *walker) target(e ast.Expr) {
	field, isField := e.(*ast.AttrGetExpr)
	if !isField {
		return
	}
	object := w.expr(field.Object)
	w.expr(field.Key)
	key, isName := field.Key.(*ast.StringExpr)
	if !isName {
		return
	}
	switch v := object.(type) {
	case objectValue:
		f := w.report(ReadOnly, w.place(key), v.Name+" is read-only: cannot set \""+key.Value+"\"")
		if v.Record {
			f.Hint = "record:to_table() returns a copy that can be changed"
		}
	case moduleValue:
		w.report(ReadOnly, w.place(key), v.Name+" is read-only: cannot set \""+key.Value+"\"")
	}
}

// exprs returns the values of a list of expressions. If the last is a call, all its results are
// included.
func (w *walker) exprs(list []ast.Expr, want int) []value {
	values := w.each(list, func(int, []value) {})
	for len(values) < want && !open(list) {
		values = append(values, nilValue{})
	}
	return values
}

// each checks the expressions in order. It calls before with the index of the next one and the
// values so far.
func (w *walker) each(list []ast.Expr, before func(i int, values []value)) []value {
	var values []value
	for i, e := range list {
		before(i, values)
		if call, isCall := e.(*ast.FuncCallExpr); isCall && i == len(list)-1 && !call.AdjustRet {
			given := w.call(call)
			w.values[e] = at(given, 0)
			return append(values, given...)
		}
		values = append(values, w.expr(e))
	}
	return values
}

// open holds for a list that ends in any number of values.
func open(list []ast.Expr) bool {
	if len(list) == 0 {
		return false
	}
	switch last := list[len(list)-1].(type) {
	case *ast.FuncCallExpr:
		return !last.AdjustRet
	case *ast.Comma3Expr:
		return !last.AdjustRet
	}
	return false
}

// lambda checks a function of the script and returns its value.
func (w *walker) lambda(f *ast.FunctionExpr) value {
	w.give(f, w.callbacks[f])
	r := &results{}
	w.returns = append(w.returns, r)
	if w.steps[f] {
		w.inStep++
		defer func() { w.inStep-- }()
	}
	w.stmts(f.Stmts)
	w.returns = w.returns[:len(w.returns)-1]
	return lambdaValue{function: f, results: r.values}
}
