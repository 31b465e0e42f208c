package puc

import "strconv"

func (g *generator) statement() *Node {
	g.budget--
	if g.depth > 5 {
		return g.simple()
	}
	if g.chance(30) {
		return g.scene()
	}
	switch g.IntN(24) {
	case 0, 1, 2:
		return g.local()
	case 3, 4, 5, 6:
		return g.assignment()
	case 7:
		return g.localFunction()
	case 8:
		return g.condition()
	case 9, 10:
		return g.numericFor()
	case 11, 12:
		return g.genericFor()
	case 13:
		return g.whileLoop()
	case 14:
		return g.repeatLoop()
	case 15:
		return node(Statement, "do\n", g.block(g.small()), "end")
	case 16:
		return g.closures()
	case 17:
		return g.protected()
	case 18:
		return g.coroutine()
	case 19:
		return g.jumpOver()
	case 20:
		return g.objects()
	case 21:
		return g.backward()
	}
	return g.simple()
}

// simple writes a statement without a block.
func (g *generator) simple() *Node {
	switch g.IntN(8) {
	case 0:
		return g.local()
	case 1, 2:
		return g.assignment()
	case 4:
		return g.callStatement()
	case 5:
		return g.earlyReturn()
	case 3:
		if len(g.skips) > 0 && g.chance(50) {
			return g.next()
		}
		if g.loops > 0 {
			return node(Statement, "if ", g.truth(1), " then ", g.leave(), " end")
		}
	}
	return g.print()
}

func (g *generator) print() *Node {
	var list []*Node
	for range g.small() {
		list = append(list, g.value(g.anyKind(), 2))
	}
	if g.chance(30) {
		list = append(list, g.many(1))
	}
	return node(Statement, append(append([]any{"out("}, join(list, ", ")...), ")")...)
}

// local declares one to four variables with fewer, as many or more values.
func (g *generator) local() *Node {
	count := 1 + g.IntN(3)*g.IntN(2)
	var names []*Node
	var values []*Node
	var declared []variable
	for range count {
		v := variable{name: g.fresh(), kind: g.anyKind()}
		declared = append(declared, v)
		names = append(names, node(Fixed, v.name))
		values = append(values, g.value(v.kind, 2))
	}
	switch g.IntN(6) {
	case 0:
		values = append(values, g.any(1))
	case 1:
		values[count-1] = g.many(1)
		declared[count-1].kind = Any
	case 2:
		values = values[:g.IntN(count)]
		for i := len(values); i < count; i++ {
			declared[i].kind = Any
		}
		if len(values) > 0 && g.chance(40) {
			values[len(values)-1] = g.many(1)
			declared[len(values)-1].kind = Any
		}
	}
	parts := append([]any{"local "}, join(names, ", ")...)
	if len(values) > 0 {
		parts = append(append(parts, " = "), join(values, ", ")...)
	}
	g.declare(declared...)
	return node(Statement, parts...)
}

// target writes the left side of an assignment, and returns the kind that may be stored there.
func (g *generator) target() (*Node, Kind) {
	switch g.IntN(11) {
	case 9:
		return node(Fixed, g.place()), Any
	case 0:
		return node(Fixed, g.tableName(), ".", g.numberField()), Number
	case 1:
		return node(Fixed, g.tableName(), ".", []string{"p", "q"}[g.IntN(2)]), Any
	case 2:
		return node(Fixed, g.tableName(), "[", g.numberLeaf(), "]"), Any
	case 3:
		return node(Fixed, g.tableName(), "[", g.text(0), "]"), Any
	case 4:
		return node(Fixed, []string{"g1", "g2", "gt"}[g.IntN(3)]), Table
	}
	if v, ok := g.pick(func(v variable) bool { return !v.function && v.kind != Fixed }); ok {
		return node(Fixed, v.name), v.kind
	}
	return node(Fixed, "g2"), Any
}

