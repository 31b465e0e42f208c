package vm

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"
)

const (
	// watchInterval is the time between two readings of the heap, which take a few microseconds.
	watchInterval = 5 * time.Millisecond
	// heapSamples is the number of samples that heapBytes reads.
	heapSamples = 4
)

// A watchdog stops a run whose memory grows too much. It reads the size of the heap at intervals,
// and is asked before a large text is made.
type watchdog struct {
	limit int64
	stop  func(error)
	hint  string

	others *Neighbours // nil if the run is alone in the process
	asked  *inquiry    // asks the run how much it holds; nil if it is alone
	held   int64       // the last answer to that

	mutex     sync.Mutex
	baseline  int64 // what the process held without the run
	samples   []metrics.Sample
	collected time.Time     // when garbage was last collected for this run
	took      time.Duration // how long that took
}

// newWatchdog takes the present size of the process as its baseline. Garbage of earlier runs, in a
// server, would count as part of the baseline and then hide as much memory of this run. So if there
// is much garbage, it is collected first.
func newWatchdog(limit int64, stop func(error)) *watchdog {
	const share = 8 // up to this part of the limit may be garbage: an eighth
	w := &watchdog{limit: limit, samples: make([]metrics.Sample, heapSamples), stop: stop}
	if w.baseline = heapBytes(w.samples); w.baseline-liveBytes() > limit/share {
		runtime.GC()
		w.baseline = heapBytes(w.samples)
	}
	w.baseline += outsideHeap(w.samples)
	return w
}

// watch starts a watchdog, which ends with the context; wait blocks until it has ended. w is nil if
// there is no limit.
func (v *VM) watch(ctx context.Context, stop func(error)) (w *watchdog, wait func()) {
	if v.config.Limits.Memory >= unlimited {
		return nil, func() {}
	}
	w = newWatchdog(v.config.Limits.Memory, stop)
	w.hint, w.asked = v.config.MemoryHint, v.asked
	leave := func() {}
	if w.others = v.config.Neighbours; w.others != nil {
		w.others.join(w)
		leave = func() { w.others.leave(w) }
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.loop(ctx)
	}()
	return w, func() { <-done; leave() }
}

func (w *watchdog) loop(ctx context.Context) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if w.others != nil {
				w.others.check(w)
			} else if w.exceeded() {
				w.stop(w.reason())
				return
			}
		}
	}
}

func (w *watchdog) reason() *Stop {
	return &Stop{Kind: Memory, Hint: w.hint, Message: fmt.Sprintf("the script needs more than %s of memory (--max-memory)", byteSize(w.limit))}
}

// exceeded collects garbage to find the memory really in use, but not at every check. Twice the
// limit is always too much, because Go's own collector would have run by then.
func (w *watchdog) exceeded() bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	grown := w.grown()
	switch {
	case grown <= w.limit:
		return false
	case grown > 2*w.limit, liveBytes()-w.baseline > w.limit:
		return true
	case w.collectedLately():
		return false
	}
	w.collect()
	return w.grown() > w.limit
}

func (w *watchdog) collectedLately() bool {
	const share = 20 // up to this part of the time may go into collecting: a twentieth
	return time.Since(w.collected) < share*w.took
}

func (w *watchdog) collect() {
	start := time.Now()
	runtime.GC()
	w.collected = time.Now()
	w.took = w.collected.Sub(start)
}

// fits returns true if so many more bytes are within the limit. It collects garbage to find out,
// but not before each of many small texts, because the next reading will see these.
func (w *watchdog) fits(size int64) bool {
	const small = 8 // a text below this part of the limit is small: an eighth
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.grown()+size <= w.limit || size < w.limit/small && w.collectedLately() {
		return true
	}
	w.collect()
	return w.grown()+size <= w.limit
}

// largeText is the number of bytes from which on a text is checked before it is made.
const largeText = 1 << 20

// Reserve stops the run, and returns the reason, if it may not take so many bytes more. It allows
// every size below largeText, because the watchdog sees these soon enough.
func (v *VM) Reserve(size int64) error {
	w := v.watchdog.Load()
	if size < largeText || w == nil || w.fits(size) || w.others != nil && v.held(w.limit)+size <= w.limit {
		return nil
	}
	reason := w.reason()
	w.stop(reason)
	return reason
}

// reserve calls Reserve for a function of the library, and does not return if the run is stopped.
func reserve(L *lua.LState, size int) {
	if size >= largeText && vmOf(L).Reserve(int64(size)) != nil {
		poll(L)
	}
}

// extend appends to a text. It reserves the memory of the text and of its grown copy.
func extend(L *lua.LState, text *strings.Builder, more string) {
	size := text.Len() + len(more)
	checkStringSize(L, size)
	if size > text.Cap() && size >= largeText {
		room := max(size, min(2*text.Cap(), int(vmOf(L).config.Limits.StringSize)))
		reserve(L, room)
		text.Grow(room - text.Len())
	}
	text.WriteString(more)
}

// grown returns how much more the process holds than at the start of the run, or, if it has held
// less since then, than at its lowest size.
func (w *watchdog) grown() int64 {
	now := heapBytes(w.samples) + outsideHeap(w.samples)
	w.baseline = min(w.baseline, now)
	return now - w.baseline
}

// heapBytes returns the bytes of all objects, including garbage not yet collected, and of
// goroutine stacks.
func heapBytes(samples []metrics.Sample) int64 {
	samples[0].Name = "/memory/classes/heap/objects:bytes"
	samples[1].Name = "/memory/classes/heap/stacks:bytes"
	samples[2].Name = "/memory/classes/total:bytes"
	samples[3].Name = "/memory/classes/heap/released:bytes"
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() + samples[1].Value.Uint64())
}

// outsideHeap returns about how many bytes the process has that Go did not allocate, such as the
// memory of SQLite. samples were read by heapBytes. It returns 0 if the system does not show the
// size of a process.
func outsideHeap(samples []metrics.Sample) int64 {
	mapped := int64(samples[2].Value.Uint64()) - int64(samples[3].Value.Uint64())
	return max(0, residentBytes()-mapped)
}

// liveBytes returns the bytes of the objects that the last collection of garbage left.
func liveBytes() int64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64())
}
