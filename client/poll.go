package client

import (
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A sight is what a look found.
type sight int

const (
	nothing  sight = iota // nothing new
	progress              // something new, and more may come
	more                  // something new, and more is there
	enough                // what was waited for
)

// A search looks at the database at once, and then again and again until it has found enough.
// Notifications only shorten its pauses: not every writer sends one, and none arrives while a
// connection is being restored.
type search struct {
	timeout time.Duration    // 0 waits for ever
	longest time.Duration    // between two looks; the client's PollInterval when 0
	watch   func() *db.Watch // what ends a pause, if anything does; called when the first look was not enough
	look    func(context.Context) error
	judge   func() (sight, error) // what the look found, and what the caller does with it
}

// once looks, and says how long that took.
func (s search) once(ctx context.Context) (found sight, took time.Duration, err error) {
	started := time.Now()
	if err := s.look(ctx); err != nil {
		return nothing, 0, err
	}
	took = time.Since(started)
	found, err = s.judge()
	return found, took, err
}

// last looks without waiting for more: too little is errTimeout.
func (s search) last(ctx context.Context) error {
	found, _, err := s.once(ctx)
	if err == nil && found != enough {
		return errTimeout
	}
	return err
}

// errTimeout says that a search's own time is over.
var errTimeout = errors.New("time is over")

// lastLook bounds the look that follows when time is over.
const lastLook = 5 * time.Second

// find runs a search. When its time is over it looks one last time, and gives errTimeout if that
// is not enough; every other error is that of a look, of the client's context, or Closed.
func (c *systemClient) find(s search) error {
	if c.config.Idle != nil {
		return c.idling(s)
	}
	ctx, cancel := c.limited(s.timeout)
	defer cancel()
	err := c.looking(ctx, s)
	if !errors.Is(err, context.DeadlineExceeded) || c.ctx.Err() != nil || errors.Is(err, db.ErrConnection) {
		return err
	}
	extra, cancelExtra := c.limited(lastLook)
	defer cancelExtra()
	return s.last(extra)
}

// looking registers interest only when there is something to wait for, and then looks again
// before it pauses: what was written before is not notified.
func (c *systemClient) looking(ctx context.Context, s search) error {
	pace := pacer{longest: s.longest}
	if s.longest <= 0 {
		pace.longest = c.config.PollInterval
	}
	var woken <-chan struct{}
	for {
		found, took, err := s.once(ctx)
		switch {
		case err != nil || found == enough:
			return err
		case s.watch != nil && woken == nil:
			watch := s.watch()
			defer watch.Stop()
			woken = watch.Woken()
			continue
		}
		if err := c.pause(ctx, pace.next(found, took), woken); err != nil {
			return err
		}
	}
}

// idling is find by a clock that Idle moves.
func (c *systemClient) idling(s search) error {
	var until time.Time
	if s.timeout > 0 {
		until = c.config.Clock().Add(s.timeout)
	}
	for {
		found, _, err := s.once(c.ctx)
		switch {
		case err != nil || found == enough:
			return err
		case !until.IsZero() && !c.config.Clock().Before(until):
			return errTimeout
		case found == more:
			continue
		}
		if err := c.config.Idle(c.ctx, until); err != nil {
			return err
		}
	}
}

// limited is the client's context with a timeout; zero means none.
func (c *systemClient) limited(timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(c.ctx)
	}
	return context.WithTimeout(c.ctx, timeout)
}

func (c *systemClient) pause(ctx context.Context, wait time.Duration, woken <-chan struct{}) error {
	if c.config.Idle != nil {
		return c.config.Idle(ctx, c.config.Clock().Add(wait))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-woken:
		return nil
	case <-ctx.Done():
		return db.Ended(ctx)
	case <-c.db.Done():
		return db.ErrClosed
	}
}

const (
	// shortestPause lets half of a number of results be seen within 5 ms and the time of a query.
	shortestPause = 10 * time.Millisecond
	// patience bounds the delay that pauses add to the time waited anyway: to one part in so many.
	patience = 25
	// share bounds the time spent looking: to one part of the pause in so many.
	share = 2
)

// A pacer makes pauses that are short at first and after every progress, and longer the longer
// there is none. It counts time by its own pauses.
type pacer struct {
	longest time.Duration
	waited  time.Duration
}

// next is the pause after a look that took so long.
func (p *pacer) next(found sight, took time.Duration) time.Duration {
	if found != nothing {
		p.waited = 0
	}
	if found == more {
		return 0
	}
	pause := min(max(shortestPause, p.waited/patience, share*took), p.longest)
	p.waited += pause + took
	return pause
}
