package client

import (
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

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
	return &Error{Kind: Unsupported, Op: op, Message: fmt.Sprintf("this database has no %s", name),
		Advice: "a later version of the application's DBOS SDK adds it"}
}

// missingColumn returns Unsupported if err is about a column that the database lacks, or nil.
func missingColumn(op string, err error) error {
	if missing := (*where.MissingColumn)(nil); errors.As(err, &missing) {
		return unsupported(op, missing.Table, missing.Column)
	}
	return nil
}
