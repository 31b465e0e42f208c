package schema

import (
	"maps"
	"slices"
	"strings"
)

// Column names a column and its table.
type Column struct {
	Table  string
	Column string
	// Bounded says that its type has a length, such as VARCHAR(40).
	Bounded bool
}

// String is table and column with a dot between, as messages name a column.
func (c Column) String() string { return c.Table + "." + c.Column }

// Shape holds the tables and columns of a database. The zero value is an empty database.
type Shape struct {
	// Version is the highest number in dbos_migrations, 0 when there is none. Below 100 every SDK
	// counts on its own.
	Version int64

	tables map[string]map[string]bool
	// boundedOwner says that workflow_status.owner_xid is a VARCHAR(40).
	boundedOwner bool
}

// TypeScript reports whether the TypeScript SDK, up to version 4, made the tables: it alone limits
// the length of owner_xid. Tables of newer versions are the same for all SDKs.
func (s Shape) TypeScript() bool { return s.boundedOwner }

// NewShape folds the rows of PostgresColumns or SQLiteColumns, and the version that goes with them.
func NewShape(columns []Column, version int64) Shape {
	s := Shape{Version: version, tables: map[string]map[string]bool{}}
	for _, c := range columns {
		if s.tables[c.Table] == nil {
			s.tables[c.Table] = map[string]bool{}
		}
		s.tables[c.Table][c.Column] = true
		if c.Table == "workflow_status" && c.Column == "owner_xid" && c.Bounded {
			s.boundedOwner = true
		}
	}
	return s
}

// Has says whether the table has the column; false when there is no such table.
func (s Shape) Has(table, column string) bool { return s.tables[table][column] }

// Columns names the columns of the table in alphabetical order; none when there is no such table.
func (s Shape) Columns(table string) []string { return slices.Sorted(maps.Keys(s.tables[table])) }

// HasTable says whether there is such a table.
func (s Shape) HasTable(table string) bool { return s.tables[table] != nil }

// HasVersionTable says whether the version can be read at all.
func (s Shape) HasVersionTable() bool { return s.HasTable(migrationsTable) }

// Empty says that a system database can be made here: no table of DBOS' is there, but perhaps a
// version table without a row, and tables for durable runs.
func (s Shape) Empty() bool {
	for name := range s.tables {
		if name != migrationsTable && !strings.HasPrefix(name, RunsPrefix) {
			return false
		}
	}
	return s.Version == 0
}
