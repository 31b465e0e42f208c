package client

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The rows of an insert are in order, none before the call or after it, and a millisecond has about
// a thousand of them if the call took long enough.
func TestTheTimesOfManyRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count, started := rapid.IntRange(1, 50_000).Draw(t, "count"), rapid.Int64Range(0, 1<<41).Draw(t, "started")
		now := started + rapid.Int64Range(-5, 200).Draw(t, "took")
		times := spread(count, started, now)
		if len(times) != count || !slices.IsSorted(times) || times[count-1] != now || times[0] < min(started, now) {
			t.Fatalf("%d times from %d to %d", len(times), times[0], times[len(times)-1])
		}
		most, run := 0, 0
		for i := range times {
			if run++; i > 0 && times[i] != times[i-1] {
				run = 1
			}
			most = max(most, run)
		}
		if steps := int64(count / rowsPerMilli); now-started >= steps && most > 2*rowsPerMilli {
			t.Fatalf("%d of %d rows have one time, in %d ms", most, count, now-started)
		}
	})
}
