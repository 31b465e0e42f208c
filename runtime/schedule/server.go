package schedule

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// Config configures a server.
type Config struct {
	Source   Source
	Sharer   Sharer // makes the runs of ticks; nil starts them here
	Reporter Reporter
	Now      func() time.Time
	// Outcome returns the word for the error of a run: Success, Denied, Interrupted or any other
	// word for a failure. Nil returns Success for no error and otherwise "failed".
	Outcome  func(error) string
	Timeout  time.Duration // of runs whose script declares none; 0 for no limit
	Parallel int           // most runs at once; others wait for one to end; 0 for no limit
}

// A Server runs the scripts of a source by their plans. Step and Finish are for one goroutine.
type Server struct {
	Config
	entries map[string]*entry
	wake    chan struct{}
	line    []*run // that wait for others to end, in the order of their ticks
	active  int    // runs that go on
	ending  bool   // nothing more is started

	mutex sync.Mutex
	ended []*run // since the last step

	requests []*request // that wait for an answer
	deaf     bool       // requests are refused
}

// An entry is a script that is served.
type entry struct {
	name    string
	version string // that was looked at last, broken or not
	script  *Script
	broken  bool          // the version has a mistake
	last    time.Time     // the newest tick that was decided about, or when the plan began
	next    time.Time     // when the tick after it is due; zero if there is none
	owed    []policy.Span // missed ticks that are to run, oldest first
	running []*run        // oldest first
	waiting *Tick
	held    bool      // no tick starts a run
	asked   time.Time // the tick of the last run that somebody asked for
}

// New makes a server. Nothing is looked at before the first step.
func New(config Config) *Server {
	if config.Outcome == nil {
		config.Outcome = plainOutcome
	}
	return &Server{Config: config, entries: map[string]*entry{}, wake: make(chan struct{}, 1)}
}

// Wake receives when a run has ended, so that the next step has something to do.
func (s *Server) Wake() <-chan struct{} { return s.wake }

// Running counts the runs that go on, wait for others to end, or wait to be tried again.
func (s *Server) Running() int {
	count := 0
	for _, e := range s.entries {
		count += len(e.running)
	}
	return count
}

// Next is when a step has something to do, other than to look for changes; zero when nothing is
// planned.
func (s *Server) Next() (next time.Time) {
	for _, e := range s.entries {
		if !e.held {
			next = earlier(next, e.next)
		}
		for _, r := range e.running {
			next = earlier(earlier(next, r.deadline), r.again)
		}
	}
	return next
}

// earlier takes zero for never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Step handles ended runs and changed files, ends runs that took too long, and starts due runs.
// The context limits reading the source, not the runs.
func (s *Server) Step(ctx context.Context) {
	s.reap(ctx)
	s.reload(ctx)
	s.expire()
	s.tryAgain()
	for _, e := range s.sorted() {
		s.due(ctx, e)
	}
}

// sorted returns the entries by name, so that simultaneous events have a fixed order.
func (s *Server) sorted() []*entry {
	var list []*entry
	for _, name := range slices.Sorted(maps.Keys(s.entries)) {
		list = append(list, s.entries[name])
	}
	return list
}

// due decides about the ticks of a script that have come.
func (s *Server) due(ctx context.Context, e *entry) {
	now := s.Now()
	if e.script == nil || e.held || e.next.IsZero() || now.Before(e.next) && e.last.Sub(now) <= policy.Correction {
		return
	}
	rules, ticks := e.script.Plan.Rules(), e.script.Plan.of(e.name)
	d := rules.Decide(ticks, e.last, now)
	if s.Sharer != nil && d.Back == 0 {
		s.share(ctx, e, d)
		return
	}
	e.last, e.next = d.Last, rules.Next(ticks, d.Last)
	switch {
	case d.Back > 0:
		e.owed, e.waiting = nil, nil
		s.Reporter.SetBack(e.name, d.Back)
	case !d.Owed.Empty():
		e.owe(d.Owed)
		s.Reporter.Owed(e.name, d.Owes, d.Since)
	case d.Missed > 0:
		s.Reporter.Missed(e.name, d.Missed, d.Since)
	}
	s.catchUp(ctx, e)
	if !d.Due.IsZero() {
		s.overlap(ctx, e, Tick{Script: e.name, At: d.Due})
	}
}

// owe adds missed ticks behind earlier ones.
func (e *entry) owe(more policy.Span) {
	if last := len(e.owed) - 1; last >= 0 && e.owed[last].Upto.Equal(more.After) {
		e.owed[last].Upto = more.Upto
		return
	}
	e.owed = append(e.owed, more)
}

// catchUp starts the next missed tick if nothing of the script is running.
func (s *Server) catchUp(ctx context.Context, e *entry) {
	for len(e.owed) > 0 && !e.held && len(e.running) == 0 && e.script != nil {
		at, rest := e.owed[0].Take(e.script.Plan.ticks)
		if e.owed[0] = rest; rest.Empty() {
			e.owed = e.owed[1:]
		}
		if !at.IsZero() {
			s.start(ctx, e, Tick{Script: e.name, At: at})
		}
	}
}

func (s *Server) overlap(ctx context.Context, e *entry, tick Tick) {
	switch {
	case len(e.running) == 0 || e.script.Plan.Overlap == policy.Allow:
		s.start(ctx, e, tick)
	case e.script.Plan.Overlap == policy.Queue:
		e.waiting = &tick
		s.Reporter.Waiting(tick)
	default:
		s.Reporter.Skipped(tick, e.running[0].began)
	}
}

// reap handles runs that ended, and starts the ticks that waited for them.
func (s *Server) reap(ctx context.Context) {
	s.answer(ctx)
	for _, e := range s.collect() {
		if e.version == "" && len(e.running) == 0 {
			delete(s.entries, e.name) // its file is gone
		}
		s.catchUp(ctx, e)
		if e.waiting == nil || len(e.running) > 0 || e.script == nil {
			continue
		}
		tick := *e.waiting
		e.waiting = nil
		s.start(ctx, e, tick)
	}
	s.advance()
}
