package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

const (
	// fewPrefixed is the number of workflows up to which it is quicker to sort all that have a
	// prefix than to look for the first of them in the order of created_at.
	fewPrefixed = 3000
	// maxRanges bounds the prefixes that become conditions of their own.
	maxRanges = 20
)

// bytewise is true if the ids of workflows are in the order of their bytes. Any other collation
// scatters the ids with a prefix, so a range of the index would miss some. The column of the
// provider is younger than PostgreSQL 14, therefore it is read from the row as JSON.
const bytewise = `EXISTS (
	SELECT 1 FROM pg_catalog.pg_namespace AS n JOIN pg_catalog.pg_class AS k ON k.relnamespace = n.oid
		JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.oid JOIN pg_catalog.pg_collation AS o ON o.oid = a.attcollation,
		pg_catalog.pg_database AS d
	WHERE n.nspname = :schema AND k.relname = 'workflow_status' AND a.attname = 'workflow_uuid' AND d.datname = current_database()
		AND CASE WHEN o.collname <> 'default' THEN o.collprovider = 'c' AND o.collcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')
			WHEN to_jsonb(d) ->> 'datlocprovider' = 'b' THEN TRUE
			ELSE COALESCE(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c' AND d.datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') END)`

const selectBytewise = "SELECT " + bytewise

// readOrder adds a statement that sets ordered, unless it is set.
func (c *systemClient) readOrder(b *db.Batch) {
	if c.ordered.Load() != nil || c.db.Cockroach() {
		return
	}
	if c.db.Dialect() == query.SQLite {
		inOrder := true
		c.ordered.Store(&inOrder)
		return
	}
	b.Query(selectBytewise, query.Args{"schema": c.config.DatabaseSchema}, func(row db.Row) error {
		var found db.Bool
		err := row.Scan(&found)
		c.ordered.Store(&found.Bool)
		return err
	})
}

// countPrefixed notes in the options whether few workflows have one of the prefixes, and ranges of
// the primary key find them. It reads the ranges up to one row too many.
func (c *systemClient) countPrefixed(op string, o *ListWorkflowsOptions) error {
	kept := where.WithoutEmpty(o.WorkflowIDPrefix)
	if len(kept) == 0 || len(kept) > maxRanges || len(o.WorkflowIDs) > 0 || c.db.Cockroach() {
		return nil
	}
	args := query.Args{"most": int64(fewPrefixed + 1)}
	text := "(SELECT COUNT(*) FROM (SELECT 1 FROM {workflow_status} AS ws WHERE " + where.Ranges(kept, args) + " LIMIT :most) AS found)"
	if c.db.Dialect() == query.Postgres {
		args["schema"] = c.config.DatabaseSchema
		text = "CASE WHEN " + bytewise + " THEN " + text + " ELSE CAST(:most AS BIGINT) END"
	}
	var count int64
	err := c.read(op, func(b *db.Batch) {
		b.Bitmaps()
		b.Query("SELECT "+text, args, func(row db.Row) error { return row.Scan(&count) })
	})
	o.fewPrefixed = count <= fewPrefixed
	return err
}
