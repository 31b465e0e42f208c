package client

import (
	"testing"

	"pgregory.net/rapid"
)

// However many rows come, and whatever the limit, a list has them all, in their order, and keeps
// little unused memory.
func TestAListHasAllRowsInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.OneOf(rapid.IntRange(0, 5*chunkRows), rapid.SampledFrom([]int{0, 1, chunkRows - 1, chunkRows, chunkRows + 1,
			2*chunkRows - 1, 2 * chunkRows, 2*chunkRows + 1})).Draw(t, "rows")
		limits := []int{0}
		for _, limit := range []int{count, 2 * chunkRows, 3 * count, maxPrealloc, maxPrealloc + 1} {
			if limit >= count {
				limits = append(limits, limit)
			}
		}
		limit := rapid.SampledFrom(limits).Draw(t, "limit")
		var list statusList
		for i := range count {
			list.next(limit).Attempts = i
		}
		all := list.all()
		if len(all) != count || all == nil || cap(all) > 2*max(count, chunkRows) {
			t.Fatalf("%d rows in memory for %d", len(all), cap(all))
		}
		for i, status := range all {
			if status.Attempts != i {
				t.Fatalf("row %d is at %d", status.Attempts, i)
			}
		}
	})
}
