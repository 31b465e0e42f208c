package client

import (
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/where"
)

const (
	// deepOffset is the offset from which a list looks for its place first. Reading fewer rows to
	// leave them out costs less than a second read.
	deepOffset = 1000
	// placeRows is the number of times before the place that are read with it.
	placeRows = 100
)

// isDeep returns true if a list leaves out so many rows that they are counted by their times alone.
// It returns false if they are sorted anyway, or for CockroachDB, whose offset is no expression.
func (c *systemClient) isDeep(f *where.Filter, o ListWorkflowsOptions) bool {
	return o.Offset != nil && *o.Offset >= deepOffset && f.InOrder() && !c.db.Cockroach()
}

// deepText returns the statement of a list with a deep offset. It finds the time of the row at the
// offset, without the other columns and without breaking ties: for that the index on created_at is
// enough. Then it reads the rows from that time on, and leaves out the rows that have it and
// come before the offset. They are counted in the times just before, or in the table if
// these are all equal.
func deepText(f *where.Filter, o ListWorkflowsOptions) string {
	least, from, before := "MAX", ">=", "<"
	if o.SortDesc {
		least, from, before = "MIN", "<=", ">"
	}
	f.Args["offset"], f.Args["before"], f.Args["times"] = int64(*o.Offset), int64(*o.Offset-placeRows), int64(placeRows+1)
	table := "\nFROM {workflow_status} AS ws"
	place := `
WITH times AS MATERIALIZED (SELECT ws.created_at AS at` + table + f.SQL() + f.ByTime(o.SortDesc) + ` LIMIT :times OFFSET :before),
place AS MATERIALIZED (SELECT ` + least + `(at) AS at, MIN(at) < MAX(at) AS clear, COUNT(*) AS found FROM times)`
	f.Add("(SELECT found FROM place) = :times")
	earlier := "(SELECT COUNT(*)" + table + f.SQL() + " AND ws.created_at " + before + " (SELECT at FROM place))"
	f.Add("ws.created_at " + from + " (SELECT at FROM place)")
	return strings.Join([]string{place, selected(o), table, f.SQL(), f.OrderBy(o.SortDesc), `
LIMIT :limit OFFSET CASE WHEN (SELECT clear FROM place) THEN (SELECT COUNT(*) - 1 FROM times WHERE at = (SELECT at FROM place))
	ELSE :offset - `, earlier, " END"}, "")
}
