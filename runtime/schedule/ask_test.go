package schedule

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// asked has another goroutine ask the server, and returns the answer after a step.
func (s *stage) asked(ask func() error) error {
	s.t.Helper()
	answer := make(chan error, 1)
	go func() { answer <- ask() }()
	s.notice()
	select {
	case err := <-answer:
		return err
	case <-time.After(time.Minute):
		s.t.Fatal("nobody answered")
		return nil
	}
}

func (s *stage) runNow(script string) (tick Tick, err error) {
	err = s.asked(func() (err error) {
		tick, err = s.server.RunNow(s.t.Context(), script, "a test")
		return err
	})
	return tick, err
}

func (s *stage) hold(script string, held bool) error {
	return s.asked(func() error { return s.server.Hold(s.t.Context(), script, held) })
}

func TestARunThatSomebodyAsksFor(t *testing.T) {
	t.Parallel()
	for overlap, twice := range map[policy.Overlap]bool{policy.Skip: false, policy.Queue: false, policy.Allow: true} {
		s := newStage(t)
		s.script("a", Plan{Cron: "0 * * * *", Overlap: overlap})
		s.step("00:10:00")
		s.log = nil
		tick, err := s.runNow("a")
		if err != nil || tick != (Tick{Script: "a", At: s.present, By: "a test"}) || s.server.Running() != 1 {
			t.Errorf("%s: %+v, %v, %d run", overlap, tick, err, s.server.Running())
		}
		again, err := s.runNow("a")
		if (err == nil) != twice || err != nil && !strings.Contains(err.Error(), "a is running since 2026-03-02T00:10:00Z") || twice && !again.At.After(tick.At) {
			t.Errorf("%s: a second one: %+v, %v", overlap, again, err)
		}
		if _, err := s.runNow("b"); err == nil || !strings.Contains(err.Error(), `no scheduled script "b"`) {
			t.Errorf("of another script: %v", err)
		}
	}
}

// While a script is held no tick starts a run, nothing is made up for, and the server has nothing
// to wait for.
func TestAHeldScriptHasNoTicks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *", Missed: policy.RunAll})
	s.step("00:10:00")
	if err := s.hold("a", true); err != nil || !s.server.Next().IsZero() {
		t.Fatalf("%v, next %s", err, s.server.Next())
	}
	s.log = nil
	s.step("01:00:00")
	if s.server.Running() != 0 {
		s.end("a", "01:00:00", nil)
		t.Fatalf("the tick at its time ran: %s", s.log)
	}
	s.step("05:30:00")
	s.script("a", Plan{Cron: "0 * * * *", Missed: policy.RunAll, Timeout: time.Minute}) // a new version is held too
	s.step("06:30:00")
	if s.server.Running() != 0 {
		t.Errorf("a tick ran: %s", s.log)
	}
	if _, err := s.runNow("a"); err != nil || s.server.Running() != 1 {
		t.Errorf("run now: %v", err)
	}
	s.end("a", "06:30:00", nil)
	for _, held := range []bool{false, false} {
		if err := s.hold("a", held); err != nil || !s.server.Next().Equal(midnight.Add(7*time.Hour)) {
			t.Errorf("%v, next %s", err, s.server.Next())
		}
	}
	if s.server.Running() != 0 {
		t.Errorf("a tick was made up for: %s", s.log)
	}
	s.step("07:00:00")
	if s.server.Running() != 1 {
		t.Errorf("no tick ran: %s", s.log)
	}
	if err := s.hold("b", true); err == nil {
		t.Error("a script that is not there is held")
	}
}

// A request that nobody waits for any more is left, and a server that ends refuses all.
func TestRequestsThatComeTooLate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:10:00")
	ctx, cancel := context.WithCancelCause(t.Context())
	impatient := errors.New("gone home")
	cancel(impatient)
	if _, err := s.server.RunNow(ctx, "a", "a test"); !errors.Is(err, impatient) {
		t.Errorf("%v", err)
	}
	s.notice()
	if s.server.Running() != 0 {
		t.Error("a run was started for nobody")
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := s.server.RunNow(t.Context(), "a", "a test")
		waiting <- err
	}()
	<-s.server.Wake()
	s.server.ending = true
	s.server.hearNothing(t.Context())
	if err := <-waiting; !errors.Is(err, ErrEnding) {
		t.Errorf("while it ends: %v", err)
	}
	if err := s.server.Hold(t.Context(), "a", true); !errors.Is(err, ErrEnding) {
		t.Errorf("afterwards: %v", err)
	}
}

// With shared ticks the run is made in the database, and the newest tick stays as it is.
func TestASharedRunThatSomebodyAsksFor(t *testing.T) {
	t.Parallel()
	s, shared := newSharedStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:10:00")
	s.log = nil
	if tick, err := s.runNow("a"); err != nil || tick.By != "a test" || len(s.server.entries["a"].running) > 0 || !strings.Contains(strings.Join(s.log, " "), "made a 00:10, 1 missed false, last 00:10:00") {
		t.Errorf("%+v, %v: %q", tick, err, s.log)
	}
	shared.busy = midnight
	if _, err := s.runNow("a"); err == nil || !strings.Contains(err.Error(), "a is running since") {
		t.Errorf("%v", err)
	}
	shared.busy, shared.fails = time.Time{}, errors.New("the database is away")
	if _, err := s.runNow("a"); !errors.Is(err, shared.fails) {
		t.Errorf("%v", err)
	}
}
