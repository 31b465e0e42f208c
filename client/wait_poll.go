package client

import (
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A pollResult is the result of one read of a wait.
type pollResult int

const (
	pollNone pollResult = iota // nothing new
	pollSome                   // something new, and the wait goes on
	pollMore                   // something new, and the next read finds more at once
	pollDone                   // the wait is over
)

// A poll reads the database at once, and then again after pauses until it has found enough.
// Notifications only shorten the pauses, because not every writer sends them and none arrives while
// a connection is being restored.
type poll struct {
	timeout time.Duration               // 0 is no limit
	longest time.Duration               // the longest pause; ClientConfig.PollInterval if 0
	watch   func() *db.Watch            // returns the notifications that end a pause; may be nil
	read    func(context.Context) error // reads
	decide  func() (pollResult, error)  // handles the rows that read has found
}

// once reads and decides. took is the duration of the read.
func (s poll) once(ctx context.Context) (found pollResult, took time.Duration, err error) {
	started := time.Now()
	if err := s.read(ctx); err != nil {
		return pollNone, 0, err
	}
	took = time.Since(started)
	found, err = s.decide()
	return found, took, err
}

// last reads once and returns errTimeout if that is not enough.
func (s poll) last(ctx context.Context) error {
	found, _, err := s.once(ctx)
	if err == nil && found != pollDone {
		return errTimeout
	}
	return err
}

// errTimeout is the error of a poll whose own timeout has passed.
var errTimeout = errors.New("time is over")

// lastRead limits the last read, after the timeout.
const lastRead = 5 * time.Second

// find runs a poll. If its timeout passes, find reads a last time and returns errTimeout if that
// is not enough. Other errors come from a read, the client's context or Shutdown.
func (c *systemClient) find(s poll) error {
	if c.config.Idle != nil {
		return c.findIdle(s)
	}
	ctx, cancel := c.limited(s.timeout)
	defer cancel()
	err := c.readUntil(ctx, s)
	if !errors.Is(err, context.DeadlineExceeded) || c.ctx.Err() != nil || errors.Is(err, db.ErrConnection) {
		return err
	}
	extra, cancelExtra := c.limited(lastRead)
	defer cancelExtra()
	return s.last(extra)
}

// readUntil reads until a read is enough. It asks for notifications after the first read, and then
// reads again before it pauses, because earlier writes are not notified.
func (c *systemClient) readUntil(ctx context.Context, s poll) error {
	pace := backoff{longest: s.longest}
	if s.longest <= 0 {
		pace.longest = c.config.PollInterval
	}
	var woken <-chan struct{}
	for {
		found, took, err := s.once(ctx)
		switch {
		case err != nil || found == pollDone:
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

// findIdle is find for a clock that ClientConfig.Idle moves.
func (c *systemClient) findIdle(s poll) error {
	var until time.Time
	if s.timeout > 0 {
		until = c.config.Clock().Add(s.timeout)
	}
	for {
		found, _, err := s.once(c.ctx)
		switch {
		case err != nil || found == pollDone:
			return err
		case !until.IsZero() && !c.config.Clock().Before(until):
			return errTimeout
		case found == pollMore:
			continue
		}
		if err := c.config.Idle(c.ctx, until); err != nil {
			return err
		}
	}
}

// limited returns the client's context with a timeout, if it is positive.
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
	// shortestPause is short enough that a result is seen 5 ms late on average, plus one query.
	shortestPause = 10 * time.Millisecond
	// waitedShare limits a pause to 1/25 of the time waited so far, which is the delay that it adds.
	waitedShare = 25
	// readFactor makes a pause at least twice as long as the read before it.
	readFactor = 2
)

// A backoff computes the pauses of a poll: short at first and after each pollSome, then growing. It
// adds up pauses and reads instead of reading a clock.
type backoff struct {
	longest time.Duration
	waited  time.Duration
}

// next returns the pause after a read that took so long.
func (p *backoff) next(found pollResult, took time.Duration) time.Duration {
	if found != pollNone {
		p.waited = 0
	}
	if found == pollMore {
		return 0
	}
	pause := min(max(shortestPause, p.waited/waitedShare, readFactor*took), p.longest)
	p.waited += pause + took
	return pause
}
