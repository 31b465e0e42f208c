package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

const rewindNotes = "Events go back to the values that they had before `start_step`. Messages that the workflow received from that step on, and all " +
	"that it has not received, are removed, so send what it needs afterwards. The values of streams stay, and new ones follow them. " +
	"Its children stay as they are, and messages that it sent are not taken back. It cannot be undone, so on a terminal a run asks " +
	"first. SDKs count steps from 0 or from 1: `dbos.get_workflow_steps` has the numbers."

func rewindWorkflow() declare.Func {
	type args struct {
		oneWorkflow
		client.RewindWorkflowOptions
	}
	return declare.Method("rewind_workflow", "Runs an ended workflow again from a step on, under the same id.",
		func(ctx context.Context, c *Connection, a args) (*Handle, error) {
			return c.handle(c.with(ctx).RewindWorkflow(a.WorkflowID, client.WithRewindOptions(a.RewindWorkflowOptions)))
		}).
		Returning("the workflow's handle").
		Raises("NonExistentWorkflow", "Conflict", "InvalidOption").
		Notes("A workflow that has not ended raises `Conflict`: cancel it first. " + rewindNotes).
		Example(`dbos.cancel_workflow("order-1")
print(dbos.rewind_workflow("order-1", {start_step = 1, queue_name = "orders"}).workflow_id)`)
}

func rewindWorkflows() declare.Func {
	type args struct {
		manyWorkflows
		client.RewindWorkflowOptions
	}
	return declare.Method("rewind_workflows", "Runs many ended workflows again from a step on, under the same ids.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			return c.listed(c.with(ctx).RewindAll(a.WorkflowIDs, client.WithRewindOptions(a.RewindWorkflowOptions)))
		}).
		Returning(handlesReturned).
		Raises("InvalidOption").
		Notes("Workflows that have not ended are unchanged. " + rewindNotes).
		Example(`dbos.cancel_workflows({"order-1", "order-2"})
print(dbos.rewind_workflows({"order-1", "order-2"}, {queue_name = "slow"}).changed)`)
}
