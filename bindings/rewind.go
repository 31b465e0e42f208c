package bindings

import (
	"context"
	"errors"
	"math"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

const rewindNotes = "Events go back to the values that they had before `start_step`. Messages that the workflow received from that step on, and all " +
	"that it has not received, are removed, so send what it needs afterwards. The values of streams stay, and new ones follow them. " +
	"Its children stay as they are, and messages that it sent are not taken back. It cannot be undone, so on a terminal a run asks " +
	"first. SDKs count steps from 0 or from 1: `dbos.get_workflow_steps` has the numbers."

// rewindOptions are the options of a rewind.
type rewindOptions struct {
	client.RewindWorkflowOptions `without:"start_step,start_step_exists"`
	StartStep                    declare.Raw `json:"start_step" doc:"The first step to run again; the results of all steps with a lower number stay. Its number, 0 when not given; or {step_id = 3}, the step of that number, which each workflow must have reached."`
}

// options returns the options of the client.
func (r rewindOptions) options() (client.RewindWorkflowOptions, error) {
	o := r.RewindWorkflowOptions
	if r.StartStep == nil || r.StartStep.Type() == "nil" {
		return o, nil
	}
	if r.StartStep.Type() == "table" {
		var reached struct {
			StepID int `json:"step_id" required:"true" min:"0" max:"2147483647"`
		}
		err := r.StartStep.Into(&reached)
		o.StartStep, o.StartStepExists = uint(reached.StepID), true
		return o, err
	}
	value, ok := r.StartStep.Native().(float64)
	if !ok {
		return o, declare.BadArgument("start_step", "must be a number or {step_id = …}, not %s", r.StartStep.Type())
	}
	var err error
	o.StartStep, err = stepNumber(value)
	if wrong, ok := errors.AsType[*declare.ArgumentError](err); ok {
		wrong.Range = value == math.Trunc(value)
	}
	return o, err
}

func rewindWorkflow() declare.Func {
	type args struct {
		oneWorkflow
		rewindOptions
	}
	return declare.Method("rewind_workflow", "Runs an ended workflow again from a step on, under the same id.",
		func(ctx context.Context, c *Connection, a args) (*Handle, error) {
			options, err := a.options()
			if err != nil {
				return nil, err
			}
			return c.handle(c.with(ctx).RewindWorkflow(a.WorkflowID, client.WithRewindOptions(options)))
		}).Changes().
		Returning("the workflow's handle").
		Raises("NonExistentWorkflow", "Conflict", "InvalidOption").
		Notes("A workflow that has not ended raises `Conflict`: cancel it first. " + rewindNotes).
		Example(`dbos.cancel_workflow("order-1")
print(dbos.rewind_workflow("order-1", {start_step = 1, queue_name = "orders"}).workflow_id)`)
}

func rewindWorkflows() declare.Func {
	type args struct {
		manyWorkflows
		rewindOptions
	}
	return declare.Method("rewind_workflows", "Runs many ended workflows again from a step on, under the same ids.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			options, err := a.options()
			if err != nil {
				return Resumed{}, err
			}
			return c.listed(c.with(ctx).RewindAll(a.WorkflowIDs, client.WithRewindOptions(options)))
		}).Changes().
		Returning(handlesReturned).
		Raises("InvalidOption").
		Notes("Workflows that have not ended are unchanged. " + rewindNotes).
		Example(`dbos.cancel_workflows({"order-1", "order-2"})
print(dbos.rewind_workflows({"order-1", "order-2"}, {queue_name = "slow"}).changed)`)
}
