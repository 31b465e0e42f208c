package schedule

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// A stage is a source, a reporter and a clock that a test holds in its hands.
type stage struct {
	t       *testing.T
	server  *Server
	present time.Time
	scripts map[string]*Script
	broken  map[string]error
	version map[string]int
	log     []string

	mutex sync.Mutex
	runs  map[string]chan error // by script and tick, of those that go on
}

var midnight = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

func newStage(t *testing.T) *stage {
	s := &stage{t: t, present: midnight, scripts: map[string]*Script{}, broken: map[string]error{}, version: map[string]int{}, runs: map[string]chan error{}}
	s.server = New(Config{Source: s, Reporter: s, Now: func() time.Time { return s.present }})
	return s
}

// script puts a script, whose runs end when the test lets them, or are stopped.
func (s *stage) script(name string, p Plan) {
	s.t.Helper()
	plan, err := p.Check()
	if err != nil {
		s.t.Fatal(err)
	}
	s.version[name]++
	s.scripts[name], s.broken[name] = &Script{Plan: plan, Run: s.run}, nil
}

func (s *stage) run(ctx context.Context, tick Tick) error {
	end := s.channel(tick.Script, tick.At)
	select {
	case err := <-end:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *stage) channel(name string, at time.Time) chan error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key := name + " " + at.Format(time.TimeOnly)
	if s.runs[key] == nil {
		s.runs[key] = make(chan error)
	}
	return s.runs[key]
}

// end lets the run of a tick end, and has the server notice.
func (s *stage) end(name, at string, err error) {
	s.t.Helper()
	tick, parseError := time.Parse(time.TimeOnly, at)
	if parseError != nil {
		s.t.Fatal(parseError)
	}
	s.channel(name, tick) <- err
	s.notice()
}

func (s *stage) notice() {
	s.t.Helper()
	select {
	case <-s.server.Wake():
		s.server.Step(s.t.Context())
	case <-time.After(time.Minute):
		s.t.Fatal("no run ended")
	}
}

// step moves the clock to a time of the day, and steps.
func (s *stage) step(at string) {
	s.t.Helper()
	clock, err := time.Parse(time.TimeOnly, at)
	if err != nil {
		s.t.Fatal(err)
	}
	s.present = midnight.Add(clock.Sub(clock.Truncate(24 * time.Hour)))
	s.server.Step(s.t.Context())
}

// expect compares what was told since the last time. An empty line is none.
func (s *stage) expect(want ...string) {
	s.t.Helper()
	want = slices.DeleteFunc(want, func(line string) bool { return line == "" })
	if !slices.Equal(s.log, want) {
		s.t.Errorf("told:\n  %s\nwant:\n  %s", strings.Join(s.log, "\n  "), strings.Join(want, "\n  "))
	}
	s.log = nil
}

func (s *stage) tell(format string, values ...any) {
	s.log = append(s.log, fmt.Sprintf(format, values...))
}

func (s *stage) Versions() (map[string]string, error) {
	versions := map[string]string{}
	for name := range s.version {
		versions[name] = fmt.Sprint(s.version[name])
	}
	return versions, nil
}

func (s *stage) Load(_ context.Context, name string) (*Script, error) {
	return s.scripts[name], s.broken[name]
}

