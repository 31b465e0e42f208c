package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func (a *app) planCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show plans, compare them with the database, and sign them",
		Long: "A plan is a file with the changes of a dry run: each workflow with the state in which it was seen. `dbos-script run FILE --plan plan.json`\n" +
			"writes one, and `dbos-script apply plan.json` carries it out.",
		Example: "  dbos-script run bulk_resume.lua --plan plan.json\n  dbos-script plan show plan.json\n  dbos-script plan diff plan.json",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.planShowCommand(), a.planDiffCommand(), a.planSignCommand())
	return cmd
}

func (a *app) planShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Show a plan",
		Long: "Shows where a plan comes from, and its changes by operation and state. --output ndjson, csv or ids writes each of its workflows,\n" +
			"and --output json the rest as one document. A file that is not as it was written is refused with exit code 5.",
		Example:           "  dbos-script plan show plan.json\n  dbos-script plan show plan.json --output ids",
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: planFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("which plan? write dbos-script plan show FILE"))
			}
			return a.showPlan(args[0])
		},
	}
}

func planFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
}

// openPlan reads a plan that a person named.
func openPlan(path string) (*planfile.File, error) {
	f, err := planfile.Open(path)
	var refused *planfile.DeniedError
	switch {
	case err == nil || errors.As(err, &refused):
		return f, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, &usageError{message: "there is no plan " + path, hint: "`dbos-script run FILE --plan " + path + "` writes one"}
	}
	return nil, &usageError{message: fmt.Sprintf("%s cannot be read: %v", path, plainError(err))}
}

// A planGroup counts the rows of a group.
type planGroup struct {
	planfile.Group
	states map[string]int64
	ids    []string // the first few
	count  int64
}

// groupsOf counts the rows of a plan by their groups.
func groupsOf(f *planfile.File) (groups []*planGroup, err error) {
	err = f.Read(planfile.Visitor{
		Group: func(g planfile.Group) error {
			groups = append(groups, &planGroup{Group: g, states: map[string]int64{}})
			return nil
		},
		Row: func(r planfile.Row) error {
			g := groups[r.Group-1]
			g.count++
			g.states[string(r.Status)]++
			if len(g.ids) < 3 {
				g.ids = append(g.ids, r.ID)
			}
			return nil
		},
	})
	return groups, err
}

func (a *app) showPlan(path string) error {
	format, err := a.format()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	f, err := openPlan(path)
	if err != nil {
		return err
	}
	defer f.Close()
	switch format {
	case render.Table:
		return a.printPlanFile(f)
	case render.JSON:
		groups, err := groupsOf(f)
		if err != nil {
			return err
		}
		members := append(a.planMembers(f), declare.Member{Key: "groups", Value: list(groups, func(g *planGroup) any { return g.members() })})
		return render.NewPrinter(a.out, format, render.Kinds{}).One(render.Row{Value: members})
	}
	return a.printPlanRows(f, format)
}

// printPlanRows writes each workflow of a plan.
func (a *app) printPlanRows(f *planfile.File, format render.Format) error {
	rows := render.NewPrinter(a.out, format, render.Kinds{}).Open(nil, func([]render.Row) error { return nil })
	operations := []string{}
	err := f.Read(planfile.Visitor{
		Group: func(g planfile.Group) error {
			operations = append(operations, g.Operation)
			return nil
		},
		Row: func(r planfile.Row) error {
			return rows.Add(render.Row{Value: declare.Members{{Key: "id", Value: r.ID}, {Key: "operation", Value: operations[r.Group-1]},
				{Key: "status", Value: string(r.Status)}, {Key: "updated_at", Value: time.UnixMilli(r.UpdatedAt).UTC()}}})
		},
	})
	return rows.Close(err)
}

func (a *app) planMembers(f *planfile.File) declare.Members {
	return declare.Members{
		{Key: "plan", Value: f.Path}, {Key: "sha256", Value: f.Digest}, {Key: "created_at", Value: f.CreatedAt}, {Key: "expires_at", Value: f.ExpiresAt},
		{Key: "requester", Value: f.Requester}, {Key: "host", Value: present(f.Host)}, {Key: "reason", Value: present(f.Reason)}, {Key: "signature", Value: a.signatureText(f)},
		{Key: "script", Value: f.Script}, {Key: "script_sha256", Value: f.SHA256},
		{Key: "arguments", Value: list(f.Arguments, func(word string) any { return word })}, {Key: "profile", Value: present(f.Profile)},
		{Key: "database", Value: f.Database.Name}, {Key: "identity", Value: f.Database.Identity},
		{Key: "max_changes", Value: optional(f.Limits.MaxChanges)}, {Key: "workflows", Value: f.Rows}, {Key: "outside", Value: f.Outside},
	}
}

func (g *planGroup) members() declare.Members {
	states := make([]string, 0, len(g.states))
	for _, state := range slices.Sorted(maps.Keys(g.states)) {
		states = append(states, fmt.Sprintf("%d %s", g.states[state], state))
	}
	examples := strings.Join(g.ids, ", ")
	if g.count > int64(len(g.ids)) {
		examples += ", …"
	}
	return declare.Members{
		{Key: "operation", Value: g.Operation}, {Key: "options", Value: string(g.Options)}, {Key: "limits", Value: limitsText(g.Group)}, {Key: "workflows", Value: g.count},
		{Key: "states", Value: strings.Join(states, ", ")}, {Key: "examples", Value: examples},
	}
}

// limitsText returns the settings of a group as JSON, or nil if it has none.
func limitsText(g planfile.Group) any {
	text, err := json.Marshal(struct {
		RPS       int `json:"rps,omitempty"`
		BatchSize int `json:"batch_size,omitempty"`
		*client.BulkLimits
	}{g.RPS, g.BatchSize, g.Limits})
	if err != nil || string(text) == "{}" {
		return nil
	}
	return string(text)
}

// printPlanFile prints a plan for people: where it comes from, then its groups.
func (a *app) printPlanFile(f *planfile.File) error {
	groups, err := groupsOf(f)
	if err != nil {
		return err
	}
	a.printMembers(a.planMembers(f))
	if err := a.printRows(a.out, list(groups, func(g *planGroup) any { return g.members() })); err != nil {
		return err
	}
	if left := f.ExpiresAt.Sub(a.environment.Now()); left <= 0 {
		fmt.Fprintln(a.err, "dbos-script: the plan has expired")
	}
	return nil
}

// onOneLine returns a text with its control characters as Go quotes them, because whoever makes a
// plan could otherwise write lines that look like those of the program.
func onOneLine(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			quoted := strconv.QuoteRuneToASCII(r)
			out.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// printMembers prints members that have a value, one a line.
func (a *app) printMembers(members declare.Members) {
	for _, m := range members {
		if words, ok := m.Value.([]any); ok {
			m.Value = strings.TrimSpace(fmt.Sprintln(words...))
		}
		if at, ok := m.Value.(time.Time); ok {
			m.Value = at.In(a.options.tz.location()).Format(time.RFC3339)
		}
		if m.Value == nil || m.Value == "" || m.Value == int64(0) {
			continue
		}
		fmt.Fprintf(a.out, "%-14s %s\n", m.Key+":", onOneLine(fmt.Sprint(m.Value)))
	}
	fmt.Fprintln(a.out)
}
