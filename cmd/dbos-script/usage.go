package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

// usageError is a mistake on the command line.
type usageError struct {
	message string
	hint    string
}

func (e *usageError) Error() string     { return e.message }
func (e *usageError) ErrorHint() string { return e.hint }
func (e *usageError) ExitCode() int     { return stdlib.ExitUsage }

// usage returns an error about the arguments or the flags of a command, with a hint at --help
// unless it has its own.
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
	tried := ""
	if cmd == cmd.Root() && near == "" {
		tried = nearestTried(name)
	}
	switch tried {
	case "":
		return usage(cmd, fmt.Errorf("unknown command %q%s", name, near))
	case name:
		return &usageError{message: fmt.Sprintf("there is no command %q", name), hint: "write " + triedWords()[tried]}
	}
	return &usageError{message: fmt.Sprintf("there is no command %q, and none %q", name, tried), hint: "write " + triedWords()[tried]}
}

// nearestTried returns the word of triedWords that is name, or that name misspells; or "".
func nearestTried(name string) string {
	if triedWords()[name] != "" {
		return name
	}
	return declare.Suggest(name, slices.Sorted(maps.Keys(triedWords())))
}

// triedWords returns words that people try as commands, each with the command to type instead.
func triedWords() map[string]string {
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
