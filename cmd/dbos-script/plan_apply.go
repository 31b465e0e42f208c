package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// applyOptions are the flags of the command apply.
type applyOptions struct {
	rps, batch int
}

func (a *app) applyCommand() *cobra.Command {
	var o applyOptions
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Carry out a plan",
		Long: "Carries out a plan that `dbos-script run FILE --plan plan.json` has written. A workflow is changed only if it is still as the plan saw it;\n" +
			"the others are written to standard output, and the exit code is 4. Each batch is one transaction with the record of its outcomes, so\n" +
			"an apply that was killed and is repeated goes on where it was, and changes nothing twice. `dbos-script bulk list` shows its bulk runs.\n\n" +
			"A plan that was changed, has expired, or is of another database is refused with exit code 5, and nothing is done. So is one that nobody else\n" +
			"has signed, if the profile has `approvers`: the file of allowed signers of `ssh-keygen -Y`. See `dbos-script plan sign`.",
		Example:           "  dbos-script plan diff plan.json\n  dbos-script apply plan.json --yes\n  dbos-script apply plan.json --rps 50",
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: planFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usage(cmd, errors.New("which plan? write dbos-script apply FILE"))
			case o.rps < 0 || o.batch < 0:
				return usage(cmd, errors.New("--rps and --batch are numbers from 1 on"))
			case a.options.dryRun:
				return &usageError{message: "a plan is a dry run already", hint: "`dbos-script plan diff " + args[0] + "` compares it with the database"}
			}
			return a.applyPlan(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().IntVar(&o.rps, "rps", 0, "how many workflows to change in a second (default as the script has it)")
	cmd.Flags().IntVar(&o.batch, "batch", 0, fmt.Sprintf("how many workflows one transaction changes (default as the script has it, else %d)", client.DefaultBulkBatch))
	return cmd
}

// words returns the arguments of the command for the audit log.
func (o applyOptions) words(path string) []string {
	words := []string{path}
	if o.rps > 0 {
		words = append(words, "--rps", strconv.Itoa(o.rps))
	}
	if o.batch > 0 {
		words = append(words, "--batch", strconv.Itoa(o.batch))
	}
	return words
}

// checkApproved returns a *planfile.DeniedError if a flag lifts a limit that was signed: the rate
// of a group, or the size of its batches.
func (o applyOptions) checkApproved(f *planfile.File) error {
	for _, kind := range f.Kinds {
		batch := cmp.Or(kind.BatchSize, client.DefaultBulkBatch)
		switch {
		case kind.RPS > 0 && o.rps > kind.RPS:
			return &planfile.DeniedError{Message: fmt.Sprintf("%s: --rps %d is more than the %d that were approved for %s", f.Path, o.rps, kind.RPS, kind.Operation),
				Hint: fmt.Sprintf("write --rps %d or less, or make a new plan and have it signed", kind.RPS)}
		case o.batch > batch:
			return &planfile.DeniedError{Message: fmt.Sprintf("%s: --batch %d is more than the %d that were approved for %s", f.Path, o.batch, batch, kind.Operation),
				Hint: fmt.Sprintf("write --batch %d or less, or make a new plan and have it signed", batch)}
		}
	}
	return nil
}

// An applying is a plan that is carried out.
type applying struct {
	*planfile.File
	app    *app
	run    *run.Run
	client client.Client
	o      applyOptions
	loads  []*client.BulkLoad // by group; nil if its bulk run exists
	left   int64              // how many workflows have no outcome yet
	begun  bool               // an earlier apply has left bulk runs that are not done
}

