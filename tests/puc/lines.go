package puc

import (
	"strconv"
	"strings"
)

// lua5.1 and we may name different lines of one statement in an error, because a statement can have
// several lines. docs/reference/lua.md has this difference under "Error messages".

// statementAt returns the innermost statement of a program on a line, nil if there is none.
func (n *Node) statementAt(line int) *Node {
	s := &lineSearch{wanted: line, line: 1}
	s.visit(n)
	return s.found
}

// A lineSearch looks for the statement on a line, by counting the lines of the source.
type lineSearch struct {
	wanted int
	line   int // the line that the search has reached
	found  *Node
}

// visit goes through a node. It takes the node only if no statement inside it was found. Each part
// of a block ends its line.
func (s *lineSearch) visit(n *Node) {
	first, before := s.line, s.found
	for _, part := range n.Parts {
		if child, ok := part.(*Node); ok {
			s.visit(child)
		} else {
			s.line += strings.Count(node(Fixed, part).Source(), "\n")
		}
		if n.Kind == Block {
			s.line++
		}
	}
	if n.Kind == Statement && s.found == before && first <= s.wanted && s.wanted <= s.line {
		s.found = n
	}
}

// linesOf returns the lines of all positions in an outcome.
func linesOf(o Outcome) []int {
	var lines []int
	for _, match := range lineNumber.FindAllStringSubmatch(normalize(o.text()), -1) {
		line, _ := strconv.Atoi(match[1])
		lines = append(lines, line)
	}
	return lines
}

// sameStatements returns true if the outcomes differ in the lines of errors alone, and each line of
// ours is in the same statement as that of lua5.1.
func (n *Node) sameStatements(d *Difference) bool {
	if !onlyLinesDiffer(d) {
		return false
	}
	ours, reference := linesOf(d.Ours), linesOf(d.Reference)
	if len(ours) != len(reference) {
		return false
	}
	for i := range ours {
		if ours[i] == reference[i] {
			continue
		}
		if statement := n.statementAt(ours[i]); statement == nil || statement != n.statementAt(reference[i]) {
			return false
		}
	}
	return true
}
