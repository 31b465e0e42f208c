package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectStanding = `SELECT workflow_uuid, status, updated_at FROM {workflow_status} WHERE {in workflow_uuid :ids}`

// A standing is the state of a workflow after a change of many.
type standing struct {
	status  WorkflowStatusType // "" if it is not known
	updated int64
	changed bool // by this change
}

func scanStanding(row db.Row) (string, standing, error) {
	var id, status db.Text
	var updated db.Int
	err := row.Scan(&id, &status, &updated)
	return id.String, standing{status: WorkflowStatusType(status.String), updated: updated.Int64}, err
}

// changedRows adds the statement that changes the workflows, and collects their states if
// it returns them.
func (s *steering) changedRows(b *db.Batch, text string, after *map[string]standing) {
	if !s.states {
		changedIDs(b, after, text, s.args)
		return
	}
	db.Map(b, after, text, s.args, func(row db.Row) (string, standing, error) {
		id, is, err := scanStanding(row)
		is.changed = true
		return id, is, err
	})
}

// changedIDs adds a statement that returns the ids of the workflows that it changes.
func changedIDs(b *db.Batch, after *map[string]standing, text string, args query.Args) {
	db.Map(b, after, text, args, func(row db.Row) (id string, is standing, err error) {
		err = row.Scan(&id)
		return id, standing{changed: true}, err
	})
}

// together adds the states that were read before the change to the workflows that it changed.
func together(before, after map[string]standing) map[string]standing {
	for id, is := range before {
		now, changed := after[id]
		if changed && now.status != "" {
			continue
		}
		is.changed = changed && now.changed
		after[id] = is
	}
	return after
}

// standings adds the states of the other workflows to the changed ones. Usually there are none, and
// reading all states before the change would be a third of the work of the database.
func (c *systemClient) standings(s *steering, after, before map[string]standing) map[string]standing {
	var left []string
	for _, id := range s.IDs {
		if !after[id].changed {
			left = append(left, id)
		}
	}
	if before != nil || s.unread || len(left) == 0 {
		return together(before, after)
	}
	var found map[string]standing
	err := c.read(s.Op, func(b *db.Batch) { db.Map(b, &found, selectStanding, query.Args{"ids": left}, scanStanding) })
	if err != nil {
		found = map[string]standing{}
		for _, id := range left { // the change is done, so an error here must not fail the call
			found[id] = standing{}
		}
	}
	return together(found, after)
}
