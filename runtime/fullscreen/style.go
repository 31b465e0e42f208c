package fullscreen

import (
	"strings"

	"github.com/gdamore/tcell/v2"
)

// A Line is a line of the screen, as spans of one style each.
type Line []Span

// A Span is a text in one style.
type Span struct {
	Text  string
	Style Style
}

// A Style is words with blanks between them: bold, dim, reverse, underline, and a colour.
type Style string

// Styles returns the words that a style may have.
func Styles() []string {
	return []string{"bold", "dim", "reverse", "underline", "red", "green", "yellow", "blue", "magenta", "cyan"}
}

// of returns the style of the device. Its 16 colours are those of the user's terminal.
func (s Style) of(colour bool) tcell.Style {
	style := tcell.StyleDefault
	if s == "" {
		return style
	}
	colours := map[string]tcell.Color{
		"red": tcell.ColorMaroon, "green": tcell.ColorGreen, "yellow": tcell.ColorOlive, "blue": tcell.ColorNavy,
		"magenta": tcell.ColorPurple, "cyan": tcell.ColorTeal,
	}
	for _, word := range strings.Fields(string(s)) {
		switch word {
		case "bold":
			style = style.Bold(true)
		case "dim":
			style = style.Dim(true)
		case "reverse":
			style = style.Reverse(true)
		case "underline":
			style = style.Underline(true)
		default:
			if chosen, known := colours[word]; known && colour {
				style = style.Foreground(chosen)
			}
		}
	}
	return style
}
