package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func forking() []declare.Func { return []declare.Func{forkWorkflow(), forkWorkflows()} }

func forkWorkflow() declare.Func {
	return declare.Method("fork_workflow", "Runs a workflow again from a step on, as a new workflow.",
		func(ctx context.Context, c *Connection, input client.ForkWorkflowInput) (*Handle, error) {
			return c.handle(c.with(ctx).ForkWorkflow(input))
		}).
		Returning("the handle of the new workflow").
		Raises("NonExistentWorkflow", "ConflictingID", "InvalidOption").
		Notes("The results of all steps with a lower number than `start_step` are taken over, with the events and streams they wrote. " +
			"The original may be in any state and stays as it is.").
		Example("local h = dbos.fork_workflow{original_workflow_id = \"order-1\", start_step = 1, queue_name = \"orders\"}\nprint(h.workflow_id)")
}

func forkWorkflows() declare.Func {
	type args struct {
		Forks []client.ForkWorkflowInput `arg:"forks" doc:"One table for each fork, with the keys of dbos.fork_workflow."`
	}
	return declare.Method("fork_workflows", "Forks many workflows in one step: all of them or, on an error, none.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			return c.listed(c.with(ctx).ForkAll(a.Forks))
		}).
		Returning("the handles of the new workflows, in the order given; the array also has the fields of `changes`, whose outcomes "+
			"are the originals' with their `forked_id`").
		Raises("NonExistentWorkflow", "ConflictingID", "InvalidOption").
		Example("local handles = dbos.fork_workflows{{original_workflow_id = \"order-1\"}, {original_workflow_id = \"order-2\", start_step = 1}}\nprint(#handles)")
}
