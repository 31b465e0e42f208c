package client

import "github.com/dbos-script/dbos-script/client/internal/db"

// SQLite takes longer to return a row than to change it. So a change of several workflows, which
// are mostly alike, returns them as they were in few rows: a typical workflow that changes, and
// each workflow that is not like it. The statement of the change returns none.
//
// A statement is made of fromTypical, the condition of the change, thenTypical, the same condition,
// andTypical, the same once more, and endTypical.
const (
	fromTypical = `
WITH typical AS MATERIALIZED (
	SELECT status, queue_name, application_version, priority FROM {workflow_status}
	WHERE {in workflow_uuid :sampled} AND ` + ofSimple + ` AND `

	// thenTypical returns the typical workflow without an id.
	thenTypical = `
	LIMIT 1)
SELECT CAST(NULL AS TEXT), status, queue_name, application_version, priority, CAST(NULL AS TEXT), CAST(NULL AS BIGINT), TRUE FROM typical
UNION ALL
SELECT named.id, status, queue_name, application_version, priority, deduplication_id, delay_until_epoch_ms, COALESCE(`

	// andTypical also finds the ids without a workflow.
	andTypical = `, FALSE)
FROM {rows named id:TEXT=:ids} LEFT JOIN {workflow_status} ON workflow_uuid = named.id
WHERE NOT COALESCE(` + ofSimple + ` AND status = (SELECT typical.status FROM typical)
	AND queue_name IS NOT DISTINCT FROM (SELECT typical.queue_name FROM typical)
	AND application_version IS NOT DISTINCT FROM (SELECT typical.application_version FROM typical)
	AND priority IS NOT DISTINCT FROM (SELECT typical.priority FROM typical) AND `

	endTypical = `, FALSE)`
)

// typicalRows are the rows of such a statement.
type typicalRows struct {
	named   []string // the ids of the call
	typical Former
	others  map[string]Former // workflows that are not like it, and change
	left    map[string]standing
	missing map[string]bool
	changed int64
}

func (r *typicalRows) plan(b *db.Batch, s *steering) {
	*r = typicalRows{named: s.IDs, others: map[string]Former{}, left: map[string]standing{}, missing: map[string]bool{}}
	s.args["sampled"] = sampleOf(s.IDs)
	b.Query(s.typical, s.args, r.scan)
	b.Exec(s.one, s.args, &r.changed)
}

func (r *typicalRows) scan(row db.Row) error {
	var id, status, queue, version, deduplication db.Text
	var priority, delay db.Int
	var changes bool
	err := row.Scan(&id, &status, &queue, &version, &priority, &deduplication, &delay, &changes)
	was := newFormer(id.String, status.String, queue.String, version.String, priority.Int64, deduplication.Valid, delay.Int64)
	switch {
	case !id.Valid:
		r.typical = was
	case changes:
		r.others[was.ID] = was
	case status.Valid:
		r.left[was.ID] = standing{status: was.Status}
	default:
		r.missing[was.ID] = true
	}
	return err
}

func (r *typicalRows) count() int { return int(r.changed) }

func (r *typicalRows) standings() (after, before map[string]standing) {
	after = make(map[string]standing, r.changed)
	for _, id := range r.named {
		if _, unchanged := r.left[id]; !unchanged && !r.missing[id] {
			after[id] = standing{changed: true}
		}
	}
	return after, r.left
}

func (r *typicalRows) former(id string) Former {
	if was, found := r.others[id]; found {
		return was
	}
	was := r.typical
	was.ID = id
	return was
}
