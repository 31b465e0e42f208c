package report

import (
	"fmt"
	"io"
	"strings"
)

// A tap writes a report in the Test Anything Protocol, version 14. The line with the number of
// tests, such as 1..12, comes last, because the number is not known before.
type tap struct {
	out     io.Writer
	count   int
	started bool
}

func (t *tap) begin() {
	if !t.started {
		t.started = true
		fmt.Fprintln(t.out, "TAP version 14")
	}
}

func (t *tap) File(f File) error {
	t.begin()
	fmt.Fprintln(t.out, "#", f.Path)
	for _, r := range f.Results {
		t.result(r)
	}
	return nil
}

func (t *tap) result(r Result) {
	t.count++
	word, directive := "ok", ""
	switch r.State {
	case Failed:
		word = "not ok"
	case Pending:
		directive = " # SKIP still to be written"
	}
	fmt.Fprintf(t.out, "%s %d - %s%s\n", word, t.count, tapName.Replace(r.Name), directive)
	if r.State == Failed {
		t.diagnosis(r)
	}
}

// tapName escapes a test's name, because # would begin a directive such as SKIP.
var tapName = strings.NewReplacer("\\", "\\\\", "#", "\\#", "\n", " ")

// diagnosis writes the YAML block that says why a test failed.
func (t *tap) diagnosis(r Result) {
	fmt.Fprintf(t.out, "  ---\n  at: %q\n", fmt.Sprintf("%s:%d", r.File, r.Line))
	t.block("message", r.Failure)
	t.block("output", r.Output)
	t.block("log", r.Log)
	fmt.Fprintln(t.out, "  ...")
}

// block writes a text of several lines in YAML. The 2 in |2 is the indentation: without it, YAML
// would measure it at the first line, which can begin with blanks of its own.
func (t *tap) block(key, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(t.out, "  %s: |2\n", key)
	for _, line := range lines(text) {
		fmt.Fprintf(t.out, "    %s\n", line)
	}
}

func (t *tap) End(Totals) error {
	t.begin()
	_, err := fmt.Fprintf(t.out, "1..%d\n", t.count)
	return err
}
