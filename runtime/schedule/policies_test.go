package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// Missed ticks run one after the other, and a tick that comes meanwhile is treated as overlap says.
func TestMissedTicksRunOneAfterTheOther(t *testing.T) {
	t.Parallel()
	for overlap, want := range map[policy.Overlap][]string{
		policy.Skip:  {"skipped a 04:00:00"},
		policy.Queue: {"waiting a 04:00:00"},
		policy.Allow: {"started a 04:00:00"},
	} {
		t.Run(string(overlap), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.script("a", Plan{Cron: "0 * * * *", Missed: policy.RunAll, Overlap: overlap})
			s.step("00:30:00")
			s.step("03:10:00")
			s.expect("taken a, next 01:00:00", "owed a 3 from 01:00:00", "started a 01:00:00")
			s.step("04:00:00")
			s.expect(want...)
			s.end("a", "01:00:00", nil)
			s.expect("ended a 01:00:00 after 50m0s: <nil>", map[policy.Overlap]string{policy.Skip: "started a 02:00:00", policy.Queue: "started a 02:00:00", policy.Allow: ""}[overlap])
			if overlap == policy.Allow {
				s.end("a", "04:00:00", nil)
				s.expect("ended a 04:00:00 after 0s: <nil>", "started a 02:00:00")
			}
			s.end("a", "02:00:00", nil)
			s.end("a", "03:00:00", nil)
			s.expect("ended a 02:00:00 after 0s: <nil>", "started a 03:00:00", "ended a 03:00:00 after 0s: <nil>",
				map[policy.Overlap]string{policy.Queue: "started a 04:00:00"}[overlap])
		})
	}
}

func TestMissedTicksAreSkipped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *", Missed: policy.SkipMissed})
	s.step("00:30:00")
	s.step("03:10:00")
	s.expect("taken a, next 01:00:00", "missed a 3 from 01:00:00")
	s.step("04:00:30")
	s.expect("started a 04:00:00")
}

// A run that fails is tried again after waits that grow, counts as running meanwhile, and leads to
// on_failure in the end.
func TestAFailedRunIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	backoff := time.Minute
	s.script("a", Plan{Cron: "*/2 * * * *", Retry: &Retry{Count: 2, Backoff: &backoff}})
	var failures []Failure
	s.scripts["a"].Failed = func(_ context.Context, f Failure) error {
		failures = append(failures, f)
		return errors.New("nobody answers")
	}
	s.step("00:01:00")
	s.step("00:02:00")
	s.end("a", "00:02:00", errors.New("one"))
	s.expect("taken a, next 00:02:00", "started a 00:02:00", "ended a 00:02:00 after 0s: one", "retrying a 00:02:00 in 1m0s")
	if next := s.server.Next(); next != midnight.Add(3*time.Minute) {
		t.Errorf("next %v", next)
	}
	s.step("00:03:00")
	s.end("a", "00:02:00", errors.New("two"))
	s.step("00:04:00")
	s.expect("started a 00:02:00", "ended a 00:02:00 after 0s: two", "retrying a 00:02:00 in 2m0s", "skipped a 00:04:00")
	s.step("00:05:00")
	s.end("a", "00:02:00", errors.New("three"))
	s.notice()
	s.expect("started a 00:02:00", "ended a 00:02:00 after 0s: three", "handled a 00:02:00: nobody answers")
	if len(failures) != 1 || failures[0].Attempts != 3 || failures[0].Outcome != "failed" || failures[0].Err.Error() != "three" || failures[0].Tick.Attempt != 2 {
		t.Errorf("failures %+v", failures)
	}
	s.step("00:06:00")
	s.end("a", "00:06:00", nil)
	s.expect("started a 00:06:00", "ended a 00:06:00 after 0s: <nil>")
}

// Another try cannot help a run that was denied something, and on_failure is bounded.
func TestADeniedRunIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.server.Outcome = func(err error) string { return err.Error() }
	s.script("a", Plan{Cron: "@hourly", Retry: &Retry{Count: 2}})
	s.scripts["a"].Failed = func(ctx context.Context, _ Failure) error {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	s.step("00:30:00")
	s.step("01:00:00")
	s.end("a", "01:00:00", errors.New(Denied))
	s.expect("taken a, next 01:00:00", "started a 01:00:00", "ended a 01:00:00 after 0s: denied")
	s.step("01:01:00")
	s.notice()
	s.expect("handled a 01:00:00: on_failure took longer than 1m0s")
}

