package durable

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A Plan is the input of the workflow of a run: all that another process needs to go on with it.
// What a script is granted is not in it, because who may write to the database could grant it then.
type Plan struct {
	Script       string    `json:"script"` // the name in the audit log
	Source       string    `json:"source"` // the hash of its bundle
	Arguments    []string  `json:"arguments"`
	Began        time.Time `json:"began"` // the clock of the script until its first step ends
	MaxChanges   *int64    `json:"max_changes,omitempty"`
	ConfirmAbove *int64    `json:"confirm_above,omitempty"`
	Reason       string    `json:"reason,omitempty"`
	Tick         *Tick     `json:"tick,omitempty"` // of a run that a schedule makes

	// Called is the workflow of a run that an application has enqueued. Its row has no plan.
	Called *stdlib.WorkflowCall `json:"-"`
}

// A Tick is the reason of a run that a schedule makes.
type Tick struct {
	At      time.Time `json:"at"`
	Attempt int       `json:"attempt,omitempty"` // how many runs for it have failed
	Missed  bool      `json:"missed,omitempty"`  // the run makes up for it
	By      string    `json:"by,omitempty"`      // who asked for the run; empty for a tick of the schedule
}

// input returns the plan as the input of a workflow.
func (p Plan) input() (client.PortableWorkflowArgs, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return client.PortableWorkflowArgs{}, err
	}
	decoded, err := codec.DecodeJSON(string(text))
	named, _ := decoded.(map[string]any)
	return client.PortableWorkflowArgs{NamedArgs: named}, err
}

// planOf returns the plan of a run.
func planOf(r *worker.Run) (Plan, error) {
	args := r.Args()
	if p, found := recordedPlan(args.NamedArgs); found {
		return p, nil
	}
	if hash := sourceOf(r.Version()); hash != "" {
		return calledPlan(r.Name(), hash, r.CreatedAt(), &stdlib.WorkflowCall{ID: r.WorkflowID(), Positional: args.PositionalArgs, Named: args.NamedArgs}), nil
	}
	return Plan{}, fmt.Errorf("the workflow %s is no run of a script: its input names no source", r.WorkflowID())
}

// PlanOf returns the plan of a workflow that was read with its input, and false if it is no run of
// a script.
func PlanOf(wf client.WorkflowStatus) (Plan, bool) {
	input, _ := wf.Input.(map[string]any)
	named, _ := input["namedArgs"].(map[string]any)
	if p, found := recordedPlan(named); found {
		return p, true
	}
	positional, _ := input["positionalArgs"].([]any)
	p := calledPlan(wf.Name, sourceOf(wf.ApplicationVersion), wf.CreatedAt, &stdlib.WorkflowCall{ID: wf.ID, Positional: positional, Named: named})
	return p, p.Source != ""
}

// recordedPlan returns the plan that the input of a workflow is, and false if it is none.
func recordedPlan(named map[string]any) (p Plan, found bool) {
	text, err := json.Marshal(named)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	return p, err == nil && p.Source != "" && p.Script != "" && !p.Began.IsZero()
}

// calledPlan returns the plan of a workflow that an application has enqueued. Its input are the
// parameters of the script.
func calledPlan(name, hash string, created time.Time, call *stdlib.WorkflowCall) Plan {
	return Plan{Script: name, Source: hash, Arguments: call.Words(), Began: created, Called: call}
}

// A Life is one execution of a run, by one process.
type Life struct {
	Plan Plan

	run      *worker.Run
	bundle   Bundle
	executed bool                // the script was executed
	failed   error               // its error
	output   any                 // of a workflow
	conceal  func(string) string // hides the secrets of the run; nil before it is executed
	parking  *parking            // nil if the run stays in memory
}

// Bundle returns the script of the run with its modules.
func (l *Life) Bundle() Bundle { return l.bundle }

// Execute executes the script of the run. r has a configuration that Apply has completed.
func (l *Life) Execute(r *run.Run) error {
	l.conceal = r.Conceal
	l.failed = r.Execute(l.bundle.source(l.Plan.Script))
	l.executed, l.output = true, r.Output()
	return l.failed
}

// called returns the outcome of a workflow whose script has come to an end: what it has returned,
// or an error if it has called exit with a code other than 0.
func (l *Life) called(err error) (any, error) {
	if exit, ok := errors.AsType[*stdlib.ExitRequest](err); ok && exit.ExitCode() != 0 {
		return nil, &codec.RemoteError{Name: "Exit", Message: l.concealed(cmp.Or(exit.Message, fmt.Sprintf("the script ended with the exit code %d", exit.ExitCode())))}
	}
	return l.output, nil
}

// Apply sets what a run needs in the configuration of a script: the arguments, the record of its
// calls and, where the configuration has none, the limits that it began with.
func (l *Life) Apply(config *run.Config, limits journal.Limits) {
	config.Script, config.Arguments = l.Plan.Script, l.Plan.Arguments
	if config.MaxChanges == nil {
		config.MaxChanges = l.Plan.MaxChanges
	}
	if config.ConfirmAbove == nil {
		config.ConfirmAbove = l.Plan.ConfirmAbove
	}
	if config.Reason == "" {
		config.Reason = l.Plan.Reason
	}
	e := &config.Environment
	if l.Plan.Tick != nil {
		e.Tick = l.Plan.Tick.At
	}
	e.ID, e.PrintOnce, e.ModuleTexts, e.Workflow = l.run.WorkflowID(), true, l.bundle.Modules, l.Plan.Called
	e.Journal = &journal.Config{Record: RecordOf(l.run), Run: e.ID, Began: l.Plan.Began, Clock: e.Clock, Sleep: e.Sleep, Limits: limits, Passing: worker.Passing}
	if l.parking != nil {
		e.Journal.Park, e.Journal.ParkAfter = l.parking.park, parkAfter
	}
}
