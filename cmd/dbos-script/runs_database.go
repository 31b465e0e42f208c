package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A pastRun is a run of the audit log, of the database, or of both.
type pastRun struct {
	*audit.Summary
	workflow *client.WorkflowStatus // nil if the database has none
	tick     *durable.Tick          // nil if no schedule made it
}

// databasePatience is how long the list of runs waits for the database.
const databasePatience = 5 * time.Second

// named returns the URL of the database whose runs are shown, or "" if none is named.
func (a *app) namedDatabase() string {
	url, embedded := a.options.url()
	if _, err := os.Stat(embeddedFile); embedded && errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return url
}

// withRuns calls use with a client that changes nothing.
func (a *app) withRuns(ctx context.Context, use func(client.Client) error) error {
	config := a.options.config(a.namedDatabase())
	config.ReadOnly, config.DryRun = true, false
	return a.withClient(ctx, config, use)
}

// workflows returns the newest runs of the database. If it does not answer, the runs of the audit
// log are shown alone, with a warning.
func (a *app) workflows(ctx context.Context, most int) (found []client.WorkflowStatus) {
	if a.namedDatabase() == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, databasePatience)
	defer cancel()
	err := a.withRuns(ctx, func(c client.Client) (err error) {
		options := client.ListWorkflowsOptions{ApplicationName: []string{durable.Application}, SortDesc: true, LoadInput: true, LoadOutput: true}
		if most > 0 {
			options.Limit = &most
		}
		found, err = c.ListWorkflows(client.WithListWorkflowsOptions(options))
		return err
	})
	if err != nil && client.CodeOf(err) != client.Unsupported {
		a.logger().Warn("the runs of the database are missing", "error", err)
	}
	return found
}

// joined returns the runs of both, the latest first.
func joined(log []*audit.Summary, workflows []client.WorkflowStatus) []pastRun {
	var all []pastRun
	at := map[string]int{}
	for _, s := range log {
		at[s.Run.ID] = len(all)
		all = append(all, pastRun{Summary: s})
	}
	for i := range workflows {
		wf := &workflows[i]
		plan, ok := durable.PlanOf(*wf)
		if !ok {
			continue // a child of a run
		}
		if known, found := at[wf.ID]; found {
			all[known].join(wf, plan)
			continue
		}
		past := pastRun{Summary: &audit.Summary{Run: audit.Run{ID: wf.ID, Script: plan.Script, Arguments: plan.Arguments, Reason: plan.Reason}, Outcome: audit.Unfinished}}
		past.join(wf, plan)
		all = append(all, past)
	}
	slices.SortStableFunc(all, func(a, b pastRun) int { return b.Started.Compare(a.Started) })
	return all
}

// join adds the facts of a workflow: it knows better when a run began and whether it has ended.
func (p *pastRun) join(wf *client.WorkflowStatus, plan durable.Plan) {
	own := *p.Summary
	p.Summary, p.workflow, p.tick = &own, wf, plan.Tick
	own.Started = wf.CreatedAt
	if !wf.StartedAt.IsZero() {
		own.Started = wf.StartedAt
	}
	own.Ended = wf.CompletedAt
	word, ended := stateWord(wf.Status)
	if !ended {
		own.Ended = time.Time{}
		if word != "waiting" || own.Outcome == audit.Unfinished { // a run that waits was stopped, and the log knows why
			own.Outcome = word
		}
		return
	}
	if own.Outcome == audit.Unfinished || own.Outcome == "interrupted" || word != "success" && word != "failed" {
		own.Outcome = word
	}
	if status, ok := exitStatus(wf.Output); ok && wf.Status == client.WorkflowStatusSuccess {
		own.ExitCode = &status
		own.Outcome = map[int]string{stdlib.ExitSuccess: "success", stdlib.ExitPartial: "partial"}[status]
		own.Outcome = cmp.Or(own.Outcome, "failed")
	}
}

// stateWord returns the outcome of a state, and whether the run has ended.
func stateWord(status client.WorkflowStatusType) (word string, ended bool) {
	switch status {
	case client.WorkflowStatusPending:
		return "running", false
	case client.WorkflowStatusEnqueued:
		return "waiting", false
	case client.WorkflowStatusDelayed:
		return "delayed", false
	case client.WorkflowStatusSuccess:
		return "success", true
	case client.WorkflowStatusError:
		return "failed", true
	case client.WorkflowStatusCancelled:
		return "cancelled", true
	}
	return "dead letter", true
}

// exitStatus returns the exit code in the output of a run.
func exitStatus(output any) (int, bool) {
	text, err := json.Marshal(output)
	var decoded struct {
		ExitCode *int `json:"exit_code"`
	}
	if err != nil || json.Unmarshal(text, &decoded) != nil || decoded.ExitCode == nil {
		return 0, false
	}
	return *decoded.ExitCode, true
}

// members returns the fields of a run, with those that only the database has.
func (p pastRun) members() declare.Members {
	var tick, replica any
	if p.tick != nil {
		tick = p.tick.At
	}
	if p.workflow != nil {
		replica = present(p.workflow.ExecutorID)
	}
	members := runMembers(p.Summary)
	at := slices.IndexFunc(members, func(m declare.Member) bool { return m.Key == "profile" })
	return slices.Insert(members, at, declare.Member{Key: "tick", Value: tick}, declare.Member{Key: "replica", Value: replica})
}

// logs prints the output that the database has of a run. With follow it waits for more until the
// run has ended.
func (a *app) logs(ctx context.Context, name string, follow bool) error {
	_, _, runs, err := a.pastRuns(ctx, 0)
	if err != nil {
		return err
	}
	found, err := findRun(name, runs)
	if err != nil {
		return err
	}
	if found.workflow == nil {
		return &usageError{message: fmt.Sprintf("the output of the run %s is not kept", found.Run.ID), hint: "the database keeps the output of the runs of `dbos-script serve --durable`"}
	}
	return a.withRuns(ctx, func(c client.Client) error {
		var options []client.ReadStreamOption
		if !follow {
			options = append(options, client.WithReadStreamSnapshot())
		}
		printed := false
		for text, err := range c.WithContext(ctx).Stream(found.Run.ID, durable.OutputKey, options...) {
			if err != nil {
				return err
			}
			if _, err := fmt.Fprint(a.out, text); err != nil {
				return err
			}
			printed = true
		}
		if !printed {
			fmt.Fprintf(a.err, "dbos-script: no output of the run %s is kept\n", found.Run.ID)
		}
		return nil
	})
}
