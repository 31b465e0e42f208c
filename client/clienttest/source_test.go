package clienttest_test

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A sourceTree is the SQL of a package, as its syntax tree shows it.
type sourceTree struct {
	constants  map[string]ast.Expr // string constants and variables of the package, by name
	statements map[string]string   // whole statements among them: their text
	assemblers map[string]bool     // functions and variables that put statements together
}

var (
	// verb is how a statement begins.
	verb = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s`)
	// sqlPiece is a text that a statement could be made of.
	sqlPiece = regexp.MustCompile(`\{[a-z_]+( [a-z:]|[}|])|\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|ORDER BY|LIMIT)\b`)
)

// readSource finds the SQL of a folder. A text that can be computed from constants is a
// statement or a piece of one. A function or variable that joins pieces at run time is an
// assembler.
func readSource(t *testing.T, folder string) *sourceTree {
	t.Helper()
	tree := &sourceTree{constants: map[string]ast.Expr{}, statements: map[string]string{}, assemblers: map[string]bool{}}
	files := parseFolder(t, folder)
	for _, file := range files {
		tree.collect(file)
	}
	for name, expression := range tree.constants {
		text, whole := tree.fold(expression, 0)
		switch {
		case whole && verb.MatchString(text) && !strings.Contains(text, "%s"):
			tree.statements[name] = text
		case !whole && tree.joins(expression):
			tree.assemblers[name] = true
		}
	}
	for _, file := range files {
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Body != nil {
				tree.visit(function)
			}
		}
	}
	return tree
}

func parseFolder(t *testing.T, folder string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no source in %s: %v", folder, err)
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func (s *sourceTree) collect(file *ast.File) {
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok && len(value.Names) == len(value.Values) {
				for i, name := range value.Names {
					s.constants[name.Name] = value.Values[i]
				}
			}
		}
	}
}

// fold computes a text from literals and constants; whole is false when there is more in it.
func (s *sourceTree) fold(expression ast.Expr, depth int) (text string, whole bool) {
	if depth > 20 {
		return "", false
	}
	switch e := expression.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return constant.StringVal(constant.MakeFromLiteral(e.Value, e.Kind, 0)), true
		}
	case *ast.Ident:
		if known := s.constants[e.Name]; known != nil {
			return s.fold(known, depth+1)
		}
	case *ast.BinaryExpr:
		left, first := s.fold(e.X, depth+1)
		right, second := s.fold(e.Y, depth+1)
		return left + right, first && second && e.Op == token.ADD
	case *ast.ParenExpr:
		return s.fold(e.X, depth+1)
	}
	return "", false
}

// visit takes the sums of constants in a function as statements of their own, and the function as
// an assembler if it does more.
func (s *sourceTree) visit(function *ast.FuncDecl) {
	name := function.Name.Name
	ast.Inspect(function.Body, func(n ast.Node) bool {
		sum, ok := n.(*ast.BinaryExpr)
		if ok && s.isStatement(sum) {
			text, _ := s.fold(sum, 0)
			s.statements[fmt.Sprintf("%s, sum %d", name, len(s.statements))] = text
		}
		return !ok // what is part of a sum is no statement
	})
	if s.joins(function.Body) {
		s.assemblers[name] = true
	}
}

func (s *sourceTree) isStatement(expression ast.Expr) bool {
	text, whole := s.fold(expression, 0)
	return whole && verb.MatchString(text)
}

// joins tells whether there is a text with SQL in it that is not a statement by itself: one that
// is added to something, or formatted.
func (s *sourceTree) joins(node ast.Node) bool {
	found := false
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if s.isStatement(n) {
				return false
			}
			found = found || n.Op == token.ADD && (s.isSQL(n.X) || s.isSQL(n.Y))
		case *ast.CallExpr:
			if selector, ok := n.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Sprintf" && len(n.Args) > 0 {
				found = found || s.isSQL(n.Args[0])
			}
		case *ast.AssignStmt:
			found = found || n.Tok == token.ADD_ASSIGN && s.isSQL(n.Rhs[0])
		}
		return !found
	})
	return found
}

func (s *sourceTree) isSQL(expression ast.Expr) bool {
	text, _ := s.fold(expression, 0)
	return sqlPiece.MatchString(text)
}