// A script that is taken away, and a server that ends, start no more tries.
func TestARetryEndsWithItsScript(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*stage){
		"the script is gone": func(s *stage) {
			delete(s.version, "a")
			s.step("00:02:30")
			s.expect("gone a")
		},
		"the server ends": func(s *stage) {
			ctx, cancel := context.WithCancel(s.t.Context())
			cancel()
			s.server.Serve(ctx, &handClock{now: s.present}, time.Second, time.Minute)
			s.expect("ending, waits for 0 up to 1m0s")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.script("a", Plan{Cron: "*/2 * * * *", Retry: &Retry{Count: 2}})
			s.step("00:01:00")
			s.step("00:02:00")
			s.end("a", "00:02:00", errors.New("one"))
			s.log = nil
			end(s)
			if left := s.server.Running(); left != 0 {
				t.Errorf("%d runs are left", left)
			}
		})
	}
}

// Jitter delays the run, and not its tick.
func TestAJitteredRunHasItsTick(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *", Jitter: 30 * time.Minute})
	s.step("00:30:00")
	at := s.server.Next()
	if delay := at.Sub(midnight.Add(time.Hour)); delay <= 0 || delay >= 30*time.Minute {
		t.Fatalf("the run is due after %v", delay)
	}
	s.step(at.Add(-time.Second).Format(time.TimeOnly))
	s.expect("taken a, next 01:00:00")
	s.present = at
	s.server.Step(t.Context())
	s.expect("started a 01:00:00")
}

func TestAClockIsSetBack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("09:30:00")
	s.step("10:00:00")
	s.end("a", "10:00:00", nil)
	s.step("09:00:00")
	s.step("09:30:00")
	s.step("05:30:00")
	s.expect("taken a, next 10:00:00", "started a 10:00:00", "ended a 10:00:00 after 0s: <nil>", "set back a by 4h30m0s")
	s.step("06:00:00")
	s.end("a", "06:00:00", nil)
	s.expect("started a 06:00:00", "ended a 06:00:00 after 0s: <nil>")
}

// A day of ticks, one a second: each has its run, and the server gets no larger.
func TestADayOfTicks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	runs, last := 0, midnight
	plan, err := Plan{Cron: "* * * * * *"}.Check()
	if err != nil {
		t.Fatal(err)
	}
	s.version["a"], s.scripts["a"] = 1, &Script{Plan: plan, Run: func(_ context.Context, tick Tick) error {
		if !tick.At.Equal(last.Add(time.Second)) {
			return fmt.Errorf("the tick %v follows %v", tick.At, last)
		}
		runs, last = runs+1, tick.At
		return nil
	}}
	s.server.Step(t.Context())
	var early, late runtime.MemStats
	for i := 1; i <= 24*60*60; i++ {
		s.present = midnight.Add(time.Duration(i) * time.Second)
		s.server.Step(t.Context())
		<-s.server.Wake()
		s.server.Step(t.Context())
		if strings.Contains(s.log[len(s.log)-1], "follows") {
			t.Fatal(s.log)
		}
		s.log = s.log[:0]
		if i == 60*60 {
			runtime.GC()
			runtime.ReadMemStats(&early)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&late)
	if grown := int64(late.HeapAlloc) - int64(early.HeapAlloc); runs != 24*60*60 || grown > 4<<20 {
		t.Errorf("%d runs, %d bytes more after the day than after its first hour", runs, grown)
	}
}

// A sharer is a database of ticks that a test holds in its hands.
type sharer struct {
	stage *stage
	last  time.Time
	fails error
	busy  time.Time
}

