package check

import (
	"github.com/yuin/gopher-lua/ast"
)

// localKind is the kind of declaration of a local.
type localKind int

const (
	variable  localKind = iota
	parameter           // of a function, or one that a loop sets
)

// local is a variable of a script.
type local struct {
	name   string
	line   int // of the node that declares it
	kind   localKind
	reads  int
	writes int // after the declaration

	placeholder bool            // a later name of the same statement is read
	fields      map[string]bool // fields that are set
	open        bool            // some field is set whose name is not written in the source
	value       value           // inferred when its declaration is checked
}

// steady locals keep the value of their declaration.
func (l *local) steady() bool { return l.writes == 0 }

// steadyValue returns the value of a local if it is the same at each of its reads, else nil.
func (l *local) steadyValue() value {
	_, isTable := l.value.(tableValue)
	switch {
	case !l.steady():
		return nil
	case isTable && (l.open || len(l.fields) > 0):
		return filledValue{}
	}
	return l.value
}

// scope is the locals in sight, the last one first.
type scope struct {
	local *local
	outer *scope
}

func (s *scope) find(name string) *local {
	for ; s != nil; s = s.outer {
		if s.local.name == name {
			return s.local
		}
	}
	return nil
}

// unresolved is a global that is read.
type unresolved struct {
	name  string
	line  int
	scope *scope
}

// names are who is who in a source.
type names struct {
	uses       map[*ast.IdentExpr]*local
	declared   map[ast.PositionHolder][]*local // by the statement or function
	locals     []*local
	globals    map[string]bool // that the source sets
	members    map[string]bool // of global tables, as in string.trim
	required   []string
	unresolved []unresolved
	dynamic    bool // some global may be set whose name is not written in the source
}
