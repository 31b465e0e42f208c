package simulator

import (
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// Settle sets the columns of a workflow in a state, if it was created at CreatedAt, waited for a
// while and then ran for a while. It needs queue and limits to be set.
func (r *Row) Settle(state client.WorkflowStatusType, waited, took time.Duration) {
	dequeued := r.CreatedAt.Add(waited)
	ended := dequeued.Add(took)
	r.Status, r.UpdatedAt = state, ended
	switch state {
	case client.WorkflowStatusDelayed:
		r.UpdatedAt, r.DelayUntil = r.CreatedAt, ended
	case client.WorkflowStatusEnqueued:
		r.UpdatedAt = r.CreatedAt
	case client.WorkflowStatusPending:
		r.ran(dequeued)
		r.UpdatedAt = dequeued
	case client.WorkflowStatusSuccess, client.WorkflowStatusError:
		r.ran(dequeued)
		r.CompletedAt = ended
	case client.WorkflowStatusCancelled:
		r.ran(dequeued)
		r.CompletedAt, r.StartedAt, r.QueueName = ended, time.Time{}, ""
	case client.WorkflowStatusMaxRecoveryAttemptsExceeded:
		r.ran(dequeued)
		r.Attempts, r.StartedAt, r.QueueName = deadAttempts, time.Time{}, ""
	}
}

// deadAttempts is the number of attempts of a dead letter with the usual limit of 100.
const deadAttempts = 102

// ran are the columns of a workflow that was dequeued.
func (r *Row) ran(dequeued time.Time) {
	r.StartedAt, r.Attempts = dequeued, 1
	if r.Timeout > 0 {
		r.Deadline = dequeued.Add(r.Timeout)
	}
}
