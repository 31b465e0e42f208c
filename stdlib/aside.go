package stdlib

import (
	"context"
	"fmt"
	"sync/atomic"
)

// Asides counts the calls that runs of a process have left behind, because nothing can stop them:
// each goes on until it has its result. nil counts none.
type Asides struct{ left atomic.Int64 }

// Left counts the calls that still go on.
func (a *Asides) Left() int64 { return a.left.Load() }

// maxAsides is how many calls that were left behind may go on. Each holds a thread.
const maxAsides = 8

var errManyAsides = fmt.Errorf("%d calls of earlier runs, which could not be stopped, still go on", maxAsides)

// The states of a call beside its run.
const (
	asideRuns int32 = iota
	asideEnded
	asideLeft
)

type asideResult[R any] struct {
	value R
	err   error
}

// aside does work that cannot be interrupted, and touches nothing of the run. If the run ends
// before, it returns why, and leaves the work to itself.
func aside[R any](ctx context.Context, asides *Asides, work func() (R, error)) (R, error) {
	var none R
	if asides != nil && asides.left.Load() >= maxAsides {
		return none, errManyAsides
	}
	var state atomic.Int32
	results := make(chan asideResult[R], 1)
	go func() {
		value, err := work()
		if !state.CompareAndSwap(asideRuns, asideEnded) {
			asides.leave(-1)
		}
		results <- asideResult[R]{value, err}
	}()
	select {
	case result := <-results:
		return result.value, result.err
	case <-ctx.Done():
		if state.CompareAndSwap(asideRuns, asideLeft) {
			asides.leave(1)
		}
		return none, context.Cause(ctx)
	}
}

func (a *Asides) leave(n int64) {
	if a != nil {
		a.left.Add(n)
	}
}
