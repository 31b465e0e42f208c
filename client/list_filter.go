package client

import (
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A filter holds the conditions of a list, their arguments, and hints for the planner.
type filter struct {
	op         string
	table      string // called ws in the statement
	has        func(column string) bool
	conditions []string
	args       query.Args
	nothing    bool // no row can match
	led        bool // an index leads to the rows, if they are few
	times      int  // the number of conditions that are bounds of created_at
	hints      planHints
	err        error
}

func (c *systemClient) newFilter(op, table string) *filter {
	return &filter{op: op, table: table, args: query.Args{}, has: func(column string) bool { return c.shape.Has(table, column) }}
}

// filter returns the conditions of the options. It returns Unsupported if the database lacks the
// column of one.
func (c *systemClient) filter(op string, o ListWorkflowsOptions) (*filter, error) {
	f := c.newFilter(op, "workflow_status")
	f.hints.repeatIndex = c.db.Dialect() == query.SQLite
	f.hints.fewRows = len(o.WorkflowIDs)+len(o.ForkedFrom)+len(o.ParentWorkflowID)+len(o.DeduplicationID) > 0
	f.anyOf("workflow_uuid", o.WorkflowIDs)
	f.prefixes("workflow_uuid", o.WorkflowIDPrefix)
	f.states(o.Status)
	f.anyOf("name", o.Name)
	f.anyOf("application_version", o.AppVersion)
	f.anyOf("authenticated_user", o.User)
	f.anyOf("queue_name", o.QueueName)
	f.anyOf("executor_id", o.ExecutorIDs)
	f.anyOf("forked_from", o.ForkedFrom)
	f.anyOf("parent_workflow_id", o.ParentWorkflowID)
	f.anyOf("deduplication_id", o.DeduplicationID)
	f.anyOf("schedule_name", o.ScheduleName)
	f.anyOf("application_name", o.ApplicationName)
	f.ownRows(c.config.AppName, o.ApplicationName, o.WorkflowIDs)
	before := len(f.conditions)
	f.bound("created_at", ">=", o.createdFrom())
	f.bound("created_at", "<=", o.createdTo())
	f.times = len(f.conditions) - before
	f.bound("completed_at", ">=", o.CompletedAfter)
	f.bound("completed_at", "<=", o.CompletedBefore)
	f.bound("started_at_epoch_ms", ">=", o.DequeuedAfter)
	f.bound("started_at_epoch_ms", "<=", o.DequeuedBefore)
	f.flag("forked_from", o.IsFork, "ws.forked_from IS NOT NULL", "ws.forked_from IS NULL")
	f.flag("was_forked_from", o.WasForkedFrom, "ws.was_forked_from", "NOT ws.was_forked_from")
	f.flag("parent_workflow_id", o.HasParent, "ws.parent_workflow_id IS NOT NULL", "ws.parent_workflow_id IS NULL")
	f.flag("is_debounced", o.IsDebounced, "ws.is_debounced", "NOT ws.is_debounced")
	f.attributes(o.Attributes)
	f.queuesOnly(o)
	f.page(o)
	return f, f.err
}

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

// needs reports whether the table has a column, and sets the error of the filter if not.
func (f *filter) needs(column string) bool {
	if f.has(column) {
		return true
	}
	if f.err == nil {
		f.err = unsupported(f.op, f.table, column)
	}
	return false
}

func (f *filter) where(condition string) { f.conditions = append(f.conditions, condition) }

// anyOf adds the condition that a column has one of the values. It compares a single value by
// equality, because planners use a partial index for that and not for a list of one.
func (f *filter) anyOf(column string, values []string) {
	if values == nil || !f.needs(column) {
		return
	}
	parameter := column + "_list"
	switch kept := withoutEmpty(values); {
	case len(values) == 0:
		f.nothing = true
	case len(kept) == 0:
	case len(kept) == 1:
		f.where(fmt.Sprintf("ws.%s = :%s", column, column))
		f.args[column] = kept[0]
	default:
		f.where(fmt.Sprintf("{in ws.%s :%s}", column, parameter))
		f.args[parameter] = kept
	}
}

func withoutEmpty(values []string) []string {
	kept := make([]string, 0, len(values))
	for _, value := range values {
		if value != "" {
			kept = append(kept, value)
		}
	}
	return kept
}

func (f *filter) prefixes(column string, values []string) {
	kept := withoutEmpty(values)
	switch {
	case values != nil && len(values) == 0:
		f.nothing = true
	case len(kept) > 0:
		f.where(fmt.Sprintf("{prefix ws.%s :prefixes}", column))
		f.args["prefixes"] = kept
	}
}

func (f *filter) bound(column, comparison string, t time.Time) {
	if t.IsZero() {
		return
	}
	parameter := column + map[string]string{">=": "_from", "<=": "_to"}[comparison]
	f.led = true
	f.where(fmt.Sprintf("ws.%s %s :%s", column, comparison, parameter))
	f.args[parameter] = t.UnixMilli()
}

func (f *filter) flag(column string, wanted *bool, yes, no string) {
	switch {
	case wanted == nil || !f.needs(column):
	case *wanted:
		f.where(yes)
	default:
		f.where(no)
	}
}

func (f *filter) attributes(attributes map[string]any) {
	if attributes == nil || !f.needs("attributes") {
		return
	}
	text, err := codec.EncodeJSON(attributes, "")
	if err != nil {
		f.err = invalid(f.op, "attributes: %v", err)
		return
	}
	f.hints.bitmaps = true
	f.where("{contains ws.attributes :attributes}")
	f.args["attributes"] = text
}

func (f *filter) queuesOnly(o ListWorkflowsOptions) {
	if !o.QueuesOnly {
		return
	}
	f.where("ws.queue_name IS NOT NULL")
	if o.Status == nil {
		f.states([]WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusDelayed})
	}
}

func (f *filter) page(o ListWorkflowsOptions) {
	switch {
	case o.Limit != nil && *o.Limit < 0:
		f.err = invalid(f.op, "the limit %d is negative", *o.Limit)
	case o.Offset != nil && *o.Offset < 0:
		f.err = invalid(f.op, "the offset %d is negative", *o.Offset)
	case o.Limit != nil && *o.Limit == 0:
		f.nothing = true
	}
}

// sql returns the WHERE clause, or "" if there are no conditions.
func (f *filter) sql() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return "\nWHERE " + strings.Join(f.conditions, "\n\tAND ")
}

func unsupported(op, table, column string) *Error {
	name := table
	if column != "" {
		name += "." + column
	}
	return &Error{Kind: Unsupported, Op: op, Message: fmt.Sprintf("this database has no %s", name),
		Advice: "a later version of the application's DBOS SDK adds it"}
}
