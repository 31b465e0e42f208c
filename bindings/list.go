package bindings

import (
	"context"
	"iter"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func listing() []declare.Func {
	return []declare.Func{listWorkflows(), workflows(), batches(), getWorkflowSteps()}
}

func listWorkflows() declare.Func {
	return declare.Method("list_workflows", "Returns the workflows that match all of the options, oldest first.",
		func(ctx context.Context, c *Connection, o client.ListWorkflowsOptions) ([]client.WorkflowStatus, error) {
			o.Lazy = true // an input or output is decoded when the script reads it
			return c.with(ctx).ListWorkflows(client.WithListWorkflowsOptions(o))
		}).Reads().
		Returning("the workflows; an empty array when none matches").
		Raises("Unsupported").
		Notes("A list option takes a single value too, and matches workflows with any of its values. An empty list matches nothing. " +
			"For more workflows than fit into memory, walk over them with `dbos.workflows`.").
		Example("for _, wf in ipairs(dbos.list_workflows{status = \"ERROR\", start_time = \"-24h\", limit = 10, load_output = true}) do\n  print(wf.id, wf.name, wf.error)\nend")
}

func workflows() declare.Func {
	type args struct {
		client.ListWorkflowsOptions
		PageSize int `json:"page_size" doc:"The number of rows that are read at a time and held in memory." default:"500" min:"1" max:"100000"`
	}
	return declare.Method("workflows", "Walks over the workflows that match all of the options, oldest first, in constant memory.",
		func(ctx context.Context, c *Connection, a args) (iter.Seq2[*client.WorkflowStatus, error], error) {
			o := a.ListWorkflowsOptions
			o.Lazy, o.PageSize = true, a.PageSize
			yielded, err := declare.Resuming(ctx) // before the run was interrupted
			if err != nil {
				return nil, err
			}
			return placed(walkAfter(c.with(ctx), o, yielded)), nil
		}).Reads().
		InPages(walkPage).
		Returning("an iterator over the workflows").
		Raises("Unsupported").
		Notes("Each workflow comes once, even while the loop changes the rows it walks over.").
		Example("local counts = {}\nfor wf in dbos.workflows{status = {\"ERROR\", \"CANCELLED\"}} do\n  counts[wf.status] = (counts[wf.status] or 0) + 1\nend\nprint(json.encode(counts))")
}

// placed returns a walk over pointers to the workflows, so that the object of the script reads the
// fields there. Of a workflow by value it would make another copy.
func placed(walk iter.Seq2[client.WorkflowStatus, error]) iter.Seq2[*client.WorkflowStatus, error] {
	return func(yield func(*client.WorkflowStatus, error) bool) {
		for wf, err := range walk {
			if !yield(&wf, err) {
				return
			}
		}
	}
}

func getWorkflowSteps() declare.Func {
	type args struct {
		WorkflowID string `arg:"workflow_id" doc:"The workflow's id."`
		client.ListStepsOptions
	}
	return declare.Method("get_workflow_steps", "Returns the finished steps of a workflow, in order.",
		func(ctx context.Context, c *Connection, a args) ([]client.StepInfo, error) {
			return c.with(ctx).ListWorkflowSteps(a.WorkflowID, client.WithListStepsOptions(a.ListStepsOptions))
		}).Reads().
		Returning("the steps; an empty array if none has finished").
		Raises("NonExistentWorkflow").
		Notes("Go and TypeScript applications number steps from 0, Python applications from 1.").
		Example("for _, step in ipairs(dbos.get_workflow_steps(\"order-1\", {load_output = true})) do\n  print(step.step_id, step.step_name, step.error)\nend")
}
