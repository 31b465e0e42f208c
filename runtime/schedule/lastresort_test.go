package schedule

import (
	"context"
	"slices"
	"testing"
	"time"
)

// A handClock notes what is waited for, and every wait is over at once.
type handClock struct {
	now   time.Time
	waits []time.Duration
}

func (c *handClock) Now() time.Time { return c.now }

func (c *handClock) After(d time.Duration) <-chan time.Time {
	c.waits = append(c.waits, d)
	over := make(chan time.Time, 1)
	over <- c.now
	return over
}

// A run that does not even end when it is stopped is left to itself, after the grace time and the
// last resort: the server ends, and counts it.
func TestARunThatCannotBeStoppedDoesNotHoldTheServer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	release, stopped := make(chan struct{}), make(chan struct{})
	defer close(release)
	s.script("stubborn", Plan{Cron: "@daily"})
	s.scripts["stubborn"].Run = func(ctx context.Context, _ Tick) error {
		<-ctx.Done()
		close(stopped)
		<-release
		return nil
	}
	s.present = midnight.Add(-time.Minute)
	s.server.Step(t.Context())
	s.present = midnight
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	clock := &handClock{now: midnight}
	s.server.Step(t.Context())
	if left := s.server.Serve(ctx, clock, time.Second, time.Minute); left != 1 {
		t.Errorf("%d runs are left, want 1", left)
	}
	if want := "ending, waits for 1 up to 1m0s"; !slices.Contains(s.log, want) {
		t.Errorf("%q was not told: %q", want, s.log)
	}
	if want := []time.Duration{time.Minute, lastResort}; !slices.Equal(clock.waits[len(clock.waits)-2:], want) {
		t.Errorf("it waited for %v, want %v at the end", clock.waits, want)
	}
	select {
	case <-stopped:
	case <-time.After(time.Minute):
		t.Error("the run was never told to stop")
	}
}
