package vm

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// countWait is how long a look waits for the counts of runs, which answer at their next jump back,
	// call or return. A run that waits in a call of Go does not answer; its last answer counts.
	countWait = time.Second
	// longestCount is how long a run may count: it ends above its limit, but a busy machine is slow.
	longestCount = 20 * time.Second
	// countShare is the share of the time that goes into collecting garbage for a look: one part in
	// so many. longestPause bounds the time between two looks on a slow machine.
	countShare   = 20
	longestPause = time.Second
)

// Neighbours are the runs that share a process. The size of the process does not show whose it is:
// if it has grown by more than the limit of one run, each run counts the size of its values, and
// only a run that is above its limit ends. If the process has grown by more than the limits of
// all runs together, the run that holds most ends. The zero value is ready to use, also by several
// runs at once.
type Neighbours struct {
	mutex    sync.Mutex
	runs     map[*watchdog]struct{}
	looked   time.Time     // when the runs were last asked
	took     time.Duration // how long that took
	baseline atomic.Int64  // size of the process when no run was under way
	stacks   stackPool
}

// join adds a run. The first one of several has measured the process.
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

// look ends the runs that hold too much, if the process has grown by more than the limit of the
// run that looks.
func (n *Neighbours) look(w *watchdog) {
	if w.grownTogether() <= w.limit {
		return
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if time.Since(n.looked) < min(countShare*n.took, longestPause) {
		return
	}
	start := time.Now()
	runtime.GC()
	n.took = time.Since(start)
	if grown := w.grownTogether(); grown > w.limit {
		n.judge(grown)
	}
	n.looked = time.Now()
}

// judge asks all runs at once how much they hold, and ends each run above its limit. If there is none,
// and all limits together are exceeded, it ends the run that holds most. If a single run is under
// way, all growth of the process is its own, so it ends without a count.
func (n *Neighbours) judge(grown int64) {
	if len(n.runs) == 1 {
		for w := range n.runs {
			w.stop(w.reason())
		}
		return
	}
	asked := make(map[*watchdog]chan int64, len(n.runs))
	for w := range n.runs {
		asked[w] = w.asked.ask(w.limit)
	}
	late := time.Now().Add(countWait)
	var together int64
	var most *watchdog
	ended := false
	for w, answer := range asked {
		if held, answered := w.asked.await(answer, late); answered {
			w.held = held
		}
		together += w.limit
		if w.held > w.limit {
			w.stop(w.reason())
			ended = true
		}
		if most == nil || w.held > most.held {
			most = w
		}
	}
	if !ended && grown > together && most != nil {
		most.stop(most.reason())
	}
}

// await waits for an answer until it is late, or longer if the run has begun to count.
func (q *inquiry) await(answer chan int64, late time.Time) (held int64, answered bool) {
	select {
	case held = <-answer:
		return held, true
	case <-time.After(time.Until(late)):
	}
	wait := time.Duration(0)
	if q.taken() {
		wait = longestCount
	}
	select {
	case held = <-answer:
		return held, true
	case <-time.After(wait):
	}
	select {
	case held = <-answer: // it came at the same moment
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

// An inquiry lets others ask a run to count its values. The run checks for a question where it checks
// for its end.
type inquiry struct {
	mutex  sync.Mutex
	wake   chan struct{} // is closed if there is something to do, or the run has ended
	over   bool
	most   int64 // the run stops counting above it
	answer chan int64
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
func (q *inquiry) ask(most int64) chan int64 {
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
	q.most, q.answer = most, make(chan int64, 1)
	return q.answer
}

// take returns the question, and the channel to look at from now on.
func (q *inquiry) take() (most int64, answer chan int64, wake chan struct{}) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	most, answer = q.most, q.answer
	if answer != nil && !q.over {
		q.answer, q.wake = nil, make(chan struct{})
	}
	return most, answer, q.wake
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

// halt ends the run if it is over. Else it answers the question, if there is one, and returns the channel
// to look at from now on.
func (m *machine) halt(f *callFrame, pc int) <-chan struct{} {
	if m.run.Err() != nil {
		m.stop(f, pc)
	}
	most, answer, wake := m.run.asked.take()
	if answer != nil {
		answer <- m.run.vm.held(most)
	}
	return wake
}
