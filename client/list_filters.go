package client

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/schema"
	"github.com/dbos-script/dbos-script/client/internal/where"
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
// written out in list_filter.go. The kinds of conditions stand below the table, and refused names
// wrong values.
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

// refused returns what is wrong with the value of an option, or "" if nothing is.
func (o ListWorkflowsOptions) refused() string {
	switch {
	case o.Limit != nil && *o.Limit < 0:
		return fmt.Sprintf("the limit %d is negative", *o.Limit)
	case o.Offset != nil && *o.Offset < 0:
		return fmt.Sprintf("the offset %d is negative", *o.Offset)
	}
	return ""
}

// A condition compares a column with an option of a list: in the database, and in a row that only a
// dry run has planned. The two must agree.
type condition interface {
	// isSet returns true if the option is set, so that rows may not match.
	isSet(o *ListWorkflowsOptions) bool
	// clear unsets the option.
	clear(o *ListWorkflowsOptions)
	// add adds the condition to a statement.
	add(f *where.Filter, column string, o *ListWorkflowsOptions)
	// matches returns true if a planned row meets the condition.
	matches(o *ListWorkflowsOptions, w *WorkflowStatus) bool
}

// oneOf selects rows with one of the texts of a list.
type oneOf struct {
	list  func(*ListWorkflowsOptions) *[]string
	value func(*WorkflowStatus) string
}

func (c oneOf) isSet(o *ListWorkflowsOptions) bool {
	return slices.ContainsFunc(*c.list(o), func(text string) bool { return text != "" })
}

func (c oneOf) clear(o *ListWorkflowsOptions) { *c.list(o) = nil }

func (c oneOf) add(f *where.Filter, column string, o *ListWorkflowsOptions) {
	f.AnyOf(column, *c.list(o))
}

func (c oneOf) matches(o *ListWorkflowsOptions, w *WorkflowStatus) bool {
	return selects(*c.list(o), c.value(w))
}

// isTrue selects rows in which a column of truth values is true, or false.
type isTrue struct {
	wanted func(*ListWorkflowsOptions) **bool
	value  func(*WorkflowStatus) bool
}

func (c isTrue) isSet(o *ListWorkflowsOptions) bool { return *c.wanted(o) != nil }

func (c isTrue) clear(o *ListWorkflowsOptions) { *c.wanted(o) = nil }

func (c isTrue) add(f *where.Filter, column string, o *ListWorkflowsOptions) {
	f.True(column, *c.wanted(o))
}

func (c isTrue) matches(o *ListWorkflowsOptions, w *WorkflowStatus) bool {
	return selectsFlag(*c.wanted(o), c.value(w))
}

// hasValue selects rows in which a column is not NULL, or NULL.
type hasValue struct{ isTrue }

func (c hasValue) add(f *where.Filter, column string, o *ListWorkflowsOptions) {
	f.Set(column, *c.wanted(o))
}

// between selects rows with a time within two bounds. The zero time is no bound.
type between struct {
	from, to func(*ListWorkflowsOptions) *time.Time
	value    func(*WorkflowStatus) time.Time
}

func (c between) isSet(o *ListWorkflowsOptions) bool { return !c.from(o).IsZero() || !c.to(o).IsZero() }

func (c between) clear(o *ListWorkflowsOptions) { *c.from(o), *c.to(o) = time.Time{}, time.Time{} }

func (c between) add(f *where.Filter, column string, o *ListWorkflowsOptions) {
	f.Between(column, *c.from(o), *c.to(o))
}

func (c between) matches(o *ListWorkflowsOptions, w *WorkflowStatus) bool {
	return within(c.value(w), *c.from(o), *c.to(o))
}
