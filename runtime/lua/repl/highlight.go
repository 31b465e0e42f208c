package repl

import (
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/runtime/lua/repl/edit"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// The colours are of the sixteen that a terminal's theme sets, so that they can be read on any
// background.
const (
	keywordColour = "\x1b[35m"
	stringColour  = "\x1b[32m"
	numberColour  = "\x1b[36m"
	commentColour = "\x1b[90m"
)

// promptColour returns the escape sequence of bold text in a colour, or of bold text alone if there
// is no such colour.
func promptColour(name string) string {
	number := slices.Index([]string{"red", "green", "yellow", "blue", "magenta", "cyan"}, name)
	if number < 0 {
		return "\x1b[1m"
	}
	return fmt.Sprintf("\x1b[1;%dm", 31+number)
}

// Colours returns the coloured spans of Lua source that may be unfinished.
func Colours(text string) []edit.Span {
	var list []edit.Span
	for _, t := range syntax.Tokens(text) {
		if colour := colourOf(t); colour != "" {
			list = append(list, edit.Span{From: t.At, To: t.End(), Colour: colour})
		}
	}
	return list
}

func colourOf(t syntax.Token) string {
	switch t.Kind {
	case syntax.Comment:
		return commentColour
	case syntax.String:
		return stringColour
	case syntax.Number:
		return numberColour
	case syntax.Keyword:
		return keywordColour
	}
	return ""
}
