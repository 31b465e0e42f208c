package bridge

import lua "github.com/yuin/gopher-lua"

// typeName is the type of a value as errors name it: Lua's own, or the class of an object of ours.
func typeName(v lua.LValue) string {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return v.Type().String()
	}
	switch value := ud.Value.(type) {
	case *object:
		return value.class.spec.Name
	case nullValue:
		return "json.null"
	}
	return "userdata"
}
