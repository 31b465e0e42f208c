package client

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// An application finds a tick that has run by the id that it makes itself. In Go, and in Java if
// the schedule has no zone, that id has the time in the zone of the machine, which changes with the
// seasons and which no row shows. The two functions below name the ticks that the application would
// therefore run again.

// checkRepeats returns Unsupported if the application starts one of the ticks later itself, under
// an id that nothing here shows.
func (f *runSource) checkRepeats(op string, ticks []time.Time, now time.Time) error {
	if tick, found := firstAfter(ticks, now); found && f.spelledByMachine() {
		return f.repeated(op, tick, "is ahead of time", "end the backfill before now: the application starts later ticks itself")
	}
	since, repeats := f.repeatedSince()
	if tick, found := firstAfter(ticks, since); found && repeats {
		return f.repeated(op, tick, "is one of an automatic backfill",
			fmt.Sprintf("end the backfill at %s, or apply the schedule with automatic_backfill = false first", since.UTC().Format(time.RFC3339)))
	}
	return nil
}

// firstAfter returns the first of the ticks, which are in order, that is after a time.
func firstAfter(ticks []time.Time, t time.Time) (tick time.Time, found bool) {
	at := slices.IndexFunc(ticks, func(tick time.Time) bool { return tick.After(t) })
	if at < 0 {
		return time.Time{}, false
	}
	return ticks[at], true
}

func (f *runSource) repeated(op string, tick time.Time, why, hint string) error {
	name := f.schedule.ScheduleName
	return &Error{Code: Unsupported, Op: op, ScheduleName: name, Hint: hint,
		Message: fmt.Sprintf("the tick of schedule %q at %s %s: its application starts it again, under an id in the time zone of its machine, which no row shows",
			name, tick.UTC().Format(time.RFC3339), why)}
}

func (f *runSource) spelledByMachine() bool {
	return f.sdk == SDKGo || f.sdk == SDKJava && f.schedule.CronTimezone == ""
}

// repeatedSince returns the time after which an automatic backfill of the application repeats runs
// of ours. In Java every backfill has a spelling of its own. In Go it has the zone in which the
// time of the last run is stored, so that one in UTC repeats nothing.
func (f *runSource) repeatedSince() (since time.Time, repeats bool) {
	if !f.schedule.AutomaticBackfill || f.schedule.LastFiredAt == nil {
		return since, false
	}
	elsewhere := f.sdk == SDKGo && !strings.HasSuffix(f.fired, "Z")
	return *f.schedule.LastFiredAt, elsewhere || f.sdk == SDKJava
}
