package catalog

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Sessions counts the connections of others to a Postgres database.
type Sessions struct {
	// Known is false if the server does not list connections: SQLite, and CockroachDB.
	Known bool
	// Named is the number of connections by their application_name, without this connection.
	Named map[string]int64
	// Up is how long the server has run. A restart closes every connection, so nothing is known of
	// the time before.
	Up time.Duration
}

// selectSessions also counts connections whose state this role may not read, because every role may
// read the application name and the database of a connection. It calls the function behind the view
// pg_stat_activity, which needs no join with databases and roles.
const selectSessions = `SELECT COALESCE(application_name, ''), COUNT(*) FILTER (WHERE pid <> pg_catalog.pg_backend_pid()),
	COUNT(*) FILTER (WHERE pid = pg_catalog.pg_backend_pid()),
	CAST(EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time()) AS BIGINT)
FROM pg_catalog.pg_stat_get_activity(NULL)
WHERE datid = (SELECT own.datid FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS own) GROUP BY 1`

// ReadSessions adds to a batch the read of the sessions, if the server lists them.
func ReadSessions(b *db.Batch, d *db.DB, s *Sessions) {
	*s = Sessions{Named: map[string]int64{}}
	if d.Dialect() != query.Postgres || d.Cockroach() {
		return
	}
	b.Raw(selectSessions, nil, func(row db.Row) error {
		var name string
		var others, own, up int64
		if err := row.Scan(&name, &others, &own, &up); err != nil {
			return err
		}
		if others > 0 {
			s.Named[name] += others
		}
		s.Known, s.Up = s.Known || own > 0, time.Duration(up)*time.Second
		return nil
	})
}
