package poll

import (
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A Result is the result of one read.
type Result int

// The results. After None the pauses grow; after Some they are short again.
const (
	None Result = iota // nothing new
	Some               // something new, and the wait goes on
	More               // something new, and the next read finds more at once
	Done               // the wait is over
)

// A Condition ends a wait when it holds.
type Condition struct {
	Timeout time.Duration               // 0 is no limit
	Longest time.Duration               // the longest pause; that of the Poller if 0
	Watch   func() *db.Watch            // returns the notifications that end a pause; may be nil
	Read    func(context.Context) error // sends the query and keeps its rows
	Decide  func() (Result, error)      // looks at the rows that Read has kept
}

// step reads and decides. took is the duration of the read.
func (c Condition) step(ctx context.Context) (found Result, took time.Duration, err error) {
	started := time.Now()
	if err := c.Read(ctx); err != nil {
		return None, 0, err
	}
	took = time.Since(started)
	found, err = c.Decide()
	return found, took, err
}

// Once reads a single time and returns ErrTimeout if that is not enough.
func (c Condition) Once(ctx context.Context) error {
	found, _, err := c.step(ctx)
	if err == nil && found != Done {
		return ErrTimeout
	}
	return err
}

// ErrTimeout is the error of a wait whose own timeout has passed.
var ErrTimeout = errors.New("time is over")

// LastRead is the longest time of the read that follows the timeout of a wait.
const LastRead = 5 * time.Second

// A Poller waits for conditions. Notifications only shorten its pauses, because not every writer
// sends them and none arrives while a connection is being restored.
type Poller struct {
	Longest time.Duration   // the longest pause, if a Condition has none
	Closed  <-chan struct{} // is closed with the database, which ends every wait
	// Idle replaces pauses in real time if it is not nil, and Clock is then the time of timeouts.
	// Idle returns when another read may find something new.
	Idle  func(ctx context.Context, until time.Time) error
	Clock func() time.Time
}

// Wait returns nil when the condition holds. If its timeout passes, Wait reads a last time and
// returns ErrTimeout if that is not enough. Other errors come from a read, from
// ctx, or from Closed.
func (p Poller) Wait(ctx context.Context, c Condition) error {
	if p.Idle != nil {
		return p.waitIdle(ctx, c)
	}
	limited, cancel := Limit(ctx, c.Timeout)
	defer cancel()
	err := p.readUntil(limited, c)
	if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil || errors.Is(err, db.ErrConnection) {
		return err
	}
	extra, cancelExtra := Limit(ctx, LastRead)
	defer cancelExtra()
	return c.Once(extra)
}

// readUntil reads until a read is enough. It asks for notifications before the first pause, because
// they take a connection, and then reads once more, because earlier writes are not notified.
func (p Poller) readUntil(ctx context.Context, c Condition) error {
	pace := backoff{longest: c.Longest}
	if c.Longest <= 0 {
		pace.longest = p.Longest
	}
	var woken <-chan struct{}
	for {
		found, took, err := c.step(ctx)
		switch {
		case err != nil || found == Done:
			return err
		case found == More:
			pace.next(found, took) // the next pause is short again
			continue
		case c.Watch != nil && woken == nil:
			watch := c.Watch()
			defer watch.Stop()
			woken = watch.Woken()
			continue
		}
		if err := p.pause(ctx, pace.next(found, took), woken); err != nil {
			return err
		}
	}
}

// waitIdle is Wait for a clock that Idle moves. It looks at the clock after each read, so the last
// read is already after the timeout.
func (p Poller) waitIdle(ctx context.Context, c Condition) error {
	var until time.Time
	if c.Timeout > 0 {
		until = p.Clock().Add(c.Timeout)
	}
	for {
		found, _, err := c.step(ctx)
		switch {
		case err != nil || found == Done:
			return err
		case !until.IsZero() && !p.Clock().Before(until):
			return ErrTimeout
		case found == More:
			continue
		}
		if err := p.Idle(ctx, until); err != nil {
			return err
		}
	}
}

// Limit returns ctx with a timeout, if it is positive.
func Limit(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// Pause returns after a time, or with an error if ctx ends or the database is closed.
func (p Poller) Pause(ctx context.Context, wait time.Duration) error { return p.pause(ctx, wait, nil) }

func (p Poller) pause(ctx context.Context, wait time.Duration, woken <-chan struct{}) error {
	if p.Idle != nil {
		return p.Idle(ctx, p.Clock().Add(wait))
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
	case <-p.Closed:
		return db.ErrClosed
	}
}
