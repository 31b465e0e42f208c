package check

import (
	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// A Parameter is a parameter that a script declares with args.declare. Only values that the script
// writes as literals are known.
type Parameter struct {
	Name   string
	Short  string // the letter of its short flag; empty if it has none
	Type   string // empty for text
	Doc    string
	Values []string // the only ones allowed
}

// Parameters returns the declared parameters of a script in their order, without running it, or
// nil if it declares none.
func (c *Checker) Parameters(name, source string) []Parameter {
	s := &script{Checker: c, reading: syntax.Read(name, source), file: name, added: &requiredNames{}}
	if s.reading.Chunk == nil {
		return nil
	}
	s.names = resolve(s.reading)
	s.infer()
	if s.declares == nil {
		return nil
	}
	var list []Parameter
	for _, field := range s.declares.Fields {
		key, isName := field.Key.(*ast.StringExpr)
		table, isTable := field.Value.(*ast.TableExpr)
		if isName && isTable {
			list = append(list, declared(key.Value, table))
		}
	}
	return list
}

func declared(name string, table *ast.TableExpr) Parameter {
	p := Parameter{Name: name}
	for _, field := range table.Fields {
		key, isName := field.Key.(*ast.StringExpr)
		if !isName {
			continue
		}
		switch text, _ := field.Value.(*ast.StringExpr); {
		case key.Value == "values":
			p.Values = texts(field.Value)
		case text != nil && key.Value == "type":
			p.Type = text.Value
		case text != nil && key.Value == "short":
			p.Short = text.Value
		case text != nil && key.Value == "doc":
			p.Doc = text.Value
		}
	}
	return p
}

func texts(e ast.Expr) []string {
	table, ok := e.(*ast.TableExpr)
	if !ok {
		return nil
	}
	var list []string
	for _, field := range table.Fields {
		if text, isText := field.Value.(*ast.StringExpr); isText {
			list = append(list, text.Value)
		}
	}
	return list
}
