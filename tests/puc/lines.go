package puc

import (
	"strconv"
	"strings"
)

// statementAt returns the innermost statement of a program on a line, nil if there is none.
func (n *Node) statementAt(line int) *Node {
	s := &lineSearch{wanted: line, line: 1}
	s.visit(n)
	return s.found
}

type lineSearch struct {
	wanted, line int
	found        *Node
}

func (s *lineSearch) visit(n *Node) {
	first := s.line
	known := s.found
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
	if n.Kind == Statement && s.found == known && first <= s.wanted && s.wanted <= s.line {
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
// ours stands in the same statement as that of lua5.1. docs/lua.md has it under "Error messages".
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
