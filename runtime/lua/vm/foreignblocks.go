package vm

import "fmt"

// brace finds blocks in braces.
func (f *foreign) brace() string {
	bad := f.near(0)
	if !bad.is("{") && !bad.is("}") && !bad.is(":") {
		return ""
	}
	const blocks = "blocks stand between then, do, else or function(…) and end"
	open, word := f.opener()
	switch {
	case bad.is(":") && word != "":
		return fmt.Sprintf("write %s in the place of :, and end after the block", word)
	case bad.is("{") && word != "":
		return fmt.Sprintf("write %s in the place of {, and end in that of }", word)
	case !bad.is(":"):
		return blocks
	case open.text == "" && f.enclosing() < 0:
		return blocks
	}
	return ""
}

// missing finds a then or a do that was left out.
func (f *foreign) missing() string {
	open, word := f.opener()
	if word == "" || f.near(0).kind == symbolToken && !f.near(0).is("(") {
		return ""
	}
	return fmt.Sprintf("%q is missing after the %q of line %d", word, open.text, open.line)
}

// afterReturn finds statements behind a return.
func (f *foreign) afterReturn() string {
	if f.bad == len(f.tokens) || f.enclosing() >= 0 {
		return ""
	}
	for i := f.bad - 1; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.is("return"):
			if t.line == f.near(0).line {
				return ""
			}
			return fmt.Sprintf("the return of line %d ends its block; do return end leaves before the end", t.line)
		case t.kind == keywordToken && !t.is("nil") && !t.is("true") && !t.is("false") && !t.is("not") && !t.is("and") && !t.is("or"), t.is("="):
			return ""
		}
	}
	return ""
}

// colons finds the first line that opens a block with a colon at its end.
func (f *foreign) colons() string {
	for i, t := range f.tokens {
		if !t.is(":") || i+1 < len(f.tokens) && f.tokens[i+1].line == t.line {
			continue
		}
		at := *f
		at.bad = i
		if _, word := at.opener(); word != "" {
			return fmt.Sprintf("line %d: write %s in the place of :, and end after the block", t.line, word)
		}
	}
	return ""
}

// anywhere looks through the whole source for the word that keeps a block from opening or closing.
func (f *foreign) anywhere() string {
	if hint := f.colons(); hint != "" {
		return hint
	}
	for i, t := range f.tokens {
		begins := i == 0 || f.tokens[i-1].line < t.line || f.tokens[i-1].is("then") || f.tokens[i-1].is("do") || f.tokens[i-1].is("=")
		next := token{}
		if i+1 < len(f.tokens) {
			next = f.tokens[i+1]
		}
		hint := ""
		switch {
		case t.is("else") && next.is("if") && next.line == t.line:
			hint = `"else if" opens a second if: write elseif`
		case t.kind == nameToken && begins && (next.kind == nameToken || next.is("function") || t.text == "try" || t.text == "loop" || near(t.text)):
			hint = f.word(t)
		case t.is("{") && i > 0 && f.tokens[i-1].is(")") && t.line == f.tokens[i-1].line && f.opensBlock(i):
			hint = "blocks stand between then, do, else or function(…) and end, without braces"
		}
		if hint != "" {
			return fmt.Sprintf("line %d: %s", t.line, hint)
		}
	}
	return ""
}

// near returns true for a mistyped function, which a bracket may follow.
func near(name string) bool { return mistypedKeyword(name) == "function" }

// opensBlock returns true if the line of a brace begins with a word that opens a block.
func (f *foreign) opensBlock(brace int) bool {
	at := brace
	for at > 0 && f.tokens[at-1].line == f.tokens[brace].line {
		at--
	}
	first := f.tokens[at]
	return first.is("if") || first.is("while") || first.is("for") || first.is("function") || first.is("local")
}
