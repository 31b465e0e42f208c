package client

import (
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A listFilter is an option of ListWorkflowsOptions that compares one column.
type listFilter struct {
	option    string // as scripts call it, in the warning about a slow list
	column    string // of workflow_status
	condition        // how they are compared
	// few is true if few workflows have the same value, so a list looks for these and sorts them.
	few bool
	// planned is true if a dry run may plan another value of the column.
	planned bool
	// indexed is true if an index finds the rows. It is read off the tables of package schema.
	indexed bool
}

// listFilters returns a line for each filter that compares one column. From a line come the
// condition of the statement, the same condition on rows that a dry run has planned, whether the
// planner of the database may read the whole table, and the name in the warning about a slow
// list. The conditions on ids by prefix, states, created_at, queues_only and attributes are
// written out in list_filter.go.
var listFilters = sync.OnceValue(func() []listFilter {
	type options = *ListWorkflowsOptions
	type row = *WorkflowStatus
	filters := []listFilter{
		{option: "workflow_ids", column: "workflow_uuid", few: true,
			condition: oneOf{func(o options) *[]string { return &o.WorkflowIDs }, func(w row) string { return w.ID }}},
		{option: "name", column: "name",
			condition: oneOf{func(o options) *[]string { return &o.Name }, func(w row) string { return w.Name }}},
		{option: "app_version", column: "application_version", planned: true,
			condition: oneOf{func(o options) *[]string { return &o.AppVersion }, func(w row) string { return w.ApplicationVersion }}},
		{option: "user", column: "authenticated_user",
			condition: oneOf{func(o options) *[]string { return &o.User }, func(w row) string { return w.AuthenticatedUser }}},
		{option: "queue_name", column: "queue_name", planned: true,
			condition: oneOf{func(o options) *[]string { return &o.QueueName }, func(w row) string { return w.QueueName }}},
		{option: "queue_partition_key", column: "queue_partition_key",
			condition: oneOf{func(o options) *[]string { return &o.QueuePartitionKey }, func(w row) string { return w.QueuePartitionKey }}},
		{option: "executor_ids", column: "executor_id",
			condition: oneOf{func(o options) *[]string { return &o.ExecutorIDs }, func(w row) string { return w.ExecutorID }}},
		{option: "forked_from", column: "forked_from", few: true,
			condition: oneOf{func(o options) *[]string { return &o.ForkedFrom }, func(w row) string { return w.ForkedFrom }}},
		{option: "parent_workflow_id", column: "parent_workflow_id", few: true,
			condition: oneOf{func(o options) *[]string { return &o.ParentWorkflowID }, func(w row) string { return w.ParentWorkflowID }}},
		{option: "deduplication_id", column: "deduplication_id", few: true, planned: true,
			condition: oneOf{func(o options) *[]string { return &o.DeduplicationID }, func(w row) string { return w.DeduplicationID }}},
		{option: "schedule_name", column: "schedule_name",
			condition: oneOf{func(o options) *[]string { return &o.ScheduleName }, func(w row) string { return w.ScheduleName }}},
		{option: "application_name", column: "application_name",
			condition: oneOf{func(o options) *[]string { return &o.ApplicationName }, func(w row) string { return w.ApplicationName }}},
		{option: "completed_after, completed_before", column: "completed_at", planned: true,
			condition: between{func(o options) *time.Time { return &o.CompletedAfter }, func(o options) *time.Time { return &o.CompletedBefore },
				func(w row) time.Time { return w.CompletedAt }}},
		{option: "dequeued_after, dequeued_before", column: "started_at_epoch_ms", planned: true,
			condition: between{func(o options) *time.Time { return &o.DequeuedAfter }, func(o options) *time.Time { return &o.DequeuedBefore },
				func(w row) time.Time { return w.StartedAt }}},
		{option: "is_fork", column: "forked_from",
			condition: hasValue{isTrue{func(o options) **bool { return &o.IsFork }, func(w row) bool { return w.ForkedFrom != "" }}}},
		{option: "was_forked_from", column: "was_forked_from", planned: true,
			condition: isTrue{func(o options) **bool { return &o.WasForkedFrom }, func(w row) bool { return w.WasForkedFrom }}},
		{option: "has_parent", column: "parent_workflow_id",
			condition: hasValue{isTrue{func(o options) **bool { return &o.HasParent }, func(w row) bool { return w.ParentWorkflowID != "" }}}},
		{option: "is_debounced", column: "is_debounced",
			condition: isTrue{func(o options) **bool { return &o.IsDebounced }, func(w row) bool { return w.IsDebounced }}},
	}
	for i, filter := range filters {
		filters[i].indexed = schema.Indexed("workflow_status", filter.column)
	}
	return filters
})
