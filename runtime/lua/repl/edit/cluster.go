package edit

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// cluster returns the number of bytes of the first character of a text, with its accents; 0 for
// no text.
func cluster(text string) int {
	if len(text) < 2 {
		return len(text)
	}
	if text[0] < utf8.RuneSelf && text[1] < utf8.RuneSelf {
		return 1
	}
	if r, size := utf8.DecodeRuneInString(text); r == utf8.RuneError && size == 1 || r < ' ' {
		return size
	}
	first, _, _, _ := uniseg.FirstGraphemeClusterInString(text, -1)
	return len(first)
}

// before returns the beginning of the character that ends at a place of a text.
func before(text string, at int) int {
	if at <= 0 {
		return 0
	}
	from := strings.LastIndexByte(text[:at-1], '\n') + 1
	for {
		end := from + cluster(text[from:at])
		if end >= at {
			return from
		}
		from = end
	}
}

// after returns the end of the character that begins at a place of a text.
func after(text string, at int) int { return at + cluster(text[at:]) }

// tabWidth is the number of columns that a tab is drawn with.
const tabWidth = 4

// shown returns the text that is drawn for a character, and its width in columns. Control
// characters, invisible ones and invalid bytes are drawn as their number.
func shown(character string) (text string, width int) {
	r, size := utf8.DecodeRuneInString(character)
	switch {
	case r == utf8.RuneError && size == 1:
		text = fmt.Sprintf("<%02X>", character[0])
		return text, len(text)
	case r == '\t':
		return strings.Repeat(" ", tabWidth), tabWidth
	case r < ' ':
		return "^" + string(r|0x40), 2
	case r == softHyphen:
		return character, 1
	case hidden(r):
		text = fmt.Sprintf("<U+%04X>", r)
		return text, len(text)
	}
	return strings.Map(visible, character), uniseg.StringWidth(character)
}

// softHyphen is drawn by terminals, although Unicode calls it a control.
const softHyphen = '\u00ad'

// joiners connect the code points of one character.
const joiners = "\u200c\u200d"

func hidden(r rune) bool {
	tag := r >= 0xe0020 && r <= 0xe007f
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && !tag && !strings.ContainsRune(joiners, r) ||
		r == '\u2028' || r == '\u2029'
}

// visible replaces control characters inside of a character, because they could steer the
// terminal.
func visible(r rune) rune {
	if hidden(r) && r != softHyphen {
		return utf8.RuneError
	}
	return r
}

// textWidth is the number of columns of a text without line ends.
func textWidth(text string) int {
	total := 0
	for text != "" {
		size := cluster(text)
		_, width := shown(text[:size])
		total += width
		text = text[size:]
	}
	return total
}

// cut shortens a text to a number of columns.
func cut(text string, width int) string {
	if textWidth(text) <= width {
		return text
	}
	var b strings.Builder
	for used := 1; ; {
		size := cluster(text)
		_, columns := shown(text[:size])
		if used += columns; used > width {
			return b.String() + "…"
		}
		b.WriteString(text[:size])
		text = text[size:]
	}
}
