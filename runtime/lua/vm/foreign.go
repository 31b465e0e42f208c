package vm

import (
	"fmt"
	"strings"
)

// Many users know another language better than Lua. foreign recognises its syntax from the words
// around a mistake.
type foreign struct {
	tokens []token
	bad    int // the token of the mistake; the number of tokens for the end of the source
}

// syntaxHint says how to write the syntax at a mistake in Lua; empty if nothing is known about
// it.
func syntaxHint(source string, mistake *lexError) string {
	source = withoutPreamble(source)
	f := newForeign(source, mistake)
	switch {
	case strings.HasPrefix(mistake.message, "unfinished string"):
		return `a text ends on its line, with the quote that it begins with; [[…]] may have several lines`
	case strings.Contains(mistake.message, "expected (to close") || strings.Contains(mistake.message, "nothing is open here"),
		strings.Contains(mistake.message, "expected, got"):
		return firstOf(f, (*foreign).keyword, (*foreign).anywhere, (*foreign).missing)
	case mistake.token == "" && mistake.at == 0 && !mistake.unfinished:
		return ""
	}
	return firstOf(f, (*foreign).colons, (*foreign).call, (*foreign).equals, (*foreign).symbol, (*foreign).words, (*foreign).brace, (*foreign).missing,
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

func newForeign(source string, mistake *lexError) *foreign {
	f := &foreign{tokens: readable(source)}
	f.bad = len(f.tokens)
	if mistake.unfinished {
		return f
	}
	least, lineAt := len(source)+1, -2
	for i, t := range f.tokens {
		switch {
		case mistake.at > 0:
			if t.at == mistake.at {
				f.bad = i
			}
		case t.line == mistake.line && tokenText(t) == mistake.token:
			if lineAt == -2 { // the tokens are on one line, whose start is searched once
				lineAt = strings.LastIndexByte(source[:t.at], '\n')
			}
			if off := distance(t.at-lineAt, mistake.column); off < least {
				f.bad, least = i, off
			}
		}
	}
	return f
}

func distance(a, b int) int { return max(a-b, b-a) }

// readable are the tokens of a source, as far as it can be read.
func readable(source string) []token {
	var tokens []token
	l := newLexer(source)
	l.lenient = true
	for {
		t, err := l.next()
		if t.kind == endToken || t.text == "" {
			return tokens
		}
		tokens = append(tokens, t)
		if err != nil {
			return tokens
		}
	}
}

// tokenText is how the parser names a token.
func tokenText(t token) string {
	if t.kind == stringToken && len(t.text) >= 2 && (t.text[0] == '"' || t.text[0] == '\'') {
		return t.text[1 : len(t.text)-1]
	}
	return t.text
}

// near is the token some places after the mistake, or before it; the zero token if there is none.
func (f *foreign) near(by int) token {
	if at := f.bad + by; at >= 0 && at < len(f.tokens) {
		return f.tokens[at]
	}
	return token{}
}

// first is the first token of the line of the mistake.
func (f *foreign) first() token {
	at := min(f.bad, len(f.tokens)-1)
	for at > 0 && f.tokens[at-1].line == f.tokens[at].line {
		at--
	}
	if at < 0 {
		return token{}
	}
	return f.tokens[at]
}

// enclosing is the place of the bracket that the mistake stands in; -1 outside of brackets.
func (f *foreign) enclosing() int {
	depth := 0
	for i := min(f.bad, len(f.tokens)) - 1; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.is(")") || t.is("]") || t.is("}"):
			depth++
		case (t.is("(") || t.is("[") || t.is("{")) && depth == 0:
			return i
		case t.is("(") || t.is("[") || t.is("{"):
			depth--
		}
	}
	return -1
}

