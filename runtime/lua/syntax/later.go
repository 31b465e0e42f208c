package syntax

import (
	"fmt"
	"strings"
)

// laterSyntax names syntax of a later Lua or of another language. The parser would only report
// "syntax error".
func (s *scanner) laterSyntax(t Token) *Mistake {
	if t.Kind == Name {
		return s.attribute(t)
	}
	if t.Kind != Symbol {
		return nil
	}
	message, hint := foreignSymbol(t.Text)
	if message == "" {
		return nil
	}
	name := s.previous[0]
	switch {
	case t.Text == "++" && strings.HasPrefix(strings.TrimSpace(SourceLine(s.lexer.src, t.Line)), "for"):
		hint = "numbers are counted with for i = 1, n do … end"
	case t.Text == "//" && name.Line != t.Line:
		message, hint = `"//" is not Lua`, "a comment begins with --"
	case name.Kind == Name && !s.previous[1].Is("."):
		hint = strings.ReplaceAll(strings.ReplaceAll(hint, "x = x", name.Text+" = "+name.Text), "x++", name.Text)
	}
	return &Mistake{Line: t.Line, Message: message, Hint: hint}
}

// attribute finds local x <const> and <close>.
func (s *scanner) attribute(t Token) *Mistake {
	if t.Text != "const" && t.Text != "close" || !s.previous[0].Is("<") || s.previous[1].Kind != Name || !s.previous[2].Is("local") {
		return nil
	}
	return &Mistake{
		Line:    t.Line,
		Message: fmt.Sprintf("\"<%s>\" is syntax of Lua 5.4; this is Lua 5.1", t.Text),
		Hint:    fmt.Sprintf("write local %s without it", s.previous[1].Text),
	}
}

func foreignSymbol(symbol string) (message, hint string) {
	switch symbol {
	case "//":
		return `"//" is integer division of Lua 5.3; this is Lua 5.1`, "write math.floor(a / b); comments begin with --"
	case "&", "|", "~", "<<", ">>":
		return fmt.Sprintf("%q is a bit operator of Lua 5.3; this is Lua 5.1", symbol), bitHint(symbol)
	case "!=":
		return `"!=" is not Lua`, `"not equal" is written ~=`
	case "&&":
		return `"&&" is not Lua`, `write "and"`
	case "||":
		return `"||" is not Lua`, `write "or"`
	case "!":
		return `"!" is not Lua`, `write "not"`
	case "++":
		return `"++" is not Lua`, "write x = x + 1"
	case "+=", "-=", "*=", "/=", "%=", "^=":
		return fmt.Sprintf("%q is not Lua", symbol), fmt.Sprintf("write x = x %s value", symbol[:1])
	}
	return strayCharacter(symbol)
}

func bitHint(symbol string) string {
	switch symbol {
	case "&":
		return `"and" joins conditions, and .. joins texts`
	case "|":
		return `"or" joins conditions`
	case "~":
		return `"not equal" is written ~=`
	}
	return "x * 2 ^ n and math.floor(x / 2 ^ n) move bits"
}

// strayCharacter finds bytes that no Lua source has outside of strings and comments.
func strayCharacter(symbol string) (message, hint string) {
	switch symbol[0] {
	case '@', '$', '`', '?', '\\':
		return fmt.Sprintf("unexpected %q", symbol), ""
	}
	if symbol[0] >= ' ' && symbol[0] <= '~' {
		return "", ""
	}
	hint = "names are made of the letters a to z, digits and _"
	if strings.Contains("“”„‘’‚", symbol) {
		hint = `quotes are the plain " and '`
	}
	return fmt.Sprintf("unexpected character %q outside of a string", symbol), hint
}
