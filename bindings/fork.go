package bindings

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func forking() []declare.Func { return []declare.Func{forkWorkflow(), forkWorkflows()} }

// A fork is the table of one fork.
type fork struct {
	client.ForkWorkflowInput `without:"start_step,start_from,start_step_name,start_step_exists"`
	StartStep                declare.Raw `json:"start_step" doc:"The first step to run again; the results of all steps with a lower number are taken over. Its number, 0 when not given; \"failed\", the last step that failed (after the last step, if the workflow failed outside of a step); \"last\", the last step; {step_name = \"charge\"}, the first step of that name; or {step_id = 3}, the step of that number, which the workflow must have reached."`
}

// stepNamed is a first step by its name, or by its number if it must be there.
type stepNamed struct {
	StepName string `json:"step_name" nonempty:"true"`
	StepID   *int   `json:"step_id" min:"0" max:"2147483647"`
}

// set adds the step to an input.
func (s stepNamed) set(input *client.ForkWorkflowInput) error {
	if (s.StepName != "") == (s.StepID != nil) {
		return declare.BadArgument("start_step", "must have either step_name or step_id")
	}
	input.StartStepName = s.StepName
	if s.StepID != nil {
		input.StartStep, input.StartStepExists = uint(*s.StepID), true
	}
	return nil
}

// input returns the input of the client.
func (f fork) input() (client.ForkWorkflowInput, error) {
	input := f.ForkWorkflowInput
	if f.StartStep == nil || f.StartStep.Type() == "nil" {
		return input, nil
	}
	switch value := f.StartStep.Native().(type) {
	case float64:
		step, err := stepNumber(value)
		input.StartStep = step
		return input, err
	case string:
		if value != client.ForkFromFailed && value != client.ForkFromLast {
			return input, declare.BadArgument("start_step", `is %q; it can be a number, "failed", "last", {step_name = "…"} or {step_id = …}%s`,
				value, declare.DidYouMean(value, []string{client.ForkFromFailed, client.ForkFromLast}))
		}
		input.StartFrom = value
	case nil:
		if f.StartStep.Type() == "table" {
			var named stepNamed
			if err := f.StartStep.Into(&named); err != nil {
				return input, err
			}
			return input, named.set(&input)
		}
		return input, wrongStart(f.StartStep)
	default:
		return input, wrongStart(f.StartStep)
	}
	return input, nil
}

// stepNumber returns the number of a first step.
func stepNumber(value float64) (uint, error) {
	if value != math.Trunc(value) || value < 0 || value > math.MaxInt32 {
		return 0, declare.BadArgument("start_step", "must be a whole number from 0 to %d, not %v", math.MaxInt32, value)
	}
	return uint(value), nil
}

// inList returns an error of an element of a list with its place.
func inList(list string, index int, err error) error {
	var wrong *declare.ArgumentError
	if !errors.As(err, &wrong) {
		return err
	}
	wrong.Path = fmt.Sprintf("[%d].%s%s", index+1, wrong.Argument, wrong.Path)
	wrong.Argument = list
	return wrong
}

func wrongStart(value declare.Raw) error {
	return declare.BadArgument("start_step", `must be a number, "failed", "last", {step_name = "…"} or {step_id = …}, not %s`, value.Type())
}

func forkWorkflow() declare.Func {
	return declare.Method("fork_workflow", "Runs a workflow again from a step on, as a new workflow.",
		func(ctx context.Context, c *Connection, f fork) (*Handle, error) {
			input, err := f.input()
			if err != nil {
				return nil, err
			}
			return c.handle(c.with(ctx).ForkWorkflow(input))
		}).Changes().
		Returning("the handle of the new workflow").
		Raises("NonExistentWorkflow", "ConflictingID", "InvalidOption").
		Notes("The results of all steps with a lower number than `start_step` are taken over, with the events and streams they wrote. " +
			"The original may be in any state and stays as it is. Its timeout and its messages are not taken over. SDKs count steps from 0 " +
			"or from 1: `\"failed\"`, `\"last\"` and `{step_name = …}` find the step in both cases.").
		Example("local h = dbos.fork_workflow{original_workflow_id = \"order-1\", start_step = 1, queue_name = \"orders\"}\nprint(h.workflow_id)").
		Example("dbos.fork_workflow{original_workflow_id = \"order-1\", start_step = \"failed\", timeout = \"10m\"}").
		Example("dbos.fork_workflow{original_workflow_id = \"order-1\", start_step = 2, replacement_children = {[\"charge-1\"] = \"charge-2\"}}")
}

func forkWorkflows() declare.Func {
	type args struct {
		Forks []fork `arg:"forks" doc:"One table for each fork, with the keys of dbos.fork_workflow."`
	}
	return declare.Method("fork_workflows", "Forks many workflows: all of them, or none if there is an error.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			inputs := make([]client.ForkWorkflowInput, len(a.Forks))
			for i, f := range a.Forks {
				var err error
				if inputs[i], err = f.input(); err != nil {
					return Resumed{}, inList("forks", i, err)
				}
			}
			return c.listed(c.with(ctx).ForkAll(inputs))
		}).Changes().
		Returning("the handles of the new workflows, in the order given; the array also has the fields of `changes`, whose outcomes "+
			"are the originals' with their `forked_id`").
		Raises("NonExistentWorkflow", "ConflictingID", "InvalidOption").
		Example("local handles = dbos.fork_workflows{{original_workflow_id = \"order-1\"}, {original_workflow_id = \"order-2\", start_step = 1}}\nprint(#handles)").
		Example("local failed = {}\nfor wf in dbos.workflows{status = \"ERROR\", name = \"process_order\"} do\n" +
			"  failed[#failed + 1] = {original_workflow_id = wf.id, start_step = \"failed\"}\nend\nprint(dbos.fork_workflows(failed))")
}