// call finds options that are named in brackets, and defaults of parameters.
func (f *foreign) call() string {
	open := f.enclosing()
	if open < 1 || !f.tokens[open].is("(") || f.tokens[open-1].kind != nameToken {
		return ""
	}
	name := f.near(-1)
	if f.near(-1).is(":") {
		name = f.near(-2)
	} else if !f.near(0).is("=") {
		return ""
	}
	if name.kind != nameToken {
		return ""
	}
	function := f.tokens[open-1].text
	if f.isFunction(open) {
		return fmt.Sprintf("a parameter has no default: write %s = %s or … in the function", name.text, name.text)
	}
	return fmt.Sprintf("named options go in {…}: %s{%s = …}", function, name.text)
}

// isFunction returns true if a bracket opens the parameters of a function.
func (f *foreign) isFunction(open int) bool {
	for i := open - 1; i >= 0 && i >= open-6; i-- {
		if f.tokens[i].is("function") {
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
	case bad.is("=") && (next.is(">") || next.is("=>")):
		return "a function is written function(x) return … end"
	case bad.is("=") && before.is(":"), bad.is(":") && next.is("="):
		return "a variable is declared with local x = 1"
	case bad.is("==") && next.is("="), bad.is("=") && before.is("=="), bad.is("=") && before.is("~="):
		return `"equal" is written ==, and "not equal" ~=`
	case bad.is(">") && before.is("<"), bad.is("<") && next.is(">"):
		return `"not equal" is written ~=`
	case bad.is(">") && before.is("-"), bad.is("-") && next.is(">"):
		return "a field is read with x.name, and a method called with x:name()"
	case bad.is("=") && (first.is("if") || first.is("elseif") || first.is("while")), bad.is("=") && f.inCondition():
		return `"equal" is written ==`
	case bad.is("=") && f.enclosing() < 0 && f.near(-1).is(")"):
		return "a call has no value to be set: a variable or a field stands before ="
	}
	return ""
}

// inCondition returns true between if and then, or while and do.
func (f *foreign) inCondition() bool {
	open, _ := f.opener()
	return open.is("if") || open.is("elseif") || open.is("while")
}

// opener is the if, elseif, while or for before the mistake whose then or do has not come yet.
func (f *foreign) opener() (opener token, word string) {
	for i := min(f.bad, len(f.tokens)) - 1; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.is("if") || t.is("elseif"):
			return t, "then"
		case t.is("while") || t.is("for"):
			return t, "do"
		case t.kind == keywordToken && !t.is("not") && !t.is("and") && !t.is("or") && !t.is("nil") && !t.is("true") && !t.is("false") && !t.is("in"):
			return token{}, ""
		}
	}
	return token{}, ""
}

// symbol finds symbols that other languages have at their places.
func (f *foreign) symbol() string {
	bad, before, next := f.near(0), f.near(-1), f.near(1)
	open := f.enclosing()
	inTable := open >= 0 && f.tokens[open].is("{")
	switch {
	case bad.is("["):
		return "a list is written {1, 2}, and its first item is read with list[1]"
	case bad.is("?") && next.is("?"):
		return "a value in the place of nil is written x or y"
	case bad.is("?") && next.is("."):
		return "a field of what may be nil is written x and x.name"
	case bad.is("?"):
		return "a choice is written condition and a or b"
	case inTable && (bad.is(":") || before.is(":")):
		return `a key is written {name = 1}, or {["any text"] = 1}`
	case open >= 0 && f.tokens[open].is("[") && bad.is(":"):
		return "a part of a text is text:sub(1, 3)"
	case bad.is("*") && before.is("*"):
		return "a power is written ^"
	case bad.is("/") && next.is("*"), bad.is("#") && f.first() == bad:
		return "a comment begins with --, and a long one stands in --[[ and ]]"
	case bad.is("%") && before.kind == stringToken:
		return `values are put into a text with ("%s"):format(x)`
	case bad.is("`"):
		return `a text stands in "…" or '…', or in [[…]] if it has several lines; .. joins texts`
	case bad.is("$"):
		return "names begin with a letter, without $"
	case bad.kind == numberToken && strings.Contains(bad.text, "_"):
		return "the digits of a number stand without _"
	case bad.kind == numberToken && strings.HasPrefix(bad.text, "0b"):
		return "numbers are written in decimal, or with 0x"
	case bad.kind == numberToken && isDuration(bad.text):
		return fmt.Sprintf("a duration is a text: %q", bad.text)
	case bad.is(":") && before.kind == nameToken && f.first().is("local"):
		return "there are no types: a note for the editor is ---@type string"
	}
	return f.keyword()
}

