package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// runConfig returns the configuration of a run from the flags, the profile and the streams.
func (a *app) runConfig(script string, args []string) (run.Config, error) {
	format, err := a.format()
	if err != nil {
		return run.Config{}, &usageError{message: err.Error()}
	}
	url, embedded := a.options.url()
	config := run.Config{
		Script: script, Command: a.command, Arguments: args, Flags: flagNames(), Database: a.options.config(url),
		Streams: run.Streams{Stdin: a.in, Stdout: a.out, Stderr: a.err, Format: format, Width: a.width, FullScreen: a.alone, Verbose: a.options.verbose, PrintedTable: a.explainTable, Zone: a.options.tz.location(), Ages: a.ages},
		Limits:  a.options.limits(), Grants: a.options.allow, Profiles: profileFiles(), Transport: a.transport,
		Safety: a.safety(), Abandoned: a.abandoned, Environment: a.environment, Pools: a.pools, Neighbours: a.neighbours,
	}
	if isStandardInput(script) {
		config.Stdin = nil // the script has come from there
	}
	if embedded {
		config.Opening = a.openingEmbedded
	}
	if !a.unaudited {
		config.Needs = a.covered
	}
	if folder := approvalsFolder(); folder != "" {
		config.KeptFolders = []string{folder}
	}
	if path, err := a.auditFile(); err == nil { // a run that changes something reports the error
		config.Kept = []string{path}
	}
	return config, nil
}

// safety returns the safety settings of a run from the flags.
func (a *app) safety() run.Safety {
	o := a.options.safety
	s := run.Safety{
		DryRun: o.dryRun, Outside: o.runOutside, MaxChanges: o.maxChanges.given, ConfirmAbove: o.confirmAbove.given, Yes: o.yes,
		Ask: a.asker(), Reason: o.reason, Profile: a.profile.Name, Waiting: a.waiting, Planned: a.planned, Plan: a.applies, Conclude: a.conclude,
	}
	if !a.unaudited {
		s.AuditFile, s.AuditPath = a.recording, a.auditFile
	}
	return s
}

// recording is called before the first change of a run, and returns the path of the audit log.
func (a *app) recording() (string, error) {
	if a.beforeChange != nil {
		if err := a.beforeChange(); err != nil {
			return "", err
		}
	}
	return a.auditFile()
}

// newRun makes a run that the caller closes. The command test uses it, because several tests of a
// script share one.
func (a *app) newRun(ctx context.Context, script string) (*run.Run, error) {
	config, err := a.runConfig(script, nil)
	if err != nil {
		return nil, err
	}
	return run.New(ctx, config)
}

// session calls use with a run that has the flags of the command, and ends the run.
func (a *app) session(ctx context.Context, script string, args []string, use func(*run.Run) error) error {
	a, finish := a.identified()
	defer finish()
	config, err := a.runConfig(script, args)
	if err != nil {
		return err
	}
	defer survivePipes()()
	return run.Do(ctx, config, use)
}

// sessionAlone is session for a command that makes no other run.
func (a *app) sessionAlone(ctx context.Context, script string, args []string, use func(*run.Run) error) error {
	defer boundHeap(int64(a.options.maxMemory), a.frugal)()
	own := *a
	own.alone = true // on the terminal
	return own.session(ctx, script, args, use)
}

// survivePipes makes a write to a closed pipe return an error, so that the run ends in order.
// Without it the signal SIGPIPE ends the process. The function that it returns undoes that.
func survivePipes() func() {
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	return func() { signal.Stop(closed) }
}

// openingEmbedded prints that the embedded database is used because none is named. It returns an
// error if its file does not exist, because nothing is created that nobody asked for.
func (a *app) openingEmbedded() error {
	if _, err := os.Stat(embeddedFile); errors.Is(err, fs.ErrNotExist) {
		return errNoDatabase()
	}
	fmt.Fprintf(a.err, "dbos-script: no --db and no $%s: using the embedded database %s\n", environmentURL, embeddedURL)
	return nil
}

// errNoDatabase returns an error whose hint names the ways to name or make a database.
func errNoDatabase() error {
	return &client.Error{
		Code:    client.Initialization,
		Message: fmt.Sprintf("no database is named: there is no --db, no $%s, and no file %s here", environmentURL, embeddedFile),
		Hint:    "--db URL names one; `dbos-script db init` makes " + embeddedFile + " here, and `dbos-script demo` one to try things on",
	}
}

// explainTable prints how to see the content of a table, if a person looks on.
func (a *app) explainTable() {
	if terminal.Is(a.err) {
		fmt.Fprintln(a.err, "dbos-script: print(inspect.dump(t)) shows what is in a table")
	}
}

// waiting says that a stopped run waits for a change under way.
func (a *app) waiting(operation string, cause error) {
	why, way := "interrupted", "; Ctrl-C again ends at once"
	if stop := (*vm.Stop)(nil); errors.As(cause, &stop) && stop.Kind != vm.Interrupted {
		why, way = stop.Message, ""
	}
	fmt.Fprintf(a.err, "dbos-script: %s: %s is under way and is waited for%s\n", why, operation, way)
}

// conclude prints the report of a run: the plan of a dry run, or the changes made and not made by
// a run that was stopped.
func (a *app) conclude(r *run.Run, err error) error {
	if a.options.dryRun {
		return a.printPlan(r.Guard().Plan())
	}
	var exit *stdlib.ExitRequest
	if err == nil || errors.As(err, &exit) {
		a.printStopped(r.Guard().Stopped())
		a.printOutcome(r)
		return nil
	}
	err = a.printSummary(r.Script(), r.Guard().Summary())
	a.printStopped(r.Guard().Stopped())
	a.printUndo(r)
	return err
}
