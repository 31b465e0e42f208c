package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
	"github.com/dbos-script/dbos-script/stdlib"
)

// defaultExpiry is how long a plan may be carried out: an approval comes within a day, and most
// workflows have changed after two.
const defaultExpiry = 24 * time.Hour

// planOptions are the flags of a run that writes a plan.
type planOptions struct {
	file    string
	expires duration
}

func (o *planOptions) register(flags *pflag.FlagSet) {
	o.expires = duration(defaultExpiry)
	flags.StringVar(&o.file, "plan", "", "change nothing, and write the changes to this file, for `dbos-script apply`")
	flags.Var(&o.expires, "expires", "how long the plan may be applied, such as 2h or 3d")
}

// check returns an error if flags contradict each other.
func (o *planOptions) check(durable *durableOptions, flags *pflag.FlagSet) error {
	switch {
	case o.file == "" && flags.Changed("expires"):
		return &usageError{message: "--expires is for plans", hint: "write --plan FILE too"}
	case o.file == "" && flags.Changed("plan"):
		return &usageError{message: "--plan has no file"}
	case o.file != "" && (durable.durable || durable.continued != ""):
		return &usageError{message: "a durable run changes something, and --plan changes nothing", hint: "`dbos-script apply` records what it has done by itself"}
	}
	return nil
}

// A planner writes the plan of a run.
type planner struct {
	*planfile.Writer
	app     *app
	run     *run.Run
	expires time.Duration
}

// planFile runs a script as a dry run, and writes its changes to a file.
func (a *app) planFile(ctx context.Context, path string, args []string, o *planOptions) error {
	s, err := a.runnableScript(ctx, path)
	if err != nil {
		return err
	}
	if asksForParameters(s, args) {
		return a.showParameters(ctx, s, args)
	}
	file, err := planfile.Create(o.file)
	if err != nil {
		return &usageError{message: fmt.Sprintf("the plan %s cannot be written: %v", o.file, plainError(err))}
	}
	defer file.Discard()
	needed, err := a.withNeeds(ctx, s.path, durable.BundleOf(s.source()), true)
	if err != nil {
		return err
	}
	own := *needed
	own.options.dryRun = true
	p := &planner{Writer: file, app: &own, expires: time.Duration(o.expires)}
	own.planned = p.add
	err = own.sessionAlone(ctx, s.path, args, func(r *run.Run) error {
		p.run = r
		err := r.Execute(s.source())
		if run.ExitCode(err) != stdlib.ExitSuccess {
			return err
		}
		return cmp.Or(p.begin(), err)
	})
	if run.ExitCode(err) != stdlib.ExitSuccess {
		fmt.Fprintf(a.err, "dbos-script: no plan is written, because the run has failed\n")
		return err
	}
	outside := p.outside()
	if failed := p.End(outside); failed != nil {
		return fmt.Errorf("the plan %s cannot be written: %w", o.file, failed)
	}
	if outside > 0 {
		fmt.Fprintf(a.err, "dbos-script: warning: the script would make %s outside of the database, and `apply` makes none\n", counted(int(outside), "call", "calls"))
	}
	next := ": dbos-script apply " + o.file
	if a.profile.Signers() != "" {
		next = fmt.Sprintf("; somebody else has to sign it: dbos-script plan sign %s --key KEY", o.file)
	}
	fmt.Fprintf(a.err, "dbos-script: %s has the changes of %s%s\n", o.file, counted(int(p.Rows()), "workflow", "workflows"), next)
	return err
}

// outside returns the number of calls outside of the database that the dry run has left undone.
func (p *planner) outside() (count int64) {
	for _, line := range p.run.Guard().Plan().Outside {
		if !line.Done {
			count += line.Count
		}
	}
	return count
}

// add writes a change of the run.
func (p *planner) add(change *client.Change, other bool) error {
	operation := guard.Operation(change.Op)
	if other {
		return &planfile.DeniedError{Message: operation + ": a plan is about one database, and this is another one", Hint: "run it without --plan"}
	}
	if err := p.begin(); err != nil {
		return err
	}
	for planned, err := range change.Planned() {
		if err == nil {
			err = p.Add(operation, planned)
		}
		if known, ok := errors.AsType[*client.Error](err); ok {
			return &planfile.DeniedError{Message: operation + ": a plan cannot have it: " + known.Message,
				Hint: cmp.Or(known.Hint, "plans have changes that bulk runs make: resume, rerun, cancel, fork, rewind, delete, send, set_priority and move; run it without --plan")}
		}
		if err != nil {
			return err
		}
	}
	if most := p.app.options.maxChanges.given; most != nil && p.Rows() > *most {
		return &planfile.DeniedError{Message: fmt.Sprintf("%s: not planned, because the run may change only %s (--max-changes)", operation, counted(int(*most), "workflow", "workflows"))}
	}
	return nil
}

// begin writes the header, if it is not written yet. The script has masked its secrets by then.
func (p *planner) begin() error {
	if p.Begun() {
		return nil
	}
	c, err := p.run.Client(p.run.Context())
	if err != nil {
		return err
	}
	identity, err := client.Identity(c)
	if err != nil {
		return err
	}
	o, record, now := &p.app.options, p.run.Record(), p.app.environment.Now().UTC()
	url, _ := o.url()
	return p.Begin(planfile.Header{
		CreatedAt: now, ExpiresAt: now.Add(p.expires), Requester: person(record), Host: record.Host, Reason: record.Reason,
		Script: cmp.Or(record.Script, p.run.Script()), SHA256: record.SHA256, Arguments: record.Arguments, Profile: record.Profile,
		Database: planfile.Database{Name: o.config(url).Shown(), Identity: identity},
		Approval: p.app.profile.Signers() != "",
		Limits:   planfile.Limits{MaxChanges: o.maxChanges.given, ConfirmAbove: o.confirmAbove.orDefault(run.DefaultConfirmAbove)},
	})
}

// person returns the user who makes a run: who became another user, if one did.
func person(r audit.Run) string { return cmp.Or(r.Sudo, r.User) }
