package puc

import "strconv"

// value writes an expression of a kind.
func (g *generator) value(kind Kind, depth int) *Node {
	switch kind {
	case Number:
		return g.number(depth)
	case Text:
		return g.text(depth)
	case Truth:
		return g.truth(depth)
	case Table:
		return g.table(depth)
	}
	return g.any(depth)
}

func (g *generator) anyKind() Kind {
	return []Kind{Number, Number, Text, Truth, Table, Any}[g.IntN(6)]
}

var numbers = []string{"0", "1", "2", "3", "7", "10", "0.5", "2.25", "100", "0x10", "1e2", "-1", "-2"}

func (g *generator) numberLeaf() *Node {
	if v, ok := g.pickKind(Number); ok && g.chance(65) {
		return node(Number, v.name)
	}
	return node(Number, numbers[g.IntN(len(numbers))])
}

func (g *generator) number(depth int) *Node {
	if depth <= 0 {
		return g.numberLeaf()
	}
	d := depth - 1
	switch g.IntN(20) {
	case 17, 18:
		return g.numberChain(d)
	case 0, 1, 2:
		operator := []string{" + ", " - ", " * ", " / ", " % "}[g.IntN(5)]
		if operator == " % " { // exact with us: see docs/reference/lua.md
			return node(Number, "(math.floor(small(", g.number(d), ")) % ", []string{"2", "3", "7", "-3"}[g.IntN(4)], ")")
		}
		if operator == " / " {
			return node(Number, "(", g.number(d), operator, g.divisor(d), ")")
		}
		return node(Number, "(", g.number(d), operator, g.number(d), ")")
	case 3:
		return node(Number, "-", node(Number, "(", g.number(d), ")"))
	case 4:
		return node(Number, "(", g.number(d), ") ^ ", strconv.Itoa(g.IntN(3)))
	case 5:
		return node(Number, "#", g.parenthesized(g.text(d)))
	case 6:
		return node(Number, "(", g.truth(d), " and ", g.number(d), " or ", g.number(d), ")")
	case 7:
		return node(Number, "(", g.table(d), ".", g.numberField(), " or ", g.number(d), ")")
	case 8:
		return node(Number, "(", g.any(d), " or 3) == 3 and ", g.number(d), " or ", g.number(d)).parenthesized()
	case 9, 10:
		if call, ok := g.call(d, 1); ok {
			return node(Number, "(", call, ")")
		}
	case 11:
		if g.vararg {
			return node(Number, `select("#", ...)`)
		}
	case 12:
		return node(Number, "(", g.function(d, g.IntN(3), 1), ")(", g.arguments(d), ")").parenthesized()
	case 13:
		return node(Number, "math.max(", g.number(d), ", ", g.number(d), ")")
	case 14:
		return node(Number, "(tonumber(", g.text(d), ") or ", g.number(d), ")")
	case 15:
		return node(Number, "(", g.object(d), "):get(", g.number(d), ")")
	}
	return g.numberLeaf()
}

func (n *Node) parenthesized() *Node { return node(n.Kind, "(", n, ")") }

func (g *generator) parenthesized(n *Node) *Node { return n.parenthesized() }

func (g *generator) numberField() string { return []string{"x", "y", "z"}[g.IntN(3)] }

var texts = []string{`"a"`, `""`, `"x_y"`, `'q"'`, `"10"`, `"lo" `, `"é"`, `"a\nb"`, `"0x1F"`, `" 5 "`}

func (g *generator) text(depth int) *Node {
	if depth <= 0 {
		if v, ok := g.pickKind(Text); ok && g.chance(60) {
			return node(Text, v.name)
		}
		return node(Text, texts[g.IntN(len(texts))])
	}
	d := depth - 1
	switch g.IntN(11) {
	case 0, 1, 2:
		return node(Text, "(", g.concatenation(d), ")")
	case 8:
		return g.library(d)
	case 3:
		return node(Text, "tostring(", g.truth(d), ")")
	case 4:
		return node(Text, "(", g.text(d), "):upper()")
	case 5:
		return node(Text, "type(", g.any(d), ")")
	case 6:
		return node(Text, "(", g.text(d), `):sub(`, []string{"1", "2", "-1", "-2", "0", "1.5"}[g.IntN(6)], ", 3)")
	case 7:
		return node(Text, "(", g.truth(d), " and ", g.text(d), " or ", g.text(d), ")")
	}
	return g.text(0)
}

