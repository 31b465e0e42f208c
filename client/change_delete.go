package client

import (
	"errors"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// doomed is true for the rows of the workflows to delete.
const doomed = `workflow_uuid IN (SELECT d.id FROM {rows d id:TEXT=:ids})`

// selectLineage finds workflows and all their descendants.
const selectLineage = `
WITH RECURSIVE doomed(id) AS (
	SELECT d.id FROM {rows d id:TEXT=:named}
	UNION SELECT child.workflow_uuid FROM {workflow_status} AS child JOIN doomed ON child.parent_workflow_id = doomed.id)
SELECT ws.workflow_uuid FROM {workflow_status} AS ws JOIN doomed ON doomed.id = ws.workflow_uuid`

// selectFurther finds descendants that are not to be deleted, because they started after the count.
const selectFurther = selectLineage + `
WHERE NOT EXISTS (SELECT 1 FROM {rows counted id:TEXT=:ids} WHERE counted.id = ws.workflow_uuid)`

// selectFurtherAgain is selectFurther after a lost answer. If that attempt took effect, none of the
// workflows is left, and one that started afterwards is not in the way.
const selectFurtherAgain = selectFurther + `
AND EXISTS (SELECT 1 FROM {workflow_status} AS kept WHERE {in kept.workflow_uuid :ids})`

// looseTables have no foreign key to workflow_status in the schemas that have a payload split.
var looseTables = []string{"workflow_input", "workflow_output", "operation_outputs"}

// DeleteWorkflowsOptions are the options of DeleteWorkflows and DeleteAll.
type DeleteWorkflowsOptions struct {
	DeleteChildren bool `json:"delete_children" doc:"Whether the workflows that it started are deleted too, and theirs."`
}

// A DeleteWorkflowsOption sets one of the DeleteWorkflowsOptions.
type DeleteWorkflowsOption func(*DeleteWorkflowsOptions)

// WithDeleteWorkflowsOptions sets all options at once.
func WithDeleteWorkflowsOptions(options DeleteWorkflowsOptions) DeleteWorkflowsOption {
	return func(o *DeleteWorkflowsOptions) { *o = options }
}

// WithDeleteChildren also deletes the children of each workflow, their children, and so on.
func WithDeleteChildren(deleteChildren bool) DeleteWorkflowsOption {
	return func(o *DeleteWorkflowsOptions) { o.DeleteChildren = deleteChildren }
}

func (c *systemClient) DeleteWorkflows(workflowIDs []string, opts ...DeleteWorkflowsOption) error {
	_, err := c.DeleteAll(workflowIDs, opts...)
	return err
}

// errGrown is the error of the guard of a change of workflows and their descendants.
var errGrown = errors.New("there are more descendants")

func (c *systemClient) DeleteAll(workflowIDs []string, opts ...DeleteWorkflowsOption) (*Report, error) {
	const op = "delete workflows"
	if len(workflowIDs) == 0 {
		return &Report{Op: op}, nil
	}
	if err := c.writable(op); err != nil {
		return nil, err
	}
	lineage, named := apply(opts).DeleteChildren, workflowIDs
	if lineage {
		var err error
		if named, err = c.lineage(op, workflowIDs); err != nil {
			return nil, err
		}
	}
	args := query.Args{"ids": named, "named": workflowIDs}
	s := &steering{write: &write{Change: Change{Op: op, IDs: named, Plural: true, Final: true, bulk: asBulk{verb: "delete"}}}}
	s.detail = s
	s.send = func(w *writer) error {
		deleted := make(map[string]standing, len(named))
		last, err := w.write(func(b *db.Batch) {
			if lineage {
				text := selectFurther
				if b.Attempt().AnswerLost {
					text = selectFurtherAgain
				}
				b.Guard(text, args, errGrown)
			}
			for _, table := range c.loose() {
				b.Exec("DELETE FROM {"+table+"} WHERE "+doomed, args, nil)
			}
			changedIDs(b, &deleted, "DELETE FROM {workflow_status} WHERE "+doomed+returningIDs, args)
		})
		if errors.Is(err, errGrown) {
			return grown(op, "deleted")
		}
		if err == nil {
			s.settled(deleted, last)
		}
		return err
	}
	err := c.apply(s.write)
	return &Report{Op: op, Results: s.Results}, err
}

// grown returns Conflict, because more workflows would be changed than the gate was asked about.
func grown(op, done string) error {
	return &Error{Code: Conflict, Op: op, Message: "nothing was " + done + ", because the workflows have started more since they were counted",
		Hint: "call it again: it counts and asks anew"}
}

// lineage returns the ids followed by their descendants.
func (c *systemClient) lineage(op string, ids []string) ([]string, error) {
	var all map[string]bool
	err := c.read(op, func(b *db.Batch) { db.Set(b, &all, selectLineage, query.Args{"named": ids}) })
	named := slices.Clone(ids)
	for _, id := range ids {
		delete(all, id)
	}
	return append(named, slices.Sorted(maps.Keys(all))...), err
}

// loose returns the tables that no foreign key empties.
func (c *systemClient) loose() []string {
	if !c.shape.HasTable("workflow_input") {
		return nil
	}
	return looseTables
}
