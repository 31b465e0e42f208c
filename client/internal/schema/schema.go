package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Version is the version of a database made here unless another is asked for. Every SDK's newest
// release
// accepts it as it is: a client of the Go SDK 1.8 refuses an older one, and does not migrate it.
const Version = 125

// Versions are the versions of a schema that can be made, the newest first. Applications on SDKs
// from before the payload split cannot read a database of a newer version than 107.
var versions = []int{Version, 107}

// payloadSplit is the version from which inputs and results have tables of their own.
const payloadSplit = 109

// Versions returns the versions of the tables that can be made, the default first.
func Versions() []int { return slices.Clone(versions) }

// CheckVersion returns an error that names the versions that can be made, if version is not among
// them.
func CheckVersion(version int) error {
	if slices.Contains(versions, version) {
		return nil
	}
	return fmt.Errorf("a database can be made at schema version %d or %d, not at %d", versions[0], versions[1], version)
}

// DefaultName is the Postgres schema that every SDK uses unless told otherwise.
const DefaultName = "dbos"

// LockKey is the Postgres advisory lock under which a system database is made. The Python SDK
// takes the same one.
const LockKey = 1234567890

// longestName is the number of bytes after which Postgres cuts an identifier without an error.
const longestName = 63

// Postgres returns the statements that make an empty system database of a version in the named
// schema, which may
// exist. They are meant to run in one transaction, and fail if one of the tables exists.
func Postgres(schemaName string, version int) []string {
	d := postgres(schemaName)
	statements := append([]string{createSchemaUnlessThere(schemaName)}, d.createTables(version)...)
	return append(statements, storedFunctions(d, version)...)
}

// Cockroach is Postgres for CockroachDB, which has neither the notification trigger nor the stored
// functions.
func Cockroach(schemaName string, version int) []string {
	create := "CREATE SCHEMA IF NOT EXISTS " + quote(schemaName)
	return append([]string{create}, postgres(schemaName).createTables(version)...)
}

// SQLite returns the statements that make an empty system database in a SQLite file. Times and
// message ids have
// defaults, because the Python SDK leaves those columns out of its inserts.
func SQLite(version int) []string { return sqlite().createTables(version) }

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