// keyword finds a word of the language in the place of a name.
func (f *foreign) keyword() string {
	bad := f.near(0)
	open := f.enclosing()
	switch {
	case bad.kind == keywordToken && f.near(-1).is("."):
		return fmt.Sprintf("%q is a word of the language: write [%q]", bad.text, bad.text)
	case bad.kind == keywordToken && f.near(1).is("=") && open >= 0 && f.tokens[open].is("{"):
		return fmt.Sprintf("%q is a word of the language: write [%q] = …", bad.text, bad.text)
	}
	return ""
}

func isDuration(text string) bool {
	return strings.TrimLeft(text, "0123456789.") != "" && strings.Trim(text, "0123456789.smhdunµ") == ""
}

// words finds words of other languages, and mistyped ones, right before the mistake or as the mistake itself.
func (f *foreign) words() string {
	bad, before, first := f.near(0), f.near(-1), f.first()
	switch {
	case before.text == "continue" || bad.text == "continue":
		return continueHint
	case bad.is("in") && !first.is("for"):
		return `there is no "in": known[x] looks into a table by its keys`
	case bad.is("if") && before.is("else"):
		return "it is written elseif … then"
	case first.is("for") && bad.text == "of":
		return "a list is walked with for _, x in ipairs(list) do … end"
	case first.is("for") && bad.is("("):
		return "numbers are counted with for i = 1, n do … end"
	}
	for _, t := range []token{before, bad} {
		if hint := f.word(t); t.kind == nameToken && hint != "" {
			return hint
		}
	}
	if f.begins(first) {
		return f.word(first)
	}
	return ""
}

// begins returns true if a token that begins a line has a name behind it, as a word of another language has.
func (f *foreign) begins(first token) bool {
	for i, t := range f.tokens {
		if t == first && i+1 < len(f.tokens) {
			next := f.tokens[i+1]
			return t.kind == nameToken && (next.kind == nameToken || next.is("function") || next.is("{") && t.text == "try" || next.is(":"))
		}
	}
	return false
}

// word explains a name that begins a statement, or that a statement is mistyped with.
func (f *foreign) word(t token) string {
	if hint := foreignWord(t.text); hint != "" {
		return hint
	}
	if t.text == "is" || t.text == "eq" {
		return `"equal" is written ==`
	}
	if near := mistypedKeyword(t.text); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// adjacent finds two values beside each other.
func (f *foreign) adjacent() string {
	bad, before := f.near(0), f.near(-1)
	value := bad.kind == nameToken || bad.kind == numberToken || bad.kind == stringToken
	switch {
	case bad.kind == stringToken && before.kind == stringToken:
		return "texts are joined with .. ; a long one stands in [[…]]"
	case value && before.kind == nameToken && f.first() == before:
		return fmt.Sprintf("a call needs brackets: %s(%s)", before.text, bad.text)
	case value && f.enclosing() >= 0 && (before.kind == nameToken || before.kind == numberToken || before.kind == stringToken || before.is("}") || before.is(")")):
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
		operator := first.kind == symbolToken && strings.Contains(" > < == ~= >= <= + - * / % ^ .. ", " "+first.text+" ") || first.is("and") || first.is("or")
		value := f.first() == first && (first.kind == numberToken || first.kind == stringToken || first.is("nil") || first.is("true") || first.is("false") || first.is("not") || first.is("{"))
		if operator && f.enclosing() < 0 && f.first().kind == nameToken || value {
			return nothing
		}
		return ""
	}
	switch {
	case f.unclosed():
		return ""
	case last.kind == nameToken || last.is("]"):
		return nothing
	case last.kind == symbolToken && !last.is(")") && !last.is("}") && !last.is(":") || last.is("and") || last.is("or") || last.is("not") || last.is("return"):
		return fmt.Sprintf("something is missing after %q", last.text)
	case last.is(":"):
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
