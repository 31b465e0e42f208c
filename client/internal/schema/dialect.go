package schema

import (
	"fmt"
	"slices"
	"strings"
)

// dialect is how one kind of database spells the tables.
type dialect struct {
	// prefix is the schema before the name of a table; empty if the database has no schemas.
	prefix string
	types  map[kind]string
	// generated are the defaults that the database computes.
	generated map[string]string
	// looseKeys leaves NOT NULL out of the keys of tables with looseKey.
	looseKeys bool
	hasGIN    bool // has GIN indexes
	// hasInclude is true if an index can include columns. Otherwise they are the last
	// columns of its key.
	hasInclude bool
}

func postgres(schemaName string) dialect {
	return dialect{
		prefix: quote(schemaName) + ".",
		hasGIN: true, hasInclude: true,
		types: map[kind]string{
			text: "TEXT", shortText: "VARCHAR(255)", bigInteger: "BIGINT", bigIntegerByName: "BIGINT", integer: "INT4",
			boolean: "BOOLEAN", object: "JSONB", double: "DOUBLE PRECISION", numeric: "NUMERIC",
		},
		generated: map[string]string{
			nowMillis: "floor(extract(epoch FROM now()) * 1000)::BIGINT",
			newUUID:   "gen_random_uuid()::TEXT",
		},
	}
}

// sqlite computes the time as text, because the function for milliseconds is younger than many of
// the libraries that Python applications open the file with.
func sqlite() dialect {
	return dialect{
		looseKeys: true,
		types: map[kind]string{
			text: "TEXT", shortText: "TEXT", bigInteger: "INTEGER", bigIntegerByName: "BIGINT", integer: "INTEGER",
			boolean: "BOOLEAN", object: "TEXT", double: "REAL", numeric: "NUMERIC",
		},
		generated: map[string]string{
			nowMillis: "(CAST(strftime('%s', 'now') || substr(strftime('%f', 'now'), 4) AS INTEGER))",
			newUUID:   "(lower(hex(randomblob(16))))",
		},
	}
}

func (d dialect) name(table string) string { return d.prefix + quote(table) }

// createTables returns the statements that make the tables of a schema version. The last one
// inserts the row with the version, because a database with that row is taken for complete.
func (d dialect) createTables(version int) []string {
	var statements []string
	for _, t := range tables() {
		if t.since <= version {
			statements = append(statements, d.createTable(t, version))
			statements = append(statements, d.createIndexes(t, version)...)
		}
	}
	record := fmt.Sprintf(`INSERT INTO %s ("version") VALUES (%d)`, d.name(migrationsTable), version)
	return append(statements, record)
}

// createTable returns the statement that makes a table. The version table may exist, because an SDK
// that was interrupted leaves it behind empty.
func (d dialect) createTable(t table, version int) string {
	var lines []string
	for _, c := range t.columns {
		if c.since <= version {
			lines = append(lines, d.defineColumn(t, c))
		}
	}
	lines = append(lines, "PRIMARY KEY ("+quoteAll(t.key)+")")
	if t.unique != "" {
		lines = append(lines, "UNIQUE ("+quote(t.unique)+")")
	}
	if t.hasParent(version) {
		lines = append(lines, fmt.Sprintf(`FOREIGN KEY (%s) REFERENCES %s ("workflow_uuid") ON UPDATE CASCADE ON DELETE CASCADE`,
			quote(t.parent), d.name("workflow_status")))
	}
	create := "CREATE TABLE "
	if t.name == migrationsTable {
		create = "CREATE TABLE IF NOT EXISTS "
	}
	return create + d.name(t.name) + " (\n\t" + strings.Join(lines, ",\n\t") + "\n)"
}

func (d dialect) defineColumn(t table, c column) string {
	definition := quote(c.name) + " " + d.types[c.kind]
	loose := d.looseKeys && t.looseKey && slices.Contains(t.key, c.name)
	if c.required && !loose {
		definition += " NOT NULL"
	}
	if c.fallback != "" {
		definition += " DEFAULT " + d.defaultOf(c)
	}
	return definition
}

// defaultOf returns the DEFAULT of a column.
func (d dialect) defaultOf(c column) string {
	if sql, ok := d.generated[c.fallback]; ok {
		return sql
	}
	return c.fallback
}

func (d dialect) createIndexes(t table, version int) []string {
	var statements []string
	for _, i := range t.indexes {
		if i.at(version) && (d.hasGIN || !i.gin) {
			statements = append(statements, d.createIndex(t, i))
		}
	}
	return statements
}

func (d dialect) createIndex(t table, i index) string {
	create, using, key, include, where := "CREATE INDEX ", "", quoteAll(i.columns), "", ""
	if i.unique {
		create = "CREATE UNIQUE INDEX "
	}
	if i.gin {
		using = "USING gin "
	}
	if i.newestFirst {
		key += " DESC"
	}
	switch {
	case len(i.included) > 0 && d.hasInclude:
		include = " INCLUDE (" + quoteAll(i.included) + ")"
	case len(i.included) > 0:
		key += ", " + quoteAll(i.included)
	}
	if i.where != "" {
		where = " WHERE " + i.where
	}
	return create + quote(i.name) + " ON " + d.name(t.name) + " " + using + "(" + key + ")" + include + where
}
