package vm

import (
	"fmt"
	"regexp"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// Extract compiles one statement of a source alone: the call of a module's function at its top
// level, such as schedule.declare{…}. So the declarations of a script can be read without running
// it. Extract returns nil if the source does not call the function. The error is a *ScriptError:
// the source cannot be compiled, or the call is inside a function or a block, or occurs twice.
func Extract(name, source, module, function string) (*Program, error) {
	if _, err := Compile(name, source); err != nil {
		return nil, err
	}
	chunk, clean, mistake := syntax.Parse(name, source)
	if mistake != nil {
		return nil, syntaxError(name, mistake)
	}
	calls := callsOf(chunk, module, function)
	called := module + "." + function
	if mistake := misplaced(clean, module, function, len(calls)); mistake != nil {
		return nil, syntaxError(name, mistake.In(source))
	}
	if len(calls) == 0 {
		return nil, nil
	}
	if len(calls) > 1 {
		return nil, syntaxError(name, (&syntax.Mistake{Line: calls[1].Line(), Message: fmt.Sprintf("%s is called a second time", called)}).In(source))
	}
	return compileChunk(name, source, calls, false)
}

// callsOf are the statements that call the function.
func callsOf(chunk []ast.Stmt, module, function string) (calls []ast.Stmt) {
	for _, statement := range chunk {
		call, ok := statement.(*ast.FuncCallStmt)
		if !ok {
			continue
		}
		expression, _ := call.Expr.(*ast.FuncCallExpr)
		if member, ok := expression.Func.(*ast.AttrGetExpr); ok && names(member.Object, module) && isText(member.Key, function) {
			calls = append(calls, statement)
		}
	}
	return calls
}

func names(e ast.Expr, name string) bool {
	identifier, ok := e.(*ast.IdentExpr)
	return ok && identifier.Value == name
}

func isText(e ast.Expr, text string) bool {
	literal, ok := e.(*ast.StringExpr)
	return ok && literal.Value == text
}

// misplaced finds a call in a function or a block, where it may run or not.
func misplaced(clean, module, function string, found int) *syntax.Mistake {
	spelled := regexp.MustCompile(`\b` + module + `\s*\.\s*` + function + `\b\s*[({]`)
	places := spelled.FindAllStringIndex(clean, -1)
	if len(places) <= found {
		return nil
	}
	at := places[len(places)-1][0]
	line := 1
	for i := range at {
		if clean[i] == '\n' {
			line++
		}
	}
	return &syntax.Mistake{Line: line, At: at,
		Message: fmt.Sprintf("%s.%s has to stand by itself at the top level of the script", module, function)}
}
