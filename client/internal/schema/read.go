package schema

import "fmt"

// PostgresColumns reads the columns of the tables in schema $1, one per row: the name of the
// table, the name of the column, and if its type has a length, which shows tables that the
// TypeScript SDK made. It reads the catalog, because information_schema hides tables that the login
// may not read. The tables for durable runs are in a schema of their own: they are read if the
// login may use them; otherwise the database is one without durable runs. One query reads both,
// because planning takes most of its time.
const PostgresColumns = `
SELECT CASE WHEN n.nspname = $1 THEN '' ELSE '` + RunsPrefix + `' END || c.relname, a.attname::TEXT, a.atttypmod > 0
FROM pg_catalog.pg_namespace n
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname IN ($1, $1 || '` + runsSuffix + `') AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
	AND c.relname IN (` + ownTables + `, ` + knownTables + `)
	AND CASE WHEN n.nspname = $1 THEN c.relname NOT IN (` + ownTables + `) ELSE c.relname IN (` + ownTables + `)
		AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') END`

// SQLiteColumns reads the same from a SQLite file, and takes no parameter.
const SQLiteColumns = `
SELECT m.name, p.name, p.type LIKE '%(%'
FROM sqlite_master m
JOIN pragma_table_info(m.name) p
WHERE m.type = 'table' AND m.name IN (` + knownTables + `, ` + runsTablesOfFiles + `)`

// ownTables lists the tables for durable runs. No table of DBOS has one of these names.
const ownTables = `'version', 'executors', 'sources', 'policies', 'bulks', 'bulk_pages'`

// runsTablesOfFiles lists the tables for durable runs in a SQLite file, which has no schemas. They
// are those of PostgresColumns.
const runsTablesOfFiles = `'dbos_script_version', 'dbos_script_executors', 'dbos_script_sources', 'dbos_script_policies', 'dbos_script_bulks', 'dbos_script_bulk_pages'`

// knownTables lists the tables of DBOS that a client uses. The older schema versions have only some
// of them. Other tables in the same schema are ignored, because a user may keep DBOS's tables next
// to the tables of an application.
const knownTables = `
	'dbos_migrations', 'workflow_status', 'operation_outputs', 'notifications', 'workflow_events',
	'workflow_events_history', 'streams', 'event_dispatch_kv', 'workflow_schedules', 'application_versions', 'queues',
	'workflow_input', 'workflow_output'`

// SQLiteVersion reads the schema version, or 0 if no migration is recorded. It is only for a
// database whose Shape.HasVersionTable is true.
const SQLiteVersion = `SELECT coalesce(max("version"), 0) FROM "` + migrationsTable + `"`

// PostgresVersion is SQLiteVersion for the named schema.
func PostgresVersion(schemaName string) string {
	return fmt.Sprintf(`SELECT coalesce(max("version"), 0) FROM %s`, postgres(schemaName).name(migrationsTable))
}
