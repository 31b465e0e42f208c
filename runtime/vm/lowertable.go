package vm

import (
	"strconv"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// partSize is how many positional items a table constructor stores at once (lua.FieldsPerFlush).
const partSize = 50

// table lowers a constructor. Two shapes the compiler gets wrong: a call as the value of the last key, which it takes
// for a list of positional values, and keys after 50 positional values, for which it stores overwritten registers.
func (w *lowering) table(e *ast.TableExpr) ast.Expr {
	if literal := constantTable(e); literal != nil && literal.size >= minConstants {
		w.tables = append(w.tables, literal)
		return hiddenCall(tablePrefix+strconv.Itoa(len(w.tables)-1), nil, e.Line())
	}
	for _, field := range e.Fields {
		field.Value = w.expr(field.Value)
		if field.Key != nil {
			field.Key = w.expr(field.Key)
			adjust(field.Value)
		}
	}
	e.Fields = keysFirst(e.Fields)
	w.function.noteWidth(e.Line(), min(len(e.Fields), partSize))
	return e
}

// adjust marks an expression as giving exactly one value.
func adjust(e ast.Expr) {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
}

// keysFirst moves the fields with keys before the positional ones where these are many. A call that thereby becomes the
// last field still gives one value.
func keysFirst(fields []*ast.Field) []*ast.Field {
	var keyed, positional []*ast.Field
	for _, field := range fields {
		if field.Key != nil {
			keyed = append(keyed, field)
		} else {
			positional = append(positional, field)
		}
	}
	if len(positional) < partSize || len(keyed) == 0 {
		return fields
	}
	if last := fields[len(fields)-1]; last.Key != nil {
		adjust(positional[len(positional)-1].Value)
	}
	return append(keyed, positional...)
}

// minConstants is the number of constants from which a table is lifted out of the code.
const minConstants = 256

// tableLiteral is a table of constants. A field's value is an lua.LValue or a *tableLiteral.
type tableLiteral struct {
	items  []any
	keys   []lua.LValue
	values []any
	size   int
}

// newTable makes a table of its own for every evaluation of the constructor.
func (t *tableLiteral) newTable(L *lua.LState) *lua.LTable {
	table := L.CreateTable(len(t.items), len(t.keys))
	for i, item := range t.items {
		table.RawSetInt(i+1, literalValue(L, item))
	}
	for i, key := range t.keys {
		table.RawSet(key, literalValue(L, t.values[i]))
	}
	return table
}

func literalValue(L *lua.LState, literal any) lua.LValue {
	if nested, ok := literal.(*tableLiteral); ok {
		return nested.newTable(L)
	}
	return literal.(lua.LValue)
}

// constantTable reads a constructor that holds only constants and such constructors; nil of any other.
func constantTable(e *ast.TableExpr) *tableLiteral {
	t := &tableLiteral{}
	for _, field := range e.Fields {
		value, size := constant(field.Value)
		if value == nil {
			return nil
		}
		t.size += size
		if field.Key == nil {
			t.items = append(t.items, value)
			continue
		}
		key, _ := constant(field.Key)
		keyValue, ok := key.(lua.LValue)
		if !ok {
			return nil
		}
		t.keys, t.values = append(t.keys, keyValue), append(t.values, value)
		t.size++
	}
	return t
}

func constant(e ast.Expr) (value any, size int) {
	switch e := e.(type) {
	case *ast.StringExpr:
		return lua.LString(e.Value), 1
	case *ast.NumberExpr:
		if number, ok := parseNumber(e.Value); ok {
			return lua.LNumber(number), 1
		}
	case *ast.TrueExpr:
		return lua.LTrue, 1
	case *ast.FalseExpr:
		return lua.LFalse, 1
	case *ast.TableExpr:
		if nested := constantTable(e); nested != nil {
			return nested, nested.size + 1
		}
	}
	return nil, 0
}
