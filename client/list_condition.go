package client

import (
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/where"
)

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
