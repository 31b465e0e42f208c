package client

import (
	"math"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// In schemas with the payload split, values are in tables of their own. Rows that older
// applications wrote keep theirs in workflow_status.
const (
	inputOf = `{if workflow_input|COALESCE((SELECT i.inputs FROM {workflow_input} AS i WHERE i.workflow_uuid = ws.workflow_uuid), ws.inputs)}` +
		`{unless workflow_input|ws.inputs}`
	outputOf = `{if workflow_output|COALESCE((SELECT o.output FROM {workflow_output} AS o WHERE o.workflow_uuid = ws.workflow_uuid), ws.output)}` +
		`{unless workflow_output|ws.output}`
	errorOf = `{if workflow_output|COALESCE((SELECT o.error FROM {workflow_output} AS o WHERE o.workflow_uuid = ws.workflow_uuid), ws.error)}` +
		`{unless workflow_output|ws.error}`
)

// progressOf is the number of steps that ended, and the last one of them with its time. The primary
// key of the steps begins with the workflow.
const progressOf = `(SELECT COUNT(*) FROM {operation_outputs} AS s WHERE s.workflow_uuid = ws.workflow_uuid),
	(SELECT s.function_name FROM {operation_outputs} AS s WHERE s.workflow_uuid = ws.workflow_uuid ORDER BY s.function_id DESC LIMIT 1),
	(SELECT s.completed_at_epoch_ms FROM {operation_outputs} AS s WHERE s.workflow_uuid = ws.workflow_uuid ORDER BY s.function_id DESC LIMIT 1)`

const selectWorkflows = `
SELECT ws.workflow_uuid, ws.status, ws.name, ws.authenticated_user, ws.assumed_role, ws.authenticated_roles,
	ws.executor_id, ws.created_at, ws.updated_at, ws.application_version, ws.application_id, ws.recovery_attempts,
	ws.queue_name, ws.workflow_timeout_ms, ws.workflow_deadline_epoch_ms, ws.started_at_epoch_ms, ws.deduplication_id,
	ws.priority, ws.queue_partition_key, ws.forked_from, ws.was_forked_from, ws.parent_workflow_id, ws.completed_at,
	ws.class_name, ws.config_name, ws.serialization, ws.delay_until_epoch_ms,
	{if workflow_status.attributes|CAST(ws.attributes AS TEXT)}{unless workflow_status.attributes|NULL},
	{if workflow_status.schedule_name|ws.schedule_name}{unless workflow_status.schedule_name|NULL},
	{if workflow_status.debounce_deadline_epoch_ms|ws.debounce_deadline_epoch_ms}{unless workflow_status.debounce_deadline_epoch_ms|CAST(NULL AS BIGINT)},
	{if workflow_status.is_debounced|ws.is_debounced}{unless workflow_status.is_debounced|FALSE},
	{if workflow_status.application_name|ws.application_name}{unless workflow_status.application_name|NULL}`

// notNil returns the list, or an empty one instead of nil: JSON has [] for it.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (c *systemClient) ListWorkflows(opts ...ListWorkflowsOption) ([]WorkflowStatus, error) {
	return c.listWorkflows(apply(opts))
}

func (c *systemClient) listWorkflows(options ListWorkflowsOptions) ([]WorkflowStatus, error) {
	const op = "list workflows"
	if err := c.countPrefixed(op, &options); err != nil {
		return nil, err
	}
	return c.listCounted(op, options)
}

// listCounted lists by options that have been through countPrefixed.
func (c *systemClient) listCounted(op string, options ListWorkflowsOptions) ([]WorkflowStatus, error) {
	f, err := c.filter(op, options)
	if err != nil || f.Nothing {
		return []WorkflowStatus{}, err
	}
	return c.list(op, c.listText(f, options), f, options)
}

// bounds sets the arguments of the limit and the offset, and returns the clause of the
// offset. If no limit is asked for, it is the greatest integer, because SQLite allows an
// offset only after a limit.
func bounds(f *where.Filter, o ListWorkflowsOptions) string {
	f.Args["limit"] = int64(1<<63 - 1)
	if o.Limit != nil {
		f.Args["limit"] = int64(*o.Limit)
	}
	if o.Offset == nil {
		return ""
	}
	f.Args["offset"] = int64(*o.Offset)
	return " OFFSET :offset"
}

// listText returns the statement.
func (c *systemClient) listText(f *where.Filter, o ListWorkflowsOptions) string {
	offset := bounds(f, o)
	if c.isDeep(f, o) {
		return deepText(f, o)
	}
	c.guessFew(f)
	if c.isKeyed(f, o) {
		return keyedText(f, o) + offset
	}
	return selected(o) + f.From(o.SortDesc, firstRows(o)) + f.OrderBy(o.SortDesc) + "\nLIMIT :limit" + offset
}

// guessFew calls GuessFew of a filter, except on CockroachDB, whose planner is another one.
func (c *systemClient) guessFew(f *where.Filter) {
	if !c.db.Cockroach() {
		f.GuessFew()
	}
}

// firstRows returns the number of rows up to the last one of a list, or 0 if it has no limit.
func firstRows(o ListWorkflowsOptions) int64 {
	switch {
	case o.Limit == nil:
		return 0
	case o.Offset == nil || *o.Limit > math.MaxInt-*o.Offset:
		return int64(*o.Limit)
	}
	return int64(*o.Limit + *o.Offset)
}

// selected returns the columns of a list.
func selected(o ListWorkflowsOptions) string {
	if o.onlyIDs {
		return "\nSELECT ws.workflow_uuid, ws.created_at"
	}
	text := selectWorkflows
	if o.LoadInput {
		text += ", " + inputOf
	}
	if o.LoadOutput {
		text += ", " + outputOf + ", " + errorOf
	}
	if o.LoadProgress {
		text += ", " + progressOf
	}
	return text
}

func (c *systemClient) list(op, text string, f *where.Filter, o ListWorkflowsOptions) ([]WorkflowStatus, error) {
	var found statusList
	started := time.Now()
	err := c.read(op, func(b *db.Batch) {
		r, limit := newStatusRow(o), 0
		if o.Limit != nil {
			limit = *o.Limit
		}
		f.Apply(b)
		db.Fold(b, &found, text, f.Args, func(found *statusList, row db.Row) error {
			if err := row.Scan(r.targets...); err != nil {
				return err
			}
			r.fill(found.next(limit))
			return found.growing(c, r)
		})
	})
	if err == nil {
		c.noteTime(op, o, time.Since(started))
	}
	return found.all(), err
}
