package syntax

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
	token Token
	chain int // right-binding operators waiting inside
}

// scanner checks the structure of a source.
type scanner struct {
	lexer    *lexer
	open     []opener
	previous [3]Token // the last tokens, newest first
	unary    int
	tokens   []Token // all of them, of a lenient scan
}

// scan checks a whole source and returns it without comments. The returned scanner has the
// unclosed brackets and blocks.
func scan(src string) (*scanner, *Mistake) {
	s := newScanner(src)
	return s, s.scan()
}

func newScanner(src string) *scanner {
	return &scanner{lexer: newLexer(src), open: []opener{{}}}
}

func (s *scanner) scan() *Mistake {
	for {
		t, err := s.lexer.next()
		if err == nil && t.Kind == End {
			return nil
		}
		if err == nil {
			err = s.take(t)
		}
		if err != nil {
			if err.At == 0 {
				err.At = t.At
			}
			return err
		}
	}
}

func (s *scanner) take(t Token) *Mistake {
	if s.lexer.lenient {
		s.tokens = append(s.tokens, t)
	}
	if err := s.check(t); err != nil {
		return err
	}
	s.previous = [3]Token{t, s.previous[0], s.previous[1]}
	return nil
}

func (s *scanner) check(t Token) *Mistake {
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
		return &Mistake{Line: t.Line, Message: fmt.Sprintf("more than %d blocks, functions or brackets inside each other", maxNesting)}
	}
	return nil
}

// opens holds for the words that need a closing one; while and for are closed through their do.
func opens(t Token) bool {
	return t.Is("function") || t.Is("do") || t.Is("if") || t.Is("repeat") || t.Is("(") || t.Is("{") || t.Is("[")
}

func closes(t Token) bool {
	return t.Is("end") || t.Is("until") || t.Is(")") || t.Is("}") || t.Is("]")
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

func (s *scanner) close(t Token) *Mistake {
	last := s.open[len(s.open)-1].token
	if last.Kind == End {
		return &Mistake{Line: t.Line, Message: fmt.Sprintf("unexpected %q: nothing is open here that it could close", t.Text)}
	}
	if want := closing(last.Text); want != t.Text {
		return &Mistake{Line: t.Line, Message: fmt.Sprintf("%q expected, got %q (to close %q%s)", want, t.Text, last.Text, atLine(last.Line, t.Line))}
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
func (s *scanner) unclosed() *Mistake {
	last := s.open[len(s.open)-1].token
	if last.Kind == End {
		return nil
	}
	line := s.lastLine()
	message := fmt.Sprintf("%q expected (to close %q%s)", closing(last.Text), last.Text, atLine(last.Line, line))
	return &Mistake{Line: line, At: s.end(), Message: message, Unfinished: true}
}

// countOperators limits the operators that the parser stacks without a bracket: signs before an
// operand, and right-associative operators.
func (s *scanner) countOperators(t Token) *Mistake {
	if !t.Is("not") && !t.Is("-") && !t.Is("#") {
		s.unary = 0
	} else if s.unary++; s.unary > maxNesting {
		return &Mistake{Line: t.Line, Message: fmt.Sprintf("more than %d operators before one operand", maxNesting)}
	}
	top := &s.open[len(s.open)-1]
	switch {
	case t.Is("..") || t.Is("^"):
		if top.chain++; top.chain > maxChain {
			return &Mistake{Line: t.Line, Message: fmt.Sprintf("more than %d %q in one expression", maxChain, t.Text), Hint: "table.concat joins many strings"}
		}
	case t.Is(",") || t.Is(";") || t.Is("=") || t.Kind == Keyword && !t.Is("and") && !t.Is("or") && !t.Is("not"):
		top.chain = 0
	}
	return nil
}
