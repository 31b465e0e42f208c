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
	context  context.Context         // of all tries
	began    time.Time               // of the present try, or of on_failure; before both, when it got into line
	deadline time.Time               // of the present try; zero for none
	again    time.Time               // when the next try begins; zero if none waits
	failure  *Failure                // set if the run is not tried again, and on_failure is called
	cancel   context.CancelCauseFunc // ends the present try; nil before the first one
	err      error                   // of the last try, or of on_failure
	done     time.Time               // when that ended
}

// stop ends the context of a run, if it has begun.
func (r *run) stop(cause error) {
	if r.cancel != nil {
		r.cancel(cause)
	}
}

// The words of Config.Outcome that rule out another try of a run. Any other word is a failure that
// may be tried again.
const (
	Success     = "success"
	Denied      = "denied"      // a retry would be denied too
	Interrupted = "interrupted" // the server has ended it
)

// plainOutcome is Config.Outcome if none is set.
func plainOutcome(err error) string {
	if err == nil {
		return Success
	}
	return "failed"
}

// start starts a run of a script, or lets it wait in line if Config.Parallel runs are under way.
// The end of ctx, such as by the signal that ends the server, does not end the run: the server
// decides.
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

// begin starts a try of a run in a goroutine, or its function on_failure if it failed and is not
// tried again.
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
		s.noteEnd(r)
	}()
}

// limit returns how long a try of a script may take, or 0 for no limit.
func (s *Server) limit(script *Script) time.Duration {
	if script.Plan.Timeout > 0 {
		return script.Plan.Timeout
	}
	return s.Timeout
}

// noteEnd keeps a run that has ended for collect, and wakes the server up. It is called in the
// goroutine of the run.
func (s *Server) noteEnd(r *run) {
	r.done = s.Now()
	s.mutex.Lock()
	s.ended = append(s.ended, r)
	s.mutex.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// collect handles the runs of which a try or on_failure has ended since the last call, and returns
// their entries.
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
		s.afterTry(r)
	}
	return entries
}

// afterTry decides what follows the end of a try: another one, on_failure, or the end of the run.
func (s *Server) afterTry(r *run) {
	outcome := s.Outcome(r.err)
	if outcome == Success || outcome == Interrupted {
		r.leave()
		return
	}
	failed := r.tick.Attempt + 1 // the number of tries so far
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

// leave removes a run from the runs of its script.
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

// expire ends the tries, and calls of on_failure, that took too long.
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

// overdue returns the error of a run that is past its deadline.
func (r *run) overdue() *Stopped {
	if r.failure != nil {
		return &Stopped{"on_failure took longer than " + FailureTime.String(), "Timeout"}
	}
	return Overdue(r.deadline.Sub(r.began))
}
