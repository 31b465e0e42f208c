package bindings

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// oneWorkflow and manyWorkflows are the first arguments of most operations. An operation that takes
// ids or a filter has waitingOnes of hold.go instead.
type oneWorkflow struct {
	WorkflowID string `arg:"workflow_id" doc:"The workflow's id."`
}

type manyWorkflows struct {
	WorkflowIDs []string `arg:"ids" doc:"The workflows' ids."`
}

// steering returns the functions that change existing workflows.
func steering() []declare.Func {
	return []declare.Func{
		cancelWorkflow(), cancelWorkflows(), resumeWorkflow(), resumeWorkflows(), rerunWorkflows(), rewindWorkflow(), rewindWorkflows(),
		setWorkflowDelay(), setWorkflowDelays(), setPriority(), holdWorkflows(), releaseWorkflows(), moveQueue(), moveVersion(),
		setWorkflowAttributes(), setWorkflowsAttributes(), deleteWorkflows(),
	}
}

func cancelWorkflow() declare.Func {
	type args struct {
		oneWorkflow
		client.CancelWorkflowsOptions
	}
	return declare.MethodDo("cancel_workflow", "Cancels a workflow: takes it off its queue, or stops it at its next step.",
		func(ctx context.Context, c *Connection, a args) error {
			if !a.CancelChildren {
				return c.with(ctx).CancelWorkflow(a.WorkflowID)
			}
			report, err := c.with(ctx).CancelAll([]string{a.WorkflowID}, client.WithCancelWorkflowsOptions(a.CancelWorkflowsOptions))
			if err == nil && report.Results[0].Outcome == client.OutcomeUnknown { // no error of a bulk call
				return &client.Error{Code: client.NonExistentWorkflow, Op: report.Op, WorkflowID: a.WorkflowID,
					Message: fmt.Sprintf("there is no workflow %q", a.WorkflowID)}
			}
			return err
		}).Changes().
		Raises("NonExistentWorkflow").
		Notes("A workflow that has ended stays as it is. Its children go on. `cancel_children` also cancels the children that have " +
			"not ended, and their children, even if the workflow itself has ended.").
		Example(`dbos.cancel_workflow("order-1")`).
		Example(`dbos.cancel_workflow("order-1", {cancel_children = true})`)
}

func cancelWorkflows() declare.Func {
	type args struct {
		manyWorkflows
		client.CancelWorkflowsOptions
	}
	return declare.Method("cancel_workflows", "Cancels many workflows.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changes(c.with(ctx).CancelAll(a.WorkflowIDs, client.WithCancelWorkflowsOptions(a.CancelWorkflowsOptions)))
		}).Changes().
		Returning(changesReturned + ", with `cancel_children` of descendants too").
		Notes("Workflows that have ended are unchanged. Cancelling removes the name of the queue from a workflow. With " +
			"`cancel_children` the descendants are counted first, for the limit of changes. If one of them starts another workflow before " +
			"the change is made, no workflow is cancelled, and the error is `Conflict`.").
		Example(`local result = dbos.cancel_workflows({"order-1", "order-2"})
print(result.changed, result.unchanged, result.unknown)`).
		Example(`print(dbos.cancel_workflows({"order-1", "order-2"}, {cancel_children = true}).changed)`)
}

func resumeWorkflow() declare.Func {
	type args struct {
		oneWorkflow
		client.ResumeOptions
	}
	return declare.Method("resume_workflow", "Puts a workflow back on a queue, to run on from its last completed step.",
		func(ctx context.Context, c *Connection, a args) (*Handle, error) {
			return c.handle(c.with(ctx).ResumeWorkflow(a.WorkflowID, client.WithResumeOptions(a.ResumeOptions)))
		}).Changes().
		Returning("the workflow's handle").
		Raises("NonExistentWorkflow").
		Notes(resumeNotes).
		Example(`dbos.resume_workflow("order-1", {queue_name = "slow"})`)
}

