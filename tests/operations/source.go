// Package operations finds what is missing for an operation: a method of the Client that scripts
// call as a function of dbos. It reads the source of the bindings, because a function and the
// method that its handler calls are joined nowhere else.
package operations

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Functions returns the Lua functions that the Go files of a folder declare, with the methods of
// methods that their handlers call, directly or through functions of the same folder.
func Functions(folder string, methods []string) (map[string][]string, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no Go files in %s: %v", folder, err)
	}
	r := &reader{declared: map[string][]ast.Node{}, functions: map[string]map[string]bool{}, methods: methods}
	for _, path := range paths {
		if err := r.load(path); err != nil {
			return nil, err
		}
	}
	for _, bodies := range r.declared {
		for _, body := range bodies {
			r.findDeclarations(body)
		}
	}
	functions := map[string][]string{}
	for name, calls := range r.functions {
		functions[name] = slices.Sorted(maps.Keys(calls))
	}
	return functions, nil
}

// A reader collects the declarations of a package.
type reader struct {
	declared  map[string][]ast.Node      // the functions of the package, and all methods of a name
	functions map[string]map[string]bool // Lua function → methods of the Client
	methods   []string
}

func (r *reader) load(path string) error {
	if strings.HasSuffix(path, "_test.go") {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	for _, declared := range file.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok && function.Body != nil {
			name := function.Name.Name
			r.declared[name] = append(r.declared[name], function.Body)
		}
	}
	return nil
}

// findDeclarations notes each call such as declare.Method("name", …) below a node.
func (r *reader) findDeclarations(below ast.Node) {
	ast.Inspect(below, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !isDeclaration(call) {
			return true
		}
		literal, ok := call.Args[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		name, err := strconv.Unquote(literal.Value)
		if err == nil {
			r.functions[name] = map[string]bool{}
			for _, arg := range call.Args {
				r.findCalls(arg, r.functions[name], map[string]bool{})
			}
		}
		return true
	})
}

func isDeclaration(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	of, ok := selector.X.(*ast.Ident)
	return ok && of.Name == "declare" && slices.Contains([]string{"Method", "MethodDo", "Fn", "Do"}, selector.Sel.Name)
}

// findCalls adds the methods of the Client that are called below a node.
func (r *reader) findCalls(below ast.Node, calls, seen map[string]bool) {
	ast.Inspect(below, func(n ast.Node) bool {
		var name string
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if name = n.Sel.Name; slices.Contains(r.methods, name) {
				calls[name] = true
				return true
			}
		case *ast.Ident:
			name = n.Name
		}
		if !seen[name] {
			seen[name] = true
			for _, body := range r.declared[name] {
				r.findCalls(body, calls, seen)
			}
		}
		return true
	})
}
