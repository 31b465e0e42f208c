package schedule

import (
	"context"
	"slices"
	"time"
)

// A Clock is how a server waits.
type Clock interface {
	Now() time.Time
	// After receives once, when so much time has passed.
	After(time.Duration) <-chan time.Time
}

// Serve steps whenever something is due, and looks for changed files at least once in every,
// until the context ends. Then it starts nothing more and waits for runs up to grace. Runs that
// have not ended by then are stopped; if one does not stop, Serve returns without it after a
// while. stopped is the number of stopped runs.
func (s *Server) Serve(ctx context.Context, clock Clock, every, grace time.Duration) (stopped int) {
	for {
		s.Step(ctx)
		if s.rest(ctx, clock, every); ctx.Err() != nil {
			return s.finish(clock, grace)
		}
	}
}

// rest waits until the next step has something to do. Runs that end meanwhile make room for others;
// to look at all files for each of them would take longer than many runs.
func (s *Server) rest(ctx context.Context, clock Clock, every time.Duration) {
	over := clock.After(s.pause(clock.Now(), every))
	for {
		next := s.Next()
		select {
		case <-ctx.Done():
			return
		case <-over:
			return
		case <-s.wake:
			if s.reap(ctx); s.Next().Before(next) || next.IsZero() {
				return
			}
		}
	}
}

// pause is how long there is nothing to do.
func (s *Server) pause(now time.Time, every time.Duration) time.Duration {
	next := s.Next()
	if next.IsZero() {
		return every
	}
	return max(0, min(every, next.Sub(now)))
}

// lastResort is how long a run that is stopped at the end of the server is waited for: longer
// than a host takes to give one up.
const lastResort = 30 * time.Second

func (s *Server) finish(clock Clock, grace time.Duration) (stopped int) {
	s.ending = true
	s.hearNothing(context.Background())
	for _, e := range s.entries {
		e.waiting, e.owed = nil, nil
		e.running = slices.DeleteFunc(e.running, func(r *run) bool { return !r.again.IsZero() })
	}
	s.leaveLine()
	s.collect()
	running := s.Running()
	if s.Sharer != nil {
		running += s.Sharer.Running()
	}
	s.Reporter.Ending(running, grace)
	over := clock.After(grace)
	var last <-chan time.Time
	for s.collect(); s.Running() > 0; s.collect() {
		select {
		case <-s.wake:
		case <-last:
			return stopped
		case <-over:
			last = clock.After(lastResort)
			stopped = s.Running()
			s.stop(grace)
			over = nil
		}
	}
	return stopped
}

// leaveLine forgets the runs that have not begun.
func (s *Server) leaveLine() {
	for _, r := range s.line {
		r.leave()
	}
	s.line = nil
}

func (s *Server) stop(grace time.Duration) {
	for _, e := range s.sorted() {
		for _, r := range e.running {
			r.stop(&Stopped{"the server ended, and the run did not within " + grace.String(), "Interrupted"})
		}
	}
}
