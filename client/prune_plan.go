package client

import (
	"cmp"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

const (
	// protectedWorkflows finds the parents and originals of all unfinished workflows.
	protectedWorkflows = `
WITH RECURSIVE protected(id) AS (
	SELECT ` + ancestor + ` FROM {workflow_status} AS down ` + bothAncestors + `
			AND (down.status IN ('ENQUEUED', 'PENDING') OR down.status = 'DELAYED')` + upwards + `
)`

	isProtected = `(ws.workflow_uuid IN (SELECT protected.id FROM protected) OR ` + hasWaitingParent + `)`

	// selectPruned counts the matching workflows and the protected ones, by name and state.
	selectPruned = protectedWorkflows + `
SELECT found.name, found.status, found.protected, COUNT(*), MIN(found.ended), MAX(found.ended), MIN(found.id), SUM(found.undated) FROM (
	SELECT COALESCE(ws.name, '') AS name, ws.status, CASE WHEN ` + isProtected + ` THEN 1 ELSE 0 END AS protected, ` + endedAt + ` AS ended,
		ws.workflow_uuid AS id, CASE WHEN ws.completed_at IS NULL THEN 1 ELSE 0 END AS undated
	FROM {workflow_status} AS ws`

	groupPruned = `
) AS found GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

	// selectKept finds the newest workflow of each name that is not kept.
	selectKept = `
SELECT place.name, place.ended, place.id FROM (
	SELECT COALESCE(ws.name, '') AS name, ` + endedAt + ` AS ended, ws.workflow_uuid AS id,
		ROW_NUMBER() OVER (PARTITION BY COALESCE(ws.name, '') ORDER BY ` + endedAt + ` DESC, ws.workflow_uuid DESC) AS number
	FROM {workflow_status} AS ws`

	beyondKept = `
) AS place WHERE place.number = :place`
)

// sampled is the number of workflows whose values are measured. The sizes of more are estimated.
const sampled = 2000

// keptPlaces has for each name the newest workflow that is not kept. It is empty if all are kept.
type keptPlaces struct {
	names, ids []string
	ended      []int64
}

func (k pruneKey) compare(other pruneKey) int {
	return cmp.Or(strings.Compare(k.name, other.name), strings.Compare(string(k.status), string(other.status)))
}

// countMatches sets the expected result: the workflows that the call would delete.
func (p *prune) countMatches() error {
	if err := p.findKept(); err != nil {
		return err
	}
	f, err := p.filter()
	p.expected.Groups = []PruneGroup{}
	if err != nil || f.Nothing {
		return err
	}
	p.indexed = f.Indexed()
	f.Add(endedAt + " <= :before")
	p.exclude(f)
	if f.Nothing {
		return nil
	}
	err = p.client.read(p.op, func(b *db.Batch) {
		p.expected, p.undated = PrunePlan{Groups: []PruneGroup{}}, 0
		p.hint(b)
		b.Query(selectPruned+f.SQL()+groupPruned, f.Args, p.addGroup)
	})
	if err != nil || p.expected.Count == 0 {
		return err
	}
	return p.measure(f)
}

// hint makes the planner use the index of a filter. Without one it may read the whole table.
func (p *prune) hint(b *db.Batch) {
	if p.indexed {
		b.Bitmaps()
	}
}

// findKept finds which workflows of each name are kept.
func (p *prune) findKept() error {
	if p.input.Keep == 0 {
		return nil
	}
	f, err := p.filter()
	if err != nil {
		return err
	}
	p.kept = &keptPlaces{}
	if f.Nothing {
		return nil
	}
	f.Args["place"] = int64(p.input.Keep) + 1
	return p.client.read(p.op, func(b *db.Batch) {
		p.kept.names, p.kept.ids, p.kept.ended = nil, nil, nil
		b.Query(selectKept+f.SQL()+beyondKept, f.Args, func(row db.Row) error {
			var name, id string
			var at int64
			err := row.Scan(&name, &at, &id)
			p.kept.names, p.kept.ids, p.kept.ended = append(p.kept.names, name), append(p.kept.ids, id), append(p.kept.ended, at)
			return err
		})
	})
}

// exclude leaves out the workflows that are kept.
func (p *prune) exclude(f *where.Filter) {
	if p.kept == nil {
		return
	}
	if len(p.kept.names) == 0 {
		f.Nothing = true
		return
	}
	f.Add(`EXISTS (SELECT 1 FROM {rows kept name:TEXT=:kept_names ended:BIGINT=:kept_ended id:TEXT=:kept_ids} WHERE kept.name = COALESCE(ws.name, '')
		AND (` + endedAt + ` < kept.ended OR ` + endedAt + ` = kept.ended AND ws.workflow_uuid <= kept.id))`)
	f.Args["kept_names"], f.Args["kept_ended"], f.Args["kept_ids"] = p.kept.names, p.kept.ended, p.kept.ids
}

// addGroup adds a row of selectPruned.
func (p *prune) addGroup(row db.Row) error {
	var g PruneGroup
	var status string
	var protected, oldest, newest, undated int64
	if err := row.Scan(&g.Name, &status, &protected, &g.Count, &oldest, &newest, &g.example, &undated); err != nil {
		return err
	}
	e := &p.expected
	if protected == 1 {
		e.Protected += g.Count
		return nil
	}
	p.undated += undated
	g.Status, g.Oldest, g.Newest = WorkflowStatusType(status), time.UnixMilli(oldest).UTC(), time.UnixMilli(newest).UTC()
	if e.Count == 0 || g.Oldest.Before(e.Oldest) {
		e.Oldest = g.Oldest
	}
	if g.Newest.After(e.Newest) {
		e.Newest = g.Newest
	}
	e.Count += g.Count
	e.Groups = append(e.Groups, g)
	return nil
}

// payloadTables are the columns with payloads, by table, and the columns of the workflow's id.
var payloadTables = []struct {
	table, owner string
	columns      []string
}{
	{"workflow_input", "workflow_uuid", []string{"inputs"}},
	{"workflow_output", "workflow_uuid", []string{"output", "error"}},
	{"operation_outputs", "workflow_uuid", []string{"function_name", "output", "error"}},
	{"workflow_events", "workflow_uuid", []string{"key", "value"}},
	{"workflow_events_history", "workflow_uuid", []string{"key", "value"}},
	{"streams", "workflow_uuid", []string{"key", "value"}},
	{"notifications", "destination_uuid", []string{"topic", "message"}},
}

// sizeOf returns the sum of the stored sizes of columns, or on SQLite of their lengths.
func (c *systemClient) sizeOf(alias string, columns []string) string {
	sizes := make([]string, len(columns))
	for i, name := range columns {
		sizes[i] = "COALESCE(pg_column_size(" + alias + "." + name + "), 0)"
		if c.db.Dialect() == query.SQLite {
			sizes[i] = "COALESCE(LENGTH(CAST(" + alias + "." + name + " AS BLOB)), 0)"
		}
	}
	return strings.Join(sizes, " + ")
}

// payloadSize returns the size of all values of the workflow ws.
func (c *systemClient) payloadSize() string {
	sizes := []string{c.sizeOf("ws", []string{"inputs", "output", "error"})}
	for _, table := range payloadTables {
		if c.shape.HasTable(table.table) {
			sizes = append(sizes, "(SELECT COALESCE(SUM("+c.sizeOf("part", table.columns)+"), 0) FROM {"+table.table+"} AS part WHERE part."+
				table.owner+" = ws.workflow_uuid)")
		}
	}
	return strings.Join(sizes, "\n\t+ ")
}

// measure sets the sizes of the groups. If there are many workflows, it reads every so manieth
// one and an example of each group. They come in any order, because a sort of all would take
// longer than the rest. On Postgres a sample of the table does without the numbers of all rows.
func (p *prune) measure(f *where.Filter) error {
	step := max(1, p.expected.Count/sampled)
	f.Args["step"] = step
	f.Args["examples"] = column(p.expected.Groups, func(g PruneGroup) string { return g.example })
	some := `
	SELECT numbered.id FROM (SELECT ws.workflow_uuid AS id, ROW_NUMBER() OVER () AS number FROM {workflow_status} AS ws` + f.SQL() + `
	) AS numbered WHERE numbered.number % CAST(:step AS BIGINT) = 0`
	if step > 1 && !p.indexed && p.client.onPostgres() {
		some = `
	SELECT ws.workflow_uuid AS id FROM {workflow_status} AS ws TABLESAMPLE BERNOULLI (CAST(100 AS DOUBLE PRECISION) / CAST(:step AS BIGINT))` + f.SQL()
	}
	text := `
SELECT COALESCE(ws.name, ''), ws.status, COUNT(*), CAST(SUM(` + p.client.payloadSize() + `) AS BIGINT) FROM (` + some + `
	UNION SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :examples}
) AS found JOIN {workflow_status} AS ws ON ws.workflow_uuid = found.id GROUP BY 1, 2`
	type size struct{ count, bytes int64 }
	var sizes map[pruneKey]size
	err := p.client.read(p.op, func(b *db.Batch) {
		p.hint(b)
		db.Map(b, &sizes, text, f.Args, func(row db.Row) (key pruneKey, s size, err error) {
			var status string
			err = row.Scan(&key.name, &status, &s.count, &s.bytes)
			key.status = WorkflowStatusType(status)
			return key, s, err
		})
	})
	for i := range p.expected.Groups {
		g := &p.expected.Groups[i]
		if s := sizes[pruneKey{g.Name, g.Status}]; s.count > 0 {
			g.Bytes = int64(float64(s.bytes) / float64(s.count) * float64(g.Count))
		}
		p.expected.Bytes += g.Bytes
	}
	return err
}
