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
	Parts []any // string, goText or *Node
}

// goText is a text with goto for us, and an equal one without goto for Lua 5.1.
type goText struct{ ours, reference string }

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
func (n *Node) Source() string { return n.render(func(t goText) string { return t.ours }) }

// ReferenceSource returns the program as Lua 5.1 reads it, which has no goto.
func (n *Node) ReferenceSource() string {
	return n.render(func(t goText) string { return t.reference })
}

func (n *Node) render(choose func(goText) string) string {
	var b strings.Builder
	n.write(&b, choose)
	return b.String()
}

func (n *Node) write(b *strings.Builder, choose func(goText) string) {
	for _, part := range n.Parts {
		switch part := part.(type) {
		case string:
			b.WriteString(part)
		case goText:
			b.WriteString(choose(part))
		case *Node:
			part.write(b, choose)
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
