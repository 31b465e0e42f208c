package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A bulkFollow follows the workflows that a run has changed to their ends.
type bulkFollow struct {
	open   []touched // have not ended when they were last read
	canary int64     // the workflows before this one, in the order of the run, are the first wave

	ends  bulkEnds // of all that ended after this process began to follow them
	wave  bulkEnds // of the canary
	still int64    // workflows of the canary that are open

	waiting, running int64     // of the workflows of the last read
	first            string    // one that waits, or else one that runs
	works            bool      // an executor has taken one of them, or is known to work
	moved            time.Time // when one of them was last seen to move
}

// A touched is a workflow that the run has changed, or the fork that it has started.
type touched struct {
	id     string
	canary bool
	status WorkflowStatusType // as last read
}

// bulkEnds count ends.
type bulkEnds struct{ succeeded, failed, cancelled, gone int64 }

func (e bulkEnds) all() int64 { return e.succeeded + e.failed + e.cancelled + e.gone }

// add counts a state, and returns false if it is no end. A workflow that was deleted has the state
// "".
func (e *bulkEnds) add(status WorkflowStatusType) bool {
	switch status {
	case WorkflowStatusSuccess:
		e.succeeded++
	case WorkflowStatusError, WorkflowStatusMaxRecoveryAttemptsExceeded:
		e.failed++
	case WorkflowStatusCancelled:
		e.cancelled++
	case "":
		e.gone++
	default:
		return false
	}
	return true
}

// followedAtOnce is the largest number of workflows that one look reads. If more are open, the
// next look reads others.
const followedAtOnce = 10_000

// add follows the changed workflows of a page, whose first workflow has a number in the run.
func (f *bulkFollow) add(number int64, results []ChangeResult, now time.Time) {
	if len(f.open) == 0 {
		f.moved = now
	}
	for i, r := range results {
		if r.Outcome != OutcomeChanged {
			continue
		}
		t := touched{id: r.ID, canary: number+int64(i) < f.canary, status: r.Status}
		if r.ForkedID != "" {
			t.id, t.status = r.ForkedID, WorkflowStatusEnqueued
		}
		if t.canary {
			f.still++
		}
		f.open = append(f.open, t)
	}
}

// read looks at the open workflows.
func (f *bulkFollow) read(c *systemClient) error {
	if len(f.open) == 0 {
		f.waiting, f.running, f.first = 0, 0, ""
		return nil
	}
	looked := f.open[:min(len(f.open), followedAtOnce)]
	ids := column(looked, func(t touched) string { return t.id })
	var states map[string]WorkflowStatusType
	err := c.read(opBulk, func(b *db.Batch) {
		b.Keyed()
		db.Map(b, &states, selectStates, query.Args{"ids": ids}, func(row db.Row) (id string, status WorkflowStatusType, err error) {
			err = row.Scan(&id, (*string)(&status))
			return id, status, err
		})
	})
	if err == nil {
		f.see(looked, states, c.config.Clock())
	}
	return failure(opBulk, err)
}

// see takes over the states of the workflows at the head of the open ones.
func (f *bulkFollow) see(looked []touched, states map[string]WorkflowStatusType, now time.Time) {
	f.waiting, f.running, f.first = 0, 0, ""
	firstRunning := ""
	left := append(make([]touched, 0, len(f.open)), f.open[len(looked):]...)
	for _, t := range looked {
		status := states[t.id]
		if status != t.status {
			f.moved, t.status = now, status
			f.works = f.works || status == WorkflowStatusPending || status == WorkflowStatusSuccess || status == WorkflowStatusError
		}
		if f.ends.add(status) {
			if t.canary {
				f.wave.add(status)
				f.still--
			}
			continue
		}
		left = append(left, t)
		switch {
		case status == WorkflowStatusEnqueued:
			if f.waiting++; f.first == "" {
				f.first = t.id
			}
		case firstRunning == "":
			firstRunning = t.id
			fallthrough
		default:
			f.running++
		}
	}
	if f.first == "" {
		f.first = firstRunning
	}
	f.open = left
}

// failedShare returns the share of failed workflows among at least so many.
func (e bulkEnds) failedShare(atLeast int64) float64 {
	of := max(e.all(), atLeast)
	if of == 0 {
		return 0
	}
	return float64(e.failed) / float64(of)
}
