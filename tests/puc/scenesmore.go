package puc

import "strconv"

// scene writes one of the statements that are built around a use of the language.
func (g *generator) scene() *Node {
	scenes := []func() *Node{
		g.lists, g.classes, g.iterators, g.outOfLoops, g.endless, g.chunks, g.large, g.rethrow, g.fieldFunctions,
		g.upvalues, g.forwarding, g.elseifs, g.callbacks, g.lists, g.classes, g.iterators, g.outOfLoops, g.endless,
	}
	return scenes[g.IntN(len(scenes))]()
}

func (g *generator) number3() string { return strconv.Itoa(1 + g.IntN(3)) }

// name returns a name that nothing else has.
func (g *generator) name(prefix string) string {
	g.names++
	return prefix + strconv.Itoa(g.names)
}

// listSwap adds a swap of two items of a list to an assignment.
func (g *generator) listSwap(targets, values []*Node, kinds []Kind) ([]*Node, []*Node, []Kind) {
	a, b := "gd.list["+g.number3()+"]", "gd.list["+g.number3()+"]"
	return append(targets, node(Fixed, a), node(Fixed, b)), append(values, node(Any, b), node(Any, a)), append(kinds, Any, Any)
}

// callStatement calls for the effect alone.
func (g *generator) callStatement() *Node {
	if call, ok := g.call(1, 1); ok && g.chance(70) {
		return node(Statement, "do ", call, " end") // a bracket at the start of a line is ambiguous
	}
	return node(Statement, "new(", g.number(0), "):add(", g.number(1), "):same()")
}

// earlyReturn leaves the function from wherever this place is.
func (g *generator) earlyReturn() *Node {
	if g.returns == 0 {
		return g.print()
	}
	return node(Statement, "if ", g.truth(1), " then ", g.results(1, g.returns), " end")
}

// lists changes a list of numbers and texts by the functions of the library and by hand.
func (g *generator) lists() *Node {
	l := g.name("l")
	uses := []*Node{
		node(Statement, "table.insert(", l, ", tame(", g.number(1), "))"),
		node(Statement, "table.insert(", l, ", math.min(", g.number3(), ", #", l, " + 1), ", g.text(1), ")"),
		node(Statement, "out(table.remove(", l, "), #", l, ")"),
		node(Statement, "out(table.remove(", l, ", 1), table.remove({}))"),
		node(Statement, l, "[1], ", l, "[#", l, "] = ", l, "[#", l, "], ", l, "[1]"),
		node(Statement, l, "[#", l, " + 1], ", l, "[1] = #", l, ", ", g.text(1)),
		node(Statement, "table.sort(", l, ", function(a, b) return type(a) .. tostring(a) < type(b) .. tostring(b) end)"),
		node(Statement, "out((pcall(table.sort, {unpack(", l, ")})))"),
		node(Statement, "out(unpack(", l, ")) out(select(\"#\", unpack(", l, ", 2, 4)), (unpack(", l, ")))"),
		node(Statement, "for i = #", l, ", 1, -1 do if type(", l, "[i]) == \"string\" then table.remove(", l, ", i) end end"),
		node(Statement, "out(#", l, ", select(-1, unpack(", l, ")))"),
	}
	body := node(Block, node(Statement, "local ", l, " = {1, tame(", g.number(1), "), ", g.text(1), ", 4}"))
	for range 2 + g.IntN(4) {
		body.Parts = append(body.Parts, uses[g.IntN(len(uses))])
	}
	body.Parts = append(body.Parts, node(Statement, "out(", l, ")"))
	return node(Statement, "do\n", body, "end")
}

// classes makes a metatable with handlers of its own, a base class and an instance, and uses each.
func (g *generator) classes() *Node {
	base, class, o := g.name("base"), g.name("class"), g.name("obj")
	handler := func(name, parameters string, result *Node) *Node {
		return node(Fixed, name, " = function(", parameters, ") return ", result, " end, ")
	}
	var handlers []any
	g.inFunction(false, func() {
		all := []*Node{
			handler("__add", "a, b", g.number(1)), handler("__concat", "a, b", g.text(1)), handler("__unm", "a", g.number(1)),
			handler("__lt", "a, b", g.truth(1)), handler("__le", "a, b", g.any(1)), handler("__eq", "a, b", g.any(1)),
			node(Fixed, "__call = function(self, n, ...) return n, ... end, "), handler("__tostring", "a", g.text(1)),
			node(Fixed, "__index = function(t, k) return k end, "), node(Fixed, "__index = ", base, ", "), node(Fixed, "__newindex = ", base, ", "),
			node(Fixed, "__newindex = function(t, k, v) rawset(t, k, v) end, "), node(Fixed, `__metatable = "none", `),
			node(Fixed, "__div = ", base, ".get, "),
		}
		for range 3 + g.IntN(6) {
			handlers = append(handlers, all[g.IntN(len(all))])
		}
	})
	uses := []string{
		o + " + 1, 2 + " + o, o + ` .. "x", 1 .. ` + o, "-" + o, o + " < " + o + ", " + o + " >= " + o, o + " == " + o + ", " + o + " ~= other",
		o + "(1, nil, 3)", "(tostring(" + o + "):gsub(\"0x%x+\", \"at\"))", o + ".unknown, " + o + "[3]", o + ":get(2)", "getmetatable(" + o + ") == " + class,
		"rawget(" + o + ", \"kind\"), rawequal(" + o + ", " + o + "), " + o + " == other, " + o + " < other", o + " / 2", o + " * 2", o + ".own, " + base + ".own",
	}
	body := node(Block,
		node(Statement, "local ", base, " = {kind = \"base\", get = function(self, n) return type(self), n end}"),
		node(Statement, "local ", class, " = {", node(Fixed, handlers...), "}"),
		node(Statement, "local ", o, ", other = setmetatable({own = ", g.any(1), "}, ", class, "), setmetatable({}, ", class, ")"))
	for range 3 + g.IntN(4) {
		if g.chance(20) {
			g.inFunction(false, func() {
				body.Parts = append(body.Parts, node(Statement, "out(pcall(function() ", o, ".own, ", o, ".fresh, ", o, "[1] = ", g.many(1), " end))"))
			})
			continue
		}
		body.Parts = append(body.Parts, node(Statement, "out(pcall(function() return ", uses[g.IntN(len(uses))], " end))"))
	}
	return node(Statement, "do\n", body, "end")
}

