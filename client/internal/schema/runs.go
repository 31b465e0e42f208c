package schema

import (
	"fmt"
	"strings"
)

// RunsVersion is the version of the tables for durable runs that RunsPostgres and RunsSQLite make.
// Version 2 added bulks and bulk_pages, and version 3 the limits of bulks.
const RunsVersion = 3

// RunsPrefix begins the names of the tables for durable runs: executors, sources, policies, bulks,
// bulk_pages and version. On Postgres it stands for a schema of their own.
const RunsPrefix = "dbos_script_"

// runsSuffix makes the schema of these tables from the schema of the system database, so that two
// system databases in one database have tables of their own, and "dbos" leads to "dbos_script".
const runsSuffix = "_script"

// RunsSchema returns the Postgres schema of the tables for durable runs of a system database.
func RunsSchema(schemaName string) string { return schemaName + runsSuffix }

// HasRuns returns true if the database has the tables for durable runs.
func (s Shape) HasRuns() bool { return s.HasTable(RunsPrefix + "version") }

// HasBulks returns true if the database has the tables for bulk runs as version 3 has them.
func (s Shape) HasBulks() bool {
	return s.HasTable(RunsPrefix+"bulk_pages") && s.Has(RunsPrefix+"bulks", bulkLimits)
}

// OldBulks returns true if the database has the tables for bulk runs of version 2.
func (s Shape) OldBulks() bool {
	return s.HasTable(RunsPrefix+"bulks") && !s.Has(RunsPrefix+"bulks", bulkLimits)
}

// bulkLimits is the column of bulks that version 3 added.
const bulkLimits = "limits"

// runsTables are the tables for durable runs, without the prefix of their names.
func runsTables() []table {
	return []table{
		{name: "version", key: []string{"version"}, columns: []column{col("version", bigInteger, 1).notNull()}},
		{
			// An executor is alive while its beat grows.
			name: "executors", key: []string{"executor_id"},
			columns: []column{
				col("executor_id", text, 1).notNull(),
				col("application_name", text, 1).notNull(),
				col("started_at", bigInteger, 1).notNull(),
				col("renewed_at", bigInteger, 1).notNull(),
				col("beat", bigInteger, 1).notNull(),
			},
		},
		{
			name: "sources", key: []string{"hash"},
			columns: []column{
				col("hash", text, 1).notNull(),
				col("name", text, 1).notNull(),
				col("source", text, 1).notNull(),
				col("created_at", bigInteger, 1).notNull(),
				col("created_by", text, 1).notNull(),
			},
		},
		{
			name: "policies", key: []string{"schedule_name"},
			columns: []column{
				col("schedule_name", text, 1).notNull(),
				col("policy", text, 1).notNull(),
				col("updated_at", bigInteger, 1).notNull(),
				col("updated_by", text, 1).notNull(),
			},
		},
		{
			name: "bulks", key: []string{"bulk_id"},
			columns: []column{
				col("bulk_id", text, 2).notNull(),
				col("verb", text, 2).notNull(),
				col("options", text, 2).notNull(),   // of the verb, as JSON
				col("selection", text, 2).notNull(), // for people, as JSON
				col("state", text, 2).notNull(),
				col("reason", text, 2),
				col("rate", bigInteger, 2).notNull(), // workflows per second; 0 is no limit
				col("total", bigInteger, 2).notNull(),
				col("pages", bigInteger, 2).notNull(),
				col("done", bigInteger, 2).notNull(),
				col("changed", bigInteger, 2).notNull(),
				col("unchanged", bigInteger, 2).notNull(),
				col("unknown", bigInteger, 2).notNull(),
				col("drifted", bigInteger, 2).notNull(),
				col("created_at", bigInteger, 2).notNull(),
				col("updated_at", bigInteger, 2).notNull(),
				col("created_by", text, 2).notNull(),
				col("holder", text, 2),
				col("held_until", bigInteger, 2).notNull(),
				col(bulkLimits, text, 3), // of the run, as JSON; NULL if it has none
			},
		},
		{
			// A page has the workflows of one batch as they were seen. outcome is NULL at first.
			name: "bulk_pages", key: []string{"bulk_id", "page"},
			columns: []column{
				col("bulk_id", text, 2).notNull(),
				col("page", bigInteger, 2).notNull(),
				col("size", bigInteger, 2).notNull(),
				col("ids", text, 2).notNull(),
				col("states", text, 2).notNull(),
				col("updates", text, 2).notNull(),
				col("outcome", text, 2),
			},
		},
	}
}

// RunsPostgres returns the statements that make the tables for durable runs beside the system
// database of a schema. They change nothing where the tables exist. It returns an error if the name
// of the schema leaves no room for the suffix.
func RunsPostgres(schemaName string) ([]string, error) {
	name := RunsSchema(schemaName)
	if len(name) > longestName {
		return nil, fmt.Errorf("the tables for durable runs would be in the schema %q, which is longer than Postgres' %d bytes", name, longestName)
	}
	return append([]string{createSchemaUnlessThere(name)}, createRuns(postgres(name), "")...), nil
}

// RunsCockroach is RunsPostgres for CockroachDB.
func RunsCockroach(schemaName string) ([]string, error) {
	statements, err := RunsPostgres(schemaName)
	if err == nil {
		statements[0] = "CREATE SCHEMA IF NOT EXISTS " + quote(RunsSchema(schemaName))
	}
	return statements, err
}

// RunsSQLite is RunsPostgres for a SQLite file, which has no schemas.
func RunsSQLite() []string { return createRuns(sqlite(), RunsPrefix) }

func createRuns(d dialect, prefix string) []string {
	var statements []string
	for _, t := range runsTables() {
		t.name = prefix + t.name
		statements = append(statements, strings.Replace(d.createTable(t, RunsVersion), "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1))
	}
	version := d.name(prefix + "version")
	return append(statements,
		fmt.Sprintf(`INSERT INTO %s ("version") SELECT %d WHERE NOT EXISTS (SELECT 1 FROM %s)`, version, RunsVersion, version),
		fmt.Sprintf(`UPDATE %s SET "version" = %d WHERE "version" < %d`, version, RunsVersion, RunsVersion))
}

// AddBulkLimits returns the statement that makes tables for bulk runs of version 2 those of version
// 3. SQLite has no IF NOT EXISTS for columns.
func AddBulkLimits(schemaName string, sqliteFile bool) string {
	if sqliteFile {
		return "ALTER TABLE " + quote(RunsPrefix+"bulks") + " ADD COLUMN " + quote(bulkLimits) + " TEXT"
	}
	return "ALTER TABLE " + quote(RunsSchema(schemaName)) + "." + quote("bulks") + " ADD COLUMN IF NOT EXISTS " + quote(bulkLimits) + " TEXT"
}
