package report

import (
	"fmt"
	"io"
	"strings"
)

// A tap is a report in the Test Anything Protocol, version 14. The plan stands at the end, where
// the number is known.
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

// tapName keeps a name from being read as a directive.
var tapName = strings.NewReplacer("\\", "\\\\", "#", "\\#", "\n", " ")

func (t *tap) diagnosis(r Result) {
	fmt.Fprintf(t.out, "  ---\n  at: %q\n", fmt.Sprintf("%s:%d", r.File, r.Line))
	t.block("message", r.Failure)
	t.block("output", r.Output)
	t.block("log", r.Log)
	fmt.Fprintln(t.out, "  ...")
}

// block writes a text as YAML does; the number keeps lines that begin with blanks as they are.
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
