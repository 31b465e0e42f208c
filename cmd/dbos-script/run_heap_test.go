package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// The tests of this file are not parallel: the bound is the process's.

func TestABoundOfTheHeapRisesWithItsValues(t *testing.T) {
	const frugal = 1 << 20
	t.Setenv("GOMEMLIMIT", "")
	before := debug.SetMemoryLimit(-1)
	undo := boundHeap(-1, frugal)
	if got := debug.SetMemoryLimit(-1); got != frugal {
		t.Errorf("the bound is %d", got)
	}
	kept := make([]byte, 8*frugal)
	for deadline := time.Now().Add(patience); debug.SetMemoryLimit(-1) < int64(len(kept)); {
		if runtime.GC(); time.Now().After(deadline) { // the bound rises a while after it
			t.Fatalf("the bound stays at %d", debug.SetMemoryLimit(-1))
		}
	}
	runtime.KeepAlive(kept)
	undo()
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("the bound is %d after the run", got)
	}
}

func TestABoundOfTheHeapStaysBelowTheLimitOfTheRun(t *testing.T) {
	const limit, frugal = 8 << 20, 1 << 30
	t.Setenv("GOMEMLIMIT", "")
	defer boundHeap(limit, frugal)()
	if got := debug.SetMemoryLimit(-1); got < limit || got >= frugal {
		t.Errorf("the bound is %d", got)
	}
}

func TestABoundOfTheUserStays(t *testing.T) {
	for _, set := range []struct {
		variable string
		limit    int64
	}{{"off", math.MaxInt64}, {"1GiB", 1 << 30}} {
		t.Setenv("GOMEMLIMIT", set.variable)
		before := debug.SetMemoryLimit(set.limit) // as Go does at the start
		undo := boundHeap(1<<20, 1<<20)
		if got := debug.SetMemoryLimit(before); got != set.limit {
			t.Errorf("the bound is %d, not %s", got, set.variable)
		}
		undo()
	}
}
