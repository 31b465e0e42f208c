package schedule

import (
	"context"
	"time"
)

// A Tick is one time at which a script is to run. Servers that share the scripts of a folder
// compute the same ticks.
type Tick struct {
	Script  string
	At      time.Time
	Attempt int    // number of runs for this tick that have failed
	By      string // who asked for the run; empty for a tick of the schedule
	ID      string // the id of a run that an application has asked for; empty for other runs
}

// A Source is where the server reads its scripts, such as a folder.
type Source interface {
	// Versions returns the version of each existing script by the script's name: a text that
	// differs once the script has changed.
	Versions() (map[string]string, error)
	// Load reads a script, and returns nil without an error if it declares no schedule. It must
	// return soon after the context has ended.
	Load(ctx context.Context, name string) (*Script, error)
}

// A Script is one version of a script with a schedule.
type Script struct {
	Plan Plan
	// Run runs the script for a tick. It must return soon after the context has ended; the cause
	// of the context is the reason.
	Run func(context.Context, Tick) error
	// Failed calls the function on_failure of the script, and must return as soon as Run. It is nil
	// if the script declares no such function.
	Failed func(context.Context, Failure) error
}

// A Failure is a run that has failed and is not tried again.
type Failure struct {
	Tick     Tick
	Attempts int    // number of runs for the tick that have failed
	Outcome  string // the word of Config.Outcome for the last run
	Err      error  // the error of the last run
}

// A Reporter receives the events of a server. The server calls it from one goroutine, but a Sharer
// may report on its runs from others. A name is that of a script.
type Reporter interface {
	Taken(name string, plan Plan, next time.Time)  // the script is served from now on, in a first or new version
	Gone(name string)                              // the script is served no longer, or a broken one is gone
	Broken(name string, err error)                 // a version has a mistake, reported once; an older one is still served
	Looked()                                       // each change that was found in the source has been reported
	Lost(err error)                                // the source or the Sharer does not answer
	Missed(name string, count int, from time.Time) // count ticks since from get no runs of their own
	Owed(name string, count int, from time.Time)   // count ticks since from were missed, and each of them gets a run
	SetBack(name string, by time.Duration)         // the clock was set back, and the schedule follows it
	Skipped(tick Tick, running time.Time)          // the tick gets no run, because another one goes on since running
	Waiting(tick Tick)                             // the tick gets its run when the one in progress has ended
	Started(tick Tick)
	Ended(tick Tick, took time.Duration, err error)
	Retrying(tick Tick, wait time.Duration)  // the run has failed; another one starts after the wait
	Handled(tick Tick, err error)            // on_failure has ended, with an error or nil
	Ending(running int, grace time.Duration) // no run starts any more; so many may go on for the grace
}

// Stopped is the error of a run that was ended from outside.
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
