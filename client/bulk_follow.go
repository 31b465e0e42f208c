package client

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A bulkFollow follows the workflows that a run has changed to their ends.
type bulkFollow struct {
	open   []touched // have not ended when they were last read
	next   int64     // the number in the run of the first workflow that it has not followed
	canary int64     // so many of the changed ones are the first wave

	ends  bulkEnds // of all that ended after this process began to follow them
	wave  bulkEnds // of the canary
	still int64    // workflows of the canary that are open

	failed []string // the first ones that failed

	waiting, running int64     // of the workflows of the last read
	firstWaiting     string    // the first one that waits; "" if none does
	firstRunning     string    // the first one that runs; "" if none does
	works            bool      // an executor has taken one of them, or is known to work
	moved            time.Time // when one of them was last seen to move
	silent           string    // why the first one that runs may be lost; "" if one has moved since
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

// text returns the ends that are no success: "2 failed, 1 was cancelled".
func (e bulkEnds) text() string {
	var parts []string
	for _, part := range []struct {
		count int64
		one   string
		many  string
	}{{e.failed, "1 failed", "%d failed"}, {e.cancelled, "1 was cancelled", "%d were cancelled"}, {e.gone, "1 was deleted", "%d were deleted"}} {
		switch part.count {
		case 0:
		case 1:
			parts = append(parts, part.one)
		default:
			parts = append(parts, fmt.Sprintf(part.many, part.count))
		}
	}
	return strings.Join(parts, ", ")
}

// followedAtOnce is the largest number of workflows that one look reads. If more are open, the
// next look reads others.
const followedAtOnce = 10_000

// add follows the changed workflows of a page, whose first workflow has a number in the run. Pages
// come in their order. A page that has come before is one whose answer was lost.
func (f *bulkFollow) add(number int64, results []ChangeResult, now time.Time) {
	if number < f.next {
		return
	}
	f.next = number + int64(len(results))
	if len(f.open) == 0 {
		f.moved = now
	}
	for _, r := range results {
		if r.Outcome != OutcomeChanged {
			continue
		}
		t := touched{id: r.ID, canary: f.missing() > 0, status: r.Status}
		if r.ForkedID != "" {
			t.id, t.status = r.ForkedID, WorkflowStatusEnqueued
		}
		if t.canary {
			f.still++
		}
		f.open = append(f.open, t)
	}
}

// missing returns how many workflows the first wave lacks.
func (f *bulkFollow) missing() int64 { return f.canary - f.wave.all() - f.still }

// read looks at the open workflows.
func (f *bulkFollow) read(c *systemClient) error {
	f.waiting, f.running, f.firstWaiting, f.firstRunning = 0, 0, "", ""
	if len(f.open) == 0 {
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
	left := append(make([]touched, 0, len(f.open)), f.open[len(looked):]...)
	for _, t := range looked {
		status := states[t.id]
		if status != t.status {
			f.moved, f.silent, t.status = now, "", status
			f.works = f.works || status == WorkflowStatusPending || status == WorkflowStatusSuccess || status == WorkflowStatusError
		}
		if f.ends.add(status) {
			if t.canary {
				f.wave.add(status)
				f.still--
			}
			if (status == WorkflowStatusError || status == WorkflowStatusMaxRecoveryAttemptsExceeded) && len(f.failed) < mostFailedIDs {
				f.failed = append(f.failed, t.id)
			}
			continue
		}
		left = append(left, t)
		if status == WorkflowStatusEnqueued {
			f.waiting, f.firstWaiting = f.waiting+1, cmp.Or(f.firstWaiting, t.id)
		} else {
			f.running, f.firstRunning = f.running+1, cmp.Or(f.firstRunning, t.id)
		}
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