// iterators writes a generic for over a thread, a closure or the pairs of a table.
func (g *generator) iterators() *Node {
	a, b := variable{name: g.fresh(), kind: Any}, variable{name: g.fresh(), kind: Any}
	var head, second *Node
	g.inFunction(false, func() { second = g.any(1) })
	switch g.IntN(5) {
	case 0:
		head = node(Fixed, "coroutine.wrap(function(...) for i = 1, ", g.number3(), " do coroutine.yield(i, ", second, ") end end)")
	case 1:
		head = node(Fixed, "coroutine.wrap(function() out(pcall(each, 1)) coroutine.yield(1, ", second, ") end)")
	case 2:
		head = node(Fixed, "pairs{", g.text(0), "}")
	case 3:
		n := g.name("n")
		head = node(Fixed, "(function() local ", n, " = 0 return function() ", n, " = ", n, " + 1 if ", n, " <= 3 then return ", n, ", ", second, " end end end)()")
	default:
		head = node(Fixed, "setmetatable({}, {__call = function(self, s, i) i = (i or 0) + 1 if i <= 2 then return i, s end end}), ", g.any(0))
	}
	body := g.loopBody(a, b)
	capture := node(Statement)
	if g.chance(50) {
		capture = node(Statement, "keep[#keep + 1] = function() ", b.name, " = ", a.name, " return ", a.name, ", ", b.name, " end\n")
	}
	return node(Statement, "for ", a.name, ", ", b.name, " in ", head, " do\n", capture, "do\n", body, "end\nend\n",
		"for i = 1, #keep do out(keep[i]()) end\nkeep = {}")
}

// outOfLoops jumps out of two loops at once, over variables that functions use.
func (g *generator) outOfLoops() *Node {
	n := g.name("")
	i, j := variable{name: "i" + n, kind: Number}, variable{name: "j" + n, kind: Number}
	loops, skips, kept := g.loops, g.skips, len(g.inSight)
	g.loops, g.skips = 1, nil
	g.declare(i, j)
	condition, body := g.truth(1), g.block(g.small())
	g.loops, g.skips, g.inSight = loops, skips, g.inSight[:kept]
	head := "for " + i.name + " = 1, 3 do\nlocal u" + n + " = " + i.name + " * 10\n"
	inner := []string{"for " + j.name + " = 1, 2 do\n", "for _, " + j.name + " in ipairs{5, 6} do\n"}[g.IntN(2)]
	return node(Statement, "do\n", goText{"", "local left" + n + " = false "}, head, inner,
		"keep[#keep + 1] = function() u"+n+" = u"+n+" + "+j.name+" return u"+n+", "+i.name+" end\n", "do\n", body, "end\n",
		"if ", condition, " or ", i.name, " == 2 then ", goText{"goto out" + n, "left" + n + " = true break"}, " end\nend\n",
		goText{"", "if left" + n + " then break end "}, "end\n", goText{"::out" + n + ":: ", ""}, "end\n",
		"for i = 1, #keep do out(keep[i]()) end\nkeep = {}")
}

// endless writes a loop that only its break ends, which stands in a block or an else.
func (g *generator) endless() *Node {
	c := g.name("c")
	body := g.loopBody()
	leave := node(Fixed, []string{
		"if " + c + " > 2 then break end\n",
		"do local last = " + c + " keep[#keep + 1] = function() last = last + 1 return last end if last >= 2 then break end end\n",
		"if " + c + " < 3 then out(\"on\") else break end\n",
		"if not (" + c + " < 2) then do break end end\n",
		"for i = 1, 9 do if i > 1 then break end end if " + c + " == 2 then break end\n",
	}[g.IntN(5)])
	loop := [][2]string{
		{"while true do\n", "end"}, {"repeat\n", "until false"}, {"repeat\n", "until nil"}, {"while 1 do\n", "end"},
		{"while not false do\n", "end"}, {"for i = 1, math.huge do\n", "end"}, {"while " + c + " do\n", "end"}, {"repeat local done = " + c + " > 5\n", "until done"},
	}[g.IntN(8)]
	return node(Statement, "local ", c, " = 0\n", loop[0], node(Fixed, c, " = ", c, " + 1\n"), leave, "do\n", body, "end\n", loop[1],
		"\nfor i = 1, #keep do out(keep[i]()) end\nkeep = {}")
}
