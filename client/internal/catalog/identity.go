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
