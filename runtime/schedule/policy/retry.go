package policy

import "time"

// A Retry says how often a failed run is tried again, and how long to wait before.
type Retry struct {
	Count   int
	Backoff time.Duration // before the first retry; each wait is twice as long as the one before
}

// longestWait bounds the waits that grow; a longer Backoff stays as it is.
const longestWait = time.Hour

// After returns how long to wait after a run that has failed so many times, and true if it is tried
// again.
func (r Retry) After(failed int) (time.Duration, bool) {
	if failed < 1 || failed > r.Count {
		return 0, false
	}
	wait := r.Backoff
	for i := 1; i < failed && wait < longestWait; i++ {
		wait = min(2*wait, longestWait)
	}
	return wait, true
}
