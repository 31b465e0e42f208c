package run

import (
	"fmt"
	"sync/atomic"

	"github.com/dbos-script/dbos-script/stdlib"
)

// maxAbandoned is the number of runs given up that may still go on in a process. Each of them holds
// a goroutine until its call returns.
const maxAbandoned = 8

var errManyAbandoned = fmt.Errorf("%d runs that were given up still go on in calls that do not return: no further run starts until one of them ends, or the process is started again", maxAbandoned)

// Abandoned counts the runs that a process has given up, but that still go on because a call in
// them does not return: Go cannot stop a goroutine. The zero value has none; it is safe for
// concurrent use. A nil Abandoned counts nothing.
type Abandoned struct {
	count atomic.Int64
	calls stdlib.AbandonedCalls
}

// Count returns the number of these runs, 0 for nil.
func (a *Abandoned) Count() int64 {
	if a == nil {
		return 0
	}
	return a.count.Load()
}

// abandonedCalls returns the counter of single calls that go on although their run has ended; nil
// if a is nil.
func (a *Abandoned) abandonedCalls() *stdlib.AbandonedCalls {
	if a == nil {
		return nil
	}
	return &a.calls
}

// tooMany returns true if no further run may start, because maxAbandoned still go on.
func (a *Abandoned) tooMany() bool { return a != nil && a.count.Load() >= maxAbandoned }

// add counts a run until its end is sent on ended.
func (a *Abandoned) add(ended <-chan error) {
	if a == nil {
		return
	}
	a.count.Add(1)
	go func() {
		<-ended
		a.count.Add(-1)
	}()
}
