package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// minLiteral is the number of constants from which a constant table is made by one call: it may
// hold more constants than instructions can name.
const minLiteral = 256

// literalTable is a table of constants. An item is an lua.LValue or a *literalTable.
type literalTable struct {
	items  []any
	keys   []lua.LValue
	values []any
	size   int
	// numbered says that some key is a number
	numbered bool
}

// literal returns a function that makes the table of a constructor; nil if it is small or holds
// more than constants.
func (f *function) literal(e *ast.TableExpr) *lua.LFunction {
	if len(e.Fields) == 0 {
		return nil
	}
	t := f.literalTable(e)
	if t == nil || t.size < minLiteral {
		return nil
	}
	return &lua.LFunction{IsG: true, GFunction: func(L *lua.LState) int {
		L.Push(t.table(L))
		return 1
	}}
}

// table makes a table of its own for every evaluation of the constructor.
func (t *literalTable) table(L *lua.LState) *lua.LTable {
	table := L.CreateTable(len(t.items), len(t.keys))
	for i, item := range t.items {
		table.RawSetInt(i+1, literalValue(L, item))
	}
	for i, key := range t.keys {
		table.RawSet(key, literalValue(L, t.values[i]))
	}
	return table
}

func literalValue(L *lua.LState, item any) lua.LValue {
	if nested, ok := item.(*literalTable); ok {
		return nested.table(L)
	}
	return item.(lua.LValue)
}

func (f *function) literalTable(e *ast.TableExpr) *literalTable {
	t := &literalTable{}
	for _, field := range e.Fields {
		if !f.addLiteral(t, field) {
			return nil
		}
	}
	return t
}

// addLiteral adds a constant field. It leaves nil to the instructions, and numbers as keys beside
// positional items, because there the order matters.
func (f *function) addLiteral(t *literalTable, field *ast.Field) bool {
	value, size := f.literalItem(field.Value)
	if value == nil || value == lua.LNil {
		return false
	}
	t.size += size
	if field.Key == nil {
		t.items = append(t.items, value)
		return !t.numbered
	}
	key := f.constant(field.Key)
	if key == nil || key == lua.LNil {
		return false
	}
	t.numbered = t.numbered || key.Type() == lua.LTNumber
	t.keys, t.values = append(t.keys, key), append(t.values, value)
	t.size++
	return !t.numbered || len(t.items) == 0
}

func (f *function) literalItem(e ast.Expr) (item any, size int) {
	if nested, ok := e.(*ast.TableExpr); ok {
		f.down(e)
		defer f.up()
		if t := f.literalTable(nested); t != nil {
			return t, t.size + 1
		}
		return nil, 0
	}
	if value := f.constant(e); value != nil {
		return value, 1
	}
	return nil, 0
}
