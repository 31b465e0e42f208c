package schedule

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// Config configures a server.
type Config struct {
	Source   Source
	Claimer  Claimer
	Reporter Reporter
	Now      func() time.Time
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

	mutex sync.Mutex
	ended []*run // since the last step
}

// An entry is a script that is served.
type entry struct {
	name    string
	version string // that was looked at last, broken or not
	script  *Script
	broken  bool // the version has a mistake
	next    time.Time
	running []*run // oldest first
	waiting *Tick
}

// A run is one execution of a script that is under way, or waits for the one before it.
type run struct {
	entry    *entry
	begin    func()
	tick     Tick
	began    time.Time
	deadline time.Time // zero for none
	cancel   context.CancelCauseFunc
	err      error
	done     time.Time
}

// New makes a server. Nothing is looked at before the first step.
func New(config Config) *Server {
	return &Server{Config: config, entries: map[string]*entry{}, wake: make(chan struct{}, 1)}
}

// Wake receives when a run has ended, so that the next step has something to do.
func (s *Server) Wake() <-chan struct{} { return s.wake }

// Running counts the runs that go on.
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
		next = earlier(next, e.next)
		for _, r := range e.running {
			next = earlier(next, r.deadline)
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

// maxMissed bounds the counting of ticks that passed; a server that slept longer has missed at
// least so many.
const maxMissed = 100_000

// due starts a script whose tick has come.
func (s *Server) due(ctx context.Context, e *entry) {
	now := s.Now()
	if e.script == nil || e.next.IsZero() || now.Before(e.next) {
		return
	}
	first, last, passed := e.next, e.next, 0
	for next := e.script.Plan.Next(last); !next.IsZero() && !next.After(now) && passed < maxMissed; next = e.script.Plan.Next(last) {
		last = next
		passed++
	}
	e.next = e.script.Plan.Next(now)
	if passed > 0 {
		s.Reporter.Missed(e.name, passed, first)
	}
	s.claim(ctx, e, Tick{Script: e.name, At: last})
}

func (s *Server) claim(ctx context.Context, e *entry, tick Tick) {
	ours, err := s.Claimer.Claim(ctx, tick)
	switch {
	case err != nil:
		s.Reporter.Lost(err)
	case ours:
		s.overlap(ctx, e, tick)
	}
}

func (s *Server) overlap(ctx context.Context, e *entry, tick Tick) {
	switch {
	case len(e.running) == 0 || e.script.Plan.Overlap == Allow:
		s.start(ctx, e, tick)
	case e.script.Plan.Overlap == Queue:
		e.waiting = &tick
		s.Reporter.Waiting(tick)
	default:
		s.Reporter.Skipped(tick, e.running[0].began)
	}
}

// start starts a run of a script, or lets it wait in line. Only the server ends it, not the signal
// that ends the server.
func (s *Server) start(ctx context.Context, e *entry, tick Tick) {
	r := &run{entry: e, tick: tick, began: s.Now()}
	ctx, r.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	e.running = append(e.running, r)
	script, limit := e.script, s.limit(e)
	r.begin = func() {
		if r.began = s.Now(); limit > 0 {
			r.deadline = r.began.Add(limit)
		}
		s.active++
		s.Reporter.Started(tick)
		go func() {
			r.err = script.Run(ctx, tick)
			r.cancel(nil)
			s.note(r)
		}()
	}
	s.line = append(s.line, r)
	s.advance()
}

// advance begins the runs in line for which there is room.
func (s *Server) advance() {
	for len(s.line) > 0 && (s.Parallel <= 0 || s.active < s.Parallel) {
		first := s.line[0]
		s.line = s.line[1:]
		first.begin()
	}
}

func (s *Server) limit(e *entry) time.Duration {
	if e.script.Plan.Timeout > 0 {
		return e.script.Plan.Timeout
	}
	return s.Timeout
}

func (s *Server) note(r *run) {
	r.done = s.Now()
	s.mutex.Lock()
	s.ended = append(s.ended, r)
	s.mutex.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// reap handles runs that ended, and starts the ticks that waited for them.
func (s *Server) reap(ctx context.Context) {
	for _, r := range s.collect() {
		e := r.entry
		if e.version == "" && len(e.running) == 0 {
			delete(s.entries, e.name) // its file is gone
		}
		if e.waiting == nil || len(e.running) > 0 || e.script == nil {
			continue
		}
		tick := *e.waiting
		e.waiting = nil
		s.start(ctx, e, tick)
	}
	s.advance()
}

func (s *Server) collect() []*run {
	s.mutex.Lock()
	ended := s.ended
	s.ended = nil
	s.mutex.Unlock()
	for _, r := range ended {
		s.active--
		r.entry.running = slices.DeleteFunc(r.entry.running, func(other *run) bool { return other == r })
		s.Reporter.Ended(r.tick, r.done.Sub(r.began), r.err)
	}
	return ended
}

// expire ends the runs that took too long.
func (s *Server) expire() {
	now := s.Now()
	for _, e := range s.sorted() {
		for _, r := range e.running {
			if !r.deadline.IsZero() && !now.Before(r.deadline) {
				r.cancel(&Stopped{"the scheduled run took longer than " + r.deadline.Sub(r.began).String(), "Timeout"})
				r.deadline = time.Time{}
			}
		}
	}
}
