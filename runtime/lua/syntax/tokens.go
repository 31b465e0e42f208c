package syntax

// Tokens returns the tokens of a text that need not be finished, or even Lua, because
// somebody is typing it. Comments are among them, and mistakes are passed over. A string that
// ends with its line is one token, as are a comment and a string that the end of the text
// cuts off, which are Open.
func Tokens(text string) []Token {
	var list []Token
	l := newLexer(text)
	l.lenient = true
	for {
		l.skipSpace()
		if l.pos >= len(text) {
			return list
		}
		t := Token{Line: l.line, At: l.pos}
		var mistake *Mistake
		if l.atComment() {
			t.Kind, mistake = Comment, l.comment()
		} else {
			t.Kind, mistake = l.passToken()
		}
		t.Text = text[t.At:l.pos]
		if t.Kind == Name && IsKeyword(t.Text) {
			t.Kind = Keyword
		}
		lineComment := t.Kind == Comment && !isLong(t.Text[2:])
		t.Open = l.pos >= len(text) && (mistake != nil || lineComment)
		list = append(list, t)
	}
}

// isLong returns true if a text begins with a long bracket.
func isLong(text string) bool {
	l := newLexer(text)
	return text != "" && text[0] == '[' && l.longLevel() >= 0
}

// Inside returns the text between the quotes of a short string, as far as it goes, and the text of
// any other token.
func (t Token) Inside() string {
	if !t.Quoted() {
		return t.Text
	}
	inside := t.Text[1:]
	if !t.Open && inside != "" && inside[len(inside)-1] == t.Text[0] {
		inside = inside[:len(inside)-1]
	}
	return inside
}

// Quoted returns true for a string in quotes, not in long brackets.
func (t Token) Quoted() bool { return t.Kind == String && (t.Text[0] == '"' || t.Text[0] == '\'') }
