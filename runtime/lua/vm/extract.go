package vm

import (
	"fmt"
	"regexp"

	"github.com/yuin/gopher-lua/ast"
)

// Extract compiles one statement of a source alone: the call of a module's function at its top
// level, such as schedule.declare{…}. So the declarations of a script can be read without running
// it. Extract returns nil if the source does not call the function. The error is a *ScriptError:
// the source cannot be compiled, or the call is inside a function or a block, or occurs twice.
func Extract(name, source, module, function string) (*Program, error) {
	if _, err := Compile(name, source); err != nil {
		return nil, err
	}
	s, chunk, mistake := parseText(name, withoutPreamble(source))
	if mistake != nil {
		return nil, syntaxError(name, source, mistake)
	}
	calls := callsOf(chunk, module, function)
	called := module + "." + function
	if mistake := misplaced(string(s.lexer.clean), module, function, len(calls)); mistake != nil {
		return nil, syntaxError(name, source, mistake)
	}
	if len(calls) == 0 {
		return nil, nil
	}
	if len(calls) > 1 {
		return nil, syntaxError(name, source, &lexError{line: calls[1].Line(), message: fmt.Sprintf("%s is called a second time", called)})
	}
	proto, _, mistake := compileChunk(name, calls, false)
	if mistake != nil {
		return nil, syntaxError(name, source, mistake)
	}
	return &Program{name: name, source: source, proto: proto}, nil
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
func misplaced(clean, module, function string, found int) *lexError {
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
	return &lexError{line: line, at: at,
		message: fmt.Sprintf("%s.%s has to stand by itself at the top level of the script", module, function)}
}
