package syntax

import (
	"fmt"
	"strings"
)

// Many users know another language better than Lua. foreign recognises its syntax from the words
// around a mistake.
type foreign struct {
	tokens []Token
	bad    int // the token of the mistake; the number of tokens for the end of the source
}

// syntaxHint says how to write the syntax at a mistake in Lua; empty if nothing is known about
// it.
func syntaxHint(source string, mistake *Mistake) string {
	source = WithoutPreamble(source)
	f := newForeign(source, mistake)
	switch {
	case strings.HasPrefix(mistake.Message, "unfinished string"):
		return `a text ends on its line, with the quote that it begins with; [[…]] may have several lines`
	case strings.Contains(mistake.Message, "expected (to close") || strings.Contains(mistake.Message, "nothing is open here"),
		strings.Contains(mistake.Message, "expected, got"):
		return firstOf(f, (*foreign).keyword, (*foreign).anywhere, (*foreign).missing)
	case mistake.token == "" && mistake.At == 0 && !mistake.Unfinished:
		return ""
	}
	return firstOf(f, (*foreign).colons, (*foreign).call, (*foreign).equals, (*foreign).symbol, (*foreign).operand, (*foreign).words, (*foreign).brace, (*foreign).missing,
		(*foreign).afterReturn, (*foreign).adjacent, (*foreign).statement)
}

func firstOf(f *foreign, looks ...func(*foreign) string) string {
	for _, look := range looks {
		if hint := look(f); hint != "" {
			return hint
		}
	}
	return ""
}

func newForeign(source string, mistake *Mistake) *foreign {
	f := &foreign{tokens: readableTokens(source)}
	f.bad = len(f.tokens)
	if mistake.Unfinished {
		return f
	}
	least, lineAt := len(source)+1, -2
	for i, t := range f.tokens {
		switch {
		case mistake.At > 0:
			if t.At == mistake.At {
				f.bad = i
			}
		case t.Line == mistake.Line && tokenText(t) == mistake.token:
			if lineAt == -2 { // the tokens are on one line, whose start is searched once
				lineAt = strings.LastIndexByte(source[:t.At], '\n')
			}
			if off := distance(t.At-lineAt, mistake.column); off < least {
				f.bad, least = i, off
			}
		}
	}
	return f
}

func distance(a, b int) int { return max(a-b, b-a) }

// readableTokens are the tokens of a source, as far as it can be read.
func readableTokens(source string) []Token {
	var tokens []Token
	l := newLexer(source)
	l.lenient = true
	for {
		t, err := l.next()
		if t.Kind == End || t.Text == "" {
			return tokens
		}
		tokens = append(tokens, t)
		if err != nil {
			return tokens
		}
	}
}

// tokenText is how the parser names a token.
func tokenText(t Token) string {
	if t.Kind == String && len(t.Text) >= 2 && (t.Text[0] == '"' || t.Text[0] == '\'') {
		return t.Text[1 : len(t.Text)-1]
	}
	return t.Text
}

// near is the token some places after the mistake, or before it; the zero token if there is none.
func (f *foreign) near(by int) Token {
	if at := f.bad + by; at >= 0 && at < len(f.tokens) {
		return f.tokens[at]
	}
	return Token{}
}

// first is the first token of the line of the mistake.
func (f *foreign) first() Token {
	at := min(f.bad, len(f.tokens)-1)
	for at > 0 && f.tokens[at-1].Line == f.tokens[at].Line {
		at--
	}
	if at < 0 {
		return Token{}
	}
	return f.tokens[at]
}

// enclosing is the place of the bracket that the mistake stands in; -1 outside of brackets.
func (f *foreign) enclosing() int {
	depth := 0
	for i := min(f.bad, len(f.tokens)) - 1; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.Is(")") || t.Is("]") || t.Is("}"):
			depth++
		case (t.Is("(") || t.Is("[") || t.Is("{")) && depth == 0:
			return i
		case t.Is("(") || t.Is("[") || t.Is("{"):
			depth--
		}
	}
	return -1
}

// call finds options that are named in brackets, and defaults of parameters.
func (f *foreign) call() string {
	open := f.enclosing()
	if open < 1 || !f.tokens[open].Is("(") || f.tokens[open-1].Kind != Name {
		return ""
	}
	name := f.near(-1)
	if f.near(-1).Is(":") {
		name = f.near(-2)
	} else if !f.near(0).Is("=") {
		return ""
	}
	if name.Kind != Name {
		return ""
	}
	function := f.tokens[open-1].Text
	if f.isFunction(open) {
		return fmt.Sprintf("a parameter has no default: write %s = %s or … in the function", name.Text, name.Text)
	}
	return fmt.Sprintf("named options go in {…}: %s{%s = …}", function, name.Text)
}

