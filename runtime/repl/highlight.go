package repl

import (
	"fmt"
	"slices"
	"strings"
)

// The colours are of the sixteen that a terminal's theme sets, so that they can be read on any background.
const (
	keywordColour = "\x1b[35m"
	stringColour  = "\x1b[32m"
	numberColour  = "\x1b[36m"
	commentColour = "\x1b[90m"
	noColour      = "\x1b[0m"
)

// promptColour is bold, and plain for a name it does not know.
func promptColour(name string) string {
	number := slices.Index([]string{"red", "green", "yellow", "blue", "magenta", "cyan"}, name)
	if number < 0 {
		return "\x1b[1m"
	}
	return fmt.Sprintf("\x1b[1;%dm", 31+number)
}

// Highlight colours Lua that need not be finished. Without its colours the text is what it was.
func Highlight(text string) string {
	var out strings.Builder
	at := 0
	for _, t := range tokens(text) {
		out.WriteString(text[at:t.from])
		colour := t.colour(text[t.from:t.to])
		paint(&out, colour, text[t.from:t.to])
		at = t.to
	}
	out.WriteString(text[at:])
	return out.String()
}

// paint colours each line by itself, as the editor writes a prompt between two lines.
func paint(out *strings.Builder, colour, text string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		if colour == "" || line == "" {
			out.WriteString(line)
			continue
		}
		out.WriteString(colour + line + noColour)
	}
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
