package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The guard of a send looks each destination up, and so does the foreign key. Where the key is
// enforced, looking twice is a tenth of the time of a long list, so the guard leaves it to the key.
// It asks in the same statement, because a key can be dropped or switched off at any time.
const (
	// refusesOnPostgres is true if the trigger of the key fires on each new message.
	refusesOnPostgres = `EXISTS (SELECT 1 FROM pg_catalog.pg_trigger AS t
	WHERE t.tgrelid = to_regclass(quote_ident(:schema) || '.notifications')
		AND t.tgconstrrelid = to_regclass(quote_ident(:schema) || '.workflow_status')
		AND t.tgfoid = CAST('pg_catalog."RI_FKey_check_ins"' AS REGPROC) AND t.tgisinternal AND NOT t.tgdeferrable
		AND (t.tgenabled = 'A' OR t.tgenabled = 'O' AND current_setting('session_replication_role') <> 'replica'))`

	refusesOnSQLite = `EXISTS (SELECT 1 FROM pragma_foreign_keys AS p, pragma_foreign_key_list('notifications') AS f
	WHERE p.foreign_keys AND f."table" = 'workflow_status' AND f."from" = 'destination_uuid')`

	selectNobodyOnPostgres = `SELECT 1 WHERE CASE WHEN ` + refusesOnPostgres + ` THEN FALSE ELSE EXISTS (` + selectNobody + `) END`
	selectNobodyOnSQLite   = `SELECT 1 WHERE CASE WHEN ` + refusesOnSQLite + ` THEN FALSE ELSE EXISTS (` + selectNobody + `) END`
)

// guardNobody has the batch refuse a destination that does not exist. If foreseen is false, the
// error may be that of the foreign key. The guard comes before the other guards of a send to forks,
// and before a message that is not sent because it was sent before; with these it must look itself.
func (c *systemClient) guardNobody(b *db.Batch, args query.Args, keyed, foreseen bool) {
	text := selectNobody
	switch {
	case keyed || foreseen || args["roots"] != nil || b.Attempt().Again() || c.db.Cockroach():
	case c.db.Dialect() == query.SQLite:
		text = selectNobodyOnSQLite
	default:
		text = selectNobodyOnPostgres
	}
	b.Guard(text, args, errNobody)
}
