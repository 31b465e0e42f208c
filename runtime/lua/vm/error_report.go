package vm

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// The escape sequences of a coloured report, which can be read on white and on black: dim text
// cannot.
const (
	bold  = "\x1b[1m"
	reset = "\x1b[0m"
)

// Format writes an error for a person:
//
//	runbook.lua:12: dbos.resume_workflows: unknown option "queu" (did you mean "queue_name"?)
//	   12 | dbos.resume_workflows(ids, {queu = "slow"})
//	  runbook.lua:12: in function 'restart'
//	  runbook.lua:30: in main chunk
//	  hint: …
//
// An error that is no *ScriptError is its text alone.
func Format(w io.Writer, err error, colour bool) error {
	var failure *ScriptError
	if !errors.As(err, &failure) {
		_, err := fmt.Fprintln(w, terminal.Text(err.Error()))
		return err
	}
	paint := func(style, text string) string { return text }
	if colour {
		paint = func(style, text string) string { return style + text + reset }
	}
	_, err = io.WriteString(w, failure.report(paint))
	return err
}

func (e *ScriptError) report(paint func(style, text string) string) string {
	var b strings.Builder
	fmt.Fprintln(&b, paint(bold, terminal.Text(e.Error())))
	if e.SourceLine != "" && !speaksOfSecret(e.SourceLine) {
		fmt.Fprintf(&b, "%5d | %s\n", e.Line, shorten(e.SourceLine))
	}
	for _, frame := range e.Traceback {
		fmt.Fprintf(&b, "  %s\n", terminal.Line(fmt.Sprint(frame)))
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "  hint: %s\n", terminal.Text(e.Hint))
	}
	return b.String()
}

// speaksOfSecret returns true if a line may hold a password: a URL with a user, a database URL,
// or the word password. Such a line is not shown.
func speaksOfSecret(line string) bool {
	line = strings.ToLower(line)
	for _, word := range []string{"postgres", "cockroachdb:", "password", "passwd", "database_url"} {
		if strings.Contains(line, word) && strings.ContainsAny(line, `"'[`) && (strings.Contains(line, "://") || strings.Contains(line, "=")) {
			return true
		}
	}
	_, after, url := strings.Cut(line, "://")
	return url && strings.Contains(after, "@")
}

// shorten cuts a source line that would fill the screen, and makes tabs and control characters
// harmless.
func shorten(line string) string {
	const longest = 160
	line = terminal.Line(strings.ReplaceAll(line, "\t", " "))
	if runes := []rune(line); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return line
}
