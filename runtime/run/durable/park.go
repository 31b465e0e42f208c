package durable

import (
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// parkAfter is how long a script may wait in memory. If it waits for longer, it ends, and begins
// again from its recorded steps when the wait is over.
const parkAfter = time.Minute

// A parking ends a life whose script waits for long.
type parking struct {
	end  context.CancelCauseFunc // of the script
	wait *journal.Wait
}

// A Parked is the cause of the end of a life whose run leaves memory, because it waits.
type Parked struct{ journal.Wait }

// Error says until when the run waits.
func (p *Parked) Error() string {
	text := "the run waits until " + p.Until.UTC().Format(time.RFC3339)
	if p.Message {
		text += fmt.Sprintf(", or for a message on the topic %q", p.Topic)
	}
	return text
}

// park is the function of a journal.
func (p *parking) park(w journal.Wait) error {
	cause := &Parked{w}
	p.wait = &w
	p.end(cause)
	return cause
}

// Waits returns the wait because of which the run leaves memory, or nil if it does not.
func (l *Life) Waits() *Parked {
	if l.parking == nil || l.parking.wait == nil {
		return nil
	}
	return &Parked{*l.parking.wait}
}

// Stay lets the script wait in memory, however long.
func (l *Life) Stay() { l.parking = nil }

// pause hands the wait to the executor.
func (l *Life) pause() error {
	w := l.parking.wait
	if w.Message {
		return l.run.PauseForMessage(w.Topic, w.Until)
	}
	return l.run.Pause(w.Until)
}
