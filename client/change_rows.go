package client

import (
	"cmp"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// steeredRows holds the rows that the statements of a steering return. Each kind has statements of
// its own, because the cheapest statement that returns the former values depends on the number of
// ids and on the database.
type steeredRows interface {
	// plan adds the statements of one attempt, which fill the rows.
	plan(b *db.Batch, s *steering)
	// count returns the number of workflows that changed.
	count() int
	// standings returns the workflows that changed, and the states that were read before the
	// change, by their ids. before is nil if none were read.
	standings() (after, before map[string]standing)
	// former returns a workflow that changed as it was.
	former(id string) Former
}

// rowsOf returns rows of the kind that fits the call and the database. alikeRows are the cheapest
// for many workflows even if nobody asks for the former values, because mostly no ids return. After
// a lost answer no workflow is returned as it was, because an attempt may find its own work.
func (c *systemClient) rowsOf(s *steering, answerLost bool) steeredRows {
	server, single := c.db.Dialect() == query.Postgres, len(s.IDs) == 1
	alike := server && s.keepingMany != "" && !c.db.Cockroach()
	switch {
	case answerLost, !s.Keep && (single || !alike):
		return &changedRows{}
	case single && s.one != "":
		return &singleRow{together: server}
	case alike:
		return &alikeRows{}
	case !server && s.typical != "":
		return &typicalRows{}
	}
	return &formerRows{together: server && s.keeping != "" && !s.looks}
}

// changedRows are the ids of the workflows that changed, with their states if the statement
// returns them.
type changedRows struct {
	after, before map[string]standing
}

func (r *changedRows) plan(b *db.Batch, s *steering) {
	if s.looks {
		db.Map(b, &r.before, selectStanding, s.args, scanStanding)
	}
	text := s.text
	if b.Attempt().AnswerLost {
		text = cmp.Or(s.again, text)
	}
	r.after = make(map[string]standing, len(s.IDs))
	s.changedRows(b, text, &r.after)
}

func (r *changedRows) count() int                                     { return len(r.after) }
func (r *changedRows) standings() (after, before map[string]standing) { return r.after, r.before }
func (r *changedRows) former(string) Former                           { return Former{} }

// formerRows are workflows with the values that they had, which the statement of the change
// returns too, or a SELECT before it.
type formerRows struct {
	together bool // one statement returns both
	changed  changedRows
	were     map[string]Former
}

func (r *formerRows) plan(b *db.Batch, s *steering) {
	r.were = make(map[string]Former, len(s.IDs))
	r.changed.after = make(map[string]standing, len(s.IDs))
	if r.together {
		r.read(b, s.keeping, s.args, true, &r.changed.after)
		return
	}
	r.read(b, selectFormer, s.args, false, &r.changed.before)
	s.changedRows(b, s.text, &r.changed.after)
}

// read adds a statement that returns the columns of selectFormer. changed is true for a statement
// that changes workflows.
func (r *formerRows) read(b *db.Batch, text string, args query.Args, changed bool, states *map[string]standing) {
	var id, status, was, queue, version, deduplication db.Text
	var updated, priority, delay db.Int
	db.Map(b, states, text, args, func(row db.Row) (string, standing, error) {
		err := row.Scan(&id, &status, &updated, &was, &queue, &version, &priority, &deduplication, &delay)
		r.were[id.String] = newFormer(id.String, was.String, queue.String, version.String, priority.Int64, deduplication.Valid, delay.Int64)
		return id.String, standing{WorkflowStatusType(status.String), updated.Int64, changed}, err
	})
}

func (r *formerRows) count() int                                     { return r.changed.count() }
func (r *formerRows) standings() (after, before map[string]standing) { return r.changed.standings() }
func (r *formerRows) former(id string) Former                        { return r.were[id] }

// A singleRow is the only workflow of a call.
type singleRow struct {
	together bool // one statement changes and returns it
	was      Former
	changed  int64 // 1 if it changed, and 0 if not
}

const (
	selectSingle = `
SELECT status, queue_name, application_version, priority, deduplication_id, delay_until_epoch_ms
FROM {workflow_status} WHERE {in workflow_uuid :ids}`

	// fromSingle stands before the statement that changes the workflow, and returningSingle after
	// it. The SELECT sees the workflow as it was, because both have the same snapshot.
	fromSingle      = `WITH changed AS (`
	returningSingle = `
RETURNING 1)
SELECT status, queue_name, application_version, priority, deduplication_id, delay_until_epoch_ms, (SELECT COUNT(*) FROM changed)
FROM {workflow_status} WHERE {in workflow_uuid :ids}`
)

func (r *singleRow) plan(b *db.Batch, s *steering) {
	*r = singleRow{together: r.together}
	if r.together {
		b.Query(s.keepingOne, s.args, func(row db.Row) error { return r.scan(row, s.IDs[0], &r.changed) })
		return
	}
	b.Query(selectSingle, s.args, func(row db.Row) error { return r.scan(row, s.IDs[0]) })
	b.Exec(s.one, s.args, &r.changed) // no row, because SQLite takes a third of its time to return one
}

func (r *singleRow) scan(row db.Row, id string, more ...any) error {
	var status, queue, version, deduplication db.Text
	var priority, delay db.Int
	err := row.Scan(append([]any{&status, &queue, &version, &priority, &deduplication, &delay}, more...)...)
	r.was = newFormer(id, status.String, queue.String, version.String, priority.Int64, deduplication.Valid, delay.Int64)
	return err
}

func (r *singleRow) count() int           { return int(r.changed) }
func (r *singleRow) former(string) Former { return r.was }

func (r *singleRow) standings() (after, before map[string]standing) {
	before = map[string]standing{}
	if r.was.ID != "" {
		before[r.was.ID] = standing{status: r.was.Status}
	}
	return map[string]standing{}, before
}
