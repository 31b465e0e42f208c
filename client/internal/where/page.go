package where

import (
	"fmt"
	"strings"
)

// A Cursor is the place of a workflow in a list: workflows are ordered by it.
type Cursor struct {
	Created int64 // created_at, in milliseconds
	ID      string
}

// OrderBy sorts by time and id, with the index on created_at unless ids or states select few rows
// that another index finds.
func (f *Filter) OrderBy(descending bool) string {
	byIndex := f.Hints.sortsByIndex()
	return stateFirst(orderBy(descending, byIndex), descending, f.byState && byIndex)
}

// ByTime sorts by time alone.
func (f *Filter) ByTime(descending bool) string {
	return stateFirst("\nORDER BY ws.created_at "+direction(descending), descending, f.byState)
}

// stateFirst sorts by the state before the columns of text, if byState is true: the rows have one
// state, and the index that finds them begins with it.
func stateFirst(text string, descending, byState bool) string {
	if !byState {
		return text
	}
	return strings.Replace(text, "ORDER BY ", "ORDER BY ws.status "+direction(descending)+", ", 1)
}

func direction(descending bool) string {
	if descending {
		return "DESC"
	}
	return "ASC"
}

// OrderWithIndex sorts by time and id, and lets the planner use the index on created_at for it.
func OrderWithIndex(descending bool) string { return orderBy(descending, true) }

// OrderWithoutIndex sorts by time and id without the index on created_at.
func OrderWithoutIndex(descending bool) string { return orderBy(descending, false) }

// orderBy sorts by the id too, because thousands of rows of a bulk insert have the same
// millisecond. The "+ 0" keeps the planner from reading the index on created_at, row by row through
// the whole table.
func orderBy(descending, byIndex bool) string {
	created := "ws.created_at"
	if !byIndex {
		created += " + 0"
	}
	return fmt.Sprintf("\nORDER BY %s %[2]s, ws.workflow_uuid %[2]s", created, direction(descending))
}

// From returns the FROM clause of a list of the first rows, or of all if first is 0. Rows in
// several states are put together from the indexes that have them: of each branch the first rows
// are enough, where one statement would sort all rows of all states.
func (f *Filter) From(descending bool, first int64) string {
	if len(f.branches) == 0 {
		return "\nFROM {workflow_status} AS ws" + f.SQL()
	}
	parts := make([]string, len(f.branches))
	for i, b := range f.branches {
		text := "SELECT ws.* FROM {workflow_status} AS ws\nWHERE " + and(append([]string{b.indexed()}, f.conditions...))
		if first > 0 {
			text += stateFirst(orderBy(descending, b.ordered), descending, b.ranged != "") + "\nLIMIT :first"
			f.Args["first"] = first
		}
		parts[i] = fmt.Sprintf("SELECT * FROM (%s) AS part%d", text, i+1)
	}
	return "\nFROM (" + strings.Join(parts, "\nUNION ALL ") + ") AS ws"
}

// Branches returns the WHERE clauses whose rows together are the rows of the filter. No two of them
// select workflows in the same state, and each has an index if there are several.
func (f *Filter) Branches() []string {
	if len(f.branches) == 0 {
		return []string{f.SQL()}
	}
	clauses := make([]string, len(f.branches))
	for i, b := range f.branches {
		clauses[i] = "\nWHERE " + and(append([]string{b.condition}, f.conditions...))
	}
	return clauses
}

// After adds the condition that a row comes after the cursor. The plain bound on created_at lets an
// index scan start there; not every database does that for a comparison of pairs.
func (f *Filter) After(last Cursor, descending bool) {
	comparison := ">"
	if descending {
		comparison = "<"
	}
	f.Add(fmt.Sprintf("ws.created_at %s= :last_created AND (ws.created_at %s :last_created OR ws.workflow_uuid %s :last_id)",
		comparison, comparison, comparison))
	f.Args["last_created"] = last.Created
	f.Args["last_id"] = last.ID
}

// WithIDs restricts the filter to some ids. It hides the other conditions from the planner, which
// would otherwise scan the index of a state for each page.
func (f *Filter) WithIDs(ids []string) {
	if conditions := f.all(); len(conditions) > 0 {
		f.conditions, f.branches = []string{"CASE WHEN " + and(conditions) + " THEN TRUE ELSE FALSE END"}, nil
	}
	f.Add("{in ws.workflow_uuid :page}")
	f.Args["page"] = ids
	f.Hints.FewRows, f.Hints.Bitmaps = true, false
}
