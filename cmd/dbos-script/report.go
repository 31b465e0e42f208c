package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// exitCodeTable is a part of the help of the command. It has the codes that run.ExitCode returns.
const exitCodeTable = `Exit codes:
  0    success
  1    the script failed
  2    wrong usage: a flag, a parameter, a script that does not exist
  3    the database cannot be reached, or is not a system database
  4    the script ended, but some items failed
  5    denied: the run may not do that
  124  the run took longer than --timeout
  130  interrupted`

// report writes an error to standard error, as text or as a record of the JSON log, and returns the
// exit code. The error of a script that called exit is only the message that it passed, if any. For
// nil it writes nothing and returns 0.
func (a *app) report(err error) int {
	if err == nil {
		return stdlib.ExitSuccess
	}
	var exit *stdlib.ExitRequest
	if errors.As(err, &exit) {
		switch {
		case exit.Message == "": // the script ends in silence
		case exit.Status == stdlib.ExitSuccess:
			fmt.Fprintln(a.err, exit.Message) // without the prefix, which marks a failure
		case a.jsonLog() != nil:
			a.logger().Error(exit.Message, "status", exit.Status)
		default:
			fmt.Fprintln(a.err, "dbos-script:", exit.Message)
		}
		return exit.Status
	}
	if a.jsonLog() != nil {
		a.logger().Error(err.Error(), "detail", a.errorText(err), "status", run.ExitCode(err))
	} else {
		a.print(err)
	}
	return run.ExitCode(err)
}

// errorText returns the text that print writes, without colours and with its lines as long as they
// are, because it goes to no terminal.
func (a *app) errorText(err error) string {
	var text bytes.Buffer
	printer := *a
	printer.err = &text
	printer.print(err)
	return text.String()
}

// print writes an error as text: with its hint, and if it is of a script, its line and its trace.
func (a *app) print(err error) {
	var script *vm.ScriptError
	if errors.As(err, &script) {
		a.printScriptError("dbos-script: ", script)
	} else {
		fmt.Fprintln(a.err, a.wrapped(fmt.Sprint("dbos-script: ", err)))
		var hinted declare.Hinter
		if errors.As(err, &hinted) && hinted.ErrorHint() != "" {
			fmt.Fprintln(a.err, a.wrapped("hint: "+hinted.ErrorHint()))
		}
	}
	a.printInternal(err)
}

// printScriptError writes an error of a script behind a prefix, with its line, its trace and its
// hint.
func (a *app) printScriptError(prefix string, err *vm.ScriptError) {
	text := bytes.NewBufferString(prefix)
	_ = vm.Format(text, err, terminal.Coloured(a.err))
	_, _ = io.WriteString(terminal.Styled(a.err), a.wrapped(text.String()))
}

// wrapped returns a text with its lines wrapped to the width of the terminal that standard error
// is, if it is one. Lines that quote a source stay as they are.
func (a *app) wrapped(text string) string {
	width, _ := terminal.Size(a.err)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !quotesSource.MatchString(line) {
			lines[i] = terminal.Wrap(line, width, len(line)-len(strings.TrimLeft(line, " "))+2)
		}
	}
	return strings.Join(lines, "\n")
}

// quotesSource finds a line of a script in an error, such as "  12 | local x = nil".
var quotesSource = regexp.MustCompile(`^ *[0-9]+ \| `)
