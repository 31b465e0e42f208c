package puc

import (
	"fmt"
	"strconv"
	"strings"
)

// chunks compiles at run time, and changes the globals that a function sees.
func (g *generator) chunks() *Node {
	switch g.IntN(6) {
	case 0:
		return node(Statement, "out(loadstring(\"local a, b = ... a, b = b, a return a, b, select('#', ...)\")(", g.number(1), ", ", g.many(1), "))")
	case 1:
		return node(Statement, "out(pcall(loadstring(\"local t = nil\\nreturn t.x\", \"=inner\")))")
	case 2:
		return node(Statement, "out(loadstring(\"return +\", \"=inner\") == nil, loadstring(\"g1 = (g1 or 0) + 1\", \"=inner\") ~= nil)")
	case 3:
		f := g.name("f")
		return node(Statement, "do local function ", f, "() return name, g1 end\nout(setfenv(", f, ", {name = ", g.text(0), ", g1 = ", g.number(1), "}) == ", f, ", ", f, "()) end")
	case 4:
		return node(Statement, "out((function(...) local out = out setfenv(1, {v = ", node(Any, g.plainAny()), "}) out(v) w = 5 return w, getfenv(1).v end)())")
	}
	return node(Statement, "do local f = loadstring(\"return function(...) n = (n or 0) + 1 return n, ... end\") local env = {} local count = setfenv(f, env)()\nout(count(",
		g.many(1), "), count(), env.n) end")
}

// large writes more constants, items and arguments than an instruction can name.
func (g *generator) large() *Node {
	var items, keyed strings.Builder
	count := 40 + g.IntN(80)
	for i := range count {
		fmt.Fprintf(&items, "%d, ", i*3)
	}
	fields := 100 + g.IntN(200)
	for i := range fields {
		fmt.Fprintf(&keyed, "k%d = %d.5, ", i, i)
	}
	at := func() string { return "k" + strconv.Itoa(g.IntN(fields)) }
	t := g.name("t")
	body := node(Block,
		node(Statement, "local ", t, " = {", keyed.String(), "}"),
		node(Statement, t, ".", at(), ", ", t, ".", at(), " = ", t, ".", at(), " + 0.125, ", t, ".", at(), " == 7.75 and ", node(Any, g.plainAny()), " or \"", at(), "new\""),
		node(Statement, "for i = 1, 2 do ", t, ".", at(), " = function() return ", t, ".", at(), " end end"),
		node(Statement, "out(", t, ".", at(), ", ", t, "[\"", at(), "\"], ", t, ".", at(), " ~= \"fresh text\", 0.0625 < ", t, ".k1)"),
		node(Statement, "local list = {", items.String(), g.many(1), "} out(#list >= ", strconv.Itoa(count), ", list[", strconv.Itoa(count), "], list[", strconv.Itoa(count+1), "])"),
		node(Statement, "out(select(", strconv.Itoa(count), ", ", items.String(), g.many(1), "))"))
	return node(Statement, "do\n", body, "end")
}

// rethrow raises inside of handlers, metamethods, iterators, comparisons and threads.
func (g *generator) rethrow() *Node {
	mistake := mistakes[g.IntN(len(mistakes))]
	raise := node(Fixed, "(function() do ", mistake, " end end)()")
	inside := []*Node{
		node(Statement, "local ok, e = pcall(function() ", raise, " end) error(e, 0)"),
		node(Statement, "local ok, e = pcall(function() ", raise, " end) error({e, ok})"),
		node(Statement, "return new(1).missing.field"),
		node(Statement, "for a in function() ", raise, " end do out(a) end"),
		node(Statement, "return setmetatable({}, {__index = function() ", raise, " end}).x"),
		node(Statement, "return setmetatable({}, {__add = function() ", raise, " end}) + 1"),
		node(Statement, "table.sort({3, 2, 1}, function(a, b) ", raise, " end)"),
		node(Statement, "return (\"abc\"):gsub(\"b\", function() ", raise, " end)"),
		node(Statement, "return coroutine.wrap(function() ", raise, " end)()"),
		node(Statement, "error(select(2, coroutine.resume(coroutine.create(function() ", raise, " end))), 0)"),
		node(Statement, "return error(select(2, pcall(function() ", raise, " end)))"),
		node(Statement, "local t = setmetatable({}, {__newindex = function(t, k, v) ", raise, " end}) t.a, t.b = 1, 2"),
	}
	return node(Statement, "out(pcall(function()\n", inside[g.IntN(len(inside))], "\nend))")
}