func (g *generator) tableName() string {
	if v, ok := g.pickKind(Table); ok {
		return v.name
	}
	return "gt"
}

// assignment stores one to four values at once, swaps among them.
func (g *generator) assignment() *Node {
	count := 1 + g.IntN(4)*g.IntN(2)
	var targets, values []*Node
	var kinds []Kind
	for range count {
		target, kind := g.target()
		if text, _ := target.Parts[0].(string); len(target.Parts) == 1 && len(text) == 2 && text[0] == 'g' {
			kind = map[string]Kind{"g1": Number, "g2": Any, "gt": Table}[text]
		}
		targets, kinds = append(targets, target), append(kinds, kind)
		values = append(values, g.value(kind, 2))
	}
	g.shuffleSame(values, kinds)
	if g.chance(8) {
		targets, values, kinds = g.listSwap(targets, values, kinds)
		count = len(kinds)
	}
	if kinds[count-1] == Any {
		switch g.IntN(4) {
		case 0:
			values = values[:count-1]
			if len(values) == 0 {
				values = append(values, g.many(1))
			} else if kinds[count-2] == Any {
				values[count-2] = g.many(1)
			}
		case 1:
			values[count-1] = g.many(1)
		}
	} else if g.chance(15) {
		values = append(values, g.many(1))
	}
	parts := append(join(targets, ", "), " = ")
	return node(Statement, append(parts, join(values, ", ")...)...)
}

// shuffleSame puts, now and then, plain variables of the right kind on the right side: swaps and
// chains.
func (g *generator) shuffleSame(values []*Node, kinds []Kind) {
	for i := range values {
		if g.chance(40) {
			if v, ok := g.pickKind(kinds[i]); ok {
				values[i] = node(kinds[i], v.name)
			}
		}
	}
}

func (g *generator) localFunction() *Node {
	parameters, results := g.IntN(4), g.small()
	v := variable{name: g.fresh(), function: true, results: results}
	if g.chance(60) {
		g.declare(v) // in sight of its own body
		return node(Statement, "local ", node(Fixed, namedFunction(v.name, g.function(2, parameters, results))))
	}
	f := g.function(2, parameters, results)
	g.declare(v)
	return node(Statement, "local ", v.name, " = ", node(Fixed, f))
}

// namedFunction turns "function(…" into "function NAME(…".
func namedFunction(name string, f *Node) *Node {
	parts := append([]any{"function " + name + "("}, f.Parts[1:]...)
	return node(Fixed, parts...)
}

func (g *generator) condition() *Node {
	parts := []any{"if ", g.test(), " then\n", g.block(g.small())}
	for range g.IntN(3) {
		parts = append(parts, "elseif ", g.test(), " then\n", g.block(g.small()))
	}
	if g.chance(50) {
		parts = append(parts, "else\n", g.block(g.small()))
	}
	return node(Statement, append(parts, "end")...)
}

// test is a condition; constants and values that are no truth values are among them.
func (g *generator) test() *Node {
	switch g.IntN(6) {
	case 0:
		return node(Truth, []string{"true", "false", "nil", "1", `""`, "not nil"}[g.IntN(6)])
	case 1:
		return node(Truth, g.any(2))
	}
	return g.truth(2)
}

// loopBody writes the statements of a loop, now and then with a label that continues with the
// next turn.
func (g *generator) loopBody(declared ...variable) *Node {
	kept := len(g.inSight)
	g.declare(declared...)
	g.loops++
	skips := g.skips
	var body *Node
	if g.chance(25) {
		g.names++
		label := strconv.Itoa(g.names)
		g.skips = append(append([]string{}, g.skips...), label)
		body = g.block(g.small())
		body = node(Fixed, goText{"\n", "local left" + label + " = false repeat\n"}, "do\n", body, "end\n",
			goText{"::continue" + label + "::\n", "until true if left" + label + " then break end\n"})
	} else {
		g.skips = nil
		body = g.block(g.small())
	}
	g.skips = skips
	g.loops--
	g.inSight = g.inSight[:kept]
	return body
}

