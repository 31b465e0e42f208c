package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The workflows of one call are mostly alike: in one state, on one queue, with one version and one
// priority. A statement made of the following parts returns them as they were without a join, which
// would be a fifth of its time. It looks at the first workflow that changes, the sample, and
// changes in one UPDATE all workflows with its values. A second UPDATE changes the others, with a
// join. CockroachDB does not change a table twice in one statement.
//
// The conditions of the first UPDATE fit no index but that of the ids, so the plan does not depend
// on statistics. The second UPDATE is skipped if the first one has changed every workflow.
const (
	// fromSample is followed by the condition of the change.
	fromSample = `
WITH sample AS (
	SELECT status, queue_name, application_version, priority FROM {workflow_status}
	WHERE ` + amongIDs + ` AND CASE WHEN workflow_uuid IS NOT NULL THEN ` + ofSimple + ` AND `

	// thenAlike is followed by the beginning of the UPDATE, up to its condition.
	thenAlike = ` END LIMIT 1),
alike AS (`

	// thenOthers is followed by the same beginning.
	thenOthers = `
	WHERE ` + amongIDs + ` AND ` + ofSimple + ` AND COALESCE(status, '') = (SELECT status FROM sample)
	AND queue_name IS NOT DISTINCT FROM (SELECT queue_name FROM sample)
	AND application_version IS NOT DISTINCT FROM (SELECT application_version FROM sample)
	AND priority IS NOT DISTINCT FROM (SELECT priority FROM sample)
	RETURNING workflow_uuid),
others AS (`

	// fromOthers is fromFormer for the workflows that the first UPDATE did not change. It is
	// followed by the condition of the change.
	fromOthers = `
	FROM (SELECT was.workflow_uuid AS former_id, was.status AS former_status, was.queue_name AS former_queue, was.application_version AS former_version,
		was.priority AS former_priority, was.deduplication_id AS former_deduplication, was.delay_until_epoch_ms AS former_delay
		FROM (SELECT named.id FROM unnest(CAST(:ids AS TEXT[])) AS named(id) EXCEPT SELECT alike.workflow_uuid FROM alike) AS other
		JOIN {workflow_status} AS was ON was.workflow_uuid = other.id) AS former
	WHERE (SELECT COUNT(*) FROM alike) < cardinality(CAST(:ids AS TEXT[]))
	AND workflow_uuid = former_id AND CASE WHEN workflow_uuid = former_id THEN `

	// returningAlike returns the sample without an id, the ids of the workflows like it, and the
	// others as they were.
	returningAlike = ` END
	RETURNING workflow_uuid` + formerReturned + `)
SELECT CAST(NULL AS TEXT), status, queue_name, application_version, priority, CAST(NULL AS TEXT), CAST(NULL AS BIGINT) FROM sample
UNION ALL SELECT workflow_uuid, NULL, NULL, NULL, NULL, NULL, NULL FROM alike
UNION ALL SELECT workflow_uuid` + formerReturned + ` FROM others`

	// amongIDs hides the ids from the planner, which would otherwise look each of them up in its
	// statistics, a twentieth of the time of a statement. CockroachDB would use no index for it.
	amongIDs = `workflow_uuid = ANY(CAST((SELECT CAST(:ids AS TEXT[])) AS TEXT[]))`

	// ofSimple is true for a workflow whose former values are the columns of a sample.
	ofSimple = `deduplication_id IS NULL AND COALESCE(status, '') <> 'DELAYED'`
)

// An alikeRows holds the rows that such a statement returns.
type alikeRows struct {
	sample Former
	ids    []string          // of the workflows like the sample
	others map[string]Former // the other workflows that changed
}

// plan adds a statement made with fromSample.
func (r *alikeRows) plan(b *db.Batch, text string, args query.Args) {
	*r = alikeRows{ids: make([]string, 0, len(args["ids"].([]string)))}
	var id, status, queue, version, deduplication db.Text
	var priority, delay db.Int
	b.Indexed()
	b.Query(text, args, func(row db.Row) error {
		err := row.Scan(&id, &status, &queue, &version, &priority, &deduplication, &delay)
		if id.Valid && !status.Valid {
			r.ids = append(r.ids, id.String)
			return err
		}
		was := newFormer(id.String, status.String, queue.String, version.String, priority.Int64, deduplication.Valid, delay.Int64)
		if !id.Valid {
			r.sample = was
			return err
		}
		if r.others == nil {
			r.others = map[string]Former{}
		}
		r.others[id.String] = was
		return err
	})
}

// count returns the number of workflows that changed.
func (r *alikeRows) count() int { return len(r.ids) + len(r.others) }

// changed returns the workflows that changed.
func (r *steeredRows) changed() map[string]standing {
	if r.after != nil {
		return r.after
	}
	after := make(map[string]standing, r.alike.count())
	for _, id := range r.alike.ids {
		after[id] = standing{changed: true}
	}
	for id := range r.alike.others {
		after[id] = standing{changed: true}
	}
	return after
}

// former returns a workflow that changed as it was.
func (r *alikeRows) former(id string) Former {
	if was, found := r.others[id]; found {
		return was
	}
	was := r.sample
	was.ID = id
	return was
}

// formerOf returns a workflow that changed as it was.
func (r *steeredRows) formerOf(id string) Former {
	if r.alike.count() > 0 {
		return r.alike.former(id)
	}
	return r.former[id]
}
