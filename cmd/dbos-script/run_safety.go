package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// safety holds the flags that limit and record the changes of a run.
type safety struct {
	dryRun       bool
	runOutside   bool // --dry-run-outside
	yes          bool
	maxChanges   optionalCount
	confirmAbove optionalCount
	audit        string
	reason       string
}

func (s *safety) register(flags *pflag.FlagSet) {
	flags.BoolVar(&s.dryRun, "dry-run", false, "change nothing, in the database and outside of it: look at every change, and end with a plan of them")
	flags.BoolVar(&s.runOutside, "dry-run-outside", false, "in a dry run, still run programs, write files and send requests")
	flags.BoolVar(&s.yes, "yes", false, "do not ask before a run changes more than --confirm-above, or, on a terminal, deletes")
	flags.Var(&s.maxChanges, "max-changes", "end the run before it changes more than this many workflows (no limit by default)")
	flags.Var(&s.confirmAbove, "confirm-above", fmt.Sprintf("ask before a run changes more than this many workflows (default %d)", run.DefaultConfirmAbove))
	flags.StringVar(&s.audit, "audit", "", "write changes to this file (default dbos-script/audit.jsonl in $XDG_STATE_HOME, else in ~/.local/state)")
	flags.StringVar(&s.reason, "reason", "", "why this is run, for the audit log")
}

// auditFile returns the path of the audit log. It returns an error if --audit is not set and there
// is no state folder.
func (a *app) auditFile() (string, error) {
	if a.options.audit != "" {
		return a.options.audit, nil
	}
	folder, err := stateFolder()
	if err != nil {
		return "", fmt.Errorf("it has no folder, so name a file with --audit: %w", err)
	}
	return filepath.Join(folder, "audit.jsonl"), nil
}

// stateFolder returns the folder of dbos-script in the user's state folder, which the XDG base
// directory specification places. A path in XDG_STATE_HOME that is not absolute is ignored, as that
// specification asks.
func stateFolder() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "dbos-script"), nil
}

// asker returns a function that asks the person at the terminal, or nil if standard input is none.
func (a *app) asker() func(context.Context, guard.Question) (bool, error) {
	in, ok := a.in.(*os.File)
	if !ok || !terminal.Is(in) {
		return nil
	}
	return func(ctx context.Context, q guard.Question) (bool, error) { return a.ask(ctx, in, q) }
}
