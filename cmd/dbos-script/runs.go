package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func (a *app) runsCommand() *cobra.Command {
	var o runFilter
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs that changed something and the durable ones, the latest first",
		Long: "Lists the runs that changed something, or were refused to, the latest first, from the audit log: the file that --audit names,\n" +
			"or the file in the user's state folder. A run that only reads leaves no record there. An unfinished run still goes on, or was ended from outside.\n\n" +
			"If a database is named, its durable runs stand among them, also those that only read: runs of `run --durable`, and of `serve --durable` with\n" +
			"their ticks and the servers that executed them. `dbos-script prune --prefix tick- --keep 100 --older-than 30d` deletes old ones of these.",
		Example: "  dbos-script runs\n  dbos-script runs --since 1h --script bulk_resume.lua\n  dbos-script runs show last",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			if o.last < 0 {
				return usage(cmd, fmt.Errorf("--last %d is negative: it is the number of runs to list, and 0 lists all", o.last))
			}
			return a.listRuns(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVarP(&o.last, "last", "n", 20, "how many; 0 for all")
	cmd.Flags().Var(&o.since, "since", "only runs that began at or after this time, such as 7d, yesterday or 2026-11-23")
	cmd.Flags().StringVar(&o.user, "user", "", "only runs of this user, or of a user who became this one")
	cmd.Flags().StringVar(&o.script, "script", "", "only runs of this script: its path, its name, or -e")
	cmd.AddCommand(a.runsShowCommand(), a.runsLogsCommand())
	cmd.AddCommand(a.runbookCommands("runs")...)
	return cmd
}

func (a *app) runsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show what a run has changed",
		Long:    "Shows a run of the audit log and its changes. The end or the beginning of an id is enough if no other id has it; last is the latest run.",
		Example: "  dbos-script runs show last --output json",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("which run? write dbos-script runs show ID"))
			}
			return a.showRun(cmd.Context(), args[0])
		},
	}
}

// runs returns the runs of the log, the latest first.
func (a *app) runs() (path string, list []*audit.Summary, err error) {
	if path, err = a.auditFile(); err != nil {
		return "", nil, fmt.Errorf("the audit log cannot be read: %w", err)
	}
	if list, err = audit.Summaries(path); err != nil {
		return "", nil, fmt.Errorf("the audit log cannot be read: %w", err)
	}
	slices.Reverse(list)
	return path, list, nil
}

// pastRuns returns the runs of the log and the newest ones of the database, or all of them for 0,
// with the format in which to show them.
func (a *app) pastRuns(ctx context.Context, most int) (format render.Format, path string, list []pastRun, err error) {
	if format, err = a.format(); err != nil {
		return format, "", nil, &usageError{message: err.Error()}
	}
	path, log, err := a.runs()
	if err != nil {
		return format, path, nil, err
	}
	return format, path, joined(log, a.workflows(ctx, most)), nil
}

func (a *app) runsLogsCommand() *cobra.Command {
	follow := false
	cmd := &cobra.Command{
		Use:     "logs ID",
		Short:   "Show the output of a run of serve --durable",
		Long:    "Prints the beginning of what a run of `serve --durable` has printed and logged, up to --keep-output of the server. ID is that of `runs show`.",
		Example: "  dbos-script runs logs last --follow",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("which run? write dbos-script runs logs ID"))
			}
			return a.logs(cmd.Context(), args[0], follow)
		},
	}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on until the run has ended")
	return cmd
}

// findRun returns the run of a name, as audit.Find does.
func findRun(name string, runs []pastRun) (pastRun, error) {
	found, err := audit.Find(name, list(runs, func(p pastRun) *audit.Summary { return p.Summary }))
	if err != nil {
		return pastRun{}, &usageError{message: err.Error(), hint: "`dbos-script runs` lists them"}
	}
	return runs[slices.IndexFunc(runs, func(p pastRun) bool { return p.Summary == found })], nil
}

// A runFilter says which runs a list has.
type runFilter struct {
	last         int
	since        pastTime
	user, script string
}

func (o runFilter) wants(s *audit.Summary, since time.Time) bool {
	return !s.Started.Before(since) &&
		(o.user == "" || o.user == s.User || o.user == s.Sudo) &&
		(o.script == "" || o.script == s.Script || o.script == scriptName(s.Script) || o.script == filepath.Base(s.Script))
}

