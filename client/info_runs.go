package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A RunTable is a table for durable runs, which belongs to dbos-script.
type RunTable struct {
	Name    string `json:"name" doc:"Its name, with its schema on Postgres."`
	Holds   string `json:"holds" doc:"The kind of rows that it has."`
	Count   int64  `json:"count" doc:"How many rows it has."`
	Version int64  `json:"version" doc:"The version of these tables."`
}

// countRunTables reads the number of rows of each table, and the version of all.
const countRunTables = `
SELECT (SELECT COUNT(*) FROM {dbos_script_executors}), (SELECT COUNT(*) FROM {dbos_script_sources}),
	(SELECT COUNT(*) FROM {dbos_script_policies}),
	{if dbos_script_bulks|(SELECT COUNT(*) FROM {dbos_script_bulks})}{unless dbos_script_bulks|0},
	{if dbos_script_bulk_pages|(SELECT COUNT(*) FROM {dbos_script_bulk_pages})}{unless dbos_script_bulk_pages|0},
	(SELECT MAX(v.version) FROM {dbos_script_version} AS v)`

// runTablesPlan adds the tables for durable runs to a description, if they exist.
func (c *systemClient) runTablesPlan(b *db.Batch, info *Info) {
	if !c.shape.HasRuns() {
		return
	}
	b.Query(countRunTables, noArgs, func(row db.Row) error {
		var executors, sources, policies, bulks, pages, version db.Int
		err := row.Scan(&executors, &sources, &policies, &bulks, &pages, &version)
		for _, t := range []struct {
			name, holds string
			count       db.Int
		}{
			{"executors", "executors at work, with their leases", executors}, {"sources", "scripts by hash", sources},
			{"policies", "policies of schedules", policies},
			{"bulks", "bulk runs", bulks}, {"bulk_pages", "batches of bulk runs, with their outcomes", pages},
		} {
			if !c.shape.HasTable(schema.RunsPrefix + t.name) {
				continue
			}
			info.RunTables = append(info.RunTables, RunTable{c.runTable(t.name), t.holds, t.count.Int64, version.Int64})
		}
		return err
	})
}

// runTable returns the full name of a table for durable runs.
func (c *systemClient) runTable(name string) string {
	if c.db.Dialect() == query.SQLite {
		return schema.RunsPrefix + name
	}
	return schema.RunsSchema(c.config.DatabaseSchema) + "." + name
}
