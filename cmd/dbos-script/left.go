package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
)

// mostLeft is how many runs that were given up may go on in a server. Each holds a thread.
const mostLeft = 8

var errManyLeft = fmt.Errorf("%d runs that were given up still go on in calls that do not return: nothing more is run until one ends, or the server is started anew", mostLeft)

// leftRuns counts the runs that were given up and go on. nil counts none.
type leftRuns struct {
	count  atomic.Int64
	asides stdlib.Asides
}

// calls counts the calls that ended runs have left behind.
func (l *leftRuns) calls() *stdlib.Asides {
	if l == nil {
		return nil
	}
	return &l.asides
}

func (l *leftRuns) full() bool { return l != nil && l.count.Load() >= mostLeft }

// add counts a run until it ends.
func (l *leftRuns) add(ended <-chan error) {
	if l == nil {
		return
	}
	l.count.Add(1)
	go func() {
		<-ended
		l.count.Add(-1)
	}()
}

// givenUp is the end of a run whose call does not return.
type givenUp struct{ *vm.Stop }

func (e givenUp) Error() string {
	return e.Stop.Message + "; a call that it made does not return, so the run was given up"
}

// Unwrap returns why the run was stopped.
func (e givenUp) Unwrap() error { return e.Stop }

// giveUp ends a run whose call does not return: the audit log gets its last line and a person the summary, and nothing
// that the call may still use is closed.
func (h *host) giveUp(stop *vm.Stop) error {
	const patience = time.Second
	err := givenUp{stop}
	done := make(chan error, 1)
	go func() {
		var logged error
		if h.log != nil {
			logged = h.log.Close(runOutcome(err), exitCodeOf(err))
		}
		done <- errors.Join(logged, h.conclude(err)) // which a change under way holds up
	}()
	select {
	case failed := <-done:
		return errors.Join(err, failed)
	case <-time.After(patience):
		return err
	}
}
