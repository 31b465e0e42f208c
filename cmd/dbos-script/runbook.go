package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
	"github.com/dbos-script/dbos-script/scripts/runbooks"
	"github.com/dbos-script/dbos-script/stdlib/files"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/params"
)

// A runbook command is a script that comes with dbos-script. It does nothing that a script of a
// user could not do, and --source prints it, to copy and change.

// runbookCommands returns a command for each of the runbooks below a command, which is "" for most.
func (a *app) runbookCommands(parent string) []*cobra.Command {
	var list []*cobra.Command
	for _, c := range runbooks.All() {
		if c.Parent == parent {
			list = append(list, a.runbookCommand(c))
		}
	}
	return list
}

// runbookSettings are settings of a runbook command that no script has.
type runbookSettings struct {
	aliases []string // other names of the command
	frugal  int64    // see boundHeap
}

func settingsOf(command string) runbookSettings {
	return map[string]runbookSettings{
		"executors": {aliases: []string{"workers"}}, // Temporal's name for them
		// The messages of a hundred thousand workflows are garbage as soon as they are masked.
		"failures": {frugal: 26 << 20},
	}[command]
}

func (a *app) runbookCommand(c runbooks.Runbook) *cobra.Command {
	cmd := &cobra.Command{
		Use:     c.Name + " [parameters]",
		Aliases: settingsOf(c.Name).aliases,
		Short:   c.Summary,
		// The parameters are the script's, and the flags of dbos-script may stand among them.
		DisableFlagParsing: true,
		Annotations:        map[string]string{lateFlags: c.Name},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			return a.runbookWords(cmd, c.Name, c.Text(), args, word)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if slices.Contains(args, "--source") {
				_, err := io.WriteString(a.out, c.Text())
				return err
			}
			if asksForParameters(&script{text: []byte(c.Text())}, args) {
				return cmd.Help()
			}
			// The script gets everything behind "--": no parameter of a runbook has a flag's name.
			own := slices.Index(append(args, "--"), "--")
			rest, err := splitScript(cmd.Root().PersistentFlags(), args[:own])
			if err != nil {
				return usage(cmd, err)
			}
			rest = append(rest, args[own:]...)
			if err := a.settle(cmd.Root().PersistentFlags()); err != nil {
				return err
			}
			return a.runRunbook(cmd, c, rest)
		},
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		if err := a.runRunbook(cmd, c, []string{"--help"}); run.ExitCode(err) != 0 {
			a.report(err)
			return
		}
		root := cmd.Root().Name()
		fmt.Fprintf(a.out, "\n%s\n", wrapped(fmt.Sprintf("`%s --source` prints the script behind the command, to copy and change. `%s --help` lists the flags "+
			"that every command takes, such as --db, --output and --dry-run.", cmd.CommandPath(), root), a.helpWidth()))
	})
	return cmd
}

// runRunbook runs the script of a command.
func (a *app) runRunbook(cmd *cobra.Command, c runbooks.Runbook, args []string) error {
	own := *a
	own.options.allow = granted(c.Name, args, a.options.allow)
	own.command, own.ages, own.ownReport, own.frugal = cmd.CommandPath(), true, true, settingsOf(c.Name).frugal
	if c.Parent == "runs" && own.options.confirmAbove.given == nil {
		own.options.confirmAbove.given = new(int64) // the plan is a question
	}
	if c.Parent == "bulk" && c.Name == "retry-failed" && a.profile.Signers() != "" && slices.ContainsFunc(args, func(word string) bool { return strings.HasPrefix(word, "plan-") }) {
		return &planfile.DeniedError{Message: "the run is part of a plan, and what it has left needs a signature too", Hint: "make a new plan of these workflows, and have it signed"}
	}
	s := &script{path: c.Name, name: c.Name + ".lua", text: []byte(c.Text())}
	if slices.Contains(args, "--help") {
		return own.showParameters(cmd.Context(), s, args)
	}
	source := run.Text(s.name, c.Text())
	source.Builtin = true
	err := own.sessionAlone(cmd.Context(), own.command, args, func(r *run.Run) error { return r.Execute(source) })
	if failed, ok := errors.AsType[*client.Error](err); ok {
		return failed // the line of the script is no help to somebody who did not write it
	}
	if failed, ok := errors.AsType[*files.Error](err); ok {
		return failed
	}
	if wrong, ok := errors.AsType[*params.Error](err); ok {
		return &usageError{message: c.Name + ": " + wrong.Message, hint: fmt.Sprintf("`%s --help` lists its parameters", own.command)}
	}
	return err
}

// granted returns the grants with the file that a person names on the command line of `export` or
// `import`: a script has to be granted its files, because somebody else may have written it. The
// answer of `approve` names the user, and the width of `top` is in a variable.
func granted(command string, args []string, allow grants.Lists) grants.Lists {
	switch command {
	case "top":
		allow.Env = append(slices.Clone(allow.Env), "COLUMNS") // the width outside of a terminal
	case "approve":
		allow.Env = append(slices.Clone(allow.Env), "USER", "LOGNAME", "USERNAME")
	case "export":
		for i, word := range args {
			path, ok := strings.CutPrefix(word, "--to=")
			if word == "--to" && i+1 < len(args) {
				path, ok = args[i+1], true
			}
			if ok && path != "" && path != standardInput {
				allow.Write = append(slices.Clone(allow.Write), path)
			}
		}
	case "import":
		for _, word := range args {
			if word != "" && !strings.HasPrefix(word, "-") {
				allow.Read = append(slices.Clone(allow.Read), word)
			}
		}
	}
	return allow
}
