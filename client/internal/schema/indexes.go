package schema

import "slices"

// Indexed returns true if an index of a table serves a condition on a column: the primary key, or
// an index with the column in its key and all rows in which the column has a value. An index of the
// rows in some states does not serve it, and neither does an index that only includes the column.
// The warning about slow lists needs to know.
func Indexed(tableName, column string) bool {
	for _, t := range tables() {
		if t.name != tableName {
			continue
		}
		return slices.Contains(t.key, column) || slices.ContainsFunc(t.indexes, func(i index) bool {
			return slices.Contains(i.columns, column) && (i.where == "" || i.where == present(column))
		})
	}
	return false
}