func (a *app) listRuns(ctx context.Context, o runFilter) error {
	most := o.last
	if o.since != "" || o.user != "" || o.script != "" {
		most = 0
	}
	format, path, runs, err := a.pastRuns(ctx, most)
	if err != nil {
		return err
	}
	since, all := o.since.at(a.environment.Now().In(a.options.tz.location())), len(runs)
	runs = slices.DeleteFunc(runs, func(p pastRun) bool { return !o.wants(p.Summary, since) })
	if all == 0 {
		fmt.Fprintf(a.err, "dbos-script: no run has changed anything: %s\n", path)
	} else if len(runs) == 0 {
		fmt.Fprintf(a.err, "dbos-script: none of %s is such a run: %s\n", countOf(all, "run"), path)
	}
	if found := len(runs); o.last > 0 && found > o.last {
		runs = runs[:o.last]
		if terminal.Is(a.out) {
			defer fmt.Fprintf(a.err, "the latest %d of %d; -n 0 lists all\n", o.last, found)
		}
	}
	if format == render.Table {
		markUnchanged(runs)
	}
	rows := list(runs, func(p pastRun) render.Row { return render.Row{Kind: "run", Value: p.members()} })
	columns := []string{"run", "script", "database", "changed", "outcome", "user", "started", "profile", "calls", "reason"}
	if slices.ContainsFunc(runs, func(p pastRun) bool { return p.workflow != nil }) {
		columns = []string{"run", "script", "tick", "replica", "changed", "outcome", "seconds", "started", "user", "reason"}
	}
	printer := render.NewPrinter(a.out, format, render.Kinds{Summary: map[string][]string{"run": columns}})
	printer.Fit(a.width)
	printer.Ages(a.environment.Now)
	return printer.List(rows)
}

// markUnchanged marks successful runs that changed nothing.
func markUnchanged(runs []pastRun) {
	for _, s := range runs {
		if s.workflow == nil && s.Outcome == "success" && s.Changed == 0 {
			s.Outcome = "no change"
		}
	}
}

func runMembers(s *audit.Summary) declare.Members {
	var ended, took any
	if !s.Ended.IsZero() {
		ended, took = s.Ended, s.Ended.Sub(s.Started).Round(time.Millisecond).Seconds()
	}
	return declare.Members{
		{Key: "run", Value: s.Run.ID}, {Key: "started", Value: s.Started}, {Key: "ended", Value: ended}, {Key: "seconds", Value: took},
		{Key: "user", Value: who(s.Run)}, {Key: "host", Value: s.Host}, {Key: "profile", Value: present(s.Profile)},
		{Key: "script", Value: scriptName(s.Script)}, {Key: "path", Value: s.Script}, {Key: "sha256", Value: present(s.SHA256)},
		{Key: "text", Value: present(s.Text)},
		{Key: "database", Value: present(strings.Join(s.Databases, ", "))},
		{Key: "arguments", Value: list(s.Arguments, func(word string) any { return word })}, {Key: "reason", Value: present(s.Reason)},
		{Key: "calls", Value: s.Changes}, {Key: "changed", Value: s.Changed}, {Key: "outcome", Value: s.Outcome}, {Key: "exit_code", Value: optional(s.ExitCode)},
		{Key: "plan", Value: appliedPlan(s.Plan)}, // last, because scripts read the columns of CSV by their places
	}
}

// appliedPlan returns the plan that a run has carried out, or nil.
func appliedPlan(p *audit.Plan) any {
	if p == nil {
		return nil
	}
	return declare.Members{{Key: "sha256", Value: p.SHA256}, {Key: "script_sha256", Value: p.Script}, {Key: "requester", Value: p.Requester},
		{Key: "approver", Value: present(p.Approver)}, {Key: "approver_key", Value: present(p.Key)}, {Key: "expires_at", Value: p.ExpiresAt}}
}

