package client

import (
	"errors"
	"maps"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// mostForeseen is the number of ids up to which a change foresees its results. For more, looking
// them up again costs more than a round trip.
const mostForeseen = 50

// selectUnforeseen finds the ids of workflows that a change has left alone, or that do not exist.
const selectUnforeseen = `
SELECT 1 FROM {rows named id:TEXT=:ids} WHERE NOT EXISTS (
	SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = named.id AND ws.status = CAST(:becomes AS TEXT) AND ws.updated_at = CAST(:now AS BIGINT))`

// errUnforeseen is the error of the guard of a foreseen change.
var errUnforeseen = errors.New("not all workflows change")

// isForeseen returns true if the call may return its results before its statements are sent.
func (s *steering) isForeseen() bool {
	return s.foreseen && len(s.IDs) <= mostForeseen && s.further == ""
}

// guardForeseen undoes the change if one of the workflows has not changed.
func (s *steering) guardForeseen(b *db.Batch) {
	args := maps.Clone(s.args)
	args["becomes"] = string(s.becomes)
	b.Guard(selectUnforeseen, args, errUnforeseen)
}

// foresee sets the results of a change of all workflows.
func (s *steering) foresee() {
	after := make(map[string]standing, len(s.IDs))
	for _, id := range s.IDs {
		after[id] = standing{status: s.becomes, changed: true}
	}
	s.settled(after, db.Attempt{})
}
