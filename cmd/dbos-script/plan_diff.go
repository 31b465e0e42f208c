package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// diffPage is how many workflows a diff reads at a time.
const diffPage = 500

func (a *app) planDiffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff FILE",
		Short: "Compare a plan with the database",
		Long: "Writes the workflows of a plan that have changed since it was made, which `dbos-script apply` would leave as they are. It changes nothing.\n" +
			"The exit code is 4 if there are some.",
		Example:           "  dbos-script plan diff plan.json\n  dbos-script plan diff plan.json --output ids",
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: planFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("which plan? write dbos-script plan diff FILE"))
			}
			return a.diffPlan(cmd.Context(), args[0])
		},
	}
}

func (a *app) diffPlan(ctx context.Context, path string) error {
	format, err := a.format()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	f, err := openPlan(path)
	if err != nil {
		return err
	}
	defer f.Close()
	own := *a
	own.options.readOnly = true
	return own.sessionAlone(ctx, "plan diff", []string{path}, func(r *run.Run) error {
		c, err := r.Client(r.Context())
		if err != nil {
			return err
		}
		if err := checkDatabase(f, c); err != nil {
			return err
		}
		d := &differ{client: c, rows: render.NewPrinter(a.out, format, render.Kinds{}).Open(nil, func([]render.Row) error { return nil })}
		if err := d.rows.Close(d.compare(f)); err != nil {
			return err
		}
		fmt.Fprintf(a.err, "dbos-script: %d of %s changed since %s\n", d.changed, counted(int(f.Rows), "workflow", "workflows"),
			f.CreatedAt.In(a.options.tz.location()).Format(time.RFC3339))
		if err := a.checkExpiry(f); err != nil {
			fmt.Fprintln(a.err, "dbos-script:", err)
		}
		if d.changed > 0 {
			return &stdlib.ExitRequest{Status: stdlib.ExitPartial}
		}
		return nil
	})
}

// A differ compares rows of a plan with workflows.
type differ struct {
	client     client.Client
	rows       *render.List
	operations []string // of the groups
	page       []planfile.Row
	changed    int64
}

func (d *differ) compare(f *planfile.File) error {
	err := f.Read(planfile.Visitor{
		Group: func(g planfile.Group) error {
			d.operations = append(d.operations, g.Operation)
			return nil
		},
		Row: func(r planfile.Row) error {
			if d.page = append(d.page, r); len(d.page) < diffPage {
				return nil
			}
			return d.flush()
		},
	})
	if err != nil {
		return err
	}
	return d.flush()
}

// flush compares the rows of a page.
func (d *differ) flush() error {
	if len(d.page) == 0 {
		return nil
	}
	now, err := d.client.ListWorkflows(client.WithWorkflowIDs(list(d.page, func(r planfile.Row) string { return r.ID })))
	if err != nil {
		return err
	}
	byID := make(map[string]client.WorkflowStatus, len(now))
	for _, w := range now {
		byID[w.ID] = w
	}
	for _, r := range d.page {
		w, exists := byID[r.ID]
		reason := ""
		switch {
		case !exists:
			reason = "it was deleted"
		case w.Status != r.Status:
			reason = fmt.Sprintf("it was %s", r.Status)
		case !w.UpdatedAt.Equal(time.UnixMilli(r.UpdatedAt)):
			reason = fmt.Sprintf("it has changed, and is %s again", r.Status)
		default:
			continue
		}
		d.changed++
		err := d.rows.Add(render.Row{Value: declare.Members{{Key: "id", Value: r.ID}, {Key: "operation", Value: d.operations[r.Group-1]},
			{Key: "planned", Value: string(r.Status)}, {Key: "status", Value: present(string(w.Status))}, {Key: "reason", Value: reason}}})
		if err != nil {
			return err
		}
	}
	d.page = d.page[:0]
	return nil
}
