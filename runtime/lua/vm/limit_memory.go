package vm

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

const (
	// watchInterval is how often the heap is looked at; a look takes a few microseconds.
	watchInterval = 5 * time.Millisecond
	heapSamples   = 2
)

// heapBytes returns the bytes of all objects, including garbage not yet collected, and of
// goroutine stacks.
func heapBytes(samples []metrics.Sample) int64 {
	samples[0].Name = "/memory/classes/heap/objects:bytes"
	samples[1].Name = "/memory/classes/heap/stacks:bytes"
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() + samples[1].Value.Uint64())
}

// watchdog stops a run whose memory grows too much.
type watchdog struct {
	limit     int64
	baseline  int64
	samples   []metrics.Sample
	stop      func(error)
	collected time.Time     // when garbage was last collected for this run
	took      time.Duration // how long that took
}

// newWatchdog takes what the process holds now for what it held before the run. Garbage of runs
// before, as in a server, would hide as much of what the run takes, so much of it is collected first.
func newWatchdog(limit int64, stop func(error)) *watchdog {
	const share = 8 // of the limit, one part in so many may be garbage
	w := &watchdog{limit: limit, samples: make([]metrics.Sample, heapSamples), stop: stop}
	if w.baseline = heapBytes(w.samples); w.baseline-liveBytes() > limit/share {
		runtime.GC()
		w.baseline = heapBytes(w.samples)
	}
	return w
}

// liveBytes returns the bytes of the objects that the last collection of garbage has left.
func liveBytes() int64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64())
}

// watch checks the heap until the context ends. wait blocks until the watcher has ended.
func watch(ctx context.Context, limit int64, stop func(error)) (wait func()) {
	if limit >= unlimited {
		return func() {}
	}
	w := newWatchdog(limit, stop)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.loop(ctx)
	}()
	return func() { <-done }
}

func (w *watchdog) loop(ctx context.Context) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if w.exceeded() {
				w.stop(&Stop{Kind: Memory, Message: fmt.Sprintf("the script needs more than %s of memory (--max-memory)", byteSize(w.limit))})
				return
			}
		}
	}
}

// exceeded collects garbage to find the memory really in use, but not at every check. Twice the
// limit is always too much, because Go's own collector would have run by then.
func (w *watchdog) exceeded() bool {
	const share = 20 // of the time, one part in so many may go into collecting
	grown := w.grown()
	switch {
	case grown <= w.limit:
		return false
	case grown > 2*w.limit:
		return true
	case time.Since(w.collected) < share*w.took:
		return false
	}
	start := time.Now()
	runtime.GC()
	w.collected = time.Now()
	w.took = w.collected.Sub(start)
	return w.grown() > w.limit
}

// grown is how much more the process holds than at the start of the run, or than at its lowest
// since.
func (w *watchdog) grown() int64 {
	now := heapBytes(w.samples)
	w.baseline = min(w.baseline, now)
	return now - w.baseline
}