func (a *app) applyPlan(ctx context.Context, path string, o applyOptions) error {
	f, err := openPlan(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := a.checkExpiry(f); err != nil {
		return a.withBegunRuns(ctx, f, err)
	}
	own := *a
	own.applies = &audit.Plan{SHA256: f.Digest, Requester: f.Requester, ExpiresAt: f.ExpiresAt, Script: f.SHA256}
	own.options.reason = cmp.Or(a.options.reason, f.Reason)
	if limit := time.Duration(a.options.timeout); limit > 0 {
		timeout := &vm.Stop{Kind: vm.Timeout, Message: fmt.Sprintf("the apply ran longer than %s (--timeout)", limit), Hint: "`dbos-script apply " + path + "` goes on with it"}
		limited, end := context.WithTimeoutCause(ctx, limit, timeout)
		defer end()
		ctx = limited
	}
	return own.sessionAlone(ctx, "apply", o.words(path), func(r *run.Run) error {
		approver, err := own.checkApproval(f, r.Record())
		if err != nil {
			return err
		}
		if approver != nil {
			own.applies.Approver, own.applies.Key = approver.String(), approver.Key
			if err := o.checkApproved(f); err != nil {
				return err
			}
		}
		c, err := r.Client(r.Context())
		if err != nil {
			return err
		}
		if err := checkDatabase(f, c); err != nil {
			return err
		}
		p := &applying{File: f, app: &own, run: r, client: c, o: o}
		err = refusal(p.apply())
		if timeout, ok := errors.AsType[*vm.Stop](context.Cause(ctx)); ok && err != nil {
			return timeout
		}
		return err
	})
}

// refusal returns the error of the gate if it has refused a change, and other errors unchanged.
func refusal(err error) error {
	if denied, ok := errors.AsType[*guard.DeniedError](err); ok {
		return denied
	}
	if unwritable, ok := errors.AsType[*audit.UnwritableError](err); ok {
		return unwritable
	}
	return err
}

// checkExpiry returns an error if a plan has expired.
func (a *app) checkExpiry(f *planfile.File) error {
	if now := a.environment.Now(); !now.Before(f.ExpiresAt) {
		return &planfile.DeniedError{Message: fmt.Sprintf("%s has expired: it could be applied until %s", f.Path, f.ExpiresAt.In(a.options.tz.location()).Format(time.RFC3339)),
			Hint: "make the plan again: run FILE --plan " + f.Path}
	}
	return nil
}

// withBegunRuns returns the error of a plan that has expired. If an apply has begun it before, and
// was interrupted, the hint names the bulk runs that are not done.
func (a *app) withBegunRuns(ctx context.Context, f *planfile.File, expired error) error {
	own := *a
	own.options.readOnly, own.err = true, io.Discard
	var ids []string
	err := own.sessionAlone(ctx, "apply", []string{f.Path}, func(r *run.Run) error {
		c, err := r.Client(r.Context())
		if err == nil {
			err = checkDatabase(f, c)
		}
		if err != nil {
			return err
		}
		runs, err := client.ListBulks(c, client.ListBulksOptions{State: []client.BulkState{client.BulkRunning, client.BulkPaused, client.BulkStopped}})
		for _, one := range runs {
			if strings.HasPrefix(one.ID, runPrefix(f)) {
				ids = append(ids, one.ID)
			}
		}
		return err
	})
	if denied, ok := errors.AsType[*planfile.DeniedError](expired); ok && err == nil && len(ids) > 0 {
		denied.Hint = fmt.Sprintf("an apply has begun with it, and was interrupted: `dbos-script bulk resume ID --continue` goes on with %s, or a new plan has what is left",
			strings.Join(ids, " and "))
	}
	return expired
}

// checkDatabase returns an error if a plan is of another database.
func checkDatabase(f *planfile.File, c client.Client) error {
	identity, err := client.Identity(c)
	if err == nil && !client.SameIdentity(identity, f.Database.Identity) {
		err = &planfile.DeniedError{Message: fmt.Sprintf("%s is a plan for another database: %s", f.Path, f.Database.Name), Hint: "--db or --profile names the database"}
	}
	return err
}

// apply asks for all changes, makes the bulk runs that do not exist yet, and carries them out.
func (p *applying) apply() error {
	if err := p.begin(); err != nil {
		return err
	}
	if p.left == 0 && p.Rows > 0 {
		fmt.Fprintf(p.app.err, "dbos-script: %s was applied before\n", p.Path)
	}
	if p.left > 0 {
		all := &client.Change{Op: "apply plan", Of: client.Workflows, Rows: &p.left, Final: slices.ContainsFunc(p.Kinds, isFinal)}
		if err := p.run.Guard().Foresee(p.run.Context(), p.Database.Name, all); err != nil {
			return err
		}
	}
	if err := p.load(); err != nil {
		return err
	}
	if err := p.pace(); err != nil {
		return err
	}
	runs := make([]*client.Bulk, len(p.Kinds))
	for i, kind := range p.Kinds {
		shown := p.run.ShowBulk("apply " + kind.Operation)
		run, err := client.ContinueBulk(p.client, p.runID(kind), shown.Each)
		shown.End()
		if err != nil {
			return err
		}
		if runs[i] = run; run.State != client.BulkDone {
			return &stdlib.ExitRequest{Status: stdlib.ExitPartial, Message: fmt.Sprintf("%s; `dbos-script apply %s` goes on with it", run, p.Path)}
		}
	}
	return p.report(runs)
}

// isFinal returns true if the changes of a kind cannot be undone.
func isFinal(k planfile.Kind) bool { return k.Verb == "delete" || k.Verb == "rewind" }

// runID returns the id of the bulk run of a group. It stands for the bytes of the plan, so a second
// apply finds the run.
func (p *applying) runID(k planfile.Kind) string {
	return fmt.Sprintf("%s%d", runPrefix(p.File), k.Number)
}

// runPrefix returns the beginning of the ids of the bulk runs of a plan.
func runPrefix(f *planfile.File) string { return fmt.Sprintf("plan-%s-", f.Digest[:16]) }

// begin finds which bulk runs exist, and counts the workflows without an outcome.
func (p *applying) begin() error {
	by := person(p.run.Record())
	for _, kind := range p.Kinds {
		input := kind.Input()
		input.ID, input.CreatedBy, input.KeepUntil = p.runID(kind), by, p.ExpiresAt
		if p.app.applies.Approver != "" {
			input.MaxRPS = input.RPS
		}
		input.RPS, input.BatchSize = cmp.Or(p.o.rps, input.RPS), cmp.Or(p.o.batch, input.BatchSize)
		load, err := client.LoadBulk(p.client, input)
		if err != nil {
			return err
		}
		p.loads = append(p.loads, load)
		if load != nil {
			p.left += kind.Count
			continue
		}
		run, err := client.GetBulk(p.client, input.ID)
		if err != nil {
			return err
		}
		p.left += run.Total - run.Done
		p.begun = p.begun || run.Done < run.Total
	}
	if p.begun && p.o.batch > 0 {
		fmt.Fprintln(p.app.err, "dbos-script: warning: --batch has no effect on a bulk run that has begun")
	}
	return nil
}

// pace sets the rate of the bulk runs that an earlier apply has made, if a flag names one.
func (p *applying) pace() error {
	for i, kind := range p.Kinds {
		if p.o.rps == 0 || p.loads[i] != nil {
			continue
		}
		if _, err := client.SetBulkRate(p.client, p.runID(kind), p.o.rps); err != nil {
			return err
		}
	}
	return nil
}

// load makes the bulk runs.
func (p *applying) load() error {
	err := p.Read(planfile.Visitor{Row: func(r planfile.Row) error {
		if load := p.loads[r.Group-1]; load != nil {
			return load.Add(r.Seen())
		}
		return nil
	}})
	for _, load := range p.loads {
		if err == nil && load != nil {
			err = load.Done()
		}
	}
	return err
}

// report writes the workflows that were not changed, and counts all.
func (p *applying) report(runs []*client.Bulk) error {
	format, err := p.app.format()
	if err != nil {
		return err
	}
	rows := render.NewPrinter(p.app.out, format, render.Kinds{}).Open(nil, func([]render.Row) error { return nil })
	var changed, drifted, others int64
	for i, run := range runs {
		changed, drifted, others = changed+run.Changed, drifted+run.Drifted, others+run.Unchanged+run.Unknown
		if run.Changed == run.Total {
			continue
		}
		for result, err := range run.Outcomes(p.client) {
			if err == nil && result.Outcome != client.OutcomeChanged {
				err = rows.Add(render.Row{Value: declare.Members{{Key: "id", Value: result.ID}, {Key: "operation", Value: p.Kinds[i].Operation},
					{Key: "outcome", Value: string(result.Outcome)}, {Key: "status", Value: present(string(result.Status))}, {Key: "reason", Value: present(result.Reason)}}})
			}
			if err != nil {
				return rows.Close(err)
			}
		}
	}
	if err := rows.Close(nil); err != nil {
		return err
	}
	text := fmt.Sprintf("%s: %d of %s changed", p.Path, changed, counted(int(p.Rows), "workflow", "workflows"))
	if drifted > 0 {
		text += fmt.Sprintf("; %d drifted", drifted)
	}
	if others > 0 {
		text += fmt.Sprintf("; %d unchanged", others)
	}
	lines := []string{text}
	if p.left > 0 {
		lines = p.app.ending(lines, p.run)
	}
	for _, line := range lines {
		fmt.Fprintln(p.app.err, "dbos-script:", line)
	}
	if drifted+others > 0 {
		return &stdlib.ExitRequest{Status: stdlib.ExitPartial}
	}
	return nil
}
