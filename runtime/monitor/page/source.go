package page

import (
	"context"
	"time"
)

// A Source has the facts that a page shows. Its methods are called by several goroutines.
type Source interface {
	// Schedules returns the scheduled scripts, and the scripts with a mistake, by name. The runs of
	// each are the last ones, newest first.
	Schedules() []Schedule
	// Run returns a run, or false if it is not kept.
	Run(id string) (Detail, bool)
}

// Actions carry out the questions that a person has answered with yes. The error is shown.
type Actions interface {
	// RunNow starts a run of a script beside its schedule, and returns its id.
	RunNow(ctx context.Context, script string) (run string, err error)
	// Pause holds the ticks of a script, or lets them come again.
	Pause(ctx context.Context, script string, paused bool) error
}

// A Schedule is one script.
type Schedule struct {
	Script  string
	Cron    string // empty if no version of the script could be read
	Zone    *time.Location
	Next    time.Time // the next tick; zero if there is none
	Overlap string
	Timeout time.Duration // 0 is no limit
	Mistake string        // why its newest version is not served; empty if it is
	Paused  bool
	Runs    []Run
}

// The outcome of a run that goes on. The other outcomes are words of the Source; Success is good.
const (
	Running = "running"
	Success = "success"
)

// A Run is one run of a script.
type Run struct {
	ID      string
	Script  string
	Tick    time.Time // the time in the schedule; the time of the question if somebody asked for it
	By      string    // who asked for it; empty if its schedule did
	Attempt int       // how many runs for the tick have failed before
	Began   time.Time
	Took    time.Duration // so far, if it goes on
	Outcome string
}

// A Detail is a run with all that is kept of it.
type Detail struct {
	Run
	Error   string   // with its source and hint; empty if there is none
	Changes []Change // that it has made
	Output  []Piece  // in the order in which it was written
	Dropped bool     // the output was dropped, because newer runs needed the memory
	Steps   []Step   // in the order in which they began
	More    int      // later steps, which are not kept
}

// A Change is how much a run has changed by one operation.
type Change struct {
	Operation string
	Count     int64
}

// A Piece is a part of the output.
type Piece struct {
	Text    string
	Err     bool // of standard error
	LeftOut int  // so many bytes stood in the place of this piece, which has no text
}

// A Step is a call of a script that reads or changes something.
type Step struct {
	Name   string
	Began  time.Duration // after the beginning of the run
	Took   time.Duration
	Open   bool // the call goes on
	Failed bool
}
