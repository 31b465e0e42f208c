package poll

import "time"

const (
	// shortestPause is short enough that a result is seen 5 ms late on average, plus one query.
	shortestPause = 10 * time.Millisecond
	// waitedShare makes a pause at most 1/25 of the time waited so far. The end of the wait is seen
	// at most one pause late, so that is also the limit of the delay.
	waitedShare = 25
	// readFactor makes a pause at least twice as long as the read before it.
	readFactor = 2
)

// A backoff computes the pauses of a wait: short at first and after each Some, then growing. The
// time waited is the sum of the pauses and of the durations of the reads, so tests need no clock.
type backoff struct {
	longest time.Duration
	waited  time.Duration
}

// next returns the pause after a read that took so long.
func (b *backoff) next(found Result, took time.Duration) time.Duration {
	if found != None {
		b.waited = 0
	}
	if found == More {
		return 0
	}
	pause := min(max(shortestPause, b.waited/waitedShare, readFactor*took), b.longest)
	b.waited += pause + took
	return pause
}
