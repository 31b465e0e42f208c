package catalog

import (
	"context"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	sqliteIdentity = `SELECT file FROM pragma_database_list WHERE name = 'main'`
	// The start time of a server, in microseconds, is unique.
	postgresIdentity = `SELECT CAST(oid AS TEXT) || ' ' || CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) AS TEXT) FROM pg_database WHERE datname = current_database()`
	// CockroachDB's names belong to a cluster, and each of its servers has another start time.
	cockroachIdentity = `SELECT current_database() || ' ' || CAST(crdb_internal.cluster_id() AS TEXT)`
)

// Identity returns a text that all connections to one database have in common, however they name
// it. For SQLite it is the path of the file, empty for a database in memory.
func Identity(ctx context.Context, d *db.DB) (string, error) {
	text := sqliteIdentity
	switch {
	case d.Cockroach():
		text = cockroachIdentity
	case d.Dialect() == query.Postgres:
		text = postgresIdentity
	}
	var name db.Text
	err := d.Once(ctx, func(b *db.Batch) {
		b.Raw(text, nil, func(row db.Row) error { return row.Scan(&name) })
	})
	return name.String, err
}

const (
	// A user of a managed server may not call pg_control_system.
	selectMayReadSystem = `SELECT CASE WHEN has_function_privilege('pg_control_system()', 'execute') THEN 'yes' END`
	postgresSystem      = `SELECT CAST(system_identifier AS TEXT) FROM pg_control_system()`
	// Copies of a database on other servers have other numbers, but for the first one of a server.
	postgresDatabase = `
SELECT current_database() || ' ' || CAST(d.oid AS TEXT) || ' ' || COALESCE((SELECT CAST(n.oid AS TEXT) FROM pg_namespace AS n WHERE n.nspname = $1), '')
FROM pg_database AS d WHERE d.datname = current_database()`
)

// Lasting returns a text that differs from that of most other databases, and stays the same when
// the server starts again or a standby takes over. server is such a text of the server, empty if
// this login may not read it. For SQLite the name is the path of the file, empty for a database in
// memory.
func Lasting(ctx context.Context, d *db.DB, schema string) (name, server string, err error) {
	if d.Cockroach() || d.Dialect() != query.Postgres {
		name, err = Identity(ctx, d)
		return name, "", err
	}
	var may, system, database db.Text
	one := func(text string, into *db.Text, args ...any) error {
		return d.Once(ctx, func(b *db.Batch) { b.Raw(text, args, func(row db.Row) error { return row.Scan(into) }) })
	}
	err = one(selectMayReadSystem, &may)
	if err == nil && may.Valid {
		err = one(postgresSystem, &system)
	}
	if err == nil {
		err = one(postgresDatabase, &database, schema)
	}
	return database.String, system.String, err
}
