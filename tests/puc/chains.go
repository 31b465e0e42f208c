package puc

// Chains are expressions without brackets, in which the rank of the operators decides.

// seen marks an operand that becomes a text: the guarded form looks at it.
func seen(operand *Node) *Node { return node(operand.Kind, guard("seen("), operand, guard(")")) }

// divisor returns the divisor of a number: the guarded form looks for a zero with a sign.
func (g *generator) divisor(depth int) *Node {
	return node(Number, guard("divisor("), g.number(depth), guard(")"))
}

// numberChain writes operators of every rank side by side.
func (g *generator) numberChain(depth int) *Node {
	parts := []any{"(", g.chainLink(depth)}
	for range 1 + g.IntN(4) {
		parts = append(parts, []string{" + ", " - ", " * ", " + ", " - "}[g.IntN(5)], g.chainLink(depth))
	}
	return node(Number, append(parts, ")")...)
}

func (g *generator) chainLink(depth int) *Node {
	switch g.IntN(7) {
	case 0:
		return node(Number, "-", node(Number, g.positive()), " ^ 2")
	case 1:
		return node(Number, g.positive(), " ^ 2 ^ ", g.positive())
	case 2:
		return node(Number, "small(", g.number(depth), ") / 4")
	case 3:
		return node(Number, "- -", g.positive(), " * 3")
	case 4:
		return node(Number, "#", g.text(0), " * 2")
	}
	return node(Number, g.numberLeaf())
}

func (g *generator) positive() string { return []string{"1", "2", "3", "0.5"}[g.IntN(4)] }

// truthChain mixes comparisons, not, and, or and ".." without brackets.
func (g *generator) truthChain(depth int) *Node {
	parts := []any{"("}
	for i := range 2 + g.IntN(3) {
		if i > 0 {
			parts = append(parts, []string{" and ", " or "}[g.IntN(2)])
		}
		switch g.IntN(4) {
		case 0:
			parts = append(parts, "not ", g.any(0), " == ", g.truth(0))
		case 1:
			parts = append(parts, g.numberLeaf(), " + 1 ", comparisons[g.IntN(6)], g.numberLeaf(), " * 2")
		case 2:
			parts = append(parts, g.concatenation(0), comparisons[g.IntN(6)], g.text(depth))
		default:
			parts = append(parts, "not not ", g.any(depth))
		}
	}
	return node(Truth, append(parts, ")")...)
}

// concatenation writes two to five operands without brackets around them.
func (g *generator) concatenation(depth int) *Node {
	var parts []any
	for i := range 2 + g.IntN(4) {
		if i > 0 {
			parts = append(parts, " .. ")
		}
		parts = append(parts, seen(g.operand(depth)))
	}
	return node(Text, parts...)
}

// library writes a text that a function of the library makes.
func (g *generator) library(depth int) *Node {
	text := g.text(depth)
	switch g.IntN(8) {
	case 0:
		return node(Text, `("%s|%5.1f|%d"):format(`, text, ", tame(", g.number(depth), "), tame(", g.number(depth), "))")
	case 1:
		return node(Text, "(", text, `):gsub("%w", function(c) return `, node(Any, g.plainAny()), " and c:upper() end)").parenthesized()
	case 2:
		return node(Text, "(", text, `):rep(2)`)
	case 3:
		return node(Text, "table.concat({", text, ", tame(", g.number(depth), `), "z"}, "-")`)
	case 4:
		return node(Text, "((", text, `):match("^(%w+)") or "none")`)
	case 5:
		return node(Text, `tostring((`, text, `):find("a", 1, true))`)
	case 6:
		return node(Text, "[[\n", node(Fixed, "x\ty"), "]]").parenthesized()
	}
	return node(Text, "(", text, "):gsub(\".\", {a = ", g.text(0), ", b = false})").parenthesized()
}

// plainAny is a value that can stand in any function.
func (g *generator) plainAny() string {
	if v, ok := g.pickKind(Any); ok {
		return v.name
	}
	return "g2"
}

// place is a field inside of nested tables.
func (g *generator) place() string {
	return []string{"gd.a.b.c", "gd.a.p", "gd.list[2]", `gd["a"].b.c`, "gd.a[2]", "gd.list[g1]", "gd.a.b[1]"}[g.IntN(7)]
}

// callOnCall calls the result of a call.
func (g *generator) callOnCall(depth int) *Node {
	n := node(Number, g.number(depth-1))
	switch g.IntN(6) {
	case 0:
		return node(Any, "curry(", n, ")(", g.number(0), ")(2)")
	case 1:
		return node(Any, "maker(", n, ").take(", g.numberLeaf(), ")")
	case 2:
		return node(Any, "maker(", n, "):own(3).take(", g.numberLeaf(), ")")
	case 3:
		return node(Any, "maker(1).inner.f(", n, ")(4)")
	case 4:
		return node(Any, "curry(1)(", g.many(0), ")(", n, ")")
	}
	return node(Any, "({", node(Fixed, "curry"), "})[1](", n, ")(1)(2)")
}
