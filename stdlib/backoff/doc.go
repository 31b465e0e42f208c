// Package backoff says how long to wait between tries.
package backoff

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// A Plan makes each wait twice as long as the one before.
type Plan struct {
	First  time.Duration // before the second try
	Most   time.Duration // no wait is longer; no bound when zero
	Jitter float64       // how much of a wait is left to chance, from 0 to 1
}

// Delay is the wait after a number of failed tries, the first being 1. chance is from 0 to 1.
func (p Plan) Delay(failed int, chance float64) time.Duration {
	if p.First <= 0 {
		return 0
	}
	wait := min(float64(p.First)*math.Pow(2, float64(failed-1)), float64(longest))
	if p.Most > 0 {
		wait = min(wait, float64(p.Most))
	}
	return time.Duration(wait * (1 - p.Jitter*chance))
}

// longest bounds a wait before chance shortens it: past a thousand doublings it would be
// infinite, and no share of that is a wait.
const longest = time.Duration(math.MaxInt64 / 2)

// After is Delay with a chance of its own.
func (p Plan) After(failed int) time.Duration { return p.Delay(failed, rand.Float64()) }

// Wait returns after a time, or with the cause that ended the context.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
