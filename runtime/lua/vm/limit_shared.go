package vm

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// countWait is the longest wait for the runs to begin their counts, which they do at their
	// next jump back, call or return. A run that waits in a call of Go does not answer; its
	// last answer counts.
	countWait = time.Second
	// longestCount is the longest wait for a count that has begun. A count stops at the limit of
	// the run, so it takes this long only on a busy machine.
	longestCount = 20 * time.Second
	// countShare limits the time of collecting garbage for checks to 1/20 of all time: a check
	// pauses for 20 times the duration of the last collection.
	countShare = 20
	// longestPause is the longest pause between checks, for machines that collect slowly.
	longestPause = time.Second
)

// Neighbours are the runs that share a process. The size of the process does not show which run
// holds the memory. So if it has grown by more than the limit of one run, each run counts the size
// of its values, and only a run that is above its limit ends. If the process has grown by more than
// the limits of all runs together, the run that holds most ends. The zero value is ready to use,
// also by several runs at once.
type Neighbours struct {
	mutex    sync.Mutex
	runs     map[*watchdog]struct{}
	checked  time.Time     // when the runs were last checked
	took     time.Duration // how long the collection of garbage before that took
	baseline atomic.Int64  // size of the process when no run was under way
	stacks   stackPool
	programs programs
}

// join adds a run. If others are under way, it gets the baseline of the first one, which measured
// the process without any run.
func (n *Neighbours) join(w *watchdog) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if len(n.runs) == 0 {
		n.runs = map[*watchdog]struct{}{}
		n.baseline.Store(w.baseline)
	}
	w.baseline = n.baseline.Load()
	n.runs[w] = struct{}{}
}

func (n *Neighbours) leave(w *watchdog) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	delete(n.runs, w)
}

// check ends the runs that hold too much, if the process has grown by more than the limit of the
// run whose watchdog calls it.
func (n *Neighbours) check(w *watchdog) {
	if w.grownTogether() <= w.limit {
		return
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if time.Since(n.checked) < min(countShare*n.took, longestPause) {
		return
	}
	start := time.Now()
	runtime.GC()
	n.took = time.Since(start)
	if grown := w.grownTogether(); grown > w.limit {
		n.endTooLarge(grown)
	}
	n.checked = time.Now()
}

// endTooLarge asks all runs at once how much they hold, and ends each run above its limit. If
// no run is, but the process has grown by more than all limits together, it ends the run that
// holds most. If a single run is under way, all growth of the process is its own, so it ends
// without a count.
func (n *Neighbours) endTooLarge(grown int64) {
	if len(n.runs) == 1 {
		for w := range n.runs {
			w.stop(w.reason())
		}
		return
	}
	answers := make(map[*watchdog]chan int64, len(n.runs))
	for w := range n.runs {
		answers[w] = w.asked.ask(w.limit)
	}
	deadline := time.Now().Add(countWait)
	var allLimits int64
	var largest *watchdog
	ended := false
	for w, answer := range answers {
		if held, answered := w.asked.await(answer, deadline); answered {
			w.held = held
		}
		allLimits += w.limit
		if w.held > w.limit {
			w.stop(w.reason())
			ended = true
		}
		if largest == nil || w.held > largest.held {
			largest = w
		}
	}
	if !ended && grown > allLimits && largest != nil {
		largest.stop(largest.reason())
	}
}

// await waits for an answer until the deadline, or longestCount more if the count has begun.
func (q *inquiry) await(answer chan int64, deadline time.Time) (held int64, answered bool) {
	held, answered = receive(answer, time.Until(deadline))
	if answered || !q.taken() {
		return held, answered
	}
	return receive(answer, longestCount)
}

// receive waits for an answer. One that comes together with the end of the wait counts.
func receive(answer chan int64, wait time.Duration) (held int64, answered bool) {
	select {
	case held = <-answer:
		return held, true
	case <-time.After(wait):
	}
	select {
	case held = <-answer:
		return held, true
	default:
		return 0, false
	}
}

// taken returns true if the run has taken the question.
func (q *inquiry) taken() bool {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	return q.answer == nil
}

// grownTogether returns how much more the process holds than when none of the runs was under way.
func (w *watchdog) grownTogether() int64 {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.grown()
}

// An inquiry lets others ask a run to count its values. The run checks for a question where it
// checks for its end.
type inquiry struct {
	mutex  sync.Mutex
	wake   chan struct{} // is closed if there is something to do, or the run has ended
	over   bool
	limit  int64      // the count stops above it
	answer chan int64 // of the question that the run has not taken yet, or nil
}

func newInquiry(ctx context.Context) *inquiry {
	q := &inquiry{wake: make(chan struct{})}
	context.AfterFunc(ctx, q.end)
	return q
}

func (q *inquiry) end() {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if !q.over && q.answer == nil {
		close(q.wake)
	}
	q.over = true
}

// ask returns the channel of the answer, which is 0 for a run that has ended or been stopped. An
// earlier question is forgotten.
func (q *inquiry) ask(limit int64) chan int64 {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.over {
		none := make(chan int64)
		close(none)
		return none
	}
	if q.answer == nil {
		close(q.wake)
	}
	q.limit, q.answer = limit, make(chan int64, 1)
	return q.answer
}

// take returns the question, and the channel to look at from now on.
func (q *inquiry) take() (limit int64, answer chan int64, wake chan struct{}) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	limit, answer = q.limit, q.answer
	if answer != nil && !q.over {
		q.answer, q.wake = nil, make(chan struct{})
	}
	return limit, answer, q.wake
}

// wake returns the channel that the loop looks at: it is closed if the run has ended, or is asked.
func (c *runContext) wake() <-chan struct{} {
	if c.asked == nil {
		return c.done
	}
	c.asked.mutex.Lock()
	defer c.asked.mutex.Unlock()
	return c.asked.wake
}

// onWake is called if the channel of wake is closed. It stops the script if the run has ended;
// otherwise it answers the question. It returns the channel to look at from now on.
func (m *machine) onWake(f *callFrame, pc int) <-chan struct{} {
	if m.run.Err() != nil {
		m.stop(f, pc)
	}
	limit, answer, wake := m.run.asked.take()
	if answer != nil {
		answer <- m.run.vm.held(limit)
	}
	return wake
}
