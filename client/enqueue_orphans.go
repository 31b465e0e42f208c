package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The statements that delete the rows of a table that belong to no workflow.
const (
	deleteOrphanInputs = `
DELETE FROM {workflow_input} WHERE {in workflow_uuid :orphans}
	AND NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = {workflow_input}.workflow_uuid)`

	deleteOrphanOutputs = `
DELETE FROM {workflow_output} WHERE {in workflow_uuid :orphans}
	AND NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = {workflow_output}.workflow_uuid)`

	deleteOrphanSteps = `
DELETE FROM {operation_outputs} WHERE {in workflow_uuid :orphans}
	AND NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = {operation_outputs}.workflow_uuid)`
)

// clearOrphans goes before an insert of workflows whose ids are not random. In a schema with the
// payload split no foreign key deletes the payload of a workflow that an application deletes, so a
// new workflow with the same id would take over the input, the steps and the result of the old one.
func (c *systemClient) clearOrphans(b *db.Batch, ids []string) {
	if len(ids) == 0 || !c.shape.HasTable("workflow_input") {
		return
	}
	args := query.Args{"orphans": ids}
	b.Exec(deleteOrphanInputs, args, nil)
	if c.shape.HasTable("workflow_output") {
		b.Exec(deleteOrphanOutputs, args, nil)
	}
	b.Exec(deleteOrphanSteps, args, nil)
}
