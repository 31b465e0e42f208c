package client

import (
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/where"
)

const (
	// nearStates and nearTimes are the numbers of workflows at the start of a list that are looked
	// through first, by the index on created_at. The first is less, because sorting all
	// workflows in a state is quick if they are few; for all that ended in an hour it takes
	// tens of milliseconds.
	nearStates = 1000
	nearTimes  = 5000
	// nearOnSQLite is this number for a condition without an index on SQLite, which otherwise reads
	// all rows in one order or the other: by created_at at a fifth of the pace of a scan.
	nearOnSQLite = 10_000
	// maxKeyed is the length of a list up to which its ids are found first. Beyond it, looking up
	// each row by its id costs more than sorting whole rows.
	maxKeyed = 1000
)

// nearRows returns how many workflows at the start of a list are looked through for its rows, or 0
// if the index that finds them returns them in order, or finds few.
func nearRows(f *where.Filter) int64 {
	switch {
	case f.Hints.FewRows:
		return 0
	case f.Unordered():
		return nearStates
	case f.ByOtherTime():
		return nearTimes
	case f.InOrderOnly():
		return nearOnSQLite
	}
	return 0
}

// isKeyed returns true if the ids of a list are found before its rows are read: all that match must
// be sorted, or the rows may be near the start.
func (c *systemClient) isKeyed(f *where.Filter, o ListWorkflowsOptions) bool {
	first := firstRows(o)
	return first > 0 && first <= maxKeyed && !c.db.Cockroach() && (o.fewPrefixed || nearRows(f) > 0)
}

// keyedText returns the statement of a list that finds its ids first. If the workflows near the
// start of the list have too few that match, it finds all that do by their index, and sorts
// them. The planner cannot choose between the two: it takes the rows that match for spread
// evenly over time.
func keyedText(f *where.Filter, o ListWorkflowsOptions) string {
	keys, with, far := "SELECT ws.workflow_uuid AS id", "", ":first"
	if near := nearRows(f); near > 0 {
		f.Args["near"] = near
		start := "(SELECT ws.* FROM {workflow_status} AS ws" + f.TimesSQL() + where.OrderWithIndex(o.SortDesc) + "\nLIMIT :near) AS ws"
		with = "WITH near AS MATERIALIZED (" + keys + "\nFROM " + start + f.SQL() + where.OrderWithIndex(o.SortDesc) + "\nLIMIT :first),\n" +
			"enough AS MATERIALIZED (SELECT COUNT(*) = :first AS yes FROM near)\n"
		if f.InOrderOnly() { // SQLite looks at a limit once, and at a condition for each row
			far = "(SELECT CASE WHEN yes THEN 0 ELSE :first END FROM enough)"
		} else {
			f.Add("NOT (SELECT yes FROM enough)")
		}
	}
	f.Args["first"] = firstRows(o)
	found := "SELECT far.id FROM (" + keys + f.From(o.SortDesc, firstRows(o)) + where.OrderWithoutIndex(o.SortDesc) + "\nLIMIT " + far + ") AS far"
	if with != "" {
		found = "SELECT near.id FROM near WHERE (SELECT yes FROM enough)\nUNION ALL " + found
	}
	return strings.Join([]string{with, strings.TrimPrefix(selected(o), "\n"), "\nFROM (", found,
		") AS found JOIN {workflow_status} AS ws ON ws.workflow_uuid = found.id", where.OrderWithoutIndex(o.SortDesc), "\nLIMIT :limit"}, "")
}
