package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/check"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// findingWriter shows the findings of one script after the other.
type findingWriter interface {
	add([]check.Finding)
	done() error
}

func (a *app) findings() (findingWriter, error) {
	if a.options.output == "" {
		return &findingText{out: terminal.Styled(a.out), paint: painter(terminal.Coloured(a.out))}, nil
	}
	format, err := a.format()
	if err != nil {
		return nil, &usageError{message: err.Error()}
	}
	summary := map[string][]string{"finding": {"file", "line", "column", "code", "message"}}
	return &findingData{printer: printer(a.out, format, render.Kinds{Summary: summary})}, nil
}

// findingData writes them in the format of --output.
type findingData struct {
	printer *render.Printer
	rows    []render.Row
}

func (d *findingData) add(list []check.Finding) {
	for _, f := range list {
		d.rows = append(d.rows, render.Row{Kind: "finding", Value: findingMembers(f)})
	}
}

func (d *findingData) done() error { return d.printer.List(d.rows) }

func findingMembers(f check.Finding) declare.Members {
	return declare.Members{
		{Key: "file", Value: f.File}, {Key: "line", Value: f.Line}, {Key: "column", Value: f.Column}, {Key: "code", Value: string(f.Code)},
		{Key: "message", Value: f.Message}, {Key: "suggestion", Value: f.Suggestion}, {Key: "hint", Value: f.Hint}, {Key: "source", Value: shownSource(f.Source)},
	}
}

// findingText writes findings for people: place and message, the line with a mark under the
// place, and a hint.
type findingText struct {
	out   io.Writer
	paint func(style, text string) string
	err   error
}

func (t *findingText) add(list []check.Finding) {
	for _, f := range list {
		t.write(f)
	}
}

func (t *findingText) done() error { return t.err }

func (t *findingText) write(f check.Finding) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s [%s]\n", t.paint("1", harmless(f.String())), f.Code)
	if line := shownSource(f.Source); line != f.Source {
		fmt.Fprintf(&b, "%5d | %s\n", f.Line, line)
	} else if line = harmless(line); f.Column > 0 && f.Column <= maxMarked {
		fmt.Fprintf(&b, "%5d | %s\n", f.Line, line)
		fmt.Fprintf(&b, "      | %s%s\n", strings.Repeat(" ", f.Column-1), t.paint("1", "^"))
	}
	if f.Hint != "" {
		fmt.Fprintf(&b, "  hint: %s\n", terminal.Line(f.Hint))
	}
	if _, err := io.WriteString(t.out, b.String()); err != nil {
		t.err = err
	}
}

// shownSource returns a line of a script, or nothing if it may contain a secret, because build
// logs are kept.
func shownSource(line string) string {
	if audit.Written(line) {
		return "*** (this line seems to have a secret in it)"
	}
	return line
}

// maxMarked is how far right a mark is still seen.
const maxMarked = 160

// harmless makes blanks of tabs, so that a mark stands under its place, and drives no terminal.
func harmless(text string) string { return terminal.Line(strings.ReplaceAll(text, "\t", " ")) }

func painter(colour bool) func(style, text string) string {
	return func(style, text string) string {
		if !colour {
			return text
		}
		return "\x1b[" + style + "m" + text + "\x1b[0m"
	}
}
