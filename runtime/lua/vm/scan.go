package vm

import "fmt"

const (
	// maxNesting is how deep blocks, brackets, functions and operators may nest, as in Lua 5.1:
	// the parser and the compiler recurse that deep.
	maxNesting = 200
	// maxChain is how many '..' or '^' one expression may hold: they bind to the right, so each
	// waits for the next.
	maxChain = 10000
)

// opener is a word that something later has to close.
type opener struct {
	token token
	chain int // right-binding operators waiting inside
}

// scanner checks the structure of a source.
type scanner struct {
	lexer    *lexer
	open     []opener
	previous [3]token // the last tokens, newest first
	unary    int
	tokens   []token // all of them, of a lenient scan
}

// scan checks a whole source and returns it without comments. The returned scanner has the
// unclosed brackets and blocks.
func scan(src string) (*scanner, *lexError) {
	s := newScanner(src)
	return s, s.scan()
}

func newScanner(src string) *scanner {
	return &scanner{lexer: newLexer(src), open: []opener{{}}}
}

func (s *scanner) scan() *lexError {
	for {
		t, err := s.lexer.next()
		if err == nil && t.kind == endToken {
			return nil
		}
		if err == nil {
			err = s.take(t)
		}
		if err != nil {
			if err.at == 0 {
				err.at = t.at
			}
			return err
		}
	}
}

func (s *scanner) take(t token) *lexError {
	if s.lexer.lenient {
		s.tokens = append(s.tokens, t)
	}
	if err := s.check(t); err != nil {
		return err
	}
	s.previous = [3]token{t, s.previous[0], s.previous[1]}
	return nil
}

func (s *scanner) check(t token) *lexError {
	if err := s.laterSyntax(t); err != nil && !s.repair(t, err) {
		return err
	}
	if err := s.countOperators(t); err != nil {
		return err
	}
	switch {
	case opens(t):
		s.open = append(s.open, opener{token: t})
	case closes(t):
		return s.close(t)
	}
	if len(s.open) > maxNesting+1 {
		return &lexError{line: t.line, message: fmt.Sprintf("more than %d blocks, functions or brackets inside each other", maxNesting)}
	}
	return nil
}

// opens holds for the words that need a closing one; while and for are closed through their do.
func opens(t token) bool {
	return t.is("function") || t.is("do") || t.is("if") || t.is("repeat") || t.is("(") || t.is("{") || t.is("[")
}

func closes(t token) bool {
	return t.is("end") || t.is("until") || t.is(")") || t.is("}") || t.is("]")
}

// closing is the word that closes an opener.
func closing(open string) string {
	switch open {
	case "(":
		return ")"
	case "{":
		return "}"
	case "[":
		return "]"
	case "repeat":
		return "until"
	}
	return "end"
}

func (s *scanner) close(t token) *lexError {
	last := s.open[len(s.open)-1].token
	if last.kind == endToken {
		return &lexError{line: t.line, message: fmt.Sprintf("unexpected %q: nothing is open here that it could close", t.text)}
	}
	if want := closing(last.text); want != t.text {
		return &lexError{line: t.line, message: fmt.Sprintf("%q expected, got %q (to close %q%s)", want, t.text, last.text, atLine(last.line, t.line))}
	}
	s.open = s.open[:len(s.open)-1]
	return nil
}

func atLine(line, current int) string {
	if line == current {
		return ""
	}
	return fmt.Sprintf(" at line %d", line)
}

// unclosed is the error of a source that ends inside something; nil when nothing is open.
func (s *scanner) unclosed() *lexError {
	last := s.open[len(s.open)-1].token
	if last.kind == endToken {
		return nil
	}
	line := s.lastLine()
	message := fmt.Sprintf("%q expected (to close %q%s)", closing(last.text), last.text, atLine(last.line, line))
	return &lexError{line: line, at: s.end(), message: message, unfinished: true}
}

// countOperators limits the operators that the parser stacks without a bracket: signs before an
// operand, and right-associative operators.
func (s *scanner) countOperators(t token) *lexError {
	if !t.is("not") && !t.is("-") && !t.is("#") {
		s.unary = 0
	} else if s.unary++; s.unary > maxNesting {
		return &lexError{line: t.line, message: fmt.Sprintf("more than %d operators before one operand", maxNesting)}
	}
	top := &s.open[len(s.open)-1]
	switch {
	case t.is("..") || t.is("^"):
		if top.chain++; top.chain > maxChain {
			return &lexError{line: t.line, message: fmt.Sprintf("more than %d %q in one expression", maxChain, t.text), hint: "table.concat joins many strings"}
		}
	case t.is(",") || t.is(";") || t.is("=") || t.kind == keywordToken && !t.is("and") && !t.is("or") && !t.is("not"):
		top.chain = 0
	}
	return nil
}