func (s *stage) Taken(name string, _ Plan, next time.Time) {
	s.tell("taken %s, next %s", name, next.Format(time.TimeOnly))
}
func (s *stage) Gone(name string)              { s.tell("gone %s", name) }
func (s *stage) Broken(name string, err error) { s.tell("broken %s: %v", name, err) }
func (s *stage) Looked()                       {}
func (s *stage) Lost(err error)                { s.tell("lost: %v", err) }
func (s *stage) Missed(name string, count int, from time.Time) {
	s.tell("missed %s %d from %s", name, count, from.Format(time.TimeOnly))
}
func (s *stage) Skipped(tick Tick, _ time.Time) {
	s.tell("skipped %s %s", tick.Script, tick.At.Format(time.TimeOnly))
}
func (s *stage) Owed(name string, count int, from time.Time) {
	s.tell("owed %s %d from %s", name, count, from.Format(time.TimeOnly))
}
func (s *stage) SetBack(name string, by time.Duration) { s.tell("set back %s by %v", name, by) }
func (s *stage) Retrying(tick Tick, wait time.Duration) {
	s.tell("retrying %s %s in %v", tick.Script, tick.At.Format(time.TimeOnly), wait)
}
func (s *stage) Handled(tick Tick, err error) {
	s.tell("handled %s %s: %v", tick.Script, tick.At.Format(time.TimeOnly), err)
}
func (s *stage) Waiting(tick Tick) {
	s.tell("waiting %s %s", tick.Script, tick.At.Format(time.TimeOnly))
}
func (s *stage) Started(tick Tick) {
	s.tell("started %s %s", tick.Script, tick.At.Format(time.TimeOnly))
}
func (s *stage) Ending(running int, grace time.Duration) {
	s.tell("ending, waits for %d up to %v", running, grace)
}
func (s *stage) Ended(tick Tick, took time.Duration, err error) {
	s.tell("ended %s %s after %v: %v", tick.Script, tick.At.Format(time.TimeOnly), took, err)
}

func TestTicksAreRunWhenDue(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "*/15 * * * *"})
	s.script("b", Plan{Cron: "0 0 1 * * *", Timezone: "Europe/Berlin"})
	s.step("00:00:00")
	s.expect("taken a, next 00:15:00", "taken b, next 00:00:00")
	if next := s.server.Next(); next != midnight.Add(15*time.Minute) {
		t.Errorf("next %v", next)
	}
	s.step("00:14:59")
	s.expect()
	s.step("00:15:00")
	s.expect("started a 00:15:00")
	s.end("a", "00:15:00", errors.New("broken"))
	s.expect("ended a 00:15:00 after 0s: broken")
	s.step("00:30:00")
	s.end("a", "00:30:00", nil)
	s.expect("started a 00:30:00", "ended a 00:30:00 after 0s: <nil>")
}

func TestTicksThatPassAreRunOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:30:00")
	s.step("05:10:00")
	s.expect("taken a, next 01:00:00", "missed a 4 from 01:00:00", "started a 05:00:00")
	s.end("a", "05:00:00", nil)
	s.expect("ended a 05:00:00 after 0s: <nil>")
}

func TestOverlaps(t *testing.T) {
	t.Parallel()
	for overlap, want := range map[policy.Overlap][]string{
		policy.Skip: {"taken a, next 01:00:00", "started a 01:00:00", "skipped a 02:00:00", "skipped a 03:00:00",
			"ended a 01:00:00 after 2h0m0s: <nil>", "started a 04:00:00"},
		policy.Queue: {"taken a, next 01:00:00", "started a 01:00:00", "waiting a 02:00:00", "waiting a 03:00:00",
			"ended a 01:00:00 after 2h0m0s: <nil>", "started a 03:00:00", "waiting a 04:00:00"},
		policy.Allow: {"taken a, next 01:00:00", "started a 01:00:00", "started a 02:00:00", "started a 03:00:00",
			"ended a 01:00:00 after 2h0m0s: <nil>", "started a 04:00:00"},
	} {
		t.Run(string(overlap), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.script("a", Plan{Cron: "0 * * * *", Overlap: overlap})
			for _, at := range []string{"00:00:00", "01:00:00", "02:00:00", "03:00:00"} {
				s.step(at)
			}
			s.end("a", "01:00:00", nil)
			s.step("04:00:00")
			s.expect(want...)
		})
	}
}

func TestARunThatTakesTooLongIsStopped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.server.Timeout = time.Hour
	s.script("own", Plan{Cron: "@daily", Timeout: 10 * time.Minute})
	s.script("usual", Plan{Cron: "@daily"})
	s.present = midnight.Add(-time.Minute)
	s.server.Step(t.Context())
	s.step("00:00:00")
	if next := s.server.Next(); next != midnight.Add(10*time.Minute) {
		t.Errorf("next %v", next)
	}
	s.log = nil
	s.step("00:10:00")
	s.notice()
	s.expect("ended own 00:00:00 after 10m0s: the scheduled run took longer than 10m0s")
	s.step("01:00:00")
	s.notice()
	s.expect("ended usual 00:00:00 after 1h0m0s: the scheduled run took longer than 1h0m0s")
}

