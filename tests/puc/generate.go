package puc

import (
	"math/rand/v2"
	"strconv"
)

// variable is a name in sight of the place where the generator stands.
type variable struct {
	name string
	kind Kind
	// function is true for a function that takes numbers and returns results numbers.
	function bool
	results  int
}

// generator makes one random program. Every program ends by construction, because every loop
// counts and recursion has a depth.
type generator struct {
	*rand.Rand
	names   int
	inSight []variable
	budget  int // statements that may still be written
	loops   int // loops around this place in its function, for break
	vararg  bool
	depth   int // blocks and functions around this place
	// skips is how many loop bodies with a label for continue are around this place.
	skips []string
}

// Program returns the random program of a seed and a number. The same two return the same program.
func Program(seed, number uint64) *Node {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, number)), vararg: true}
	g.budget = 12 + g.IntN(24)
	root := node(Block)
	root.Parts = append(root.Parts, g.globals())
	for g.budget > 0 {
		root.Parts = append(root.Parts, g.statement())
	}
	root.Parts = append(root.Parts, g.printAll())
	return root
}

// globals declares the globals of the program: reading one that is not there is an error with us.
func (g *generator) globals() *Node {
	g.declare(variable{name: "g1", kind: Number}, variable{name: "g2", kind: Any}, variable{name: "gt", kind: Table})
	return node(Fixed, "g1, g2, gt = 4, nil, {x = 1, y = 2, 5, 6, 7}")
}

func (g *generator) declare(variables ...variable) { g.inSight = append(g.inSight, variables...) }

// fresh returns a name. Now and then it is one that is in sight already, which it hides.
func (g *generator) fresh() string {
	if g.IntN(12) == 0 && len(g.inSight) > 4 {
		name := g.inSight[g.IntN(len(g.inSight))].name
		if name[0] == 'v' {
			return name
		}
	}
	g.names++
	return "v" + strconv.Itoa(g.names)
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// visible reports whether no later declaration hides the variable at an index.
func (g *generator) visible(index int) bool {
	for _, later := range g.inSight[index+1:] {
		if later.name == g.inSight[index].name {
			return false
		}
	}
	return true
}

// pick returns a variable that suits, preferring the ones declared last.
func (g *generator) pick(suits func(variable) bool) (variable, bool) {
	var found []variable
	for i := len(g.inSight) - 1; i >= 0 && len(found) < 8; i-- {
		if suits(g.inSight[i]) && g.visible(i) {
			found = append(found, g.inSight[i])
		}
	}
	if len(found) == 0 {
		return variable{}, false
	}
	return found[g.IntN(len(found))], true
}

func (g *generator) pickKind(kind Kind) (variable, bool) {
	return g.pick(func(v variable) bool { return !v.function && v.kind == kind })
}

// block writes statements in a scope of their own.
func (g *generator) block(statements int) *Node {
	kept := len(g.inSight)
	g.depth++
	b := node(Block)
	for range statements {
		if g.budget <= 0 && len(b.Parts) > 0 {
			break
		}
		b.Parts = append(b.Parts, g.statement())
	}
	g.depth--
	g.inSight = g.inSight[:kept]
	return b
}

func (g *generator) small() int { return 1 + g.IntN(3) }

// inFunction runs write as the body of a function: loops and labels around it are out of reach.
func (g *generator) inFunction(vararg bool, write func()) {
	loops, skips, outer, kept := g.loops, g.skips, g.vararg, len(g.inSight)
	g.loops, g.skips, g.vararg = 0, nil, vararg
	g.depth++
	write()
	g.depth--
	g.loops, g.skips, g.vararg, g.inSight = loops, skips, outer, g.inSight[:kept]
}

// printAll prints the value of every visible variable.
func (g *generator) printAll() *Node {
	parts := []any{"out("}
	for i, v := range g.inSight {
		if g.visible(i) {
			if len(parts) > 1 {
				parts = append(parts, ", ")
			}
			parts = append(parts, v.name)
		}
		if len(parts) > 200 {
			break
		}
	}
	return node(Statement, append(parts, ")")...)
}
