package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
)

const exitCodeTable = `Exit codes:
  0    success
  1    the script failed
  2    wrong usage: a flag, a parameter, a script that does not exist
  3    the database cannot be reached, or is not a system database
  4    the script ended, but some items failed
  5    denied: the run may not do that
  124  the run took longer than --timeout
  130  interrupted`

// usageError is a mistake on the command line.
type usageError struct {
	message string
	hint    string
}

func (e *usageError) Error() string     { return e.message }
func (e *usageError) ErrorHint() string { return e.hint }
func (e *usageError) ExitCode() int     { return stdlib.ExitUsage }

// usage returns an error about the words of a command, with a hint at --help unless it has its own.
func usage(cmd *cobra.Command, err error) error {
	if known, ok := errors.AsType[*usageError](err); ok && known.hint != "" {
		return err
	}
	return &usageError{message: err.Error(), hint: "`" + cmd.CommandPath() + " --help` lists commands and flags"}
}

func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	near := declare.DidYouMean(name, names)
	guess := ""
	if cmd == cmd.Root() && near == "" {
		guess = nearestGuess(name)
	}
	switch guess {
	case "":
		return usage(cmd, fmt.Errorf("unknown command %q%s", name, near))
	case name:
		return &usageError{message: fmt.Sprintf("there is no command %q", name), hint: "write " + guesses()[guess]}
	}
	return &usageError{message: fmt.Sprintf("there is no command %q, and none %q", name, guess), hint: "write " + guesses()[guess]}
}

// nearestGuess returns the word of guesses that name probably means, or "".
func nearestGuess(name string) string {
	if guesses()[name] != "" {
		return name
	}
	return declare.Suggest(name, slices.Sorted(maps.Keys(guesses())))
}

// guesses returns words that people try as commands, each with the command to type instead.
func guesses() map[string]string {
	all := map[string]string{}
	for _, g := range []struct{ words, instead string }{
		{"ls lst workflows ps workflow query search", "dbos-script list"},
		{"failed errors", "dbos-script failures"},
		{"get describe status inspect steps", "dbos-script show ID"},
		{"tail follow", "dbos-script watch ID"},
		{"htop monitor dashboard", "dbos-script top"},
		{"kill stop", "dbos-script cancel ID"},
		{"retry restart", "dbos-script rerun ID"},
		{"start", "dbos-script enqueue WORKFLOW --queue QUEUE"},
		{"trigger backfill", "dbos-script schedules NAME --trigger, or --backfill --since TIME"},
		{"message signal notify", "dbos-script send ID --message JSON"},
		{"reset", "dbos-script rewind ID --from STEP"},
		{"rm remove", "dbos-script delete ID"},
		{"queue info stats", "dbos-script queues"},
		{"exec eval", "dbos-script -e 'LUA'"},
		{"shell console", "dbos-script repl"},
	} {
		for _, word := range strings.Fields(g.words) {
			all[word] = g.instead
		}
	}
	return all
}

// wrongFlag returns an error about flags, with the nearest flag if one is unknown.
func wrongFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := declare.Suggest(unknown.GetSpecifiedName(), names); near != "" {
			err = fmt.Errorf("%w (did you mean %q?)", err, "--"+near)
		}
	}
	return usage(cmd, err)
}

// report prints an error and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return stdlib.ExitSuccess
	}
	var exit *stdlib.ExitRequest
	if errors.As(err, &exit) {
		switch {
		case exit.Message == "":
		case exit.Status == stdlib.ExitSuccess:
			fmt.Fprintln(a.err, exit.Message) // the prefix marks the failure
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

// errorText returns the text of print.
func (a *app) errorText(err error) string {
	var text bytes.Buffer
	printer := *a
	printer.err = &text
	printer.print(err)
	return text.String()
}

// print writes an error with its trace and its hint.
func (a *app) print(err error) {
	var script *vm.ScriptError
	if errors.As(err, &script) {
		a.trace("dbos-script: ", script)
	} else {
		fmt.Fprintln(a.err, a.fitting(fmt.Sprint("dbos-script: ", err)))
		var hinted declare.Hinter
		if errors.As(err, &hinted) && hinted.ErrorHint() != "" {
			fmt.Fprintln(a.err, a.fitting("hint: "+hinted.ErrorHint()))
		}
	}
	a.printInternal(err)
}

// trace writes an error of a script with its line, its trace and its hint.
func (a *app) trace(prefix string, err *vm.ScriptError) {
	text := bytes.NewBufferString(prefix)
	_ = vm.Format(text, err, terminal.Coloured(a.err))
	_, _ = io.WriteString(terminal.Styled(a.err), a.fitting(text.String()))
}

// fitting returns a text with its lines wrapped to the width of standard error. Lines that quote a
// source stay as they are.
func (a *app) fitting(text string) string {
	width, _ := terminal.Size(a.err)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !quotesSource.MatchString(line) {
			lines[i] = terminal.Wrap(line, width, len(line)-len(strings.TrimLeft(line, " "))+2)
		}
	}
	return strings.Join(lines, "\n")
}

var quotesSource = regexp.MustCompile(`^ *[0-9]+ \| `)
