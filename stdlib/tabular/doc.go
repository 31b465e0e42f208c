// Package tabular reads and writes rows of CSV (RFC 4180), one at a time.
package tabular

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Format is how a table is written.
type Format struct {
	Delimiter rune     // between the fields; ',' when zero
	Headless  bool     // the first line is a row like the others
	Columns   []string // the names of the fields, in their order
}

var errDelimiter = errors.New("one character expected, which is neither a quote nor a line end")

// ParseDelimiter reads a delimiter: one character, and a comma for an empty text.
func ParseDelimiter(text string) (rune, error) {
	if text == "" {
		return ',', nil
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || r == '"' || r == '\n' || r == '\r' || r == utf8.RuneError {
		return 0, fmt.Errorf("%q: %w", text, errDelimiter)
	}
	return r, nil
}

func (f Format) delimiter() rune {
	if f.Delimiter == 0 {
		return ','
	}
	return f.Delimiter
}
