package check

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// Needs returns the value of needs in the args.declare of a script, without running it, and its
// line. The value is nil if the script declares none. Of the value texts, lists and tables are
// known, and nil stands for any other expression.
func (c *Checker) Needs(name, source string) (declared any, line int) {
	s := &script{Checker: c, reading: syntax.Read(name, source), file: name, added: &requiredNames{}}
	if s.reading.Chunk == nil {
		return nil, 0
	}
	s.names = resolve(s.reading)
	s.infer()
	if s.declares == nil {
		return nil, 0
	}
	for _, field := range s.declares.Fields {
		if key, isName := field.Key.(*ast.StringExpr); isName && key.Value == "needs" {
			declared, line = written(field.Value), s.reading.Place(key.Line()).Line
			if declared == nil {
				declared = declare.Members{{Key: "", Value: nil}} // no person sees what it will be
			}
		}
	}
	return declared, line
}

// written returns the value of an expression that is written in place.
func written(e ast.Expr) any {
	switch e := e.(type) {
	case *ast.StringExpr:
		return e.Value
	case *ast.TableExpr:
		var items []any
		members := declare.Members{}
		for _, field := range e.Fields {
			key, isName := field.Key.(*ast.StringExpr)
			switch {
			case field.Key == nil:
				items = append(items, written(field.Value))
			case isName:
				members = append(members, declare.Member{Key: key.Value, Value: written(field.Value)})
			default:
				members = append(members, declare.Member{Key: "[" + strconv.Itoa(field.Key.Line()) + "]"})
			}
		}
		if len(items) > 0 && len(members) == 0 {
			return items
		}
		for i, item := range items {
			members = append(members, declare.Member{Key: strconv.Itoa(i + 1), Value: item})
		}
		return members
	}
	return nil
}
