package bridge

import (
	lua "github.com/yuin/gopher-lua"
)

// textOperators let an object be used as its text.
func (x *Exposer) textOperators(mt *lua.LTable) {
	x.metamethod(mt, "__concat", x.concat)
	x.metamethod(mt, "__len", func(L *lua.LState) int {
		L.Push(lua.LNumber(len(x.text(self(L)))))
		return 1
	})
	x.metamethod(mt, "__lt", func(L *lua.LState) int {
		L.Push(lua.LBool(x.concatText(L, L.Get(1)) < x.concatText(L, L.Get(2))))
		return 1
	})
	x.metamethod(mt, "__le", func(L *lua.LState) int {
		L.Push(lua.LBool(x.concatText(L, L.Get(1)) <= x.concatText(L, L.Get(2))))
		return 1
	})
}

// concat joins the texts of two values, of which one at least is an object.
func (x *Exposer) concat(L *lua.LState) int {
	L.Push(lua.LString(x.concatText(L, L.Get(1)) + x.concatText(L, L.Get(2))))
	return 1
}

func (x *Exposer) concatText(L *lua.LState, v lua.LValue) string {
	if lua.LVCanConvToString(v) {
		return lua.LVAsString(v)
	}
	if ud, ok := v.(*lua.LUserData); ok {
		if o, ok := ud.Value.(*object); ok {
			return x.text(o)
		}
	}
	x.Raise(L, &misuseError{message: "attempt to concatenate a " + typeName(v) + " value"})
	return ""
}

// textMethod is the string method of this name, called on the object's text; nil when strings
// have none.
func (x *Exposer) textMethod(L *lua.LState, name string) lua.LValue {
	strings, ok := L.GetMetaField(lua.LString(""), "__index").(*lua.LTable)
	if !ok {
		return nil
	}
	method, ok := strings.RawGetString(name).(*lua.LFunction)
	if !ok {
		return nil
	}
	return L.NewFunction(func(L *lua.LState) int { return x.callOnText(L, method) })
}

func (x *Exposer) callOnText(L *lua.LState, method *lua.LFunction) int {
	n := L.GetTop()
	L.Push(method)
	for i := 1; i <= n; i++ {
		v := L.Get(i)
		if o := self(L); i == 1 && o != nil {
			v = lua.LString(x.text(o))
		}
		L.Push(v)
	}
	L.Call(n, lua.MultRet)
	return L.GetTop() - n
}
