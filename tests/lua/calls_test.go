package lua

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A call is one that a test script makes, of a function or a method with this name.
type call struct {
	name  string
	args  []ast.Expr
	codes []string // that it is expected to raise
}

// A script is what the coverage needs to know of a test script's text.
type script struct {
	calls  []call
	tables map[string][]ast.Expr // variable → what is assigned to it or to its elements
	// wrappers are local functions that hand a parameter on: name → position → the call it goes to.
	wrappers map[string]map[int][]call
	within   []string // codes that calls here are expected to raise
	local    string   // the local function that is read, and its parameters
	params   []string
}

func scripts(t *testing.T) (list []*script) {
	t.Helper()
	paths, err := filepath.Glob("*_test.lua")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no test scripts: %v", err)
	}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		chunk, err := parse.Parse(file, path)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		s := &script{tables: map[string][]ast.Expr{}, wrappers: map[string]map[int][]call{}}
		s.read(reflect.ValueOf(chunk))
		list = append(list, s)
	}
	return list
}

// read goes over everything below a node of the syntax tree.
func (s *script) read(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		s.read(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			s.read(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() && !s.special(v.Interface()) {
			s.read(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				s.read(v.Field(i))
			}
		}
	}
}

// special takes note of a node, and tells whether it has read what is below it.
func (s *script) special(node any) bool {
	switch node := node.(type) {
	case *ast.LocalAssignStmt:
		return s.localAssign(node)
	case *ast.AssignStmt:
		for i, left := range node.Lhs {
			if name := variable(left); name != "" && i < len(node.Rhs) {
				s.tables[name] = append(s.tables[name], node.Rhs[i])
			}
		}
	case *ast.FuncCallExpr:
		return s.called(node)
	}
	return false
}

func (s *script) localAssign(node *ast.LocalAssignStmt) bool {
	for i, name := range node.Names {
		if i < len(node.Exprs) {
			s.tables[name] = append(s.tables[name], node.Exprs[i])
		}
	}
	if len(node.Exprs) != 1 {
		return false
	}
	function, is := node.Exprs[0].(*ast.FunctionExpr)
	if !is {
		return false
	}
	outer, params := s.local, s.params
	s.local, s.params = node.Names[0], function.ParList.Names
	s.read(reflect.ValueOf(function.Stmts))
	s.local, s.params = outer, params
	return true
}

// variable is the name of a variable, or of the one that holds an element.
func variable(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IdentExpr:
		return e.Value
	case *ast.AttrGetExpr:
		return variable(e.Object)
	}
	return ""
}

// called takes note of a call. What assert.raises or pcall is given counts as called.
func (s *script) called(node *ast.FuncCallExpr) bool {
	name, args := target(node.Func), node.Args
	switch {
	case name == "raises" && len(args) > 1:
		s.expecting(args[0].(*ast.StringExpr).Value, args[1], args[2:])
		s.read(reflect.ValueOf(args[2:]))
		return true
	case variable(node.Func) == "pcall" && target(args[0]) != "":
		s.note(target(args[0]), receiverless(args[0], args[1:]))
	case node.Method != "":
		s.note(node.Method, args)
	case name != "":
		s.note(name, args)
	case node.Func != nil:
		s.note(variable(node.Func), args)
	}
	return false
}

func (s *script) expecting(code string, function ast.Expr, args []ast.Expr) {
	s.within = append(s.within, code)
	if name := target(function); name != "" {
		s.note(name, receiverless(function, args))
	} else if name := variable(function); name != "" {
		s.note(name, args)
	} else {
		s.read(reflect.ValueOf(function))
	}
	s.within = s.within[:len(s.within)-1]
}

// target is the name of the function in dbos.name or object.name.
func target(e ast.Expr) string {
	if get, is := e.(*ast.AttrGetExpr); is {
		if key, is := get.Key.(*ast.StringExpr); is {
			return key.Value
		}
	}
	return ""
}

// receiverless leaves out the object that a method is called on as a function.
func receiverless(function ast.Expr, args []ast.Expr) []ast.Expr {
	if len(args) > 0 && variable(function.(*ast.AttrGetExpr).Object) != "dbos" {
		return args[1:]
	}
	return args
}

func (s *script) note(name string, args []ast.Expr) {
	made := call{name, args, slices.Clone(s.within)}
	s.calls = append(s.calls, made)
	for i, arg := range args {
		at := slices.Index(s.params, variable(arg))
		if _, bare := arg.(*ast.IdentExpr); !bare || at < 0 {
			continue
		}
		if s.wrappers[s.local] == nil {
			s.wrappers[s.local] = map[int][]call{}
		}
		s.wrappers[s.local][at] = append(s.wrappers[s.local][at], call{name: name, args: args[:i]})
	}
}

// expanded are all calls, with those that the scripts' own local functions make of their arguments.
func (s *script) expanded() []call {
	calls := slices.Clone(s.calls)
	for _, outer := range s.calls {
		for at, inner := range s.wrappers[outer.name] {
			if at >= len(outer.args) {
				continue
			}
			for _, c := range inner {
				calls = append(calls, call{c.name, append(slices.Clone(c.args), outer.args[at]), outer.codes})
			}
		}
	}
	return calls
}

// keys are the names in a table, or in those that a variable holds.
func (s *script) keys(e ast.Expr) (names []string) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		for _, value := range s.tables[e.Value] {
			if _, is := value.(*ast.TableExpr); is {
				names = append(names, s.keys(value)...)
			}
		}
	case *ast.TableExpr:
		for _, field := range e.Fields {
			if key, is := field.Key.(*ast.StringExpr); is {
				names = append(names, key.Value)
			}
		}
	}
	return names
}

// elements are the tables in a list, or in those that a variable holds.
func (s *script) elements(e ast.Expr) (tables []ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		for _, value := range s.tables[e.Value] {
			tables = append(append(tables, value), s.elements(value)...)
		}
	case *ast.TableExpr:
		for _, field := range e.Fields {
			tables = append(tables, field.Value)
		}
	}
	return tables
}

// A coverage is what the scripts show of functions and methods, by name.
type coverage struct {
	called       map[string]bool
	keys, raised map[string]map[string]bool
}

func (c *coverage) add(s *script, made call, f declare.Func) {
	c.called[f.Name] = true
	for _, code := range made.codes {
		mark(c.raised, f.Name, code)
	}
	for i, arg := range made.args {
		names := []string{}
		switch {
		case i == len(f.Params()) && f.Options() != nil:
			names = s.keys(arg)
		case i < len(f.Params()) && elementTable(f.Params()[i]) != nil:
			for _, element := range s.elements(arg) {
				names = append(names, s.keys(element)...)
			}
		}
		for _, name := range names {
			mark(c.keys, f.Name, name)
		}
	}
}

func mark(sets map[string]map[string]bool, name, member string) {
	if sets[name] == nil {
		sets[name] = map[string]bool{}
	}
	sets[name][member] = true
}

// elementTable is the table that each element of a positional argument is; nil for other arguments.
func elementTable(p declare.Param) *declare.Table {
	if p.Type.Elem == nil {
		return nil
	}
	return p.Type.Elem.Table
}
