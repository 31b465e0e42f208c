package repl

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// card is a record as lines of field and value, the values under each other. Fields without a
// value are left out; the text is empty when none has one.
func card(members declare.Members, encode func(any) (string, error)) (string, error) {
	width := 0
	for name, value := range members.All() {
		if value != nil {
			width = max(width, utf8.RuneCountInString(name))
		}
	}
	var lines []string
	for name, value := range members.All() {
		if value == nil {
			continue
		}
		text, err := cardValue(value, encode)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		lines = append(lines, fmt.Sprintf("%-*s %s", width+1, name+":", hang(text, width+2)))
	}
	return strings.Join(lines, "\n"), nil
}

// hang indents all lines but the first.
func hang(text string, by int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", by))
}

func cardValue(value any, encode func(any) (string, error)) (string, error) {
	switch v := value.(type) {
	case string:
		return terminal.Text(v), nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	}
	return encode(value)
}
