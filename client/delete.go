package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// doomed are the workflows to delete: those named, or they and all their descendants.
const (
	doomedAlone   = `workflow_uuid IN (SELECT d.id FROM {rows d id:TEXT=:ids})`
	doomedLineage = `workflow_uuid IN (
	WITH RECURSIVE doomed(id) AS (
		SELECT d.id FROM {rows d id:TEXT=:ids}
		UNION SELECT child.workflow_uuid FROM {workflow_status} AS child JOIN doomed ON child.parent_workflow_id = doomed.id)
	SELECT id FROM doomed)`
)

// looseTables have no foreign key to workflow_status in the schemas that have a payload split.
var looseTables = []string{"workflow_input", "workflow_output", "operation_outputs"}

// DeleteWorkflowsOptions say what else goes with a workflow.
type DeleteWorkflowsOptions struct {
	DeleteChildren bool `json:"delete_children" doc:"Deletes the workflows it started too, and theirs."`
}

// A DeleteWorkflowsOption sets one of the DeleteWorkflowsOptions.
type DeleteWorkflowsOption func(*DeleteWorkflowsOptions)

// WithDeleteWorkflowsOptions sets all options at once.
func WithDeleteWorkflowsOptions(options DeleteWorkflowsOptions) DeleteWorkflowsOption {
	return func(o *DeleteWorkflowsOptions) { *o = options }
}

// WithDeleteChildren deletes all descendants too.
func WithDeleteChildren(deleteChildren bool) DeleteWorkflowsOption {
	return func(o *DeleteWorkflowsOptions) { o.DeleteChildren = deleteChildren }
}

// DeleteWorkflows deletes workflows in any state with their steps, messages, events and streams.
// Ids that do not exist are passed over. A worker that runs one fails at its next write.
func (c *systemClient) DeleteWorkflows(workflowIDs []string, opts ...DeleteWorkflowsOption) error {
	if len(workflowIDs) == 0 {
		return nil
	}
	doomed := doomedAlone
	if apply(opts).DeleteChildren {
		doomed = doomedLineage
	}
	args := query.Args{"ids": workflowIDs}
	return c.write("delete workflows", func(b *db.Batch) {
		for _, table := range c.loose() {
			b.Exec("DELETE FROM {"+table+"} WHERE "+doomed, args, nil)
		}
		b.Exec("DELETE FROM {workflow_status} WHERE "+doomed, args, nil)
	})
}

// loose are the tables no foreign key empties. They come first: the descendants are found in
// workflow_status.
func (c *systemClient) loose() []string {
	if !c.shape.HasTable("workflow_input") {
		return nil
	}
	return looseTables
}
