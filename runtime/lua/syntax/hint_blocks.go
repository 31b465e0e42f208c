package syntax

import "fmt"

// brace finds blocks in braces.
func (f *foreign) brace() string {
	bad := f.near(0)
	if !bad.Is("{") && !bad.Is("}") && !bad.Is(":") {
		return ""
	}
	const blocks = "blocks stand between then, do, else or function(…) and end"
	open, word := f.opener()
	switch {
	case bad.Is(":") && word != "":
		return fmt.Sprintf("write %s in the place of :, and end after the block", word)
	case bad.Is("{") && word != "":
		return fmt.Sprintf("write %s in the place of {, and end in that of }", word)
	case !bad.Is(":"):
		return blocks
	case open.Text == "" && f.enclosing() < 0:
		return blocks
	}
	return ""
}

// missing finds a then or a do that was left out.
func (f *foreign) missing() string {
	open, word := f.opener()
	if word == "" || f.near(0).Kind == Symbol && !f.near(0).Is("(") {
		return ""
	}
	return fmt.Sprintf("%q is missing after the %q of line %d", word, open.Text, open.Line)
}

// afterReturn finds statements behind a return.
func (f *foreign) afterReturn() string {
	if f.bad == len(f.tokens) || f.enclosing() >= 0 {
		return ""
	}
	for i := f.bad - 1; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.Is("return"):
			if t.Line == f.near(0).Line {
				return ""
			}
			return fmt.Sprintf("the return of line %d ends its block; do return end leaves before the end", t.Line)
		case t.Kind == Keyword && !t.Is("nil") && !t.Is("true") && !t.Is("false") && !t.Is("not") && !t.Is("and") && !t.Is("or"), t.Is("="):
			return ""
		}
	}
	return ""
}

// colons finds the first line that opens a block with a colon at its end.
func (f *foreign) colons() string {
	for i, t := range f.tokens {
		if !t.Is(":") || i+1 < len(f.tokens) && f.tokens[i+1].Line == t.Line {
			continue
		}
		at := *f
		at.bad = i
		if _, word := at.opener(); word != "" {
			return fmt.Sprintf("line %d: write %s in the place of :, and end after the block", t.Line, word)
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
		begins := i == 0 || f.tokens[i-1].Line < t.Line || f.tokens[i-1].Is("then") || f.tokens[i-1].Is("do") || f.tokens[i-1].Is("=")
		next := Token{}
		if i+1 < len(f.tokens) {
			next = f.tokens[i+1]
		}
		hint := ""
		switch {
		case t.Is("else") && next.Is("if") && next.Line == t.Line:
			hint = `"else if" opens a second if: write elseif`
		case t.Kind == Name && begins && (next.Kind == Name || next.Is("function") || t.Text == "try" || t.Text == "loop" || near(t.Text)):
			hint = f.word(t)
		case t.Is("{") && i > 0 && f.tokens[i-1].Is(")") && t.Line == f.tokens[i-1].Line && f.opensBlock(i):
			hint = "blocks stand between then, do, else or function(…) and end, without braces"
		}
		if hint != "" {
			return fmt.Sprintf("line %d: %s", t.Line, hint)
		}
	}
	return ""
}

// near returns true for a mistyped function, which a bracket may follow.
func near(name string) bool { return mistypedKeyword(name) == "function" }

// opensBlock returns true if the line of a brace begins with a word that opens a block.
func (f *foreign) opensBlock(brace int) bool {
	at := brace
	for at > 0 && f.tokens[at-1].Line == f.tokens[brace].Line {
		at--
	}
	first := f.tokens[at]
	return first.Is("if") || first.Is("while") || first.Is("for") || first.Is("function") || first.Is("local")
}
