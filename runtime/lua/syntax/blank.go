package syntax

// IsBlank returns true if a text holds nothing but spaces and comments, so that running it would do
// nothing. It returns false for a comment that does not end, because that is a mistake.
func IsBlank(text string) bool {
	l := newLexer(text)
	for {
		l.skipSpace()
		if l.pos >= len(text) {
			return true
		}
		if !l.atComment() || l.comment() != nil {
			return false
		}
	}
}
