package schema

import "slices"

// Indexed returns true if an index finds the rows with some value of a column: the primary key, or an
// index on the column that has all rows, or all rows with a value. An index that has only rows in some
// states does not, and a column that is stored beside the key is not looked for.
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
