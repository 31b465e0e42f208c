package client

import (
	"iter"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// What reads after a dry run's change sees: a workflow in the state the change would have left it in.
// What a workflow would do only if it ran is not waited for.

// amend gives a row what the rehearsal has made of it; false when it is gone.
func (r *rehearsal) amend(w *WorkflowStatus) bool {
	s, touched := r.get(Workflows, w.ID)
	if touched && !s.gone {
		w.Status = WorkflowStatusType(s.status)
	}
	return !s.gone
}

// imagined is the row of a workflow that a dry run has made; false when it has made none of this id.
func (c *systemClient) imagined(id string) (WorkflowStatus, bool) {
	s, _ := c.rehearsal.get(Workflows, id)
	if !s.made {
		return WorkflowStatus{}, false
	}
	now := time.UnixMilli(c.now()).UTC()
	return WorkflowStatus{ID: id, Status: WorkflowStatusType(s.status), Name: s.name, QueueName: s.queue, CreatedAt: now, UpdatedAt: now}, true
}

// failed is the error of waiting for a workflow that is to be cancelled; what would run has no result.
func (s state) failed(id string) error {
	if s.status != string(WorkflowStatusCancelled) {
		return nil
	}
	cancelled := outcome{status: db.Text{String: s.status, Valid: true}}
	return cancelled.failed("get result", id)
}

// outcome is what a wait gives for a workflow that a dry run has changed: the state it would be in,
// and no result, for it never runs. It is false for one that the database is to be asked about, which
// is one that has ended and stays so, too.
func (r *rehearsal) outcome(id string) (*Outcome, bool) {
	s, touched := r.get(Workflows, id)
	if !touched || final(s.status) && !s.moved {
		return nil, false
	}
	return &Outcome{WorkflowID: id, Status: WorkflowStatusType(s.status), Finished: final(s.status), Error: s.failed(id)}, true
}

func (c *systemClient) listRehearsed(o ListWorkflowsOptions) ([]WorkflowStatus, error) {
	list := []WorkflowStatus{}
	for w, err := range c.rehearsed("list workflows", o) {
		if err != nil {
			return []WorkflowStatus{}, err
		}
		list = append(list, w)
	}
	return list, nil
}

// rehearsed walks as Workflows does, without the workflows that no longer match; those that begin
// to match are not found. The bounds of the walk are counted here, for the database does not know
// what is left out.
func (c *systemClient) rehearsed(op string, o ListWorkflowsOptions) iter.Seq2[WorkflowStatus, error] {
	if _, err := c.filter(op, o); err != nil {
		return func(yield func(WorkflowStatus, error) bool) { yield(WorkflowStatus{}, err) }
	}
	skip, left := 0, -1
	if o.Offset != nil {
		skip = *o.Offset
	}
	if o.Limit != nil {
		left = *o.Limit
	}
	o.Offset, o.Limit = nil, nil
	return func(yield func(WorkflowStatus, error) bool) {
		for w, err := range c.walk(o) {
			matches := err != nil || c.rehearsal.amend(&w) && (o.Status == nil || slices.Contains(o.Status, w.Status))
			switch {
			case left == 0:
				return
			case !matches:
			case err == nil && skip > 0:
				skip--
			default:
				left--
				if !yield(w, err) {
					return
				}
			}
		}
	}
}
