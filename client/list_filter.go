package client

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// isHeld is the condition of held workflows: the number is heldWaiting.
const isHeld = "ws.status = 'DELAYED' AND ws.delay_until_epoch_ms >= 190000000000000"

// newFilter returns a filter of a table without conditions.
func (c *systemClient) newFilter(table string) *where.Filter {
	return where.New(table, c.db.Dialect(), func(column string) bool { return c.shape.Has(table, column) })
}

// filter returns the conditions of the options. It returns InvalidOption if a value is wrong, and
// Unsupported if the database lacks the column of one.
func (c *systemClient) filter(op string, o ListWorkflowsOptions) (*where.Filter, error) {
	f := c.newFilter("workflow_status")
	f.Hints.FewRows = o.selectsFew()
	f.Prefixes("workflow_uuid", o.WorkflowIDPrefix)
	if o.fewPrefixed {
		f.PrefixRanges(o.WorkflowIDPrefix)
	}
	f.States(words(o.Status))
	for _, filter := range listFilters() {
		if !filter.indexed {
			f.Unindexed(filter.column)
		}
		filter.add(f, filter.column, &o)
		if !filter.indexed && filter.isSet(&o) {
			f.Scans()
		}
	}
	c.ownRows(f, o.ApplicationName, o.WorkflowIDs)
	f.Between("created_at", o.createdFrom(), o.createdTo())
	f.Flag("delay_until_epoch_ms", o.Held, isHeld, "NOT COALESCE("+isHeld+", FALSE)")
	attributesErr := attributesFilter(f, op, o)
	queuesOnly(f, o)
	f.Nothing = f.Nothing || o.Limit != nil && *o.Limit == 0
	if problem := o.refused(); problem != "" {
		return f, invalid(op, "%s", problem)
	}
	if attributesErr != nil {
		return f, attributesErr
	}
	return f, failure(op, f.Err)
}

// selectsFew returns true if a filter selects few workflows.
func (o ListWorkflowsOptions) selectsFew() bool {
	return slices.ContainsFunc(listFilters(), func(filter listFilter) bool { return filter.few && filter.isSet(&o) })
}

// matches returns true if a row matches all conditions of filter. A dry run asks it about the rows
// that it has planned, because they are in no database.
func (o ListWorkflowsOptions) matches(w WorkflowStatus, app string) bool {
	for _, filter := range listFilters() {
		if !filter.planned && !filter.matches(&o, &w) {
			return false
		}
	}
	return selectsPrefix(o.WorkflowIDPrefix, w.ID) && within(w.CreatedAt, o.createdFrom(), o.createdTo()) && o.matchesPlanned(w) &&
		(o.ApplicationName != nil || o.WorkflowIDs != nil || ownRow(w, app))
}

// matchesPlanned is the part of matches on columns that a dry run may change.
func (o ListWorkflowsOptions) matchesPlanned(w WorkflowStatus) bool {
	unfinished := []WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusDelayed}
	if o.QueuesOnly && (w.QueueName == "" || o.Status == nil && !slices.Contains(unfinished, w.Status)) {
		return false
	}
	for _, filter := range listFilters() {
		if filter.planned && !filter.matches(&o, &w) {
			return false
		}
	}
	return selects(o.Status, w.Status) && selectsFlag(o.Held, w.HeldFrom != "") &&
		(o.Attributes == nil || w.Attributes != nil && contains(w.Attributes, asStored(o.Attributes)))
}

// withoutPlanned returns the options without the conditions of matchesPlanned.
func (o ListWorkflowsOptions) withoutPlanned() ListWorkflowsOptions {
	o.Status, o.QueuesOnly, o.Held, o.Attributes = nil, false, nil, nil
	for _, filter := range listFilters() {
		if filter.planned {
			filter.clear(&o)
		}
	}
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
