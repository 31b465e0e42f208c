package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/consent"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func (a *app) grantsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "List, approve and revoke what scripts need",
		Long: "A script declares the files, hosts, programs and variables that it needs: args.declare{needs = {net = \"hooks.example\"}}. Its first run on a\n" +
			"terminal shows them and asks. The approval holds for this text of the script and its modules, under this profile: another text is\n" +
			"asked for again. Without a terminal a run is refused until somebody has approved.\n\n" +
			"Without a subcommand, the approvals are listed.",
		Example: "  dbos-script grants approve report.lua --profile prod\n  dbos-script grants\n  dbos-script grants revoke report.lua --profile prod",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return a.listApprovals()
		},
	}
	cmd.AddCommand(
		a.grantsOf("approve FILE", "Approve what a script needs", "Approves what a script needs, for its text as it is now, and shows it. A run of it then needs neither a question nor flags.", a.approveScript),
		a.grantsOf("show FILE", "Show what a script needs, and if that is approved", "Shows each need of a script, by what it means on this machine, and if a person has approved it for this text and profile.", a.showNeeds),
		a.grantsOf("revoke FILE|ID", "Take an approval back", "Removes an approval: of the text that FILE has now, or the one of an ID of `dbos-script grants`.", a.revokeApproval),
	)
	return cmd
}

func (a *app) grantsOf(use, short, long string, do func(context.Context, string) error) *cobra.Command {
	name, _, _ := strings.Cut(use, " ")
	return &cobra.Command{
		Use: use, Short: short, Long: long, Args: cobra.ArbitraryArgs, ValidArgsFunction: scriptFiles,
		Example: "  dbos-script grants " + name + " report.lua",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("which script? write dbos-script grants "+name+" FILE"))
			}
			return do(cmd.Context(), args[0])
		},
	}
}

// named returns what a person has to approve of a script, whatever the flags of this call grant.
func (a *app) named(ctx context.Context, path string) (*needing, error) {
	s, err := a.runnableScript(ctx, path)
	if err != nil {
		return nil, err
	}
	bare := *a
	bare.options.allow = grants.Lists{}
	n, err := bare.needing(path, durable.BundleOf(s.source()))
	if err == nil && n == nil {
		err = &usageError{message: path + " declares no needs", hint: "args.declare{needs = {net = \"hooks.example\"}} declares them"}
	}
	return n, err
}

func (a *app) approveScript(ctx context.Context, path string) error {
	n, err := a.named(ctx, path)
	if err != nil {
		return err
	}
	approved, err := approvals().Approved(n.subject)
	if err == nil && !approved {
		err = a.recordApproval(n)
	}
	if err != nil {
		return err
	}
	for _, line := range n.lines(a) {
		fmt.Fprintf(a.err, "dbos-script: %s\n", harmless(line))
	}
	return nil
}

func (a *app) showNeeds(ctx context.Context, path string) error {
	n, err := a.named(ctx, path)
	if err != nil {
		return err
	}
	approved, err := approvals().Approved(n.subject)
	if err != nil {
		return err
	}
	var rows []render.Row
	for _, flag := range n.subject.Needs {
		rows = append(rows, render.Row{Kind: "need", Value: declare.Members{
			{Key: "script", Value: path}, {Key: "need", Value: flag}, {Key: "approved", Value: approved},
			{Key: "profile", Value: present(n.subject.Profile)}, {Key: "sha256", Value: n.subject.SHA256},
		}})
	}
	return a.printList(rows, map[string][]string{"need": {"need", "approved", "profile"}})
}

func (a *app) listApprovals() error {
	found, failed := approvals().List()
	var rows []render.Row
	for _, p := range found {
		rows = append(rows, render.Row{Kind: "approval", Value: declare.Members{
			{Key: "id", Value: p.ID()}, {Key: "script", Value: p.Script}, {Key: "profile", Value: present(p.Profile)}, {Key: "file", Value: present(p.File)},
			{Key: "needs", Value: list(p.Needs, func(flag string) any { return flag })}, {Key: "user", Value: p.User}, {Key: "at", Value: p.At},
			{Key: "reason", Value: present(p.Reason)}, {Key: "sha256", Value: p.SHA256},
		}})
	}
	if len(rows) == 0 && failed == nil {
		fmt.Fprintf(a.err, "dbos-script: no script is approved: %s\n", approvalsFolder())
	}
	return errors.Join(a.printList(rows, map[string][]string{"approval": {"id", "script", "profile", "needs", "user", "at"}}), failed)
}

// printList prints rows in the format of --output.
func (a *app) printList(rows []render.Row, columns map[string][]string) error {
	format, err := a.format()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	p := printer(a.out, format, render.Kinds{Summary: columns})
	p.Ages(a.environment.Now)
	return p.List(rows)
}

func (a *app) revokeApproval(ctx context.Context, name string) error {
	found, err := a.approvalOf(ctx, name)
	if err != nil {
		return err
	}
	if err := a.auditApproval(found.Script, found.SHA256, audit.Revoked, found.Needs); err != nil {
		return err
	}
	if _, err := approvals().Revoke(found.ID()); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "dbos-script: the approval %s of %s is revoked\n", found.ID(), found.Script)
	return nil
}

// approvalOf returns the approval of an id, or of the text that a file has.
func (a *app) approvalOf(ctx context.Context, name string) (found consent.Approval, err error) {
	all, failed := approvals().List()
	ids, id := []string{}, name
	if strings.HasSuffix(name, ".lua") {
		n, err := a.named(ctx, name)
		if err != nil {
			return found, err
		}
		id = n.subject.ID()
	}
	for _, p := range all {
		if p.ID() == id {
			return p, nil
		}
		ids = append(ids, p.ID())
	}
	if failed != nil {
		return found, failed
	}
	return found, &usageError{message: fmt.Sprintf("there is no approval of %s%s", name, declare.DidYouMean(name, ids)), hint: "`dbos-script grants` lists them"}
}
