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

// OrderBy sorts by time and id, because thousands of rows of a bulk insert have the same
// millisecond. The "+ 0" keeps the planner from reading the index on created_at, row by row through
// the whole table, if ids or states select few rows that an index finds.
func (f *Filter) OrderBy(descending bool) string {
	direction, created := "ASC", "ws.created_at"
	if descending {
		direction = "DESC"
	}
	if !f.Hints.sortsByIndex() {
		created += " + 0"
	}
	return fmt.Sprintf("\nORDER BY %s %s, ws.workflow_uuid %s", created, direction, direction)
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
	if len(f.conditions) > 0 {
		f.conditions = []string{"CASE WHEN " + strings.Join(f.conditions, "\n\tAND ") + " THEN TRUE ELSE FALSE END"}
	}
	f.Add("{in ws.workflow_uuid :page}")
	f.Args["page"] = ids
	f.Hints.FewRows, f.Hints.Bitmaps = true, false
}
