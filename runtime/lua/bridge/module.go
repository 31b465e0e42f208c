package bridge

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Open makes the table of a module, once. The table itself is empty, for rawget and next too. Its
// members are behind its metatable, so that nothing can be replaced and an unknown name raises an
// error.
func (x *Exposer) Open(m declare.Module) *lua.LTable {
	if opened, ok := x.modules[m.Name]; ok {
		return opened
	}
	table := x.state.NewTable()
	members := x.members(m, table)
	table.Metatable = x.moduleMetatable(m, members)
	x.modules[m.Name] = table
	x.topics[table] = declare.Topic{Name: m.Name, Item: &m}
	return table
}

func (x *Exposer) members(m declare.Module, table *lua.LTable) *lua.LTable {
	members := x.state.CreateTable(0, len(m.Funcs)+len(m.Values))
	for i := range m.Funcs {
		f := &m.Funcs[i]
		members.RawSetString(f.Name, x.function(f, m.Member(f.Name), table))
	}
	for _, v := range m.Values {
		value, err := x.encode(v.Go)
		if err != nil {
			value = lua.LNil
		}
		members.RawSetString(v.Name, value)
	}
	return members
}

func (x *Exposer) moduleMetatable(m declare.Module, members *lua.LTable) *lua.LTable {
	mt := x.state.NewTable()
	strict := x.state.NewTable()
	strict.RawSetString("__index", x.state.NewFunction(func(L *lua.LState) int {
		x.Raise(L, x.unknownMember(m, L.Get(2)))
		return 0
	}))
	members.Metatable = strict
	mt.RawSetString("__index", members)
	mt.RawSetString("__newindex", x.state.NewFunction(func(L *lua.LState) int {
		x.Raise(L, &misuseError{message: fmt.Sprintf("%s is read-only: cannot set %s", m.Name, quoteKey(L.Get(2)))})
		return 0
	}))
	mt.RawSetString("__pairs", x.state.NewFunction(func(L *lua.LState) int { return pushPairs(L, members) }))
	mt.RawSetString("__tostring", x.constant("module "+m.Name))
	mt.RawSetString("__metatable", lua.LString("module"))
	return mt
}

func (x *Exposer) unknownMember(m declare.Module, key lua.LValue) error {
	message := fmt.Sprintf("%s has no function %s", m.Name, quoteKey(key))
	if name, ok := key.(lua.LString); ok {
		message += x.reg.Instead(m, string(name))
	}
	return &misuseError{message: message}
}

// pushPairs pushes the three values with which a generic for walks a table's raw contents.
func pushPairs(L *lua.LState, table *lua.LTable) int {
	L.Push(L.NewFunction(func(L *lua.LState) int {
		k, v := table.Next(L.Get(2))
		L.Push(k)
		L.Push(v)
		return 2
	}))
	L.Push(table)
	L.Push(lua.LNil)
	return 3
}

func (x *Exposer) constant(text string) *lua.LFunction {
	return x.state.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(text))
		return 1
	})
}
