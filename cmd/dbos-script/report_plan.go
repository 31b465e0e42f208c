package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// printPlan writes the plan of a dry run: a document if the format is JSON, else a table. A table
// goes to standard output only if the script writes tables, too.
func (a *app) printPlan(p guard.Plan) error {
	defer fmt.Fprintln(a.err, "dbos-script:", p.Text())
	format, err := a.format()
	if err != nil {
		return err
	}
	switch {
	case format == render.JSON:
		return render.NewPrinter(a.out, render.JSON, render.Kinds{}).One(render.Row{Value: planDocument(p)})
	case format == render.Table:
		return a.printTables(a.out, p)
	}
	return a.printTables(a.err, p)
}

// printTables writes the planned changes of the database, and then the other planned actions.
func (a *app) printTables(to io.Writer, p guard.Plan) error {
	if len(p.Lines) > 0 || len(p.Outside) == 0 {
		if err := a.printRows(to, planRows(p)); err != nil {
			return err
		}
	}
	if len(p.Outside) == 0 {
		return nil
	}
	return a.printRows(to, outsideRows(p))
}

func outsideRows(p guard.Plan) []any {
	return list(p.Outside, func(line guard.OutsideLine) any {
		effect := "not done"
		if line.Done {
			effect = "done"
		}
		return declare.Members{
			{Key: "operation", Value: line.Function}, {Key: "target", Value: line.Target}, {Key: "effect", Value: effect},
			{Key: "count", Value: line.Count}, {Key: "bytes", Value: line.Size},
		}
	})
}

func planDocument(p guard.Plan) declare.Members {
	lines := make([]any, len(p.Lines))
	for i, line := range p.Lines {
		lines[i] = declare.Members{
			{Key: "operation", Value: line.Operation}, {Key: "state", Value: present(line.State)}, {Key: "name", Value: present(line.Name)},
			{Key: "effect", Value: line.Effect}, {Key: "count", Value: line.Count}, {Key: "examples", Value: list(line.Examples, func(id string) any { return id })},
		}
	}
	return declare.Members{{Key: "dry_run", Value: true}, {Key: "calls", Value: p.Calls}, {Key: "changes", Value: p.Changes}, {Key: "plan", Value: lines}, {Key: "outside", Value: outsideRows(p)}}
}

func planRows(p guard.Plan) []any {
	rows := make([]any, len(p.Lines))
	for i, line := range p.Lines {
		examples := strings.Join(line.Examples, ", ")
		if line.Count > int64(len(line.Examples)) {
			examples += ", …"
		}
		rows[i] = declare.Members{
			{Key: "operation", Value: line.Operation}, {Key: "state", Value: present(line.State)}, {Key: "name", Value: present(line.Name)},
			{Key: "effect", Value: line.Effect}, {Key: "count", Value: line.Count}, {Key: "examples", Value: examples},
		}
	}
	return rows
}

// printSummary prints the finished and the remaining changes of a run that was stopped. It prints
// nothing if the run was not about to change anything.
func (a *app) printSummary(script string, lines []guard.SummaryLine) error {
	if len(lines) == 0 {
		return nil
	}
	rows := make([]any, len(lines))
	for i, line := range lines {
		rows[i] = declare.Members{
			{Key: "operation", Value: line.Operation}, {Key: "outcome", Value: outcomes()[line.Outcome]},
			{Key: "calls", Value: line.Calls}, {Key: "named", Value: line.Count}, {Key: "changed", Value: changedText(line)},
		}
	}
	// In one piece, and with the script's name where several run at a time.
	var text bytes.Buffer
	which := "this run"
	if !a.environment.Tick.IsZero() {
		which = script
	}
	fmt.Fprintf(&text, "dbos-script: what %s has done, and what not:\n", which)
	err := a.printRows(&text, rows)
	_, failed := a.err.Write(text.Bytes())
	return errors.Join(err, failed)
}

// printOutcome prints the outcomes for the things that a run's calls named. If a person looks on,
// or the run is a command, it prints all of them, and the last line also has the id of the run and
// how to undo it; else only operations that changed nothing.
func (a *app) printOutcome(r *run.Run) {
	all := terminal.Is(a.err) || a.ownReport
	var lines []string
	for _, line := range r.Guard().Tallies() {
		if all || line.Changed == 0 && line.Named > 0 && !line.Made {
			lines = append(lines, line.String())
		}
	}
	if all {
		lines = a.ending(lines, r)
	}
	for _, line := range lines {
		fmt.Fprintf(a.err, "dbos-script: %s\n", line)
	}
}

// ending adds the id of the run, and how to undo it, to the outcome of one operation. After several
// operations that is a line of its own, because it is about all of them, and after a command that
// reports its outcome itself.
func (a *app) ending(lines []string, r *run.Run) []string {
	undoable := r.Guard().Undoable()
	changes := undoable || a.ownReport && len(r.Guard().Summary()) > 0
	if r.ID() == "" || len(lines) == 0 && !changes {
		return lines
	}
	run := "run " + r.ID()
	if undoable {
		run += "; undo: dbos-script runs undo " + r.ID()
	}
	if len(lines) == 1 {
		return []string{lines[0] + "; " + run}
	}
	return append(lines, run)
}

// printStopped says which queues and workflows the run leaves stopped, and how they go on.
func (a *app) printStopped(s guard.Stopped) {
	if len(s.Queues) > 0 {
		fmt.Fprintf(a.err, "dbos-script: paused until dbos-script queues --resume: %s\n", strings.Join(s.Queues, ", "))
	}
	if s.Held > 0 {
		fmt.Fprintf(a.err, "dbos-script: %s held until dbos-script release\n", counted(int(s.Held), "workflow is", "workflows are"))
	}
}

// printUndo says how to undo a run that was stopped, if a person looks on and something of it can
// be undone.
func (a *app) printUndo(r *run.Run) {
	if terminal.Is(a.err) && r.Guard().Undoable() {
		fmt.Fprintf(a.err, "dbos-script: undo: dbos-script runs undo %s\n", r.ID())
	}
}

func changedText(line guard.SummaryLine) any {
	if line.Outcome == audit.Unknown {
		return "?"
	}
	return line.Changed
}

// outcomes returns a phrase for each outcome of a call.
func outcomes() map[string]string {
	return map[string]string{
		audit.Started: "not known: no outcome was written", audit.Done: "done", audit.Failed: "failed, nothing changed",
		audit.Partly:  "failed, a part changed",
		audit.Unknown: "not known: the answer was lost", audit.Denied: "not done",
	}
}

// printRows writes a table, as wide as the terminal that it goes to.
func (a *app) printRows(to io.Writer, rows []any) error {
	printer := render.NewPrinter(to, render.Table, render.Kinds{})
	printer.In(a.options.tz.location())
	printer.Fit(func() int {
		width, _ := terminal.Size(to)
		return width
	})
	return printer.List(list(rows, func(row any) render.Row { return render.Row{Value: row} }))
}
