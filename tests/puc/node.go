package puc

import "strings"

// Kind is a grammatical kind of node. The shrinker replaces a node by others of its kind.
type Kind int

const (
	Block Kind = iota // statements, one per part
	Statement
	Number
	Text
	Truth
	Table
	Any
	Fixed // nothing else may stand here
)

// Node is a piece of a program: texts and further nodes in their order.
type Node struct {
	Kind  Kind
	Parts []any // string, goText, guard or *Node
}

// goText is a text with goto for us, and an equal one without goto for Lua 5.1.
type goText struct{ ours, reference string }

// guard is a text of the guarded form alone, which calls a function of the support code.
type guard string

// form is one way to write a program.
type form struct {
	reference bool // for Lua 5.1, which has no goto
	guarded   bool // it prints a mark where it makes a text of a number that Lua 5.1 writes otherwise
}

func node(kind Kind, parts ...any) *Node { return &Node{Kind: kind, Parts: parts} }

// join puts a separator between nodes.
func join(nodes []*Node, separator string) []any {
	var parts []any
	for i, n := range nodes {
		if i > 0 {
			parts = append(parts, separator)
		}
		parts = append(parts, n)
	}
	return parts
}

// Source returns the program as our VM reads it.
func (n *Node) Source() string { return n.render(form{}) }

// ReferenceSource returns the program as Lua 5.1 reads it, which has no goto.
func (n *Node) ReferenceSource() string { return n.render(form{reference: true}) }

// inputs returns the outermost statements, each behind as many empty lines as precede it.
func (n *Node) inputs(f form) []string {
	var all []string
	lines := 0
	for _, part := range n.Parts {
		text := node(Block, part).render(f)
		all = append(all, strings.Repeat("\n", lines)+text)
		lines += strings.Count(text, "\n")
	}
	return all
}

// globals returns the program for Lua 5.1 with its outermost locals as globals.
func (n *Node) globals() string {
	var b strings.Builder
	for _, part := range n.Parts {
		text := node(Block, part).render(form{reference: true})
		if rest, isLocal := strings.CutPrefix(text, "local "); isLocal {
			text = rest
			if !strings.HasPrefix(rest, "function ") && !strings.Contains(rest, "=") {
				text = strings.TrimRight(rest, "\n") + " = nil\n"
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

func (n *Node) render(f form) string {
	var b strings.Builder
	n.write(&b, f)
	return b.String()
}

func (n *Node) write(b *strings.Builder, f form) {
	for _, part := range n.Parts {
		switch part := part.(type) {
		case string:
			b.WriteString(part)
		case goText:
			if f.reference {
				b.WriteString(part.reference)
			} else {
				b.WriteString(part.ours)
			}
		case guard:
			if f.guarded {
				b.WriteString(string(part))
			}
		case *Node:
			part.write(b, f)
		}
		if n.Kind == Block {
			b.WriteString("\n")
		}
	}
}

// each calls visit for the node and for all below it, until visit returns false.
func (n *Node) each(visit func(*Node) bool) bool {
	if !visit(n) {
		return false
	}
	for _, part := range n.Parts {
		if child, ok := part.(*Node); ok && !child.each(visit) {
			return false
		}
	}
	return true
}
