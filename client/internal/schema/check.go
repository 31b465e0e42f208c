package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// floor is the step of the Go SDK's history on Postgres whose content every client needs.
const floor = 37

// ErrEmpty says that the database holds no table of DBOS'.
var ErrEmpty = errors.New("no DBOS system database here; `dbos-script db init` creates one")

// PostgresSchemas lists the schemas that hold a system database.
const PostgresSchemas = `SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'dbos_migrations' AND c.relkind = 'r' ORDER BY 1 LIMIT 10`

// ErrUnversioned says that tables of DBOS' are there, but nothing that says who made them.
var ErrUnversioned = errors.New("tables of a DBOS system database without a version")

// TooOldError lists the missing parts of an existing system database. Only the application's SDK
// adds them.
type TooOldError struct {
	// Missing holds names of columns as table.column, and of tables that are missing as a whole.
	Missing []string
	// Version is the version that the database records.
	Version int64
}

// Error names everything that is missing.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("this database lacks %s (its schema version is %d); start an application with a newer DBOS SDK on it, "+
		"which brings it up to date", strings.Join(e.Missing, ", "), e.Version)
}

// Check says why a client cannot work with the database: ErrEmpty, ErrUnversioned or a
// *TooOldError. Which later columns are there is for Supports to say.
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
