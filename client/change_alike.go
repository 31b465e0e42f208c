package client

import (
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// The workflows of one call are mostly alike: in one state, on one queue, with one version and one
// priority. A statement made of the following parts returns them as they were without a join, which
// would be a fifth of its time. It looks at the first workflow that changes, the sample, and
// changes in one UPDATE all workflows with its values. A second UPDATE changes the others, with a
// join. CockroachDB does not change a table twice in one statement. Usually all ids change in the
// first one, and then their number is returned instead of each of them.
//
// The conditions of the first UPDATE fit no index but that of the ids, so the plan does not depend
// on statistics. The second UPDATE is skipped if the first one has changed every workflow.
const (
	// fromSample is followed by the condition of the change.
	fromSample = `
WITH sample AS (
	SELECT status, queue_name, application_version, priority FROM {workflow_status}
	WHERE workflow_uuid = ANY(CAST((SELECT CAST(:sampled AS TEXT[])) AS TEXT[])) AND CASE WHEN workflow_uuid IS NOT NULL THEN ` + ofSimple + ` AND `

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
total AS (SELECT COUNT(*) AS changed FROM alike),
others AS (`

	// fromOthers is fromFormer for the workflows that the first UPDATE did not change. It is
	// followed by the condition of the change.
	fromOthers = `
	FROM (SELECT was.workflow_uuid AS former_id, was.status AS former_status, was.queue_name AS former_queue, was.application_version AS former_version,
		was.priority AS former_priority, was.deduplication_id AS former_deduplication, was.delay_until_epoch_ms AS former_delay
		FROM (SELECT named.id FROM unnest(CAST(:ids AS TEXT[])) AS named(id) EXCEPT SELECT alike.workflow_uuid FROM alike) AS other
		JOIN {workflow_status} AS was ON was.workflow_uuid = other.id) AS former
	WHERE (SELECT changed FROM total) < cardinality(CAST(:ids AS TEXT[]))
	AND workflow_uuid = former_id AND CASE WHEN workflow_uuid = former_id THEN `

	// returningAlike returns the sample without an id, and with the number of workflows like it as
	// the delay; then the ids of these, unless all ids are among them; and the others as they were.
	returningAlike = ` END
	RETURNING workflow_uuid` + formerReturned + `)
SELECT CAST(NULL AS TEXT), status, queue_name, application_version, priority, CAST(NULL AS TEXT), (SELECT changed FROM total) FROM sample
UNION ALL SELECT workflow_uuid, NULL, NULL, NULL, NULL, NULL, NULL FROM alike WHERE (SELECT changed FROM total) < cardinality(CAST(:ids AS TEXT[]))
UNION ALL SELECT workflow_uuid` + formerReturned + ` FROM others`

	// amongIDs hides the ids from the planner, which would otherwise look each of them up in its
	// statistics, a twentieth of the time of a statement. CockroachDB would use no index for it.
	amongIDs = `workflow_uuid = ANY(CAST((SELECT CAST(:ids AS TEXT[])) AS TEXT[]))`

	// ofSimple is true for a workflow whose former values are the columns of a sample.
	ofSimple = `deduplication_id IS NULL AND COALESCE(status, '') <> 'DELAYED'`
)

// sampleSize is the number of ids among which a statement looks for its sample. Postgres sorts the
// ids before it looks them up, so all of them would take a twentieth of the time of a statement.
const sampleSize = 32

// sampleOf returns ids at equal distances, at most sampleSize.
func sampleOf(ids []string) []string {
	if len(ids) <= sampleSize {
		return ids
	}
	sampled := make([]string, sampleSize)
	for i := range sampled {
		sampled[i] = ids[i*len(ids)/sampleSize]
	}
	return sampled
}

// An alikeRows holds the rows that such a statement returns.
type alikeRows struct {
	sample Former
	alike  int               // the number of workflows like the sample
	ids    []string          // of these; nil if they are all ids of the call
	others map[string]Former // the other workflows that changed
}

func (r *alikeRows) plan(b *db.Batch, s *steering) {
	*r = alikeRows{}
	s.args["sampled"] = sampleOf(s.IDs)
	var id, status, queue, version, deduplication db.Text
	var priority, delay db.Int
	b.Indexed()
	b.Query(s.keepingMany, s.args, func(row db.Row) error {
		err := row.Scan(&id, &status, &queue, &version, &priority, &deduplication, &delay)
		switch {
		case !id.Valid:
			r.alike = int(delay.Int64)
			r.sample = newFormer("", status.String, queue.String, version.String, priority.Int64, false, 0)
		case !status.Valid:
			r.ids = append(slices.Grow(r.ids, max(r.alike-len(r.ids), 0)), id.String)
		default:
			r.other(newFormer(id.String, status.String, queue.String, version.String, priority.Int64, deduplication.Valid, delay.Int64))
		}
		return err
	})
}

func (r *alikeRows) other(was Former) {
	if r.others == nil {
		r.others = map[string]Former{}
	}
	r.others[was.ID] = was
}

func (r *alikeRows) count() int { return r.alike + len(r.others) }

func (r *alikeRows) standings() (after, before map[string]standing) {
	after = make(map[string]standing, r.count())
	for _, id := range r.ids {
		after[id] = standing{changed: true}
	}
	for id := range r.others {
		after[id] = standing{changed: true}
	}
	return after, nil
}

func (r *alikeRows) former(id string) Former {
	if was, found := r.others[id]; found {
		return was
	}
	was := r.sample
	was.ID = id
	return was
}
