package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// floor is the oldest schema version that a client works with, in the numbers of the Go SDK on
// Postgres. A client needs all tables and columns up to it: the statements of most operations name
// them. Later ones are needed by single operations, which Supports asks about.
const floor = 37

// ErrEmpty is the error if the database has no table of DBOS.
var ErrEmpty = errors.New("no DBOS system database here; `dbos-script db init` creates one")

// ErrUnversioned is the error if the database has tables of DBOS, but no row with their version.
var ErrUnversioned = errors.New("tables of a DBOS system database without a version")

// TooOldError lists the tables and columns that a system database lacks. A client never adds them;
// the SDK of the application does.
type TooOldError struct {
	// Missing holds "table.column" for each column, and "table NAME" for each missing table.
	Missing []string
	// Version is the version that the database records.
	Version int64
}

// Error names everything that is missing.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("this database lacks %s (its schema version is %d); start an application with a newer DBOS SDK on it, "+
		"which brings it up to date", strings.Join(e.Missing, ", "), e.Version)
}

// PostgresSchemas lists the schemas that hold a system database.
const PostgresSchemas = `SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'dbos_migrations' AND c.relkind = 'r' ORDER BY 1 LIMIT 10`

// Check returns ErrEmpty, ErrUnversioned or a *TooOldError if a client cannot work with the
// database.
func (s Shape) Check() error {
	if s.Empty() {
		return ErrEmpty
	}
	if s.Version == 0 {
		return fmt.Errorf("%w: found %s, but no row in %s", ErrUnversioned, strings.Join(s.tablesFound(), ", "), migrationsTable)
	}
	if missing := s.missing(); len(missing) > 0 {
		return &TooOldError{Missing: missing, Version: s.Version}
	}
	return nil
}

func (s Shape) tablesFound() []string {
	var found []string
	for name := range s.tables {
		if name != migrationsTable {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

func (s Shape) missing() []string {
	var missing []string
	for _, t := range tables() {
		switch {
		case t.optional, t.since > floor:
		case !s.HasTable(t.name):
			missing = append(missing, "table "+t.name)
		default:
			missing = append(missing, s.missingColumns(t)...)
		}
	}
	return missing
}

func (s Shape) missingColumns(t table) []string {
	var missing []string
	for _, c := range t.columns {
		if c.since <= floor && !s.Has(t.name, c.name) {
			missing = append(missing, Column{Table: t.name, Column: c.name}.String())
		}
	}
	return missing
}