// next continues with the next turn of the innermost loop that has a label.
func (g *generator) next() *Node {
	label := g.skips[len(g.skips)-1]
	return node(Statement, "if ", g.truth(1), " then ", goText{"goto continue" + label, "break"}, " end")
}

// leave is break. A loop with a label has a further loop around its body in Lua 5.1, which is
// left as well.
func (g *generator) leave() *Node {
	if len(g.skips) > 0 {
		return node(Fixed, goText{"break", "left" + g.skips[len(g.skips)-1] + " = true break"})
	}
	return node(Fixed, "break")
}

var bounds = []string{"1, 3", "3, 1, -1", "1, 2, 0.5", "2, 1", "0, 0", "1, 6, 2", "-1, 1", "1.5, 3", "5, 1, -2"}

func (g *generator) numericFor() *Node {
	v := variable{name: g.fresh(), kind: Number}
	var head *Node
	switch g.IntN(4) {
	case 0:
		head = node(Fixed, "small(", g.number(1), ") % 3, 3")
	case 1:
		head = node(Fixed, "1, (", g.any(0), ") and 2 or 3")
	default:
		head = node(Fixed, bounds[g.IntN(len(bounds))])
	}
	return node(Statement, "for ", v.name, " = ", head, " do\n", g.loopBody(v), "end")
}

func (g *generator) genericFor() *Node {
	key, value := variable{name: g.fresh(), kind: Any}, variable{name: g.fresh(), kind: Any}
	head := [][]any{
		{"ipairs(", g.constructor(2), ")"},
		{"next, {", g.any(1), "}"},
		{"ipairs{", g.many(1), "}"},
		{"function(s, i) i = i + 1 if i <= s then return i, i * 2 end end, ", node(Fixed, "2"), ", 0"},
		{"each(", g.number(1), ")"},
		{`("k=v, a=b"):gmatch("(%w+)=(%w+)")`},
		{"walker().each(3)"},
		{"each(3), ", node(Fixed, g.any(1))},
		{"(function(...) return each(...) end)(2, ", g.many(0), ")"},
	}[g.IntN(9)]
	parts := append([]any{"for ", key.name, ", ", value.name, " in "}, head...)
	return node(Statement, append(parts, " do\n", g.loopBody(key, value), "end")...)
}

func (g *generator) whileLoop() *Node {
	g.names++
	counter := "c" + strconv.Itoa(g.names)
	condition := []any{counter, " < ", strconv.Itoa(1 + g.IntN(3))}
	switch g.IntN(4) {
	case 0:
		condition = append(condition, " and true")
	case 1:
		condition = append(append([]any{}, condition...), " and ", g.any(1), " ~= 99")
	}
	parts := append([]any{"local ", counter, " = 0\nwhile "}, condition...)
	return node(Statement, append(parts, " do\n", node(Fixed, counter, " = ", counter, " + 1\n"), g.loopBody(), "end")...)
}

// repeatLoop has a variable of its body in its condition, captured at times.
func (g *generator) repeatLoop() *Node {
	g.names++
	counter := "c" + strconv.Itoa(g.names)
	inner := "r" + strconv.Itoa(g.names)
	body := g.loopBody()
	capture := node(Fixed)
	if g.chance(50) {
		capture = node(Fixed, "keep[#keep + 1] = function() ", inner, " = ", inner, " + 1 return ", inner, " end\n")
	}
	return node(Statement, "local ", counter, " = 0\nrepeat\n", node(Fixed, counter, " = ", counter, " + 1\nlocal ", inner, " = ", counter, "\n"),
		capture, "do\n", g.breakless(body), "end\nuntil ", inner, " >= 2 or ", node(Fixed, g.truth(1)))
}

// breakless wraps a body whose break would leave the block of the condition's variable.
func (g *generator) breakless(body *Node) *Node { return body }