// operand is one side of a concatenation; calls with several results are among them.
func (g *generator) operand(depth int) *Node {
	switch g.IntN(6) {
	case 5:
		return node(Text, g.number(depth), " + ", g.number(depth), " * 2")
	case 0:
		return node(Text, "(", g.text(depth), `):gsub("a", "b")`)
	case 1:
		if call, ok := g.call(depth, 1); ok {
			return node(Text, call)
		}
	case 2:
		return node(Text, g.number(depth)).parenthesized()
	}
	return g.text(depth)
}

var comparisons = []string{" == ", " ~= ", " < ", " <= ", " > ", " >= "}

func (g *generator) truth(depth int) *Node {
	if depth <= 0 {
		if v, ok := g.pickKind(Truth); ok && g.chance(40) {
			return node(Truth, v.name)
		}
		return node(Truth, []string{"true", "false"}[g.IntN(2)])
	}
	d := depth - 1
	switch g.IntN(10) {
	case 8:
		return g.truthChain(d)
	case 0, 1:
		return node(Truth, "(", g.number(d), comparisons[g.IntN(6)], g.number(d), ")")
	case 2:
		return node(Truth, "(", g.text(d), comparisons[g.IntN(6)], g.text(d), ")")
	case 3:
		return node(Truth, "not ", g.any(d).parenthesized())
	case 4:
		return node(Truth, "(", g.any(d), comparisons[g.IntN(2)], g.any(d), ")")
	case 5:
		return node(Truth, "(", g.truth(d), []string{" and ", " or "}[g.IntN(2)], g.truth(d), ")")
	case 6:
		return node(Truth, "(", g.truth(0), []string{" and ", " or "}[g.IntN(2)], g.truth(d), ") == true").parenthesized()
	}
	return g.truth(0)
}

func (g *generator) table(depth int) *Node {
	if v, ok := g.pickKind(Table); ok && (depth <= 0 || g.chance(55)) {
		return node(Table, v.name)
	}
	return node(Table, "(", g.constructor(depth), ")")
}

// constructor writes a table with every form of field.
func (g *generator) constructor(depth int) *Node {
	d := max(depth-1, 0)
	parts := []any{"{"}
	for range g.IntN(5) {
		switch g.IntN(5) {
		case 0:
			parts = append(parts, g.numberField(), " = ", g.number(d), ", ")
		case 1:
			parts = append(parts, "[", g.text(d), "] = ", g.any(d), ", ")
		case 2:
			parts = append(parts, "p = ", g.any(d), "; ")
		case 3:
			if d > 0 && g.chance(30) {
				parts = append(parts, "[", g.number(0), "] = ", g.constructor(d), ", ")
			}
		default:
			parts = append(parts, g.any(d), ", ")
		}
	}
	if g.chance(40) {
		parts = append(parts, g.many(d))
	}
	return node(Table, append(parts, "}")...)
}

func (g *generator) any(depth int) *Node {
	if depth <= 0 {
		if v, ok := g.pickKind(Any); ok && g.chance(50) {
			return node(Any, v.name)
		}
		return node(Any, "nil")
	}
	d := depth - 1
	switch g.IntN(12) {
	case 9:
		if g.vararg {
			return node(Any, []string{"(...)", "(select(2, ...))", "({...})[1]"}[g.IntN(3)])
		}
		return g.table(d)
	case 10:
		return node(Any, g.place())
	case 0:
		return node(Any, "(", g.any(d), " and ", g.any(d), ")")
	case 1:
		return node(Any, "(", g.any(d), " or ", g.any(d), ")")
	case 2:
		return node(Any, g.table(d), ".", []string{"p", "q", "x"}[g.IntN(3)])
	case 3:
		return node(Any, g.table(d), "[", g.number(0), "]")
	case 4:
		return node(Any, "(", g.truth(d), " and ", g.any(d), " or ", g.any(d), ")")
	}
	return node(Any, g.value([]Kind{Number, Text, Truth, Number, Text}[g.IntN(5)], d))
}
