package schedule

import (
	"context"
	"slices"
	"time"
)

// A run is one execution of a script that is under way, waits for the one before it, or waits to be
// tried again.
type run struct {
	entry    *entry
	script   *Script // the version with which it began
	tick     Tick
	context  context.Context // of all tries
	began    time.Time
	deadline time.Time // zero for none
	again    time.Time // when the next try begins; zero if none waits
	failure  *Failure  // of the last try, whose function on_failure runs
	cancel   context.CancelCauseFunc
	err      error
	done     time.Time
}

// stop ends the context of a run that has begun.
func (r *run) stop(cause error) {
	if r.cancel != nil {
		r.cancel(cause)
	}
}

// The words of Config.Outcome that decide about a run that has ended.
const (
	Success     = "success"
	Denied      = "denied"      // a retry would be denied too
	Interrupted = "interrupted" // the server has ended it
)

func plainOutcome(err error) string {
	if err == nil {
		return Success
	}
	return "failed"
}

// start starts a run of a script, or lets it wait in line. Only the server ends it, not the signal
// that ends the server.
func (s *Server) start(ctx context.Context, e *entry, tick Tick) {
	r := &run{entry: e, script: e.script, tick: tick, began: s.Now(), context: context.WithoutCancel(ctx)}
	e.running = append(e.running, r)
	s.line = append(s.line, r)
	s.advance()
}

// advance begins the runs in line for which there is room.
func (s *Server) advance() {
	for len(s.line) > 0 && (s.Parallel <= 0 || s.active < s.Parallel) {
		first := s.line[0]
		s.line = s.line[1:]
		s.Reporter.Started(first.tick)
		s.begin(first)
	}
}

// FailureTime is how long on_failure may take: enough for a few requests.
const FailureTime = time.Minute

// begin runs the script, or its function on_failure if it has failed.
func (s *Server) begin(r *run) {
	ctx, cancel := context.WithCancelCause(r.context)
	work, limit := func() error { return r.script.Run(ctx, r.tick) }, s.limit(r.script)
	if failure := r.failure; failure != nil {
		work, limit = func() error { return r.script.Failed(ctx, *failure) }, FailureTime
	}
	r.cancel, r.began, r.deadline = cancel, s.Now(), time.Time{}
	if limit > 0 {
		r.deadline = r.began.Add(limit)
	}
	s.active++
	go func() {
		r.err = work()
		s.note(r)
	}()
}

func (s *Server) limit(script *Script) time.Duration {
	if script.Plan.Timeout > 0 {
		return script.Plan.Timeout
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

// collect handles the runs that have ended since the last call, and returns their entries.
func (s *Server) collect() (entries []*entry) {
	s.mutex.Lock()
	ended := s.ended
	s.ended = nil
	s.mutex.Unlock()
	for _, r := range ended {
		s.active--
		r.stop(nil)
		r.deadline = time.Time{}
		entries = append(entries, r.entry)
		if r.failure != nil {
			s.Reporter.Handled(r.tick, r.err)
			r.leave()
			continue
		}
		s.Reporter.Ended(r.tick, r.done.Sub(r.began), r.err)
		s.follow(r)
	}
	return entries
}

// follow decides how it goes on with a run that has ended.
func (s *Server) follow(r *run) {
	outcome := s.Outcome(r.err)
	if outcome == Success || outcome == Interrupted {
		r.leave()
		return
	}
	failed := r.tick.Attempt + 1
	wait, again := r.script.Plan.Rules().Retry.After(failed)
	switch {
	case again && outcome != Denied && !s.ending && r.entry.script != nil:
		r.tick.Attempt, r.again = failed, r.done.Add(wait)
		s.Reporter.Retrying(r.tick, wait)
	case r.script.Failed != nil:
		r.failure = &Failure{Tick: r.tick, Attempts: failed, Outcome: outcome, Err: r.err}
		s.begin(r)
	default:
		r.leave()
	}
}

// leave removes a run from those that go on.
func (r *run) leave() {
	r.entry.running = slices.DeleteFunc(r.entry.running, func(other *run) bool { return other == r })
}

// tryAgain puts the runs in line whose wait for another try is over.
func (s *Server) tryAgain() {
	now := s.Now()
	for _, e := range s.sorted() {
		for _, r := range e.running {
			if !r.again.IsZero() && !now.Before(r.again) {
				r.again = time.Time{}
				s.line = append(s.line, r)
			}
		}
	}
	s.advance()
}

// expire ends the runs that took too long.
func (s *Server) expire() {
	now := s.Now()
	for _, e := range s.sorted() {
		for _, r := range e.running {
			if !r.deadline.IsZero() && !now.Before(r.deadline) {
				r.stop(r.overdue())
				r.deadline = time.Time{}
			}
		}
	}
}

func (r *run) overdue() *Stopped {
	if r.failure != nil {
		return &Stopped{"on_failure took longer than " + FailureTime.String(), "Timeout"}
	}
	return Overdue(r.deadline.Sub(r.began))
}
