package schedule

import (
	"context"
	"time"
)

// A Tick is one time at which a script is to run. Servers that share a folder's scripts make the
// same ticks.
type Tick struct {
	Script  string
	At      time.Time
	Attempt int    // how many runs for it have failed
	By      string // who asked for the run; empty for a tick of the schedule
	ID      string // of a run that an application has asked for; empty for any other
}

// A Source is where scripts come from.
type Source interface {
	// Versions returns a version of each existing script, by name. It differs if the script has
	// changed.
	Versions() (map[string]string, error)
	// Load reads a script; nil for one that declares no schedule. It returns soon after the
	// context ends.
	Load(ctx context.Context, name string) (*Script, error)
}

// A Script is one version of a script with a schedule.
type Script struct {
	Plan Plan
	// Run runs it. It must return soon after its context ended, whose cause says why.
	Run func(context.Context, Tick) error
	// Failed calls the function on_failure, under the same condition. It is nil if the script
	// declares none.
	Failed func(context.Context, Failure) error
}

// A Failure is a run that has failed and is not tried again.
type Failure struct {
	Tick     Tick
	Attempts int    // how many runs for the tick have failed
	Outcome  string // of the last one, by Config.Outcome
	Err      error  // of the last one
}

// A Reporter receives the events of a server. It is called from one goroutine, except that a Sharer
// may report on its runs from others.
type Reporter interface {
	Taken(name string, plan Plan, next time.Time)  // a script is served, for the first time or in a new version
	Gone(name string)                              // it is not any more, or its mistake is gone with its file
	Broken(name string, err error)                 // a version is not served, told once; an older one stays
	Looked()                                       // all changes there are have been told
	Lost(err error)                                // the source or the claimer does not answer
	Missed(name string, count int, from time.Time) // so many ticks passed without a run of their own
	Owed(name string, count int, from time.Time)   // so many ticks were missed, and each of them runs
	SetBack(name string, by time.Duration)         // the clock was set back, and the schedule goes on by it
	Skipped(tick Tick, running time.Time)          // since when another run goes on
	Waiting(tick Tick)
	Started(tick Tick)
	Ended(tick Tick, took time.Duration, err error)
	Retrying(tick Tick, wait time.Duration)  // the run has failed, and is tried again after the wait
	Handled(tick Tick, err error)            // on_failure has ended
	Ending(running int, grace time.Duration) // the server starts nothing more, and waits for so many runs
}

// Stopped is why a run was ended from outside.
type Stopped struct {
	message, code string
}

// Overdue returns the error of a run that has reached its limit of time.
func Overdue(limit time.Duration) *Stopped {
	return &Stopped{"the scheduled run took longer than " + limit.String(), "Timeout"}
}

// Ended returns the error of a run that its server has ended, for the reason in the message.
func Ended(message string) *Stopped { return &Stopped{message, "Interrupted"} }

// Parked returns the error of a run that has left memory, because it waits, and goes on later.
func Parked(message string) *Stopped { return &Stopped{message, "Waiting"} }

func (e *Stopped) Error() string { return e.message }

// ErrorCode returns Timeout for a run that took too long, Waiting for one that has left memory, and
// Interrupted at the end of the server.
func (e *Stopped) ErrorCode() string { return e.code }
