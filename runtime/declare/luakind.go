package declare

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// luaNames has the functions of Lua's own library by their kind. require reads the text of a
// module. tostring and string.format are pure, but for a table or a function without a text of its
// own: there the text is an address.
var luaNames = map[FuncKind]string{
	Pure: "assert error getfenv getmetatable ipairs load loadstring next pairs pcall rawequal rawget rawlen rawset select setfenv " +
		"setmetatable tonumber tostring type unpack xpcall " +
		"coroutine.create coroutine.resume coroutine.running coroutine.status coroutine.wrap coroutine.yield debug.traceback " +
		"math.abs math.acos math.asin math.atan math.atan2 math.ceil math.cos math.cosh math.deg math.exp math.floor math.fmod " +
		"math.frexp math.ldexp math.log math.log10 math.max math.min math.mod math.modf math.pow math.rad math.randomseed math.sin " +
		"math.sinh math.sqrt math.tan math.tanh os.difftime " +
		"string.byte string.char string.find string.format string.gmatch string.gsub string.len string.lower string.match string.rep " +
		"string.reverse string.sub string.upper " +
		"table.concat table.foreach table.foreachi table.getn table.insert table.maxn table.move table.pack table.remove table.sort " +
		"table.unpack utf8.char utf8.codepoint utf8.codes utf8.len utf8.offset",
	Reads:   "collectgarbage math.random os.clock os.date os.time require",
	Outside: "print",
}

var luaKinds = sync.OnceValue(func() map[string]FuncKind {
	kinds := map[string]FuncKind{}
	for kind, names := range luaNames {
		for name := range strings.FieldsSeq(names) {
			kinds[name] = kind
		}
	}
	return kinds
})

// LuaKind returns the kind of a function of Lua's own library, such as "os.time". It returns NoKind
// for a name that is none.
func LuaKind(name string) FuncKind { return luaKinds()[name] }

// LuaFunctions returns the functions of Lua's own library that have a kind, in the order of their
// names.
func LuaFunctions(kind FuncKind) []string {
	names := slices.Sorted(maps.Keys(luaKinds()))
	return slices.DeleteFunc(names, func(name string) bool { return luaKinds()[name] != kind })
}
