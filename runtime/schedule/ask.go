package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// A request is a question to the goroutine that steps.
type request struct {
	context context.Context
	do      func(context.Context) error
	done    chan error
}

// ErrEnding is the error of a question to a server that has ended, or is about to.
var ErrEnding = errors.New("the server is stopping")

// RunNow starts a run of a script beside its schedule, as if a tick were due now, and returns the
// tick of the run. by says who asked. It returns an error if there is no such script, if the script
// is running and its overlap is not allow, or if the context ends before the server has answered.
// Any goroutine may call it while the server steps.
func (s *Server) RunNow(ctx context.Context, script, by string) (Tick, error) {
	var tick Tick // is read only after the request was carried out
	err := s.ask(ctx, func(ctx context.Context) error {
		e, err := s.served(script)
		if err != nil {
			return err
		}
		at := s.Now()
		if !at.After(e.asked) {
			at = e.asked.Add(time.Millisecond) // the id of a run is made of its time
		}
		tick = Tick{Script: script, At: at, By: by}
		if s.Sharer != nil {
			return s.makeNow(ctx, e, tick)
		}
		if len(e.running) > 0 && e.script.Plan.Overlap != policy.Allow {
			return fmt.Errorf("%s is running since %s, and may not run twice at once: wait until it has ended", script, e.running[0].tick.At.UTC().Format(time.RFC3339))
		}
		e.asked = at
		s.start(ctx, e, tick)
		return nil
	})
	if err != nil {
		return Tick{}, err
	}
	return tick, nil
}

// makeNow makes a run in the database.
func (s *Server) makeNow(ctx context.Context, e *entry, tick Tick) error {
	made, err := s.Sharer.Make(ctx, e.name, e.script, Making{At: []time.Time{tick.At}, Last: e.last, By: tick.By})
	switch {
	case err != nil:
		return err
	case !made.BusySince.IsZero():
		return fmt.Errorf("%s is running since %s, and may not run twice at once: wait until it has ended", e.name, made.BusySince.UTC().Format(time.RFC3339))
	case made.Count == 0:
		return fmt.Errorf("%s has a run for this second already", e.name)
	}
	return nil
}

// Hold lets no more ticks of a script start a run, until it is called again with false or the
// server ends. Ticks that come in between are not made up for. Runs go on, and RunNow works. It
// returns an error if there is no such script, or if the context ends before the server has
// answered. Any goroutine may call it while the server steps.
func (s *Server) Hold(ctx context.Context, script string, held bool) error {
	return s.ask(ctx, func(context.Context) error {
		e, err := s.served(script)
		if err != nil || e.held == held {
			return err
		}
		if e.held, e.waiting, e.owed = held, nil, nil; !held {
			e.last = s.Now()
			e.next = e.script.Plan.Rules().Next(e.script.Plan.of(e.name), e.last)
		}
		return nil
	})
}

func (s *Server) served(script string) (*entry, error) {
	if e := s.entries[script]; e != nil && e.script != nil {
		return e, nil
	}
	return nil, fmt.Errorf("there is no scheduled script %q", script)
}

// ask has the goroutine that steps do something, and returns its error.
func (s *Server) ask(ctx context.Context, do func(context.Context) error) error {
	r := &request{ctx, do, make(chan error, 1)}
	s.mutex.Lock()
	if s.deaf {
		s.mutex.Unlock()
		return ErrEnding
	}
	s.requests = append(s.requests, r)
	s.mutex.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// answer carries out the requests that have come in. Nobody waits for a request whose context has
// ended, so it is left.
func (s *Server) answer(ctx context.Context) {
	s.mutex.Lock()
	requests := s.requests
	s.requests = nil
	s.mutex.Unlock()
	for _, r := range requests {
		switch {
		case s.ending:
			r.done <- ErrEnding
		case r.context.Err() != nil:
			r.done <- context.Cause(r.context)
		default:
			r.done <- r.do(ctx)
		}
	}
}

// hearNothing refuses requests from now on.
func (s *Server) hearNothing(ctx context.Context) {
	s.mutex.Lock()
	s.deaf = true
	s.mutex.Unlock()
	s.answer(ctx)
}
