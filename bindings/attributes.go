package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

const attributesNotes = "Without `attributes`, or with an empty table, all attributes are removed. With `merge` the given keys are set and the others stay. If the value of " +
	"a key is a table, it replaces the old table as a whole; `json.null` stores null. Workflows may be in any state."

func setWorkflowAttributes() declare.Func {
	type args struct {
		oneWorkflow
		Attributes map[string]any `arg:"attributes,optional" doc:"The attributes: JSON data by name."`
		client.SetWorkflowAttributesOptions
	}
	return declare.MethodDo("set_workflow_attributes", "Replaces the attributes of a workflow, or sets some of them.",
		func(ctx context.Context, c *Connection, a args) error {
			return c.with(ctx).SetWorkflowAttributes(a.WorkflowID, a.Attributes, client.WithSetWorkflowAttributesOptions(a.SetWorkflowAttributesOptions))
		}).Changes().
		Raises("NonExistentWorkflow", "InvalidOption", "Unsupported").
		Notes(attributesNotes).
		Example(`dbos.set_workflow_attributes("order-1", {customer = "acme", tier = 2})`).
		Example(`dbos.set_workflow_attributes("order-1", {tier = 3}, {merge = true})`).
		Example(`dbos.set_workflow_attributes("order-1", nil)`)
}

func setWorkflowsAttributes() declare.Func {
	type args struct {
		manyWorkflows
		Attributes map[string]any `arg:"attributes,optional" doc:"The attributes of each: JSON data by name."`
		client.SetWorkflowAttributesOptions
	}
	return declare.Method("set_workflows_attributes", "Replaces the attributes of many workflows, or sets some of them.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changes(c.with(ctx).SetAttributesAll(a.WorkflowIDs, a.Attributes, client.WithSetWorkflowAttributesOptions(a.SetWorkflowAttributesOptions)))
		}).Changes().
		Returning(changesReturned).
		Raises("InvalidOption", "Unsupported").
		Notes(attributesNotes).
		Example(`print(dbos.set_workflows_attributes({"order-1", "order-2"}, {reviewed = true}, {merge = true}).changed)`)
}
