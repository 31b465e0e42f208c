package main

import (
	"context"
	"fmt"
	"os/user"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// durableOptions are the flags of durable runs.
type durableOptions struct {
	durable    bool
	continued  string // the id of the run to go on with
	id         string
	maxJournal size
}

func (o *durableOptions) register(flags *pflag.FlagSet) {
	flags.BoolVar(&o.durable, "durable", false, "record each call in the database, so that `run --continue` goes on with the run after a crash")
	flags.StringVar(&o.continued, "continue", "", "go on with the unfinished durable run of this id, on any machine")
	flags.StringVar(&o.id, "run-id", "", "the id of a durable run (a new one by default)")
	flags.Var(&o.maxJournal, "max-journal", "end a durable run whose record gets larger than this (default 64MB)")
}

// check returns an error if flags contradict each other. words are FILE and its parameters.
func (o *durableOptions) check(words []string, options *options) error {
	switch {
	case o.continued != "" && len(words) > 0:
		return &usageError{message: "a run goes on with the script and the parameters with which it began: --continue takes no FILE"}
	case o.continued != "" && (o.durable || o.id != ""):
		return &usageError{message: "--continue goes on with a run, and --durable and --run-id begin one"}
	case o.continued != "" && options.dryRun:
		return &usageError{message: "--continue takes no --dry-run: what the run has changed is changed already"}
	case !o.durable && o.continued == "" && (o.id != "" || o.maxJournal != 0):
		return &usageError{message: "--run-id and --max-journal are for durable runs", hint: "write --durable too"}
	case (o.durable || o.continued != "") && options.readOnly:
		return &usageError{message: "a durable run records its calls in the database, which --read-only excludes"}
	}
	return nil
}

// limits returns the limits of the record. Their number of steps is the one that fits into the
// size, because the default number could end the run before its record has the size.
func (o *durableOptions) limits() journal.Limits {
	if o.maxJournal == 0 {
		return journal.Limits{}
	}
	return journal.Limits{Bytes: int(o.maxJournal), Steps: max(int(o.maxJournal)/journal.LeastSize, 1)}
}

// runFileDurably begins a durable run of a script. A dry run changes nothing, so it records
// nothing.
func (a *app) runFileDurably(ctx context.Context, path string, args []string, o *durableOptions) error {
	s, err := a.runnableScript(ctx, path)
	if err != nil {
		return err
	}
	if asksForParameters(s, args) {
		return a.showParameters(ctx, s, args)
	}
	if a.options.dryRun {
		return a.execute(ctx, s, args)
	}
	if !slices.Equal(audit.MaskArguments(args), args) {
		return &usageError{
			message: "a durable run keeps its parameters in the database, and one of them looks like a secret",
			hint:    "pass it in a variable of the environment that --allow-env grants",
		}
	}
	if o.id == "" {
		o.id = run.NewID()
	}
	granted, err := a.withNeeds(ctx, s.path, durable.BundleOf(s.source()), true)
	if err != nil {
		return err
	}
	a.sayNeeds(s.path, granted)
	return a.durably(ctx, o, func(session *durable.Session) error {
		plan := durable.Plan{
			Script: s.path, Arguments: args, Began: a.environment.Now().UTC(), Reason: audit.Mask(a.options.reason),
			MaxChanges: a.options.maxChanges.given, ConfirmAbove: a.options.confirmAbove.given,
		}
		if err := session.Start(ctx, userName(), durable.BundleOf(s.source()), plan); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "dbos-script: run %s is durable: `dbos-script run --continue %[1]s` goes on with it if it is interrupted\n", o.id)
		return nil
	})
}

// continueRun goes on with a durable run.
func (a *app) continueRun(ctx context.Context, o *durableOptions) error {
	o.id = o.continued
	return a.durably(ctx, o, func(*durable.Session) error { return nil })
}

// durably executes a durable run in this process. Before, it calls begin, which starts a new run
// and does nothing for one to be continued.
func (a *app) durably(ctx context.Context, o *durableOptions, begin func(*durable.Session) error) error {
	defer boundHeap(int64(a.options.maxMemory), 0)()
	defer survivePipes()()
	url, embedded := a.options.url()
	if embedded {
		if err := a.openingEmbedded(); err != nil {
			return err
		}
	}
	config := durable.Config{Database: a.options.config(url), LeaseTime: a.leaseTime, Waiting: a.watching}
	config.Database.Logger, config.Database.PollInterval = a.logger(), a.pollInterval
	session, err := durable.Open(ctx, o.id, config)
	if err != nil {
		return err
	}
	defer session.Close()
	if err := begin(session); err != nil {
		return err
	}
	own := *a
	own.alone = true // on the terminal
	err = session.Execute(ctx, func(ctx context.Context, l *durable.Life) error { return own.live(ctx, l, o) })
	if run.Unfinished(err) {
		fmt.Fprintf(a.err, "dbos-script: run %s is unfinished: `dbos-script run --continue %[1]s` goes on with it\n", o.id)
	}
	return err
}

// live executes the script of a durable run from its recorded steps on.
func (a *app) live(ctx context.Context, l *durable.Life, o *durableOptions) error {
	if log := a.jsonLog(); log != nil {
		own := *a
		own.err = log.With("run", o.id)
		a = &own
	}
	needed, err := a.withNeeds(ctx, l.Plan.Script, l.Bundle(), true)
	if err != nil {
		return err
	}
	config, err := needed.runConfig(l.Plan.Script, l.Plan.Arguments)
	if err != nil {
		return err
	}
	config.Opening = nil // the session has opened it
	l.Apply(&config, o.limits())
	return run.Do(ctx, config, l.Execute)
}

// watching says that another process may have the run.
func (a *app) watching(executorID string, longest time.Duration) {
	fmt.Fprintf(a.err, "dbos-script: the process %s has the run: it is watched for %s, to see if it is alive\n", executorID, longest)
}

func userName() string {
	u, err := user.Current()
	if err != nil || u.Username == "" {
		return "unknown"
	}
	return u.Username
}
