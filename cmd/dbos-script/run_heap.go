package main

import (
	"cmp"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// boundHeap has garbage collected before the heap of the process grows by more than the limit of
// its run, because by itself Go lets it double. frugal is the bound, in bytes, with which a command
// begins that keeps few of the rows that it reads; if it is 0, the bound is the limit. The bound
// rises with the values that stay alive.
// The function that it returns undoes that. If the environment has set a bound (GOMEMLIMIT),
// boundHeap does nothing.
func boundHeap(limit, frugal int64) (undo func()) {
	const spare = 24 << 20 // of the command itself
	before := debug.SetMemoryLimit(-1)
	if before != math.MaxInt64 || os.Getenv("GOMEMLIMIT") != "" || limit < 0 && frugal == 0 {
		return func() {}
	}
	b := &heapBound{most: math.MaxInt64}
	if limit >= 0 {
		b.most = cmp.Or(limit, vm.DefaultMemory) + spare
	}
	b.now = min(b.most, cmp.Or(frugal, b.most))
	debug.SetMemoryLimit(b.now)
	b.easeLater()
	return func() {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.most = 0
		debug.SetMemoryLimit(before)
	}
}

// A heapBound is a bound of the memory that rises with the values that a run keeps, because Go
// collects all the time if they come close to it.
type heapBound struct {
	mutex     sync.Mutex
	now, most int64
}

// easeLater calls ease after the next collection of garbage, if the bound may still rise.
func (b *heapBound) easeLater() {
	const tiny = 16 // bytes up to which Go joins values, and collects none alone
	if b.now < b.most {
		runtime.AddCleanup(new([2 * tiny]byte), (*heapBound).ease, b)
	}
}

// ease doubles the bound if two thirds of it are values that a run keeps.
func (b *heapBound) ease() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	if metrics.Read(live); b.now < b.most && int64(live[0].Value.Uint64()) > b.now/3*2 {
		b.now = min(2*b.now, b.most)
		debug.SetMemoryLimit(b.now)
	}
	b.easeLater()
}
