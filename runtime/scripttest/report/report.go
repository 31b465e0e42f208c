package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// A State is the outcome of a test.
type State string

// The states.
const (
	Passed  State = "passed"
	Failed  State = "failed"
	Pending State = "pending" // still to be written
)

// A Result is the result of one test.
type Result struct {
	Name    string
	File    string
	Line    int
	State   State
	Took    time.Duration
	Failure string // why it failed, in one or more lines
	Overdue bool   // it failed because it took longer than it may, which has an exit code of its own
	Output  string // standard output of the test
	Log     string // standard error of the test
}

// A File holds the results of the tests of one script.
type File struct {
	Path    string
	Results []Result
}

// Totals counts tests by their outcome.
type Totals struct {
	Passed, Failed, Pending int
	Overdue                 int           // failed by timeout; counted in Failed too
	Took                    time.Duration // of all tests; the report for people leaves it out
}

// Add counts the tests of a file.
func (t *Totals) Add(f File) {
	for _, r := range f.Results {
		t.Took += r.Took
		switch r.State {
		case Passed:
			t.Passed++
		case Failed:
			t.Failed++
			if r.Overdue {
				t.Overdue++
			}
		case Pending:
			t.Pending++
		}
	}
}

// A Reporter writes results as they come.
type Reporter interface {
	// File writes the results of a script when all of its tests have run.
	File(File) error
	// End writes the end of the report, after the last script.
	End(Totals) error
}

// Formats are the names of the reports.
func Formats() []string { return []string{"report", "tap", "junit"} }

// Style is how the report for people looks.
type Style struct {
	Coloured bool
	Verbose  bool // shows the output of passing tests too
}

// NewReporter returns the reporter of a format. Style is for the report for people alone. If there
// is no such format, the error lists all.
func NewReporter(format string, out io.Writer, style Style) (Reporter, error) {
	switch format {
	case "report":
		return &prose{out: out, Style: style}, nil
	case "tap":
		return &tap{out: out}, nil
	case "junit":
		return &junit{out: out}, nil
	}
	return nil, fmt.Errorf("no report %q: it is %s", format, strings.Join(Formats(), ", "))
}

// prose writes the report for people.
type prose struct {
	out io.Writer
	Style
}

// The colours of the words that open a line. All of them can be read on white and on black. Yellow
// is not among them, because it cannot be read on white.
const (
	green, red, magenta, plain = "\x1b[32m", "\x1b[31m", "\x1b[35m", "\x1b[0m"
)

func (p *prose) File(f File) error {
	fmt.Fprintln(p.out, terminal.Line(f.Path))
	for _, r := range f.Results {
		p.result(r)
	}
	_, err := fmt.Fprintln(p.out)
	return err
}

func (p *prose) result(r Result) {
	word, colour := "ok  ", green
	switch r.State {
	case Failed:
		word, colour = "FAIL", red
	case Pending:
		word, colour = "todo", magenta
	}
	if p.Coloured {
		word = colour + word + plain
	}
	fmt.Fprintf(p.out, "  %s  %s%s\n", word, terminal.Line(r.Name), took(r))
	p.block(r.Failure, "        ")
	if r.State == Failed || p.Verbose {
		p.block(r.Output, "        │ ")
		p.block(r.Log, "        │ ")
	}
}

// took returns how long a test ran, or "" if it ran for less than a second.
func took(r Result) string {
	const short = time.Second
	if r.Took < short {
		return ""
	}
	return fmt.Sprintf(" (%s)", terminal.Duration(r.Took))
}

// block writes a text with an indent before each line. The bar in the indent of an output keeps it
// apart from the report.
func (p *prose) block(text, indent string) {
	for _, line := range lines(text) {
		fmt.Fprintln(p.out, strings.TrimRight(indent+terminal.Text(line), " "))
	}
}

func lines(text string) []string {
	if text = strings.TrimRight(text, "\n"); text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func (p *prose) End(t Totals) error {
	_, err := fmt.Fprintln(p.out, t.String())
	return err
}

// String returns the last line of the report.
func (t Totals) String() string {
	words := []string{fmt.Sprintf("%d passed", t.Passed)}
	if t.Failed > 0 {
		words = append(words, fmt.Sprintf("%d failed", t.Failed))
	}
	if t.Pending > 0 {
		words = append(words, fmt.Sprintf("%d still to be written", t.Pending))
	}
	return strings.Join(words, ", ")
}