// fieldFunctions stores functions in fields by each way to write them, and calls them.
func (g *generator) fieldFunctions() *Node {
	name := g.name("f")
	number := g.number(1)
	switch g.IntN(4) {
	case 0:
		return node(Statement, "function gd.a.", name, "(a, b, ...) b, a = a, b return a, b, ... end\nout(gd.a.", name, "(", number, ", ", g.many(1), "))")
	case 1:
		return node(Statement, "function gd.a.b:", name, "(a) self.c, a = a, self.c return a, self == gd.a.b end\nout(gd.a.b:", name, "(", number, "))")
	case 2:
		return node(Statement, "function ", name, "(a, ...) a, ", "g1 = g1, a return a, select(\"#\", ...) end\nout(", name, "(tame(", number, "), ", g.many(1), "))")
	}
	return node(Statement, "gd.a.", name, ", gd.list[1] = function(...) return ..., ... end, ", number, "\nout(gd.a.", name, "(gd.list[1], ", g.many(1), "))")
}

// upvalues shares a variable between functions of several depths, and assigns it in every one.
func (g *generator) upvalues() *Node {
	u, w := variable{name: g.name("u"), kind: Number}, variable{name: g.name("w"), kind: Any}
	kept := len(g.inSight)
	g.declare(u, w)
	first := node(Statement, "local ", u.name, ", ", w.name, " = ", g.numberLeaf(), ", ", g.any(0))
	inner := node(Block)
	g.inFunction(false, func() {
		inner.Parts = append(inner.Parts, g.assignment(), g.assignment(), g.print())
	})
	middle := node(Statement)
	g.inFunction(false, func() { middle = g.assignment() })
	g.inSight = g.inSight[:kept]
	return node(Statement, "do\n", first, "\nlocal function set(...)\n", middle, "\nreturn function()\n", inner, "return ", u.name, ", ", w.name, " end\nend\n",
		"local get = set(", g.many(0), ")\n", u.name, " = ", u.name, " + 1\nout(get())\nout(", u.name, ", ", w.name, ", get == set())\nend")
}

// forwarding hands varargs on in each position.
func (g *generator) forwarding() *Node {
	use := []string{
		"return ...", "return (...), ...", "return 1, ...", "local a, b, c = ... return c, b, a, ...", "local t = {..., ...} return t[1], t[2], t[3]",
		"local a a, t = ..., 1 return a, t", "t.x, t.y, t.z = ... return t.z, t.x", "return select(\"#\", ...), select(2, ...)", "return {n = select(\"#\", ...), ...}",
		"for i, v in ipairs{...} do t[i] = v end return t", "if ... then return \"some\", ... end return \"none\"", "return t, (function(...) return ... end)(...)",
		"while ... do return ... end", "return not ..., ... == nil, (...) or 5", "return pcall(function(...) return ... end, ...)", "return arg.n, arg[1], arg[2]",
		"t.f = function(...) return ... end return t.f(...), t.f(..., 1)", "local s = type((...)) return s, ..., s",
	}[g.IntN(18)]
	return node(Statement, "out((function(t, ...) ", use, " end)({}, ", g.any(1), ", ", g.many(1), "))")
}

// elseifs writes a long chain of conditions.
func (g *generator) elseifs() *Node {
	parts := []any{"if ", g.test(), " and false then out(0)\n"}
	for i := range 2 + g.IntN(8) {
		parts = append(parts, "elseif ", g.truth(1), " then ", []any{"out(" + strconv.Itoa(i) + ")\n", g.simple()}[g.IntN(2)], "\n")
	}
	if g.chance(70) {
		parts = append(parts, "else\n", g.block(g.small()))
	}
	return node(Statement, append(parts, "end")...)
}

// callbacks runs statements inside of functions that the library calls.
func (g *generator) callbacks() *Node {
	body, letter := node(Block), node(Fixed)
	g.inFunction(false, func() { body.Parts = append(body.Parts, g.statement(), g.simple()) })
	outer := g.many(0)
	g.inFunction(false, func() { letter = g.any(0) })
	switch g.IntN(4) {
	case 0:
		return node(Statement, "out((\"ab\"):gsub(\"%w\", function(letter)\n", body, "return letter .. ", letter, " and \"+\" end))")
	case 1:
		return node(Statement, "do local l = {2, 3, 1} table.sort(l, function(a, b)\n", body, "return a < b end) out(l) end")
	case 2:
		return node(Statement, "out(table.foreachi({1, 2}, function(i, v)\n", body, "return i == 2 and ", letter, " or nil end))")
	}
	return node(Statement, "out(pcall(function(...)\n", body, "return ... end, ", outer, "))")
}