// planText describes a plan in a line.
func planText(p *audit.Plan, zone *time.Location) string {
	text := fmt.Sprintf("%s…, made by %s", p.SHA256[:min(12, len(p.SHA256))], p.Requester)
	if p.Approver != "" {
		text += ", signed by " + p.Approver
	}
	return text + ", valid until " + p.ExpiresAt.In(zone).Format(time.RFC3339)
}

func who(r audit.Run) string {
	if r.Sudo != "" && r.Sudo != r.User {
		return fmt.Sprintf("%s (as %s)", r.Sudo, r.User)
	}
	return r.User
}

func scriptName(script string) string {
	if filepath.IsAbs(script) {
		return filepath.Base(script)
	}
	return script
}

func (a *app) showRun(ctx context.Context, name string) error {
	format, path, runs, err := a.pastRuns(ctx, 0)
	if err != nil {
		return err
	}
	run, err := findRun(name, runs)
	if err != nil {
		return err
	}
	changes, err := audit.Changes(path, run.Run.ID)
	if err != nil {
		return err
	}
	if format == render.Table {
		return a.printRun(run, changes)
	}
	members := append(run.members(), declare.Member{Key: "changes", Value: list(changes, func(l audit.Line) any { return changeMembers(l) })})
	return render.NewPrinter(a.out, format, render.Kinds{}).One(render.Row{Value: members})
}

// printRun prints a run for people: who, when and why, then a table of the changes, then the
// error.
func (a *app) printRun(run pastRun, changes []audit.Line) error {
	a.printHead(run)
	if err := a.printRows(a.out, list(changes, changeRow)); err != nil {
		return err
	}
	for _, l := range changes {
		if l.Error != "" {
			fmt.Fprintf(a.out, "\nchange %d: %s\n", l.Number, l.Error)
		}
	}
	if wf := run.workflow; wf != nil && wf.Error != nil {
		fmt.Fprintf(a.out, "error: %v\n", wf.Error)
	}
	return nil
}

func changeRow(l audit.Line) any {
	ids := strings.Join(l.IDs[:min(3, len(l.IDs))], ", ")
	return declare.Members{
		{Key: "change", Value: l.Number}, {Key: "time", Value: l.Time}, {Key: "at", Value: present(filepath.Base(l.At))}, {Key: "operation", Value: l.Operation},
		{Key: "named", Value: l.Count}, {Key: "changed", Value: optional(l.Changed)}, {Key: "outcome", Value: outcomes()[l.Outcome]}, {Key: "ids", Value: ids},
	}
}

func (a *app) printHead(run pastRun) {
	zone := a.options.tz.location()
	for _, m := range run.members() {
		if words, ok := m.Value.([]any); ok {
			m.Value = strings.TrimSpace(fmt.Sprintln(words...))
		}
		if at, ok := m.Value.(time.Time); ok {
			m.Value = at.In(zone).Format(time.RFC3339)
		}
		if m.Key == "sha256" && m.Value != nil {
			m.Value = m.Value.(string)[:min(12, len(run.SHA256))] + "…"
		}
		if m.Key == "plan" && run.Plan != nil {
			m.Value = planText(run.Plan, zone)
		}
		if m.Value == nil || m.Value == "" || m.Key == "path" && scriptName(run.Script) == run.Script {
			continue
		}
		fmt.Fprintf(a.out, "%-10s %v\n", m.Key+":", m.Value)
	}
	fmt.Fprintln(a.out)
}

func changeMembers(l audit.Line) declare.Members {
	return declare.Members{
		{Key: "change", Value: l.Number}, {Key: "time", Value: l.Time}, {Key: "database", Value: l.Database}, {Key: "at", Value: present(l.At)},
		{Key: "operation", Value: l.Operation}, {Key: "of", Value: l.Subject}, {Key: "named", Value: l.Count}, {Key: "changed", Value: optional(l.Changed)},
		{Key: "outcome", Value: l.Outcome}, {Key: "error", Value: present(l.Error)}, {Key: "name", Value: present(l.Name)}, {Key: "queue", Value: present(l.Queue)},
		{Key: "to", Value: present(l.To)}, {Key: "undo", Value: present(audit.Inverse(l.Operation))}, {Key: "ids", Value: list(l.IDs, func(id string) any { return id })},
		{Key: "from", Value: list(l.From, func(id string) any { return id })},
	}
}
