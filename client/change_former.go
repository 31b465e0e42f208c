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
SELECT workflow_uuid, status, queue_name, application_version, priority, deduplication_id, delay_until_epoch_ms
FROM {workflow_status} WHERE {in workflow_uuid :ids}`

const selectFormerSchedule = `SELECT status FROM {workflow_schedules} WHERE schedule_name = :name`

func scanFormer(row db.Row) (string, Former, error) {
	var id, status, queue, version, deduplication db.Text
	var priority, delay db.Int
	err := row.Scan(&id, &status, &queue, &version, &priority, &deduplication, &delay)
	return id.String, Former{
		ID: id.String, Status: WorkflowStatusType(status.String), Queue: queue.String, Version: version.String, Priority: priority.Int64,
		Deduplicated: deduplication.Valid, Delayed: status.String == string(WorkflowStatusDelayed) && delay.Int64 < heldWaiting,
		Held: status.String == string(WorkflowStatusDelayed) && delay.Int64 >= heldWaiting,
	}, err
}

// keepFormer sets Former to the workflows that changed. After a lost answer there is none, because the
// values that the last try read may be its own.
func (s *steering) keepFormer(former map[string]Former, last db.Attempt) {
	if !s.Keep || last.AnswerLost {
		return
	}
	s.Former = make([]Former, 0, len(former))
	for i := range s.Results {
		if r := &s.Results[i]; r.Outcome == OutcomeChanged {
			s.Former = append(s.Former, former[r.ID])
		}
	}
}

// formerSchedule adds the statement that reads the state of a schedule, if the gate asks for it.
func formerSchedule(b *db.Batch, change *Change, name string) {
	if !change.Keep {
		return
	}
	change.Former = []Former{}
	b.Query(selectFormerSchedule, query.Args{"name": name}, func(row db.Row) error {
		var status db.Text
		err := row.Scan(&status)
		if status.String != change.To {
			change.Former = append(change.Former, Former{ID: name, Status: WorkflowStatusType(status.String)})
		}
		return err
	})
}
