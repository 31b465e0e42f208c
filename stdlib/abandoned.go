package stdlib

import (
	"context"
	"fmt"
	"sync/atomic"
)

// AbandonedCalls counts the calls of a process that go on although their run has ended, because
// nothing can interrupt them: each goes on until it has its result. The zero value counts none yet.
type AbandonedCalls struct{ count atomic.Int64 }

// Count returns the number of calls that still go on; 0 for nil.
func (a *AbandonedCalls) Count() int64 {
	if a == nil {
		return 0
	}
	return a.count.Load()
}

func (a *AbandonedCalls) add(n int64) {
	if a != nil {
		a.count.Add(n)
	}
}

// maxAbandonedCalls is the number of abandoned calls from which on no further call may begin. Each
// keeps a thread busy.
const maxAbandonedCalls = 8

var errManyAbandoned = fmt.Errorf("%d calls of earlier runs, which could not be stopped, still go on", maxAbandonedCalls)

// The states of a call beside its run.
const (
	callRuns int32 = iota
	callEnded
	callAbandoned
)

type callResult[R any] struct {
	value R
	err   error
}

// abandonable does work that cannot be interrupted, such as a search in a long text, on a goroutine
// of its own. The work must not use the state of the run. If the run ends first, abandonable
// returns the reason, and the work goes on alone. calls counts it then; nil counts nothing.
func abandonable[R any](ctx context.Context, calls *AbandonedCalls, work func() (R, error)) (R, error) {
	var none R
	if calls.Count() >= maxAbandonedCalls {
		return none, errManyAbandoned
	}
	var state atomic.Int32
	results := make(chan callResult[R], 1)
	go func() {
		value, err := work()
		if !state.CompareAndSwap(callRuns, callEnded) {
			calls.add(-1)
		}
		results <- callResult[R]{value, err}
	}()
	select {
	case result := <-results:
		return result.value, result.err
	case <-ctx.Done():
		if state.CompareAndSwap(callRuns, callAbandoned) {
			calls.add(1)
		}
		return none, context.Cause(ctx)
	}
}
