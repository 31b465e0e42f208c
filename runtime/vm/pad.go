package vm

import "github.com/yuin/gopher-lua/ast"

// padName is the local that padding declares; no script can write it.
const padName = "(pad)"

// padded keeps the target of a backward jump from being a jump itself. The compiler shortens chains of jumps, but
// reads the distance of one that it has shortened before as a label: `while true do break end` would go anywhere.
// So the body of a loop that may begin with a jump begins with a load instead, and so does what follows a label.
func padded(body []ast.Stmt, loop bool) []ast.Stmt {
	out := make([]ast.Stmt, 0, len(body)+1)
	target := loop // of the loop's jump back
	for _, s := range body {
		if target && mayJump(s) {
			out = append(out, padding(s))
		}
		out = append(out, s)
		_, target = s.(*ast.LabelStmt)
	}
	return out
}

// mayJump says whether the first instruction of a statement can be a jump.
func mayJump(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.AssignStmt, *ast.LocalAssignStmt, *ast.FuncCallStmt, *ast.FuncDefStmt, *ast.ReturnStmt, *ast.LabelStmt:
		return false
	}
	return true
}

// padding declares a local, which loads nil, in a block of its own: a goto over it must not enter its scope.
func padding(before ast.Stmt) ast.Stmt {
	local := &ast.LocalAssignStmt{Names: []string{padName}}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{local}}
	for _, s := range []ast.Stmt{local, block} {
		s.SetLine(before.Line())
		s.SetLastLine(before.Line())
	}
	return block
}
