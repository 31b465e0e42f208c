package vm

import (
	"fmt"
	"regexp"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// Extract compiles one statement of a source alone: the call of a module's function at its top
// level, such as schedule.declare{…}. So the declarations of a script can be read without running
// it. Extract returns nil if the source does not call the function. The error is a *ScriptError:
// the source cannot be compiled, the call is inside a function or a block, or occurs twice, or it
// uses a variable of the script, which has no value there.
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
	program, err := compileChunk(name, source, calls, false)
	if err != nil {
		return nil, err
	}
	if used, line := program.uses(declaredBy(chunk)); used != "" {
		return nil, syntaxError(name, (&syntax.Mistake{Line: line, Message: fmt.Sprintf("%s uses %q, a variable of the script: it is read without running the script", called, used)}).In(source))
	}
	return program, nil
}

// declaredBy returns the names of the variables and functions of a chunk. A module that is required
// under its own name is everywhere.
func declaredBy(chunk []ast.Stmt) map[string]bool {
	declared := map[string]bool{}
	add := func(e ast.Expr) {
		if identifier, ok := e.(*ast.IdentExpr); ok {
			declared[identifier.Value] = true
		}
	}
	for _, statement := range chunk {
		switch s := statement.(type) {
		case *ast.LocalAssignStmt:
			for i, name := range s.Names {
				declared[name] = declared[name] || i >= len(s.Exprs) || !requires(s.Exprs[i], name)
			}
		case *ast.AssignStmt:
			for _, left := range s.Lhs {
				add(left)
			}
		case *ast.FuncDefStmt:
			add(s.Name.Func)
		}
	}
	return declared
}

// requires returns true for a call of require with a name.
func requires(e ast.Expr, name string) bool {
	call, ok := e.(*ast.FuncCallExpr)
	return ok && names(call.Func, "require") && len(call.Args) == 1 && isText(call.Args[0], name)
}

// uses returns the first of the names that the program reads as a global, and its line, or "".
func (p *Program) uses(names map[string]bool) (string, int) { return globalOf(p.proto, names) }

func globalOf(proto *lua.FunctionProto, names map[string]bool) (string, int) {
	for pc, inst := range proto.Code {
		if opcode(inst) != lua.OP_GETGLOBAL {
			continue
		}
		if name := lua.LVAsString(proto.Constants[argBx(inst)]); names[name] {
			return name, proto.DbgSourcePositions[pc]
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		if name, line := globalOf(inner, names); name != "" {
			return name, line
		}
	}
	return "", 0
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
