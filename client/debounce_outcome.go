package client

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// An attemptResult holds the rows that one try has changed or read.
type attemptResult struct {
	now      int64
	bounced  []string // the workflow that this attempt pushed back or, if it returns rows, started
	again    []string // a workflow that an earlier attempt pushed back, and that has started since
	inserted int64
	holders  []keyHolder
}

// A keyHolder is a row that holds the key, or that has the id of the new workflow.
type keyHolder struct {
	id, status, name, key db.Text
	created               db.Int
	group                 db.Bool // it is a debounced workflow of the same group
	holds                 db.Bool // it holds the key
}

func scanKeyHolder(row db.Row) (h keyHolder, err error) {
	err = row.Scan(&h.id, &h.status, &h.name, &h.key, &h.created, &h.group, &h.holds)
	return h, err
}

// settled returns true if a statement has delayed or started a workflow.
func (r *attemptResult) settled() bool { return len(r.bounced)+len(r.again) > 0 || r.inserted > 0 }

// outcome returns the id of the group's workflow. If there is none yet, it returns the holder to
// wait for, nil if the key is free, or the error that the call returns.
func (d *debounce) outcome(found *attemptResult) (id string, holder *keyHolder, err error) {
	if bounced := append(found.bounced, found.again...); len(bounced) > 0 {
		return bounced[0], nil, nil
	}
	if found.inserted > 0 {
		return d.ids[0], nil, nil
	}
	for i := range found.holders {
		h := &found.holders[i]
		switch {
		case d.started(h, found.now):
			return h.id.String, nil, nil
		case h.holds.Bool && !h.group.Bool:
			return "", nil, d.errTaken(h)
		case h.holds.Bool:
			holder = h
		case h.id.String == d.ids[0]:
			err = &Error{Code: UnexpectedWorkflow, Op: d.op, WorkflowID: h.id.String, QueueName: d.queue,
				Message: fmt.Sprintf("workflow %q exists, so no debounced one can have its id", h.id.String)}
		}
	}
	if holder != nil {
		return "", holder, nil
	}
	return "", nil, err
}

// started returns true if this call, or an earlier attempt of it, has inserted the row.
func (d *debounce) started(h *keyHolder, now int64) bool {
	return h.id.String == d.ids[0] && (!d.chosen || h.group.Bool && h.created.Int64 == now)
}

// errTaken returns QueueDeduplicated with the holder, which is nil if it came and went.
func (d *debounce) errTaken(holder *keyHolder) error {
	failed := &Error{Code: QueueDeduplicated, Op: d.op, QueueName: d.queue, DeduplicationID: d.keys[0],
		Message: "other callers took the key each time it was free"}
	if holder == nil {
		return failed
	}
	failed.WorkflowID, failed.DeduplicationID = holder.id.String, holder.key.String
	failed.Message = fmt.Sprintf("deduplication id %q is held by workflow %q (%q, %s)", holder.key.String, holder.id.String,
		holder.name.String, holder.status.String)
	return failed
}
