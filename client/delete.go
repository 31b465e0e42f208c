package client

import (
	"maps"
	"slices"

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
	const op = "delete workflows"
	doomed, named := doomedAlone, workflowIDs
	if apply(opts).DeleteChildren {
		var err error
		if named, err = c.lineage(op, workflowIDs); err != nil {
			return err
		}
		doomed = doomedLineage
	}
	args := query.Args{"ids": workflowIDs}
	s := &step{Change: Change{Op: op, IDs: named}, deletes: true}
	return c.change(s, func(p *permit) error {
		return p.write(func(b *db.Batch) {
			for _, table := range c.loose() {
				b.Exec("DELETE FROM {"+table+"} WHERE "+doomed, args, nil)
			}
			b.Exec("DELETE FROM {workflow_status} WHERE "+doomed, args, &s.Changed)
		})
	})
}

const selectLineage = `SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE ws.` + doomedLineage

// lineage adds the descendants to the ids, where somebody wants to know of them.
func (c *systemClient) lineage(op string, ids []string) ([]string, error) {
	if c.config.ReadOnly || c.config.Gate == nil && c.rehearsal == nil {
		return ids, nil
	}
	all := make(map[string]bool, len(ids))
	err := c.read(op, func(b *db.Batch) { b.Query(selectLineage, query.Args{"ids": ids}, scanSet(all)) })
	named := slices.Clone(ids)
	for _, id := range ids {
		delete(all, id)
	}
	return append(named, slices.Sorted(maps.Keys(all))...), err
}

// loose are the tables no foreign key empties. They come first: the descendants are found in
// workflow_status.
func (c *systemClient) loose() []string {
	if !c.shape.HasTable("workflow_input") {
		return nil
	}
	return looseTables
}
