package syntax

import (
	"fmt"
	"strings"
)

// operand finds an operator that has no value before it.
func (f *foreign) operand() string {
	bad, before := f.near(0), f.near(-1)
	switch {
	case !joins(bad) || !f.wantsValue(before):
		return ""
	case bad.Is("..") && (before.Is("(") || before.Is("{") || before.Is("return") || before.Is(",")):
		return "a value is missing before \"..\"; the further arguments of a function are written ..."
	case joins(before) || before.Is("not") || before.Is("#") || before.Is("-"):
		return fmt.Sprintf("a value is missing between %q and %q", before.Text, bad.Text)
	}
	return fmt.Sprintf("a value is missing before %q", bad.Text)
}

// joins returns true for an operator that needs a value on both sides. A minus may stand alone.
func joins(t Token) bool {
	return t.Is("and") || t.Is("or") || t.Kind == Symbol && t.Text != "" && strings.Contains(" + * / % ^ .. == ~= < > <= >= ", " "+t.Text+" ")
}

// wantsValue returns true if a value must follow a token.
func (f *foreign) wantsValue(t Token) bool {
	if t.Kind == Keyword {
		return joins(t) || t.Is("not") || t.Is("return") || t.Is("in") || t.Is("if") || t.Is("elseif") || t.Is("while") || t.Is("until")
	}
	return t.Kind == Symbol && (joins(t) || t.Is("=") || t.Is("-") || t.Is("#") || t.Is("(") || t.Is("[") || t.Is("{") || t.Is(","))
}
