package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// constructor is a table whose positional items wait in the registers above it.
type constructor struct {
	register int
	added    int // items that wait
	part     int // parts of lua.FieldsPerFlush items that are stored
}

// table builds a table in the next register. Positional items are stored in parts, fields with a
// key at once, in the order of the source.
func (f *function) table(e *ast.TableExpr) {
	if literal := f.literal(e); literal != nil {
		base := f.nextRegister
		f.hidden(literal, e.Line())
		f.emitNamed(lua.OP_CALL, base, 1, 2, e.Line(), hiddenName)
		return
	}
	keyed := 0
	for _, field := range e.Fields {
		if field.Key != nil {
			keyed++
		}
	}
	f.requireRegisters(e.Line(), min(len(e.Fields)-keyed, lua.FieldsPerFlush)+1)
	t := f.newTable(len(e.Fields)-keyed, keyed, e.Line())
	for i, field := range e.Fields {
		last := i == len(e.Fields)-1
		switch {
		case field.Key != nil:
			f.setField(t, field, e.Line())
		case last && hasManyValues(field.Value):
			f.multiValue(field.Value, -1)
			f.flush(t, -1, e.Line())
		default:
			f.next(field.Value)
			t.added++
			f.flushFull(t, field.Value.Line())
		}
	}
	f.flush(t, t.added, e.Line())
}

func (f *function) newTable(items, keyed, line int) *constructor {
	f.emit(lua.OP_NEWTABLE, f.nextRegister, min(items, maxShort), min(keyed, maxShort), line)
	f.line = line
	f.take(1)
	return &constructor{register: f.nextRegister - 1}
}

func (f *function) setField(t *constructor, field *ast.Field, line int) {
	mark := f.nextRegister
	key, named := f.key(field.Key)
	value := f.short(f.operand(field.Value), field.Value.Line())
	f.store(target{kind: indexed, register: t.register, key: key, named: named}, value, line)
	f.nextRegister = mark
}

// flushFull stores the waiting items if they are as many as the VM stores at once.
func (f *function) flushFull(t *constructor, line int) {
	if t.added == lua.FieldsPerFlush {
		f.flush(t, t.added, line)
	}
}

// flush stores the waiting items; a negative count stores all up to the last value of a call or
// "...".
func (f *function) flush(t *constructor, count, line int) {
	if count == 0 {
		return
	}
	t.part++
	t.added = 0
	f.nextRegister = t.register + 1
	if t.part <= maxShort {
		f.emit(lua.OP_SETLIST, t.register, max(count, 0), t.part, line)
		return
	}
	f.emit(lua.OP_SETLIST, t.register, max(count, 0), 0, line)
	f.proto.Code = append(f.proto.Code, uint32(t.part))
	f.proto.DbgSourcePositions = append(f.proto.DbgSourcePositions, line)
}
