package stdlib

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

func screenColumns(host Host) declare.Func {
	return declare.Fn("columns", "Returns how many columns the terminal has that `print` writes to.",
		func(context.Context, declare.None) (*int, error) {
			if host.Columns == nil {
				return nil, nil
			}
			if columns := host.Columns(); columns > 0 {
				return &columns, nil
			}
			return nil, nil
		}).Reads().
		Returning("the columns; nil if standard output is not a terminal").
		Example("local columns = screen.columns()\nprint(columns and screen.fit(\"a long line\", columns) or \"a long line\")")
}

func screenWrap() declare.Func {
	type args struct {
		Text   declare.Raw `arg:"text" doc:"A text, a number, or another value that is no table or function."`
		Width  int         `arg:"width" doc:"How many columns a line has at most." min:"1" max:"10000"`
		Indent int         `json:"indent" doc:"How many blanks stand before each line but the first." min:"0" max:"1000"`
	}
	return declare.Fn("wrap", "Returns a text as lines that are no wider than a number of columns.",
		func(_ context.Context, a args) ([]string, error) {
			text, err := plainText(a.Text)
			if err != nil {
				return nil, err
			}
			return wrapped(text, a.Width, a.Indent), nil
		}).Pure().
		Returning("the lines, without control characters; a word that is too wide is divided").
		Example("for _, line in ipairs(screen.wrap(\"it waits for a free slot of its queue\", 20, {indent = 2})) do\n  print(line)\nend")
}

// wrapped returns the lines of a text, each but the first with an indent that leaves room for
// a wide character.
func wrapped(text string, width, indent int) (lines []string) {
	if indent > width-2 {
		indent = 0
	}
	for line := range strings.SplitSeq(terminal.Wrap(text, width, indent), "\n") {
		for terminal.Width(line) > width {
			head := fitting(line, width)
			if head == line {
				break
			}
			lines, line = append(lines, head), strings.Repeat(" ", indent)+line[len(head):]
		}
		lines = append(lines, line)
	}
	return lines
}

// fitting returns the first characters of a line that fit, and at least one.
func fitting(line string, width int) string {
	_, end := utf8.DecodeRuneInString(line)
	for end < len(line) {
		_, size := utf8.DecodeRuneInString(line[end:])
		if terminal.Width(line[:end+size]) > width {
			break
		}
		end += size
	}
	return line[:end]
}
