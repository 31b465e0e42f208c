package client

import (
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// InfoOptions say how a database is described.
type InfoOptions struct {
	// Exact counts every workflow, which takes a second and more for a million.
	Exact bool
}

// An InfoOption sets one of the InfoOptions.
type InfoOption func(*InfoOptions)

// WithExactCounts counts every workflow, and finds every application that owns one.
func WithExactCounts() InfoOption { return func(o *InfoOptions) { o.Exact = true } }

// manyWorkflows is the number from which workflows are counted by the indexes of the states
// that few are in.
const manyWorkflows = 100_000

// The states with an index. The conditions equal the conditions of the indexes, letter by letter.
const (
	countFailed = `SELECT status, COUNT(*) FROM {workflow_status}
WHERE status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') GROUP BY status`
	countInFlight = `SELECT status, COUNT(*) FROM {workflow_status} WHERE status IN ('ENQUEUED', 'PENDING') GROUP BY status`
	countDelayed  = `SELECT status, COUNT(*) FROM {workflow_status} WHERE status = 'DELAYED' GROUP BY status`
	countAll      = `SELECT COUNT(*) FROM {workflow_status}`
)

// estimatedCount is the number of workflows by the statistics of Postgres and the present size of
// the table; 0 if there are none yet.
const estimatedCount = `COALESCE((SELECT CASE WHEN k.reltuples > 0 AND k.relpages > 0
	THEN CAST(k.reltuples / k.relpages * (pg_relation_size(k.oid) / CAST(current_setting('block_size') AS BIGINT)) AS BIGINT) END
FROM pg_catalog.pg_class AS k JOIN pg_catalog.pg_namespace AS n ON n.oid = k.relnamespace
WHERE n.nspname = :schema AND k.relname = 'workflow_status'), 0)`

// sizeText returns the query of about how many workflows there are, which does not read them; "" if
// the database does not know.
func (c *systemClient) sizeText() string {
	switch {
	case c.db.Dialect() == query.SQLite:
		return "SELECT COALESCE(MAX(rowid), 0) FROM {workflow_status}"
	case c.db.Cockroach():
		return ""
	}
	return "SELECT " + estimatedCount
}

// size returns about how many workflows there are; 0 if the database does not know.
func (c *systemClient) size(op string) (count int64, err error) {
	if text := c.sizeText(); text != "" {
		err = c.read(op, func(b *db.Batch) { db.Scalar(b, &count, text, query.Args{"schema": c.config.DatabaseSchema}) })
	}
	return count, err
}

// countsPlan counts the workflows of each state. If about is not 0, it counts only the states that
// have an index, and takes the rest for successful.
func (c *systemClient) countsPlan(b *db.Batch, info *Info, about int64) {
	if about == 0 {
		b.Query(countStatuses, noArgs, info.addStatus)
		return
	}
	for _, text := range []string{countFailed, countInFlight, countDelayed} {
		b.Query(text, noArgs, info.addStatus)
	}
	rest := func(total int64) {
		for _, s := range info.Statuses {
			total -= s.Count
		}
		info.Statuses = append(info.Statuses, StatusCount{Status: WorkflowStatusSuccess, Count: max(total, 0), About: true})
	}
	if c.db.Dialect() != query.SQLite {
		b.Query("SELECT 1", noArgs, func(db.Row) error { rest(about); return nil })
		return
	}
	b.Query(countAll, noArgs, func(row db.Row) error {
		var total int64
		err := row.Scan(&total)
		rest(total)
		return err
	})
}

func (i *Info) addStatus(row db.Row) error {
	var status db.Text
	var count db.Int
	err := row.Scan(&status, &count)
	i.Statuses = append(i.Statuses, StatusCount{Status: WorkflowStatusType(status.String), Count: count.Int64})
	return err
}

// applicationsText returns the query of the applications of all rows, or "" if no table names them.
// If newest is true, it reads of the workflows the newest and the unfinished ones only.
func (c *systemClient) applicationsText(newest bool) string {
	var parts []string
	for _, table := range owned {
		if !c.shape.Has(table, "application_name") {
			continue
		}
		rows := []string{"{" + table + "}"}
		if table == "workflow_status" && newest {
			rows = []string{"(SELECT application_name FROM {workflow_status} ORDER BY created_at DESC LIMIT 10000) AS newest",
				"(SELECT application_name FROM {workflow_status} WHERE status IN ('ENQUEUED', 'PENDING')) AS in_flight",
				"(SELECT application_name FROM {workflow_status} WHERE status = 'DELAYED') AS delayed"}
		}
		for _, from := range rows {
			parts = append(parts, "SELECT application_name FROM "+from+" WHERE application_name IS NOT NULL")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " UNION ") + " ORDER BY application_name"
}