func TestChangesAreTakenUp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:00:00")
	s.broken["a"] = errors.New("no such word")
	s.version["a"]++
	s.step("00:10:00")
	s.step("00:20:00")
	s.expect("taken a, next 01:00:00", "broken a: no such word")
	s.step("01:00:00")
	s.end("a", "01:00:00", nil)
	s.expect("started a 01:00:00", "ended a 01:00:00 after 0s: <nil>")
	s.script("a", Plan{Cron: "30 * * * *"})
	s.step("01:10:00")
	s.expect("taken a, next 01:30:00")
	s.step("01:30:00")
	s.expect("started a 01:30:00")
	delete(s.version, "a")
	s.step("01:40:00")
	s.step("02:30:00")
	s.expect("gone a")
	s.end("a", "01:30:00", nil)
	s.expect("ended a 01:30:00 after 1h0m0s: <nil>")
	if len(s.server.entries) != 0 {
		t.Errorf("left: %v", slices.Collect(maps.Keys(s.server.entries)))
	}
	s.script("a", Plan{Cron: "0 * * * *"})
	s.scripts["a"] = nil
	s.step("02:40:00")
	s.expect()
}

// A change right at a tick does not lose it.
func TestAChangeKeepsATickThatIsDue(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.script("a", Plan{Cron: "0 * * * *"})
	s.step("00:00:00")
	s.script("a", Plan{Cron: "0 * * * *", Timeout: time.Minute})
	s.step("01:00:00")
	s.expect("taken a, next 01:00:00", "taken a, next 01:00:00", "started a 01:00:00")
	s.end("a", "01:00:00", nil)
}

func TestPlansAreChecked(t *testing.T) {
	t.Parallel()
	for want, plan := range map[string]Plan{
		`argument "cron": it has 2 fields`:                    {Cron: "* *"},
		`argument "timezone": unknown time zone "Europe/Ber"`: {Cron: "* * * * *", Timezone: "Europe/Ber"},
		`argument "cron": it has no tick`:                     {Cron: "0 0 30 2 *"},
	} {
		if _, err := plan.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", plan, err, want)
		}
	}
}

// At most so many runs go on at once. The others begin when one ends, in the order of their ticks,
// and the overlap counts a run that waits as one that goes on.
func TestRunsBeyondTheLimitWaitInLine(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.server.Parallel = 1
	for _, name := range []string{"a", "b", "c"} {
		s.script(name, Plan{Cron: "* * * * *", Timeout: time.Hour})
	}
	s.step("00:00:30")
	s.log = nil
	s.step("00:01:00")
	s.expect("started a 00:01:00")
	s.step("00:02:00")
	s.expect("skipped a 00:02:00", "skipped b 00:02:00", "skipped c 00:02:00")
	s.end("a", "00:01:00", nil)
	s.expect("ended a 00:01:00 after 1m0s: <nil>", "started b 00:01:00")
	if s.server.Running() != 2 {
		t.Errorf("%d runs go on or wait, want 2", s.server.Running())
	}
	s.end("b", "00:01:00", nil)
	s.expect("ended b 00:01:00 after 0s: <nil>", "started c 00:01:00")
	s.step("00:02:30")
	s.end("c", "00:01:00", nil)
	s.expect("ended c 00:01:00 after 30s: <nil>")
	if s.server.Running() != 0 {
		t.Errorf("%d runs are left", s.server.Running())
	}
}

// The limit of time of a run begins when the run does, and a run in line does not begin once the
// server ends.
func TestALineEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.server.Parallel = 1
	s.script("a", Plan{Cron: "@daily"})
	s.script("b", Plan{Cron: "@daily", Timeout: time.Minute})
	s.present = midnight.Add(-time.Minute)
	s.server.Step(t.Context())
	s.step("00:00:00")
	s.step("00:05:00")
	s.log = nil
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	go func() { s.channel("a", midnight) <- nil }()
	if left := s.server.Serve(ctx, &handClock{now: midnight}, time.Second, time.Minute); left > 1 {
		t.Errorf("%d runs are left, want at most 1", left)
	}
	for _, line := range s.log {
		if strings.HasPrefix(line, "started") {
			t.Errorf("the server that ends says %q", line)
		}
	}
}