func (s *sharer) Take(context.Context, string, *Script) (time.Time, error) { return s.last, s.fails }
func (s *sharer) Running() int                                             { return 2 }
func (s *sharer) Make(_ context.Context, name string, _ *Script, m Making) (Made, error) {
	if s.fails != nil {
		return Made{}, s.fails
	}
	text := "made " + name
	for i, at := range m.At {
		if i < 3 {
			text += at.Format(" 15:04")
		}
	}
	s.stage.tell("%s, %d missed %v, last %s", text, len(m.At), m.Missed, m.Last.Format(time.TimeOnly))
	if !s.busy.IsZero() {
		return Made{BusySince: s.busy}, nil
	}
	return Made{Count: len(m.At)}, nil
}

func newSharedStage(t *testing.T) (*stage, *sharer) {
	s := newStage(t)
	shared := &sharer{stage: s}
	s.server.Sharer = shared
	return s, shared
}

// While the database is away no tick is decided about, and then it is made or missed.
func TestSharedTicksOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	s, shared := newSharedStage(t)
	s.script("a", Plan{Cron: "* * * * *", Missed: policy.RunAll})
	s.script("b", Plan{Cron: "* * * * *", Missed: policy.SkipMissed})
	s.step("00:00:30")
	s.step("00:01:00")
	s.expect("taken a, next 00:01:00", "taken b, next 00:01:00", "made a 00:01, 1 missed false, last 00:01:00", "made b 00:01, 1 missed false, last 00:01:00")
	shared.fails = errors.New("no answer")
	s.step("00:02:00")
	s.step("00:02:00")
	s.expect("lost: no answer", "lost: no answer")
	if next := s.server.Next(); next != midnight.Add(2*time.Minute+time.Second) {
		t.Errorf("next %v", next)
	}
	s.step("00:04:00")
	s.expect("lost: no answer", "lost: no answer")
	shared.fails = nil
	s.step("00:04:30")
	s.expect("made a 00:02 00:03 00:04, 3 missed true, last 00:04:00", "owed a 3 from 00:02:00",
		"made b 00:04, 1 missed false, last 00:04:00", "missed b 2 from 00:02:00")
}

// The newest tick in the database is where a server begins, and many missed ticks are made in
// parts.
func TestSharedTicksBeginWhereTheyEnded(t *testing.T) {
	t.Parallel()
	s, shared := newSharedStage(t)
	shared.last = midnight.Add(-1000 * time.Minute)
	s.script("a", Plan{Cron: "* * * * *", Missed: policy.RunAll})
	s.step("00:00:30")
	s.step("00:00:30")
	s.step("00:00:30")
	s.expect("taken a, next 00:01:00", "made a 07:21 07:22 07:23, 500 missed true, last 15:40:00", "owed a 500 from 07:21:00",
		"made a 15:41 15:42 15:43, 500 missed true, last 00:00:00", "owed a 500 from 15:41:00")
}

// A change right at a tick does not lose it, and a change of the times begins anew. A run in the
// way is told.
func TestAChangeKeepsASharedTick(t *testing.T) {
	t.Parallel()
	s, shared := newSharedStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:00:00")
	s.script("a", Plan{Cron: "0 * * * *", Timeout: time.Minute})
	shared.last = midnight.Add(time.Hour) // by another server
	s.step("01:00:00")
	s.script("a", Plan{Cron: "30 * * * *"})
	s.step("01:40:00")
	shared.busy = midnight
	s.step("02:30:00")
	s.expect("taken a, next 01:00:00", "taken a, next 01:00:00", "made a 01:00, 1 missed false, last 01:00:00", "taken a, next 02:30:00",
		"made a 02:30, 1 missed false, last 02:30:00", "skipped a 02:30:00")
}

// A script whose text the database does not take is served once it does.
func TestASharedScriptWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	s, shared := newSharedStage(t)
	shared.fails = errors.New("no answer")
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:00:00")
	shared.fails = nil
	s.step("00:00:02")
	s.step("01:00:00")
	s.expect("lost: no answer", "taken a, next 01:00:00", "made a 01:00, 1 missed false, last 01:00:00")
}

// The runs of a sharer go on elsewhere: the server does not wait for them.
func TestASharedServerEndsAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := newSharedStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	clock := &handClock{now: midnight}
	if left := s.server.Serve(ctx, clock, time.Second, time.Minute); left != 0 || s.log[len(s.log)-1] != "ending, waits for 2 up to 1m0s" {
		t.Errorf("%d runs are left: %v", left, s.log)
	}
}
