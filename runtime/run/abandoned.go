package run

import (
	"fmt"
	"sync/atomic"

	"github.com/dbos-script/dbos-script/stdlib"
)

// maxAbandoned is how many runs that were given up may go on in a server. Each holds a thread.
const maxAbandoned = 8

var errManyAbandoned = fmt.Errorf("%d runs that were given up still go on in calls that do not return: nothing more is run until one ends, or the server is started anew", maxAbandoned)

// Abandoned counts the runs that were given up and go on in calls that do not return. The zero
// value has none; it is safe for concurrent use.
type Abandoned struct {
	count atomic.Int64
	calls stdlib.AbandonedCalls
}

// Count returns how many runs go on.
func (a *Abandoned) Count() int64 { return a.count.Load() }

// abandonedCalls counts single calls that ended runs could not stop. It is nil if a is.
func (a *Abandoned) abandonedCalls() *stdlib.AbandonedCalls {
	if a == nil {
		return nil
	}
	return &a.calls
}

// tooMany returns true if no further run may start.
func (a *Abandoned) tooMany() bool { return a != nil && a.count.Load() >= maxAbandoned }

// add counts a run until it ends.
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
