package puc

import "strconv"

// closures writes a loop that makes functions over its variables. They are kept in the program's
// list keep, and called after the loop, when the variables live on in the functions alone.
func (g *generator) closures() *Node {
	v := variable{name: g.fresh(), kind: Number}
	g.names++
	inner := variable{name: "u" + strconv.Itoa(g.names), kind: Number}
	body := g.loopBody(v, inner)
	leave := node(Fixed)
	if g.chance(50) {
		leave = node(Fixed, "if ", v.name, " == ", strconv.Itoa(1+g.IntN(3)), " then break end\n")
	}
	make := node(Fixed, "keep[#keep + 1] = function() ", inner.name, " = ", inner.name, " + ", node(Number, v.name), " return ", inner.name, " end\n")
	after := g.local
	if g.prompt && g.depth == 0 {
		after = g.assignment // its locals stand at the beginning of an input
	}
	return node(Statement, "for ", v.name, " = 1, 3 do\n", node(Fixed, "local ", inner.name, " = ", node(Number, v.name), " * 10\n"),
		"do\n", make, leave, "end\n", body, "end\n", after(), "\nfor i = 1, #keep do out(keep[i](), keep[i]()) end\nkeep = {}")
}

// mistakes are statements that raise an error.
var mistakes = []string{
	"local t = nil; return t.x", "return nothing.x.y", "return (1)()", "return {} + 1", `return "a" + 1`, `return 1 < "2"`,
	"return {} < {}", "return #5", "return {} .. 1", `error("text")`, `error("text", 0)`, `error("text", 2)`, `error({code = 1})`,
	"error()", "error(nil)", "error(12)", "error(true)", `assert(false)`, `assert(nil, "why")`,
	"local t = {} t[nil] = 1", "return setmetatable(1, {})", `return ("x"):bad()`, "return gt.p.q.r", "return -{}", `return -"a"`,
	"for i = 1, 10, {} do end", `for i = "a", 2 do end`, "return nil > 1", "return true < false", "return 2 ^ {}",
}

// protected writes a pcall or an xpcall of statements, of a mistake, or of both.
func (g *generator) protected() *Node {
	body := node(Block)
	g.inFunction(false, func() {
		for range g.IntN(3) {
			body.Parts = append(body.Parts, g.statement())
		}
		if g.chance(60) {
			body.Parts = append(body.Parts, node(Statement, "do ", mistakes[g.IntN(len(mistakes))], " end"))
		}
	})
	if g.chance(25) {
		return node(Statement, "out(xpcall(function()\n", body, "end, function(m) out(\"handler\", m) return \"handled\", m end))")
	}
	return node(Statement, "out(pcall(function()\n", body, "end))")
}

// coroutine writes a coroutine that yields in a loop and prints the values of each resume. It is
// resumed a few times, often past its end.
func (g *generator) coroutine() *Node {
	a, b := variable{name: g.fresh(), kind: Any}, variable{name: g.fresh(), kind: Any}
	body := node(Block)
	g.inFunction(true, func() {
		g.declare(a)
		body.Parts = append(body.Parts, node(Fixed, "for y = 1, ", strconv.Itoa(g.IntN(3))),
			node(Fixed, "do local ", b.name, " = coroutine.yield(y, ", g.any(1), ")\n"))
		g.declare(b)
		for range g.IntN(3) {
			body.Parts = append(body.Parts, g.simple())
		}
		body.Parts = append(body.Parts, node(Statement, "out(", a.name, ", ", b.name, ", (coroutine.yield(", g.many(1), ")))"), node(Fixed, "end"))
		if g.chance(30) {
			body.Parts = append(body.Parts, node(Statement, "do ", mistakes[g.IntN(len(mistakes))], " end"))
		}
		body.Parts = append(body.Parts, node(Statement, "do return ", g.any(1), ", ", g.many(1), " end"))
	})
	g.names++
	name := "co" + strconv.Itoa(g.names)
	turns := strconv.Itoa(2 + g.IntN(5))
	if g.chance(40) {
		return node(Statement, "local ", name, " = coroutine.wrap(function(", a.name, ", ...)\n", body, "end)\n",
			"for turn = 1, ", turns, " do out(pcall(", name, ", turn, ", node(Fixed, g.any(1)), ")) end")
	}
	return node(Statement, "local ", name, " = coroutine.create(function(", a.name, ", ...)\n", body, "end)\n",
		"for turn = 1, ", turns, " do out(coroutine.resume(", name, ", turn, ", node(Fixed, g.any(1)), ")) out(coroutine.status(", name, ")) end")
}

// jumpOver jumps over statements to the end of its block.
func (g *generator) jumpOver() *Node {
	g.names++
	label := strconv.Itoa(g.names)
	condition := g.truth(1)
	return node(Statement, "do\n", goText{"if ", "if not ("}, condition, goText{" then goto skip" + label + " end\n", ") then\n"},
		g.block(g.small()), goText{"::skip" + label + "::\n", "end\n"}, "end")
}

// backward repeats a block by a jump to a label before it.
func (g *generator) backward() *Node {
	g.names++
	n := strconv.Itoa(g.names)
	loops, skips := g.loops, g.skips
	g.loops, g.skips = 0, nil // a break or a continue would leave the loop of the reference
	body := g.block(g.small())
	g.loops, g.skips = loops, skips
	return node(Statement, "do local b"+n+" = 0\n", goText{"::top" + n + "::\n", "repeat\n"},
		"do local l"+n+" = b"+n+"\nkeep[#keep + 1] = function() l"+n+" = l"+n+" + 1 return l"+n+", b"+n+" end\n", body, "end\nb"+n+" = b"+n+" + 1\n",
		goText{"if b" + n + " < 3 then goto top" + n + " end\n", "until b" + n + " >= 3\n"}, "end\nfor i = 1, #keep do out(keep[i]()) end\nkeep = {}")
}

// objects writes operators, calls and chains on objects with metatables.
func (g *generator) objects() *Node {
	g.names++
	v := variable{name: "o" + strconv.Itoa(g.names), kind: Fixed}
	first := node(Statement, "local ", v.name, " = ", node(Fixed, "new(", g.number(1), ")"))
	g.declare(v)
	object, number := g.object(1), g.number(1)
	uses := []*Node{
		node(Statement, "out(", object, " + ", number, ", ", number, " - ", object, ", ", object, " * ", object, ")"),
		node(Statement, "out(", object, " .. ", g.text(1), ", ", g.text(1), " .. ", seen(number), " .. ", object, ")"),
		node(Statement, "out(", object, " == ", g.object(1), ", ", object, " < ", g.object(1), ", ", object, " <= ", g.object(1), ")"),
		node(Statement, "out(", v.name, "(", g.arguments(1), "))"),
		node(Statement, "out((-", object, "), tostring(", object, "), ", object, ".missing, rawget(", v.name, ", \"n\"))"),
		node(Statement, v.name, ".hidden, ", v.name, ".n = ", g.any(1), ", ", g.number(1)),
		node(Statement, "out(", object, ":with{", g.number(1), "}.n, ", object, ":twice\"b\".text)"),
		node(Statement, "out(", object, " ~= ", v.name, ", ", object, " > ", v.name, ", ", object, " % 2, ", object, " ^ 2, 1 / ", object, ")"),
	}
	use := uses[g.IntN(len(uses))]
	return node(Statement, first, "\n", use, "\n", node(Statement, uses[g.IntN(len(uses))]))
}
