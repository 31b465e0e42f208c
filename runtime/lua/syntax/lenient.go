package syntax

// A lenient lexer or scanner goes on after syntax of a later Lua or of another language if its
// meaning is clear, so that a checker reports all such mistakes at once instead of the first one.
// It keeps each mistake in lexer.tolerated, and gives the token a replacement in Token.as, so that
// the rest can be parsed. The replaced source is only checked and never run, so a replacement has
// to fit the grammar and need not compute the same.

// repair returns true if the scan can go on after mistake, which laterSyntax found at t, the newest
// token. It then keeps the mistake and replaces the token. It returns false, and the mistake ends
// the scan, if the scan is not lenient or the token has no replacement.
func (s *scanner) repair(t Token, mistake *Mistake) bool {
	if !s.lexer.lenient {
		return false
	}
	newest := len(s.tokens) - 1
	switch {
	case t.Kind == Name: // the const or close of <const>, whose three tokens become blanks
		s.tokens[newest-1].as, s.tokens[newest].as = " ", " "
		s.blankClosing()
	case replacement(t.Text) == "":
		return false
	default:
		s.tokens[newest].as = replacement(t.Text)
	}
	mistake.At = t.At
	return s.lexer.tolerate(mistake)
}

// blankClosing reads the > of <const> and makes it a blank. If another token follows, it reads
// nothing.
func (s *scanner) blankClosing() {
	before := *s.lexer
	t, err := s.lexer.next()
	if err != nil || !t.Is(">") {
		*s.lexer = before
		return
	}
	t.as = " "
	s.tokens = append(s.tokens, t)
}

// replacement returns Lua that can stand where the symbol of a later Lua or another language
// stands, or "" if none can: "++" has no second operand, and a stray character no meaning. "~" is
// replaced by the one operator of Lua that takes one operand or two, as it does.
func replacement(symbol string) string {
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

// placeholder returns the replacement of a malformed number or of a string with a wrong escape: a
// number, or _VERSION, because the checker assumes nothing about its type and value. The brackets
// keep f "text" a call.
func placeholder(kind Kind) string {
	if kind == Number {
		return "0"
	}
	return "(_VERSION)"
}
