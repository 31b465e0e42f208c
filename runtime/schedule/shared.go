package schedule

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// A Sharer makes the runs of ticks where all servers of a schedule find them, and executes them. It
// carries out overlap, retry, timeout and on_failure, and reports on its runs.
type Sharer interface {
	// Take is called when a script is served for the first time, and when it has changed. It
	// returns the newest tick that any server has decided about, or the zero time.
	Take(ctx context.Context, name string, script *Script) (last time.Time, err error)
	// Make makes the runs of ticks that no server has made.
	Make(ctx context.Context, name string, script *Script, m Making) (Made, error)
	// Running returns how many runs this server executes. The Sharer ends them itself.
	Running() int
}

// A Making is the ticks of a script that are to run.
type Making struct {
	At     []time.Time // oldest first; it may be empty
	Missed bool        // they were missed, and run one after the other, whatever overlap says
	Last   time.Time   // the newest tick that is decided about then
	By     string      // who asked for the run; empty for ticks of the schedule, which alone change Last
}

// Made is the result of a Making.
type Made struct {
	Count     int       // how many runs are new
	BusySince time.Time // when a run began that is in the way; zero if none is
}

const (
	// mostMade is how many missed ticks are made at once, so that the loop goes on.
	mostMade = 500
	// shareAgain is the pause after the database did not answer.
	shareAgain = time.Second
)

// share makes the runs that a decision asks for. If that fails, the ticks stay undecided.
func (s *Server) share(ctx context.Context, e *entry, d policy.Decision) {
	plan := e.script.Plan
	m := Making{Last: d.Last}
	if !d.Due.IsZero() {
		m.At = []time.Time{d.Due}
	}
	if rest := d.Owed; !rest.Empty() {
		for m.Missed = true; !rest.Empty() && len(m.At) < mostMade; {
			var at time.Time
			at, rest = rest.Take(plan.ticks)
			m.At, m.Last = append(m.At, at), at
		}
	}
	if m.Last.Equal(e.last) {
		e.next = plan.Rules().Next(plan.of(e.name), e.last)
		return
	}
	made, err := s.Sharer.Make(ctx, e.name, e.script, m)
	if err != nil {
		e.next = s.Now().Add(shareAgain)
		s.Reporter.Lost(err)
		return
	}
	switch {
	case m.Missed:
		s.Reporter.Owed(e.name, len(m.At), m.At[0])
	case d.Missed > 0:
		s.Reporter.Missed(e.name, d.Missed, d.Since)
	}
	if made.Count == 0 && !made.BusySince.IsZero() && !d.Due.IsZero() {
		s.Reporter.Skipped(Tick{Script: e.name, At: d.Due}, made.BusySince)
	}
	e.last, e.next = m.Last, plan.Rules().Next(plan.of(e.name), m.Last)
}

// since returns the newest tick of a script that is decided about, when it is taken up.
func (s *Server) since(ctx context.Context, e *entry, script *Script) (last time.Time, err error) {
	if s.Sharer != nil {
		last, err = s.Sharer.Take(ctx, e.name, script)
	}
	switch {
	case err != nil || e.script != nil && e.script.Plan.same(script.Plan):
		return e.last, err
	case e.script == nil && !last.IsZero():
		return last, nil
	}
	return s.Now(), nil
}
