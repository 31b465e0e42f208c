package bridge

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// toTable makes the method that copies a record to plain tables.
func (x *Exposer) toTable(c *declare.Class) *lua.LFunction {
	f := declare.ToTable()
	name := c.Name + ":" + f.Name
	method := x.state.NewFunction(func(L *lua.LState) int {
		o := self(L)
		if o == nil || !o.class.spec.Record {
			x.Raise(L, notCalledOn(name, c.Name))
		}
		table, err := x.plain(o)
		if err != nil {
			x.Raise(L, err)
		}
		L.Push(table)
		return 1
	})
	x.topics[method] = declare.Topic{Name: name, Item: &f}
	return method
}

// plain copies the fields of an object to a table, and so for the objects in them.
func (x *Exposer) plain(o *object) (*lua.LTable, error) {
	return (&plainCopy{x: x, done: map[*lua.LTable]*lua.LTable{}}).object(o)
}

// plainCopy copies each table once, so that tables a script tied into a ring stay one.
type plainCopy struct {
	x    *Exposer
	done map[*lua.LTable]*lua.LTable
}

func (p *plainCopy) object(o *object) (*lua.LTable, error) {
	table := p.x.state.CreateTable(0, len(o.class.fields))
	for i := range o.class.fields {
		v, err := o.read(p.x, i)
		if err == nil {
			v, err = p.value(v)
		}
		if err != nil {
			return nil, err
		}
		if v != lua.LNil {
			table.RawSetString(o.class.fields[i].spec.Name, v)
		}
	}
	return table, nil
}

// value copies tables, records and errors; times and exact integers cannot be changed and stay.
func (p *plainCopy) value(v lua.LValue) (lua.LValue, error) {
	switch value := v.(type) {
	case *lua.LTable:
		return p.table(value)
	case *lua.LUserData:
		if o, ok := value.Value.(*object); ok && (o.class.spec.Record || o.class.spec.Text) && !o.class.spec.Data {
			return p.object(o)
		}
	}
	return v, nil
}

func (p *plainCopy) table(from *lua.LTable) (lua.LValue, error) {
	if to, ok := p.done[from]; ok {
		return to, nil
	}
	to := p.x.state.CreateTable(from.Len(), 0)
	to.Metatable = from.Metatable
	p.done[from] = to
	for k, v := from.Next(lua.LNil); k != lua.LNil; k, v = from.Next(k) {
		copied, err := p.value(v)
		if err != nil {
			return nil, err
		}
		to.RawSet(k, copied)
	}
	return to, nil
}
