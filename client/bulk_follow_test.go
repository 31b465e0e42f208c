package client

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A page whose answer was lost comes twice, and is followed once.
func TestAPageIsFollowedOnce(t *testing.T) {
	t.Parallel()
	f := &bulkFollow{canary: 3}
	pages := [][]ChangeResult{{{ID: "a", Outcome: OutcomeChanged}, {ID: "b", Outcome: OutcomeDrifted}}, {{ID: "c", Outcome: OutcomeChanged}}, {{ID: "d", Outcome: OutcomeChanged}, {ID: "e", Outcome: OutcomeChanged}}}
	number := int64(0)
	for _, page := range pages {
		f.add(number, page, time.Time{})
		f.add(number, page, time.Time{})
		number += int64(len(page))
	}
	followed := column(f.open, func(o touched) string { return fmt.Sprintf("%s %v", o.id, o.canary) })
	if got := strings.Join(followed, ", "); got != "a true, c true, d true, e false" || f.still != 3 || f.missing() != 0 {
		t.Errorf("it follows %s, with %d of the canary", got, f.still)
	}
}

// A page from which one workflow is taken at a time is not written as a whole each time.
func TestAPageIsDividedAFewTimes(t *testing.T) {
	t.Parallel()
	whole := &bulkPage{ids: make([]string, MaxBulkBatch), states: make([]string, MaxBulkBatch), updates: make([]int64, MaxBulkBatch)}
	written, next := 0, int64(0)
	for pages := []*bulkPage{whole}; len(pages) > 0; {
		head := pages[0].head(1)
		if head.number != next || len(head.ids) != 1 {
			t.Fatalf("after %d workflows there is a page of %d at %d", next, len(head.ids), head.number)
		}
		for _, page := range head.rest {
			written += len(page.ids)
		}
		next++
		pages = append(head.rest, pages[1:]...)
	}
	if next != MaxBulkBatch || written > 15*MaxBulkBatch {
		t.Errorf("%d workflows were written %d times", next, written)
	}
}
