package syntax

// A lenient scan goes on after syntax of a later Lua or of another language if its meaning is
// clear, so that one run finds all of it. Its result is never run.

// placeholder returns the source that replaces a token which a lenient scan reported: a number, or
// a value that nothing is known about.
func placeholder(kind Kind) string {
	if kind == Number {
		return "0"
	}
	return "(_VERSION)"
}

// equivalent is the Lua for a foreign symbol; empty where there is none.
func equivalent(symbol string) string {
	switch symbol {
	case "//":
		return " / "
	case "&", "|", "<<", ">>":
		return " + "
	case "~":
		return " - "
	case "!=":
		return " ~= "
	case "&&":
		return " and "
	case "||":
		return " or "
	case "!":
		return " not "
	case "+=", "-=", "*=", "/=", "%=", "^=":
		return " = "
	}
	return ""
}

// repair lets a lenient scan go on after syntax of a later Lua.
func (s *scanner) repair(t Token, mistake *Mistake) bool {
	if !s.lexer.lenient {
		return false
	}
	last := len(s.tokens) - 1
	switch {
	case t.Kind == Name:
		s.tokens[last-1].as, s.tokens[last].as = " ", " "
		s.dropClosing()
	case equivalent(t.Text) == "":
		return false
	default:
		s.tokens[last].as = equivalent(t.Text)
	}
	mistake.At = t.At
	return s.lexer.tolerate(mistake)
}

// dropClosing passes over the > of <const>.
func (s *scanner) dropClosing() {
	before := *s.lexer
	t, err := s.lexer.next()
	if err != nil || !t.Is(">") {
		*s.lexer = before
		return
	}
	t.as = " "
	s.tokens = append(s.tokens, t)
}
