package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

// A policy says how long to go on trying. The waits double up to the longest, each jittered by
// five per cent as the SDKs do; the total is bounded where they go on for ever, and the longest
// wait is shorter than theirs, because somebody watches a runbook.
type policy struct {
	lost     time.Duration // first wait after a lost connection
	conflict time.Duration // first wait after a conflict, which is over when the other one commits
	longest  time.Duration
	locked   time.Duration // longest wait for the lock of a file; the wait polls
	total    time.Duration
	again    func(error) bool // which errors are worth another try
}

func patient() policy {
	return policy{lost: 100 * time.Millisecond, conflict: 10 * time.Millisecond, longest: 5 * time.Second, locked: 100 * time.Millisecond, total: 2 * time.Minute, again: transient}
}

// brisk is for finding out whether a database can be reached at all.
func brisk() policy {
	p := patient()
	p.total, p.again = 10*time.Second, conflicting
	return p
}

func transient(err error) bool {
	return errors.Is(err, ErrConnection) || errors.Is(err, ErrConflict) || errors.Is(err, ErrStale)
}

func conflicting(err error) bool { return errors.Is(err, ErrConflict) || errors.Is(err, ErrStale) }

// first is the wait after the first try.
func (p policy) first(err error) time.Duration {
	if errors.Is(err, ErrConnection) {
		return p.lost
	}
	return p.conflict
}

// do calls try until it succeeds or fails for good, until the total time is over, or until closed
// is. Once an answer was lost, the error is a Failure with Retried set.
func (p policy) do(ctx context.Context, closed <-chan struct{}, logger *slog.Logger, try func(Attempt) error) error {
	deadline := time.Now().Add(p.total)
	wait, unsure := time.Duration(0), false
	for number := 0; ; number++ {
		err := try(Attempt{number, unsure})
		wait = min(max(2*wait, p.first(err)), p.most(err))
		if !p.again(err) || time.Now().Add(wait).After(deadline) {
			return afterAttempts(err, unsure)
		}
		unsure = unsure || Unsure(err)
		logger.Debug("trying again", "after", wait, "error", err)
		if ended := sleep(awaited(ctx, unsure), closed, jitter(wait)); ended != nil {
			return afterAttempts(&Failure{Meaning: ended, Err: fmt.Errorf("%w (%w)", ended, err)}, unsure)
		}
	}
}

// most is the longest wait after a failure.
func (p policy) most(err error) time.Duration {
	if p.locked > 0 && isLocked(err) {
		return min(p.locked, p.longest)
	}
	return p.longest
}

// awaited is the context whose end is the end of all tries: the call's, while it is certain that
// nothing has happened.
func awaited(ctx context.Context, unsure bool) context.Context {
	if unsure {
		return ctx
	}
	return callContext(ctx)
}

// afterAttempts returns the error of the last attempt. If the answer of an earlier one was lost, it
// returns a copy of the failure that says so. A guard, which refuses by itself, stays as it is.
func afterAttempts(err error, answerLost bool) error {
	var failure *Failure
	if !answerLost || !errors.As(err, &failure) {
		return err
	}
	retried := *failure
	retried.Retried, retried.Err = true, err
	return &retried
}

func jitter(wait time.Duration) time.Duration {
	return time.Duration(float64(wait) * (0.95 + 0.1*rand.Float64()))
}

// sleep waits. It returns the error of ctx, or ErrClosed, if one of them ended it early.
func sleep(ctx context.Context, closed <-chan struct{}, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return Ended(ctx)
	case <-closed:
		return ErrClosed
	}
}

// Ended is the error of a context that has ended. It answers errors.Is for the context's own
// error even where it was cancelled with another cause.
func Ended(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, ctx.Err()) {
		return cause
	}
	return &Failure{Meaning: ctx.Err(), Err: cause}
}
