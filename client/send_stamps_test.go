package client

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// The clock may stand still, but it does not go back.
func TestStampsOfADestinationIncrease(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s stamps
		last := map[string]int64{}
		now := int64(1000)
		for range 20 {
			now += rapid.Int64Range(0, 3).Draw(t, "passed")
			destinations := rapid.SliceOfN(rapid.StringMatching("[abc]"), 1, 5).Draw(t, "destinations")
			for i, stamp := range s.take(now, destinations) {
				if stamp < now || stamp <= last[destinations[i]] {
					t.Fatalf("%s got %d at %d, after %d", destinations[i], stamp, now, last[destinations[i]])
				}
				last[destinations[i]] = stamp
			}
		}
	})
}

func TestStampsOfThePastAreForgotten(t *testing.T) {
	t.Parallel()
	var s stamps
	for now := range int64(100) {
		destinations := make([]string, 500)
		for i := range destinations {
			destinations[i] = fmt.Sprint(now, "-", i)
		}
		s.take(now, destinations)
		if len(s.last) > minStamps+len(destinations) {
			t.Fatalf("%d destinations are remembered", len(s.last))
		}
	}
}
