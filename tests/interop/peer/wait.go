package peer

import (
	"testing"
	"time"
)

// lookInterval is the time between two looks at a condition.
const lookInterval = 25 * time.Millisecond

// Until looks until the condition holds, and fails the test with the words when it does not
// within the time.
func Until(t testing.TB, within time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("%s: not within %s", what, within)
		}
	}
}
