package layers

import (
	"regexp"
	"strings"
	"testing"
)

// direct finds what reaches a terminal past runtime/terminal: the streams and the terminal
// themselves, Go's own printing, and the way for text with colours.
var direct = regexp.MustCompile(`os\.Std(?:out|err)|/dev/tty|os\.NewFile|fmt\.Print(?:ln|f)?\(|(?m:^\s*print(?:ln)?\()|log\.(?:Print|Fatal|Panic)|terminal\.Styled\(`)

// writers are the files that may, with how often and why.
func writers() map[string]struct {
	times int
	why   string
} {
	type w = struct {
		times int
		why   string
	}
	return map[string]w{
		"cmd/dbos-script/main.go":          {2, "hands the streams to Main, which wraps them"},
		"cmd/dbos-script/terminal_ask.go":  {3, "opens the terminal, wraps it, and colours texts that went through Line"},
		"cmd/dbos-script/check_output.go":  {1, "colours findings, whose parts go through Line"},
		"cmd/dbos-script/repl_terminal.go": {1, "lends the terminal to the line editor"},
		"cmd/dbos-script/report.go":        {1, "has vm.Format colour an error, whose parts it passes through Text"},
		"cmd/dbos-script/test.go":          {1, "colours the report of tests, whose parts go through Line and Text"},
		"runtime/run/stderr.go":            {1, "takes log lines with colours, whose parts go through Line"},
	}
}

// What the command writes goes through a terminal.Writer, so that no value of a database drives a
// terminal: each file that could write past it is known. cmd/dbos-script's
// TestNoValueDrivesTheTerminal looks at what comes out.
func TestEveryWriterGoesThroughTheTerminal(t *testing.T) {
	t.Parallel()
	known := writers()
	for _, f := range goFiles(t) {
		shipped := within(f.folder, "cmd") || within(f.folder, "runtime") || within(f.folder, "stdlib") || within(f.folder, "bindings") || within(f.folder, "client")
		if f.test || !shipped || within(f.folder, "client/clienttest") || f.folder == "runtime/terminal" {
			continue
		}
		found := direct.FindAllString(withoutComments(read(t, f.path)), -1)
		if len(found) != known[f.path].times {
			t.Errorf("%s has %d places that can write to a terminal directly (%s), known are %d: write to the app's streams instead",
				f.path, len(found), strings.Join(found, ", "), known[f.path].times)
		}
	}
}

var comments = regexp.MustCompile(`(?m)^\s*//.*$|\s// .*$|"(?:[^"\\\n]|\\.)*"` + "|`[^`]*`")

// withoutComments removes comments and texts, but for the path of the terminal.
func withoutComments(source string) string {
	return comments.ReplaceAllStringFunc(source, func(part string) string {
		if part == `"/dev/tty"` {
			return part
		}
		return ""
	})
}
