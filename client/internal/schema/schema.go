// Package schema knows the shape of a DBOS system database. It returns the statements that make
// an empty one, and the capabilities of an existing one.
//
// It runs nothing itself. Capabilities are read from columns and never from the version number,
// because below 100 every SDK counts on its own.
package schema

import (
	"fmt"
	"strings"
)

// Version is the number that a database made here records: the newest that the Go, Python and
// TypeScript SDKs have all released.
const Version = 107

// DefaultName is the Postgres schema that every SDK uses unless told otherwise.
const DefaultName = "dbos"

// LockKey is the Postgres advisory lock under which a system database is made. The Python SDK
// takes the same one.
const LockKey = 1234567890

// longestName is the number of bytes after which Postgres cuts an identifier without an error.
const longestName = 63

// Postgres returns the statements that make an empty system database in the named schema, which
// may exist. They are meant to run in one transaction, and fail when one of the tables is already
// there.
func Postgres(schemaName string) []string {
	d := postgres(schemaName)
	statements := append([]string{createSchemaUnlessThere(schemaName)}, d.createTables()...)
	return append(statements, storedFunctions(d)...)
}

// Cockroach is Postgres for CockroachDB, which has neither the notification trigger nor the
// stored functions.
func Cockroach(schemaName string) []string {
	create := "CREATE SCHEMA IF NOT EXISTS " + quote(schemaName)
	return append([]string{create}, postgres(schemaName).createTables()...)
}

// SQLite returns the statements that make an empty system database in a SQLite file. Times and
// message ids have defaults, because the Python SDK leaves these columns out of its inserts.
func SQLite() []string { return sqlite().createTables() }

// CheckName returns an error if the name of a Postgres schema is invalid.
func CheckName(schemaName string) error {
	switch {
	case schemaName == "":
		return fmt.Errorf("the schema name is empty")
	case strings.ContainsRune(schemaName, 0):
		return fmt.Errorf("the schema name %q holds a zero byte", schemaName)
	case len(schemaName) > longestName:
		return fmt.Errorf("the schema name %q is longer than Postgres' %d bytes", schemaName, longestName)
	case strings.HasPrefix(schemaName, "pg_"):
		return fmt.Errorf("the schema name %q is reserved: names that start with pg_ are Postgres' own", schemaName)
	}
	return nil
}

// createSchemaUnlessThere asks first, because CREATE SCHEMA IF NOT EXISTS wants the right to
// create one even where an administrator has already made it.
func createSchemaUnlessThere(name string) string {
	body := fmt.Sprintf(`
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s) THEN
		CREATE SCHEMA %s;
	END IF;
END`, quoteText(name), quote(name))
	return "DO " + dollarQuote(body)
}

func quote(identifier string) string {
	return `"` + strings.ReplaceAll(identifier, `"`, `""`) + `"`
}

func quoteText(text string) string {
	if !strings.Contains(text, `\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return "E'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(text) + "'"
}

// dollarQuote picks a tag that the text does not hold, for a schema name may hold anything.
func dollarQuote(text string) string {
	tag := "$dbos$"
	for n := 1; strings.Contains(text, tag); n++ {
		tag = fmt.Sprintf("$dbos%d$", n)
	}
	return tag + text + tag
}

func quoteAll(identifiers []string) string {
	quoted := make([]string, len(identifiers))
	for i, identifier := range identifiers {
		quoted[i] = quote(identifier)
	}
	return strings.Join(quoted, ", ")
}
