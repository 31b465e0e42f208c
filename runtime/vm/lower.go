package vm

import (
	"fmt"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// Lowering rewrites the syntax tree where the compiler or the VM would go wrong:
//
//   - a .. b becomes a call of a function that bounds the size of the result;
//   - a large table of constants becomes a call that makes it, because the compiler compares every constant with all before it;
//   - numbers are spelled so that the compiler reads no octal;
//   - an assignment of a single-valued call to a function's last parameter goes through a temporary;
//   - a local at a prompt becomes a call that keeps it.
//
// It also bounds the depth of the tree, since the compiler recurses over it, and notes the scopes of locals, which the compiler gets wrong.
// The calls go to globals whose names no script can write; after compilation patch puts the functions themselves in their place.

const (
	// concatName is the global that stands for the concatenating function, concatListName for the one that takes the
	// operands as a number and a list.
	concatName     = "(concat)"
	concatListName = "(concat list)"
	// tablePrefix, with a number after it, stands for the function that makes a constant table.
	tablePrefix = "(table)"
	// maxOperands is how many operands are passed one by one; a function has 200 registers.
	maxOperands = 40
)

type lowering struct {
	chunk     []ast.Stmt
	tables    []*tableLiteral
	function  *functionScope
	functions []*functionScope
	kept      []string // locals that stay for later inputs
	depth     int
}

// lower rewrites a chunk, whose nodes it reuses; input says that it was typed at a prompt. Its error is a *lexError.
func lower(chunk []ast.Stmt, input bool) (w *lowering, err *lexError) {
	defer func() {
		if mistake, ok := recover().(*lexError); ok {
			err = mistake
		}
	}()
	w = &lowering{}
	if input {
		w.keepLocals(chunk)
	}
	w.enterFunction(0, 0)
	w.chunk = w.stmts(chunk, false)
	w.leaveFunction()
	return w, nil
}

// down counts a level of the tree, up leaves it.
func (w *lowering) down(at ast.PositionHolder) {
	if w.depth++; w.depth > maxNesting {
		panic(&lexError{line: at.Line(), message: fmt.Sprintf("this is too complex: more than %d operations or blocks inside each other", maxNesting)})
	}
}

func (w *lowering) up() { w.depth-- }

func (w *lowering) exprs(list []ast.Expr) {
	for i := range list {
		list[i] = w.expr(list[i])
	}
}

func (w *lowering) expr(e ast.Expr) ast.Expr {
	w.down(e)
	defer w.up()
	switch e := e.(type) {
	case *ast.NumberExpr:
		e.Value = plainNumber(e)
	case *ast.AttrGetExpr:
		e.Object, e.Key = w.expr(e.Object), w.expr(e.Key)
	case *ast.TableExpr:
		return w.table(e)
	case *ast.FuncCallExpr:
		w.call(e)
	case *ast.StringConcatOpExpr:
		return w.concat(e)
	case *ast.FunctionExpr:
		w.functionBody(e, false)
	case *ast.LogicalOpExpr:
		return w.logical(e)
	default:
		w.operator(e)
	}
	return e
}

// logical drops what follows "false and": its jump would begin a loop's condition (see padded).
func (w *lowering) logical(e *ast.LogicalOpExpr) ast.Expr {
	e.Lhs = w.expr(e.Lhs)
	if e.Operator == "and" && isFalse(e.Lhs) {
		return e.Lhs
	}
	e.Rhs = w.expr(e.Rhs)
	return e
}

func isFalse(e ast.Expr) bool {
	switch e.(type) {
	case *ast.FalseExpr, *ast.NilExpr:
		return true
	}
	return false
}

func (w *lowering) operator(e ast.Expr) {
	switch e := e.(type) {
	case *ast.RelationalOpExpr:
		e.Lhs, e.Rhs = w.expr(e.Lhs), w.expr(e.Rhs)
	case *ast.ArithmeticOpExpr:
		e.Lhs, e.Rhs = w.expr(e.Lhs), w.expr(e.Rhs)
	case *ast.UnaryMinusOpExpr:
		e.Expr = w.expr(e.Expr)
	case *ast.UnaryNotOpExpr:
		e.Expr = w.expr(e.Expr)
	case *ast.UnaryLenOpExpr:
		e.Expr = w.expr(e.Expr)
	}
}

// plainNumber spells a number in decimal; the scanner has seen that it is well formed.
func plainNumber(e *ast.NumberExpr) string {
	value, ok := parseNumber(e.Value)
	if !ok {
		panic(&lexError{line: e.Line(), message: fmt.Sprintf("malformed number %q", e.Value)})
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

func (w *lowering) call(e *ast.FuncCallExpr) {
	if e.Func != nil {
		e.Func = w.expr(e.Func)
	} else {
		e.Receiver = w.expr(e.Receiver)
	}
	w.exprs(e.Args)
	w.function.noteWidth(e.Line(), len(e.Args))
}

// concat turns a chain of operands, which binds to the right, into one call.
func (w *lowering) concat(e *ast.StringConcatOpExpr) ast.Expr {
	var operands []ast.Expr
	var rest ast.Expr = e
	for {
		chain, ok := rest.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		operands = append(operands, w.expr(chain.Lhs))
		rest = chain.Rhs
	}
	operands = append(operands, w.expr(rest))
	if len(operands) > maxOperands {
		return concatList(operands, e.Line())
	}
	return hiddenCall(concatName, operands, e.Line())
}

func concatList(operands []ast.Expr, line int) ast.Expr {
	list := &ast.TableExpr{}
	list.SetLine(line)
	for _, operand := range operands {
		adjust(operand)
		list.Fields = append(list.Fields, &ast.Field{Value: operand})
	}
	count := &ast.NumberExpr{Value: strconv.Itoa(len(operands))}
	count.SetLine(line)
	return hiddenCall(concatListName, []ast.Expr{count, list}, line)
}

// hiddenCall calls a function of ours, which returns exactly one value. The call is not marked as adjusted to one value:
// the compiler goes wrong when it assigns such a call to a parameter (see assign).
func hiddenCall(name string, args []ast.Expr, line int) ast.Expr {
	function := &ast.IdentExpr{Value: name}
	function.SetLine(line)
	call := &ast.FuncCallExpr{Func: function, Args: args}
	call.SetLine(line)
	return call
}