// isFunction returns true if a bracket opens the parameters of a function.
func (f *foreign) isFunction(open int) bool {
	for i := open - 1; i >= 0 && i >= open-6; i-- {
		if f.tokens[i].Is("function") {
			return true
		}
	}
	return false
}

// equals finds the equality signs of other languages.
func (f *foreign) equals() string {
	bad, before, next := f.near(0), f.near(-1), f.near(1)
	first := f.first()
	switch {
	case bad.Is("=") && (next.Is(">") || next.Is("=>")):
		return "a function is written function(x) return … end"
	case bad.Is("=") && before.Is(":"), bad.Is(":") && next.Is("="):
		return "a variable is declared with local x = 1"
	case bad.Is("==") && next.Is("="), bad.Is("=") && before.Is("=="), bad.Is("=") && before.Is("~="):
		return `"equal" is written ==, and "not equal" ~=`
	case bad.Is(">") && before.Is("<"), bad.Is("<") && next.Is(">"):
		return `"not equal" is written ~=`
	case bad.Is(">") && before.Is("-"), bad.Is("-") && next.Is(">"):
		return "a field is read with x.name, and a method called with x:name()"
	case bad.Is("=") && (first.Is("if") || first.Is("elseif") || first.Is("while")), bad.Is("=") && f.inCondition():
		return `"equal" is written ==`
	case bad.Is("=") && f.enclosing() < 0 && f.near(-1).Is(")"):
		return "a call has no value to be set: a variable or a field stands before ="
	}
	return ""
}

// inCondition returns true between if and then, or while and do.
func (f *foreign) inCondition() bool {
	open, _ := f.opener()
	return open.Is("if") || open.Is("elseif") || open.Is("while")
}

// opener is the if, elseif, while or for before the mistake whose then or do has not come yet.
func (f *foreign) opener() (opener Token, word string) {
	for i := min(f.bad, len(f.tokens)) - 1; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.Is("if") || t.Is("elseif"):
			return t, "then"
		case t.Is("while") || t.Is("for"):
			return t, "do"
		case t.Kind == Keyword && !t.Is("not") && !t.Is("and") && !t.Is("or") && !t.Is("nil") && !t.Is("true") && !t.Is("false") && !t.Is("in"):
			return Token{}, ""
		}
	}
	return Token{}, ""
}

// symbol finds symbols that other languages have at their places.
func (f *foreign) symbol() string {
	bad, before, next := f.near(0), f.near(-1), f.near(1)
	open := f.enclosing()
	inTable := open >= 0 && f.tokens[open].Is("{")
	switch {
	case bad.Is("["):
		return "a list is written {1, 2}, and its first item is read with list[1]"
	case bad.Is("?") && next.Is("?"):
		return "a value in the place of nil is written x or y"
	case bad.Is("?") && next.Is("."):
		return "a field of what may be nil is written x and x.name"
	case bad.Is("?"):
		return "a choice is written condition and a or b"
	case inTable && (bad.Is(":") || before.Is(":")):
		return `a key is written {name = 1}, or {["any text"] = 1}`
	case open >= 0 && f.tokens[open].Is("[") && bad.Is(":"):
		return "a part of a text is text:sub(1, 3)"
	case bad.Is("*") && before.Is("*"):
		return "a power is written ^"
	case bad.Is("/") && next.Is("*"), bad.Is("#") && f.first() == bad:
		return "a comment begins with --, and a long one stands in --[[ and ]]"
	case bad.Is("%") && before.Kind == String:
		return `values are put into a text with ("%s"):format(x)`
	case bad.Is("`"):
		return `a text stands in "…" or '…', or in [[…]] if it has several lines; .. joins texts`
	case bad.Is("$"):
		return "names begin with a letter, without $"
	case bad.Kind == Number && strings.Contains(bad.Text, "_"):
		return "the digits of a number stand without _"
	case bad.Kind == Number && strings.HasPrefix(bad.Text, "0b"):
		return "numbers are written in decimal, or with 0x"
	case bad.Kind == Number && isDuration(bad.Text):
		return fmt.Sprintf("a duration is a text: %q", bad.Text)
	case bad.Is(":") && before.Kind == Name && f.first().Is("local"):
		return "there are no types: a note for the editor is ---@type string"
	}
	return f.keyword()
}

