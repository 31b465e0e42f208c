package puc

import "strconv"

// call writes a call of a known function that returns at least this many numbers.
func (g *generator) call(depth, results int) (*Node, bool) {
	if results <= 1 && g.chance(12) {
		return g.callOnCall(depth), true
	}
	v, ok := g.pick(func(v variable) bool { return v.function && v.results >= results })
	if !ok {
		return nil, false
	}
	return node(Any, v.name, "(", g.arguments(depth), ")"), true
}

// arguments writes numbers, and sometimes at the end an expression with any number of values.
func (g *generator) arguments(depth int) *Node {
	var list []*Node
	for range g.IntN(4) {
		list = append(list, g.number(depth-1))
	}
	if len(list) > 0 && g.chance(15) {
		if call, ok := g.call(0, 1); ok {
			list = append(list, call)
		}
	}
	return node(Fixed, join(list, ", ")...)
}

// many writes an expression with any number of values.
func (g *generator) many(depth int) *Node {
	switch g.IntN(5) {
	case 0, 1:
		if g.vararg {
			return node(Any, "...")
		}
	case 2, 3:
		if call, ok := g.call(depth, 1); ok {
			return call
		}
	}
	var n *Node
	g.inFunction(g.chance(50), func() {
		parameters := "() return "
		if g.vararg {
			parameters = "(...) return "
		}
		n = node(Any, "(function", parameters, g.any(depth), ", ", g.any(depth), " end)(", []string{"", "1, nil", "nil, 2, 3"}[g.IntN(3)], ")")
	})
	return n
}

// maxSteps is how many calls of its functions a program makes. More than some 200 inside each other
// are refused by Lua 5.1 if each goes through pcall.
const maxSteps = "50"

// function writes a function that takes numbers and returns this many, or more.
func (g *generator) function(depth, parameters, results int) *Node {
	vararg := g.chance(35)
	parts := []any{"function("}
	body := node(Block)
	g.inFunction(vararg, func() {
		g.returns = results
		for i := range parameters {
			name := g.fresh()
			g.declare(variable{name: name, kind: Number})
			if i > 0 {
				parts = append(parts, ", ")
			}
			parts = append(parts, name)
			body.Parts = append(body.Parts, node(Fixed, name, " = ", name, " or ", strconv.Itoa(i+1)))
		}
		if vararg && parameters > 0 {
			parts = append(parts, ", ...)")
		} else if vararg {
			parts = append(parts, "...)")
		} else {
			parts = append(parts, ")")
		}
		body.Parts = append(body.Parts, node(Fixed, "steps = steps + 1 if steps > ", maxSteps, " then return ", ones(results), " end"))
		if g.depth < 5 {
			for range g.IntN(3) {
				body.Parts = append(body.Parts, g.statement())
			}
		}
		body.Parts = append(body.Parts, g.results(depth, results))
	})
	return node(Any, append(parts, "\n", body, "end")...)
}

func ones(count int) string {
	text := "1"
	for range count - 1 {
		text += ", 1"
	}
	return text
}

// results writes the return at a function's end; a call there is a tail call.
func (g *generator) results(depth, count int) *Node {
	if g.chance(25) {
		if call, ok := g.call(depth, count); ok {
			return node(Fixed, "return ", call)
		}
	}
	var list []*Node
	for range count {
		list = append(list, g.number(depth))
	}
	if g.chance(30) {
		list = append(list, g.many(depth-1))
	}
	return node(Fixed, append([]any{"return "}, join(list, ", ")...)...)
}

// object writes a value with methods, some of them inherited through a metatable.
func (g *generator) object(depth int) *Node {
	if v, ok := g.pick(func(v variable) bool { return v.kind == Fixed && !v.function }); ok && g.chance(70) {
		return node(Fixed, v.name, g.chain(depth))
	}
	return node(Fixed, "new(", g.number(depth), ")", g.chain(depth))
}

func (g *generator) chain(depth int) *Node {
	chain := node(Fixed)
	for range g.IntN(3) {
		step := [][]any{
			{":add(", g.number(depth), ")"},
			{":same()"},
			{":twice", node(Fixed, `"a"`)},
			{".self()"},
			{":with{", g.number(0), "}"},
		}[g.IntN(5)]
		chain.Parts = append(chain.Parts, node(Fixed, step...))
	}
	return chain
}
