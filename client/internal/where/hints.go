package where

import "github.com/dbos-script/dbos-script/client/internal/db"

// Hints tell the planner of the database which rows a filter selects. The conditions say what
// matches; the hints only decide how the rows are found, and in what order an index returns them.
type Hints struct {
	// FewRows is true if ids are named. The list is then sorted without the index on created_at.
	FewRows bool
	// unordered is true if the index of the states does not return rows in the order of created_at.
	unordered bool
	// RepeatIndex is true on SQLite, which uses a partial index only if the query repeats the
	// condition of the index literally.
	RepeatIndex bool
	// Bitmaps is true if a condition needs several indexes, or an index read as a bitmap.
	Bitmaps bool
	// scans is true if a condition has no index. Unless another one has, the planner knows
	// best if the rows of a limit come soon in the order of created_at, or if several
	// processes read the table.
	scans bool
}

// Apply makes the planner use the indexes that the conditions have, because it would read a table
// without statistics as a whole. It leaves conditions without an index to the planner.
func (f *Filter) Apply(b *db.Batch) {
	switch {
	case f.Hints.Bitmaps:
		b.Bitmaps()
	case !f.Hints.scans || f.Indexed():
		b.Indexed()
	}
}

// InOrder returns true if the index on created_at may find the rows in their order, so that a list
// need not sort all that match.
func (f *Filter) InOrder() bool { return f.Hints.sortsByIndex() }

// sortsByIndex returns true if the index on created_at may find the rows in their order.
func (h Hints) sortsByIndex() bool { return !h.FewRows && !h.unordered }

// everyRow holds for each row, because updated_at is never NULL. Postgres expects it of all rows if
// it has statistics of the column, and of one in two hundred if the table was never analysed.
const everyRow = "ws.updated_at BETWEEN -9223372036854775807 AND 9223372036854775807"

// GuessFew makes Postgres expect few rows for a value of a column with an index, if the table was
// never analysed; docs/design/never-analysed.md has the plans. Otherwise the first rows might be
// looked for in the order of created_at, which reads the whole table if the value is rare.
func (f *Filter) GuessFew() {
	if f.byValue && f.InOrder() && !f.Hints.RepeatIndex {
		f.Add(everyRow)
	}
}