// keyword finds a word of the language in the place of a name.
func (f *foreign) keyword() string {
	bad := f.near(0)
	open := f.enclosing()
	switch {
	case bad.Kind == Keyword && f.near(-1).Is("."):
		return fmt.Sprintf("%q is a word of the language: write [%q]", bad.Text, bad.Text)
	case bad.Kind == Keyword && f.near(1).Is("=") && open >= 0 && f.tokens[open].Is("{"):
		return fmt.Sprintf("%q is a word of the language: write [%q] = …", bad.Text, bad.Text)
	}
	return ""
}

func isDuration(text string) bool {
	return strings.TrimLeft(text, "0123456789.") != "" && strings.Trim(text, "0123456789.smhdunµ") == ""
}

// words finds words of other languages, and mistyped ones, at the mistake or right before it.
func (f *foreign) words() string {
	bad, before, first := f.near(0), f.near(-1), f.first()
	switch {
	case before.Text == "continue" || bad.Text == "continue":
		return continueHint
	case bad.Is("in") && !first.Is("for"):
		return `there is no "in": known[x] looks into a table by its keys`
	case bad.Is("if") && before.Is("else"):
		return "it is written elseif … then"
	case first.Is("for") && bad.Text == "of":
		return "a list is walked with for _, x in ipairs(list) do … end"
	case first.Is("for") && bad.Is("("):
		return "numbers are counted with for i = 1, n do … end"
	}
	for _, t := range []Token{before, bad} {
		if hint := f.word(t); t.Kind == Name && hint != "" {
			return hint
		}
	}
	if f.begins(first) {
		return f.word(first)
	}
	return ""
}

// begins returns true if a name follows a token that begins a line, as in other languages.
func (f *foreign) begins(first Token) bool {
	for i, t := range f.tokens {
		if t == first && i+1 < len(f.tokens) {
			next := f.tokens[i+1]
			return t.Kind == Name && (next.Kind == Name || next.Is("function") || next.Is("{") && t.Text == "try" || next.Is(":"))
		}
	}
	return false
}

// word explains a name that begins a statement, or that a statement is mistyped with.
func (f *foreign) word(t Token) string {
	if hint := foreignWord(t.Text); hint != "" {
		return hint
	}
	if t.Text == "is" || t.Text == "eq" {
		return `"equal" is written ==`
	}
	if near := mistypedKeyword(t.Text); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// adjacent finds two values beside each other.
func (f *foreign) adjacent() string {
	bad, before := f.near(0), f.near(-1)
	value := bad.Kind == Name || bad.Kind == Number || bad.Kind == String
	switch {
	case bad.Kind == String && before.Kind == String:
		return "texts are joined with .. ; a long one stands in [[…]]"
	case value && before.Kind == Name && f.first() == before:
		return fmt.Sprintf("a call needs brackets: %s(%s)", before.Text, bad.Text)
	case value && f.enclosing() >= 0 && (before.Kind == Name || before.Kind == Number || before.Kind == String || before.Is("}") || before.Is(")")):
		return "a comma is missing before it, or .. to join texts"
	}
	return ""
}

// statement finds a value that stands where a statement is expected.
func (f *foreign) statement() string {
	const nothing = "a value by itself does nothing: print(…) or emit(…) shows it"
	last := f.near(-1)
	if f.bad < len(f.tokens) {
		first := f.near(0)
		operator := first.Kind == Symbol && strings.Contains(" > < == ~= >= <= + - * / % ^ .. ", " "+first.Text+" ") || first.Is("and") || first.Is("or")
		value := f.first() == first && (first.Kind == Number || first.Kind == String || first.Is("nil") || first.Is("true") || first.Is("false") || first.Is("not") || first.Is("{"))
		if operator && f.enclosing() < 0 && f.first().Kind == Name || value {
			return nothing
		}
		return ""
	}
	switch {
	case f.unclosed():
		return ""
	case last.Kind == Name || last.Is("]"):
		return nothing
	case last.Kind == Symbol && !last.Is(")") && !last.Is("}") && !last.Is(":") || last.Is("and") || last.Is("or") || last.Is("not") || last.Is("return"):
		return fmt.Sprintf("something is missing after %q", last.Text)
	case last.Is(":"):
		return "blocks stand between then, do, else or function(…) and end"
	}
	return ""
}

// unclosed returns true if the source ends inside a bracket or a block.
func (f *foreign) unclosed() bool {
	depth := 0
	for _, t := range f.tokens {
		switch {
		case opens(t):
			depth++
		case closes(t):
			depth--
		}
	}
	return depth > 0
}
