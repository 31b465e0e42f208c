package repl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/lua/repl/edit"
)

// The colours are of the sixteen that a terminal's theme sets, so that they can be read on any
// background.
const (
	keywordColour = "\x1b[35m"
	stringColour  = "\x1b[32m"
	numberColour  = "\x1b[36m"
	commentColour = "\x1b[90m"
)

// promptColour is bold, and plain for a name it does not know.
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
	for _, t := range tokens(text) {
		if colour := t.colour(text[t.from:t.to]); colour != "" {
			list = append(list, edit.Span{From: t.from, To: t.to, Colour: colour})
		}
	}
	return list
}

func (t token) colour(source string) string {
	switch {
	case strings.HasPrefix(source, "--"):
		return commentColour
	case t.kind == stringToken || t.kind == longToken:
		return stringColour
	case t.kind == numberToken:
		return numberColour
	case t.kind == nameToken && slices.Contains(words(), t.text):
		return keywordColour
	}
	return ""
}
