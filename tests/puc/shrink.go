package puc

import (
	"regexp"
	"time"
)

const (
	// shrinkTries bounds how many smaller programs are run for one difference.
	shrinkTries = 3000
	// shrinkTime bounds how long that takes: each of them can run up to a limit.
	shrinkTime = 30 * time.Second
)

// shrink removes parts of a program as long as the two Luas still differ on the rest.
func (j *Judge) shrink(c Case, found *Difference) (*Difference, error) {
	s := &shrinker{judge: j, Case: c, found: found, until: time.Now().Add(shrinkTime)}
	for progress := true; progress && s.err == nil; {
		progress = s.removeStatements() || s.replaceNodes()
	}
	return s.found, s.err
}

type shrinker struct {
	Case
	judge *Judge
	found *Difference
	until time.Time
	tries int
	err   error
}

// differs runs the program in its present form and returns true if the two Luas still differ. It
// keeps the difference.
func (s *shrinker) differs() bool {
	if s.err != nil || s.tries >= shrinkTries || time.Now().After(s.until) {
		return false
	}
	s.tries++
	_, d, err := s.judge.compareGuarded(s.Case)
	s.err = err
	if d == nil || d.Ours.End != s.found.Ours.End || d.Reference.End != s.found.Reference.End {
		return false // it differs by another fault
	}
	if onlyLinesDiffer(d) && !onlyLinesDiffer(s.found) {
		return false
	}
	s.found = d
	return true
}

var lineNumber = regexp.MustCompile(`p:(\d+):`)

// onlyLinesDiffer returns true if nothing but the lines of errors differs. Removing a part can tear
// a statement into lines that no program of the generator has.
func onlyLinesDiffer(d *Difference) bool {
	plain := func(o Outcome) string { return lineNumber.ReplaceAllString(normalize(o.text()), "p:") }
	return plain(d.Ours) == plain(d.Reference)
}

// try changes a node, and takes the change back if the program no longer differs.
func (s *shrinker) try(n *Node, parts []any) bool {
	kept := n.Parts
	n.Parts = parts
	if s.differs() {
		return true
	}
	n.Parts = kept
	return false
}

func (s *shrinker) nodes() []*Node {
	var all []*Node
	s.Root.each(func(n *Node) bool { all = append(all, n); return true })
	return all
}

// removeStatements removes parts of blocks, first many at once, then single ones.
func (s *shrinker) removeStatements() bool {
	progress := false
	for _, n := range s.nodes() {
		if n.Kind != Block {
			continue
		}
		for size := max(len(n.Parts)/2, 1); size >= 1; size /= 2 {
			for at := 0; at+size <= len(n.Parts); {
				rest := append(append([]any{}, n.Parts[:at]...), n.Parts[at+size:]...)
				if s.try(n, rest) {
					progress = true
				} else {
					at += size
				}
			}
		}
	}
	return progress
}

// replaceNodes puts a part of a node, or a plain value, in the node's place.
func (s *shrinker) replaceNodes() bool {
	progress := false
	for _, n := range s.nodes() {
		for _, simpler := range simplerParts(n) {
			if s.try(n, simpler) {
				progress = true
				break
			}
		}
	}
	return progress
}

var plainValues = map[Kind][]string{
	Number: {"1"}, Text: {`"a"`}, Truth: {"true", "false"}, Table: {"{}"}, Any: {"nil", "1"},
	Statement: {""}, Fixed: {"", "nil", "1"},
}

// simplerParts returns replacements for the parts of a node, the simplest first.
func simplerParts(n *Node) [][]any {
	var found [][]any
	if text, ok := onlyText(n); ok && len(text) <= 3 {
		return nil
	}
	for _, text := range plainValues[n.Kind] {
		found = append(found, []any{text})
	}
	for i, part := range n.Parts {
		if child, ok := part.(*Node); ok && len(n.Parts) > 1 {
			found = append(found, []any{child})
			if n.Kind == Fixed || n.Kind == Statement {
				found = append(found, append(append([]any{}, n.Parts[:i]...), n.Parts[i+1:]...))
			}
		}
	}
	return found
}

func onlyText(n *Node) (string, bool) {
	if len(n.Parts) != 1 {
		return "", len(n.Parts) == 0
	}
	text, ok := n.Parts[0].(string)
	return text, ok
}