func resumeWorkflows() declare.Func {
	type args struct {
		manyWorkflows
		client.ResumeOptions
	}
	return declare.Method("resume_workflows", "Puts many workflows back on a queue, to run on from their last completed steps.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			return c.listed(c.with(ctx).ResumeAll(a.WorkflowIDs, client.WithResumeOptions(a.ResumeOptions)))
		}).Changes().
		Returning(handlesReturned).
		Notes(resumeNotes + " `dbos.rerun_workflows` resumes some workflows and forks the others.").
		Example(`local handles = dbos.resume_workflows({"order-1", "order-2"}, {queue_name = "slow"})
print(#handles, handles.changed)
for _, outcome in ipairs(handles.outcomes) do print(outcome.id, outcome.outcome, outcome.reason) end`)
}

const (
	changesReturned = "what happened to each workflow"
	handlesReturned = "a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: " +
		"`changed`, `unchanged`, `unknown` and `outcomes`"
)

const resumeNotes = "Without `queue_name` the workflow goes to the internal queue, also if it was on another queue before, and starts at once. " +
	"A workflow in SUCCESS or ERROR stays as it is: fork it instead. A workflow that runs at that moment may then run twice at once."

func setWorkflowDelay() declare.Func {
	type args struct {
		oneWorkflow
		client.SetWorkflowDelayOptions
	}
	return declare.MethodDo("set_workflow_delay", "Changes when a DELAYED workflow becomes due.",
		func(ctx context.Context, c *Connection, a args) error {
			return c.with(ctx).SetWorkflowDelay(a.WorkflowID, client.WithSetWorkflowDelayOptions(a.SetWorkflowDelayOptions))
		}).Changes().
		Raises("InvalidOption", "NonExistentWorkflow").
		Notes("Exactly one of `delay` and `delay_until` is needed. A workflow that is not DELAYED is unchanged.").
		Example(`dbos.set_workflow_delay("order-1", {delay = "15m"})`).
		Example(`dbos.set_workflow_delay("order-1", {delay_until = "2030-01-01T00:00:00Z"})`)
}

func setWorkflowDelays() declare.Func {
	type args struct {
		manyWorkflows
		client.SetWorkflowDelayOptions
	}
	return declare.Method("set_workflow_delays", "Changes when many DELAYED workflows become due.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changes(c.with(ctx).DelayAll(a.WorkflowIDs, client.WithSetWorkflowDelayOptions(a.SetWorkflowDelayOptions)))
		}).Changes().
		Returning(changesReturned).
		Raises("InvalidOption").
		Notes("Exactly one of `delay` and `delay_until` is needed. Workflows that are not DELAYED are unchanged.").
		Example(`print(dbos.set_workflow_delays({"order-1", "order-2"}, {delay = "15m"}).changed)`)
}

func setPriority() declare.Func {
	type args struct {
		waitingOnes
		Priority int `arg:"priority" doc:"0 is the highest, then 1 to 2147483647." min:"0" max:"2147483647"`
	}
	return declare.Method("set_priority", "Changes the priority of workflows that wait on a queue.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changeWaiting(ctx, a.waitingOnes, func(of client.Client, ids []string) (*client.Report, error) {
				return of.SetPriorityAll(ids, a.Priority)
			})
		}).Changes().
		Returning(changesReturned).
		Raises("InvalidOption", "Unsupported").
		Notes("Workflows that are neither ENQUEUED nor DELAYED are unchanged.").
		Example(`print(dbos.set_priority("order-1", 0).changed)`).
		Example(`print(dbos.set_priority({queue_name = "orders", name = "process_order"}, 10))`)
}

func deleteWorkflows() declare.Func {
	type args struct {
		manyWorkflows
		client.DeleteWorkflowsOptions
	}
	return declare.Method("delete_workflows", "Deletes workflows with their steps, messages, events and streams. They may be in any state.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changes(c.with(ctx).DeleteAll(a.WorkflowIDs, client.WithDeleteWorkflowsOptions(a.DeleteWorkflowsOptions)))
		}).Changes().
		Returning(changesReturned + ", descendants too").
		Notes("It cannot be undone, so on a terminal a run asks first, even for one workflow; elsewhere it needs `--yes` for more than " +
			"`--confirm-above`, as every change does. `--yes` answers in advance. With " +
			"`delete_children` the descendants are counted first, for the limit of changes. If one of them starts another workflow before " +
			"the change is made, no workflow is deleted, and the error is `Conflict`.").
		Example(`print(dbos.delete_workflows({"order-1"}, {delete_children = true}).changed)`)
}
