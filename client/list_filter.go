package client

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// isHeld is the condition of held workflows: the number is heldWaiting.
const isHeld = "ws.status = 'DELAYED' AND ws.delay_until_epoch_ms >= 190000000000000"

// newFilter returns a filter of a table without conditions.
func (c *systemClient) newFilter(table string) *where.Filter {
	return where.New(table, c.db.Dialect(), func(column string) bool { return c.shape.Has(table, column) })
}

// filter returns the conditions of the options. It returns Unsupported if the database lacks the
// column of one.
func (c *systemClient) filter(op string, o ListWorkflowsOptions) (*where.Filter, error) {
	f := c.newFilter("workflow_status")
	f.Hints.FewRows = len(o.WorkflowIDs)+len(o.ForkedFrom)+len(o.ParentWorkflowID)+len(o.DeduplicationID) > 0
	f.AnyOf("workflow_uuid", o.WorkflowIDs)
	f.Prefixes("workflow_uuid", o.WorkflowIDPrefix)
	if o.fewPrefixed {
		f.PrefixRanges(o.WorkflowIDPrefix)
	}
	f.States(words(o.Status))
	f.AnyOf("name", o.Name)
	f.AnyOf("application_version", o.AppVersion)
	f.AnyOf("authenticated_user", o.User)
	f.AnyOf("queue_name", o.QueueName)
	f.AnyOf("executor_id", o.ExecutorIDs)
	f.AnyOf("forked_from", o.ForkedFrom)
	f.AnyOf("parent_workflow_id", o.ParentWorkflowID)
	f.AnyOf("deduplication_id", o.DeduplicationID)
	f.AnyOf("schedule_name", o.ScheduleName)
	f.AnyOf("application_name", o.ApplicationName)
	c.ownRows(f, o.ApplicationName, o.WorkflowIDs)
	f.Between("created_at", o.createdFrom(), o.createdTo())
	f.Between("completed_at", o.CompletedAfter, o.CompletedBefore)
	f.Between("started_at_epoch_ms", o.DequeuedAfter, o.DequeuedBefore)
	f.Set("forked_from", o.IsFork)
	f.True("was_forked_from", o.WasForkedFrom)
	f.Set("parent_workflow_id", o.HasParent)
	f.True("is_debounced", o.IsDebounced)
	f.Flag("delay_until_epoch_ms", o.Held, isHeld, "NOT COALESCE("+isHeld+", FALSE)")
	attributesErr := attributesFilter(f, op, o)
	queuesOnly(f, o)
	f.Nothing = f.Nothing || o.Limit != nil && *o.Limit == 0
	switch {
	case o.Limit != nil && *o.Limit < 0:
		return f, invalid(op, "the limit %d is negative", *o.Limit)
	case o.Offset != nil && *o.Offset < 0:
		return f, invalid(op, "the offset %d is negative", *o.Offset)
	case attributesErr != nil:
		return f, attributesErr
	}
	return f, failure(op, f.Err)
}

// matches returns true if a row matches all conditions of filter. A dry run asks it about the rows
// that it has planned, because they are in no database.
func (o ListWorkflowsOptions) matches(w WorkflowStatus, app string) bool {
	texts := []struct {
		list  []string
		value string
	}{
		{o.WorkflowIDs, w.ID}, {o.Name, w.Name}, {o.AppVersion, w.ApplicationVersion}, {o.User, w.AuthenticatedUser},
		{o.ExecutorIDs, w.ExecutorID}, {o.ForkedFrom, w.ForkedFrom}, {o.ParentWorkflowID, w.ParentWorkflowID},
		{o.ScheduleName, w.ScheduleName}, {o.ApplicationName, w.ApplicationName},
	}
	for _, text := range texts {
		if !selects(text.list, text.value) {
			return false
		}
	}
	return selectsPrefix(o.WorkflowIDPrefix, w.ID) && within(w.CreatedAt, o.createdFrom(), o.createdTo()) &&
		selectsFlag(o.IsFork, w.ForkedFrom != "") && selectsFlag(o.HasParent, w.ParentWorkflowID != "") &&
		selectsFlag(o.IsDebounced, w.IsDebounced) && o.matchesChanging(w) &&
		(o.ApplicationName != nil || o.WorkflowIDs != nil || ownRow(w, app))
}

// matchesChanging is the part of matches on columns that a dry run may change.
func (o ListWorkflowsOptions) matchesChanging(w WorkflowStatus) bool {
	unfinished := []WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusDelayed}
	switch {
	case o.QueuesOnly && (w.QueueName == "" || o.Status == nil && !slices.Contains(unfinished, w.Status)):
		return false
	case !within(w.CompletedAt, o.CompletedAfter, o.CompletedBefore) || !within(w.StartedAt, o.DequeuedAfter, o.DequeuedBefore):
		return false
	}
	return selects(o.Status, w.Status) && selects(o.QueueName, w.QueueName) && selects(o.DeduplicationID, w.DeduplicationID) &&
		selectsFlag(o.WasForkedFrom, w.WasForkedFrom) && selectsFlag(o.Held, w.HeldFrom != "") && (o.Attributes == nil || contains(w.Attributes, asStored(o.Attributes)))
}

// stable returns the options without the conditions of matchesChanging.
func (o ListWorkflowsOptions) stable() ListWorkflowsOptions {
	o.Status, o.QueueName, o.DeduplicationID, o.QueuesOnly, o.WasForkedFrom, o.Attributes = nil, nil, nil, false, nil, nil
	o.Held = nil
	o.CompletedAfter, o.CompletedBefore, o.DequeuedAfter, o.DequeuedBefore = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return o
}

// words returns the texts of a list. It returns nil for nil, which is no filter.
func words[S ~string](list []S) []string {
	if list == nil {
		return nil
	}
	texts := make([]string, len(list))
	for i, status := range list {
		texts[i] = string(status)
	}
	return texts
}

func attributesFilter(f *where.Filter, op string, o ListWorkflowsOptions) error {
	if o.Attributes == nil || !f.Needs("attributes") {
		return nil
	}
	text, err := codec.EncodeJSON(o.Attributes, "")
	if err != nil {
		return invalid(op, "attributes: %v", err)
	}
	f.Contains("attributes", text)
	return nil
}

func queuesOnly(f *where.Filter, o ListWorkflowsOptions) {
	if !o.QueuesOnly {
		return
	}
	f.Add("ws.queue_name IS NOT NULL")
	if o.Status == nil {
		f.States(words([]WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusDelayed}))
	}
}

func unsupported(op, table, column string) *Error {
	name := table
	if column != "" {
		name += "." + column
	}
	return &Error{Code: Unsupported, Op: op, Message: fmt.Sprintf("this database has no %s", name),
		Hint: "a later version of the application's DBOS SDK adds it"}
}

// missingColumn returns Unsupported if err is about a column that the database lacks, or nil.
func missingColumn(op string, err error) error {
	if missing := (*where.MissingColumn)(nil); errors.As(err, &missing) {
		return unsupported(op, missing.Table, missing.Column)
	}
	return nil
}
