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
	budget  int  // statements that may still be written
	returns int  // how many numbers the function around this place returns, 0 if that is left open
	loops   int  // loops around this place in its function, for break
	vararg  bool // the function around this place has "..."
	prompt  bool // the program runs at a prompt
	depth   int  // blocks and functions around this place
	// skips are the labels in reach to which a goto continues a loop, the innermost last.
	skips []string
}

// Program returns the random program of a seed and a number. The same two return the same program.
func Program(seed, number uint64) *Node {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, number)), vararg: true, prompt: atPrompt(number)}
	g.budget = 12 + g.IntN(24)
	root := node(Block, g.globals())
	if g.chance(60) || g.prompt { // a prompt runs the outermost statements one by one
		root.Parts = append(root.Parts, g.body()...)
		return root
	}
	return node(Block, root.Parts[0], g.framed())
}

// atPrompt returns true for the programs that our VM runs as the inputs of a prompt, one statement
// after the other.
func atPrompt(number uint64) bool { return number%8 == 7 }

// body writes the statements of a program.
func (g *generator) body() []any {
	var parts []any
	for g.budget > 0 {
		parts = append(parts, g.statement())
	}
	return append(parts, g.printAll())
}

// framed writes a program inside of a function with arguments, which runs as a callback, a method,
// a thread and so on.
func (g *generator) framed() *Node {
	frames := [][2]string{
		{"do (function(p1, p2, ...)\n", "end)(1, \"x\", nil, 4, nil) end"},
		{"coroutine.wrap(function(p1, p2, ...)\n", "end)(2, \"y\", {}, 3)"},
		{"out(pcall(function(p1, p2, ...)\n", "end, 3, \"z\"))"},
		{"out(coroutine.resume(coroutine.create(function(p1, p2, ...)\n", "end), 3, \"z\", true))"},
		{"do (\"a1\"):gsub(\"(%a)(%d)\", function(p2, p1, ...) p1 = 5\n", "end) end"},
		{"table.foreachi({\"w\"}, function(p1, p2, ...)\n", "end)"},
		{"for p1, p2 in ipairs{\"u\"} do (function(...)\n", "end)(p1, nil) end"},
		{"function gt.run(p1, p2, ...)\n", "end\ngt.run(6, \"v\", 7, nil)"},
		{"function gt:run(p1, p2, ...)\n", "end\ngt:run(6, \"v\", nil, nil)"},
	}
	frame := frames[g.IntN(len(frames))]
	body := node(Block)
	g.inFunction(true, func() {
		g.declare(variable{name: "p1", kind: Number}, variable{name: "p2", kind: Text})
		body.Parts = g.body()
	})
	return node(Fixed, frame[0], body, frame[1])
}

// globals declares the globals of the program: reading one that is not there is an error with us.
// gd is for the texts that name it, so the generator does not pick it as a variable.
func (g *generator) globals() *Node {
	g.declare(variable{name: "g1", kind: Number}, variable{name: "g2", kind: Any}, variable{name: "gt", kind: Table})
	return node(Fixed, guard("guarding() "), "g1, g2, gt = 4, nil, {x = 1, y = 2, 5, 6, 7} gd = {a = {b = {c = 1}, [2] = \"two\"}, list = {3, 1, 2}}")
}

func (g *generator) declare(variables ...variable) { g.inSight = append(g.inSight, variables...) }

// fresh returns a name. Now and then it is one that is in sight already, which it hides. Outside of
// blocks it is new: at a prompt, a second local of a name is the same variable.
func (g *generator) fresh() string {
	if g.IntN(12) == 0 && len(g.inSight) > 4 && g.depth > 0 {
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
	loops, skips, outer, returns, kept := g.loops, g.skips, g.vararg, g.returns, len(g.inSight)
	g.loops, g.skips, g.vararg, g.returns = 0, nil, vararg, 0
	g.depth++
	write()
	g.depth--
	g.loops, g.skips, g.vararg, g.returns, g.inSight = loops, skips, outer, returns, g.inSight[:kept]
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
