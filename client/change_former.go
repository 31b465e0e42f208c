package client

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Former is a workflow, or a schedule, as it was before a call changed it.
type Former struct {
	ID           string             // of the workflow; the name of the schedule or the queue
	Status       WorkflowStatusType // the state that it was in; "" for a queue
	Queue        string             // "" if it was on none
	Version      string             // its application version, or the version that was the latest; "" if there was none
	Priority     int64              // 0 is the highest
	Deduplicated bool               // it had a deduplication id
	Delayed      bool               // it had a delay
	Held         bool               // it was held
}

const selectFormer = `
SELECT workflow_uuid, status, updated_at, status, queue_name, application_version, priority, deduplication_id, delay_until_epoch_ms
FROM {workflow_status} WHERE {in workflow_uuid :ids}`

// An UPDATE with fromFormer after SET, endFormer after its condition and formerReturned at its end,
// returns the rows as they were too. Only Postgres can return the columns of another table.
//
// The CASE makes the condition one of both tables. Otherwise the planner may begin with the rows
// of a state, because its old statistics say that there are few of them, and compare each of them
// with all ids.
const (
	fromFormer = `
FROM (SELECT workflow_uuid AS former_id, status AS former_status, queue_name AS former_queue, application_version AS former_version,
	priority AS former_priority, deduplication_id AS former_deduplication, delay_until_epoch_ms AS former_delay
	FROM {workflow_status} WHERE {in workflow_uuid :ids}) AS former
WHERE workflow_uuid = former_id AND CASE WHEN workflow_uuid = former_id THEN `
	endFormer      = ` END`
	formerReturned = `, former_status, former_queue, former_version, former_priority, former_deduplication, former_delay`
)

const selectFormerSchedule = `SELECT status FROM {workflow_schedules} WHERE schedule_name = :name`

func newFormer(id, status, queue, version string, priority int64, deduplicated bool, delay int64) Former {
	delayed := WorkflowStatusType(status) == WorkflowStatusDelayed
	return Former{
		ID: id, Status: WorkflowStatusType(status), Queue: queue, Version: version, Priority: priority, Deduplicated: deduplicated,
		Delayed: delayed && delay < heldWaiting, Held: delayed && delay >= heldWaiting,
	}
}

// keepFormer sets Former to the workflows that changed. After a lost answer there is none, because
// the values that the last try read may be its own.
func (s *steering) keepFormer(rows steeredRows, last db.Attempt) {
	if !s.Keep || last.AnswerLost {
		return
	}
	s.Former = make([]Former, 0, s.Changed)
	for i := range s.Results {
		if r := &s.Results[i]; r.Outcome == OutcomeChanged {
			s.Former = append(s.Former, rows.former(r.ID))
		}
	}
}

// formerSchedule adds the statement that reads the state of a schedule, and sets there to true if
// there is one. The state is kept if the gate asks for it.
func formerSchedule(b *db.Batch, change *Change, name string, there *bool) {
	if change.Keep {
		change.Former = []Former{}
	}
	b.Query(selectFormerSchedule, query.Args{"name": name}, func(row db.Row) error {
		var status db.Text
		err := row.Scan(&status)
		*there = true
		if change.Keep && status.String != change.To {
			change.Former = append(change.Former, Former{ID: name, Status: WorkflowStatusType(status.String)})
		}
		return err
	})
}
