package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A served is a folder of scripts and the server of it, by a clock that the test moves.
type served struct {
	t        *testing.T
	app      *app
	folder   *folder
	clock    *heldClock
	out, log *notebook
}

func newServed(t *testing.T, scripts map[string]string) *served {
	t.Helper()
	s := &served{t: t, clock: newHeldClock(), out: &notebook{}, log: &notebook{}}
	path := t.TempDir()
	s.app = &app{streams: streams{in: strings.NewReader(""), out: s.out, err: s.log}}
	s.app.options.database, s.app.options.audit = "sqlite:"+filepath.Join(path, "dbos.sqlite"), filepath.Join(path, "audit.jsonl")
	s.app.environment = run.Environment{Clock: s.clock.Now, Sleep: s.clock.sleep}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(path, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := s.app.newFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	s.folder = f
	return s
}

func (s *served) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder.path, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *served) server() *schedule.Server {
	return schedule.New(schedule.Config{Source: s.folder, Reporter: newServeReporter(s.folder.app), Now: s.clock.Now, Outcome: outcomeOf})
}

// endRuns lets runs end until so many go on, and what waited for them start.
func (s *served) endRuns(server *schedule.Server, running int) {
	s.t.Helper()
	for server.Running() > running {
		select {
		case <-server.Wake():
			server.Step(s.t.Context())
		case <-time.After(time.Minute):
			s.t.Fatalf("%d runs go on, and none ends\n%s", server.Running(), s.log)
		}
	}
}

// until waits for a condition.
func (s *served) until(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); runtime.Gosched() {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain until %s:\n%s", what, s.log)
		}
	}
}

func (s *served) told(words string) func() bool {
	return func() bool { return strings.Contains(s.log.String(), words) }
}

func (s *served) expectCounts(counts map[string]int) {
	s.t.Helper()
	text := s.log.String() + s.out.String()
	for words, want := range counts {
		if got := strings.Count(text, words); got != want {
			s.t.Errorf("%d times %q, want %d", got, words, want)
		}
	}
	if s.t.Failed() {
		s.t.Logf("%s", text)
	}
}

const quarterly = `schedule.declare{cron = "0 */15 * * * *", timezone = "Europe/Berlin", timeout = "10m"}
emit{quarter = schedule.tick(), late = time.now() - schedule.tick()}
`

// A day of a server: a script that runs every quarter of an hour, one that overlaps with itself,
// one that fails, one that never ends, and one that is edited into a mistake and back.
func TestServeForADay(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{
		"quarterly.lua": quarterly,
		"slow.lua":      "schedule.declare{cron = '0 * * * *'}\ntime.sleep('90m')\n",
		"fails.lua":     "schedule.declare{cron = '30 */6 * * *'}\nlocal orders\nprint(orders.id)\n",
		"endless.lua":   "schedule.declare{cron = '0 3 * * *', timeout = '10m'}\nwhile true do end\n",
		"edited.lua":    "schedule.declare{cron = '@hourly'}\nprint('the first version')\n",
		"partial.lua":   "schedule.declare{cron = '0 12 * * *'}\nexit('partial', 'some were left')\n",
		"lib.lua":       "error('a script without a schedule is not run')\n",
		"slow_test.lua": "error('a test is not run')\n",
	})
	server := s.server()
	edits := map[int]string{
		8:  "schedule.declare{cron = '@hourly'}\nprint('the first version'\n",
		12: "schedule.declare{cron = '@hourly'}\nprint('the second version')\n",
	}
	const look = 5 * time.Minute
	server.Step(t.Context())
	starts := 0 // of the slow one
	for passed := look; passed <= 24*time.Hour; passed += look {
		if text, some := edits[int(passed/time.Hour)]; some && passed%time.Hour == look {
			s.write("edited.lua", text)
		}
		s.clock.move(look)
		server.Step(t.Context())
		// The slow one goes on for an hour and a half of two, the endless one for ten minutes.
		going := 0
		if passed >= time.Hour && (passed-time.Hour)%(2*time.Hour) < 90*time.Minute {
			going++
		}
		if passed >= time.Hour && (passed-time.Hour)%(2*time.Hour) == 0 {
			starts++
		}
		if passed >= 3*time.Hour && passed < 3*time.Hour+10*time.Minute {
			going++
		}
		s.endRuns(server, going)
		s.until("the slow one sleeps", func() bool { return s.clock.began(90*time.Minute) == starts })
	}
	s.expectCounts(map[string]int{
		`"quarter":`: 96, `"late":0`: 96, "started script=quarterly.lua": 96,
		"started script=slow.lua": 12, "ended script=slow.lua": 11, "skipped: an earlier run goes on script=slow.lua": 12,
		"failed script=fails.lua": 4, "fails.lua:3: attempt to index a nil value": 4,
		"failed script=endless.lua": 1, "the scheduled run took longer than 10m0s": 1,
		"failed script=partial.lua": 1, `message="some were left" status=4`: 1,
		"the change has a mistake: the old version goes on script=edited.lua error=": 1, "running_for=": 12, "serving the new version script=edited.lua": 1,
		"the first version\n": 12, "the second version\n": 12,
		"is not run": 0,
	})
}

// SIGTERM in the middle: what runs may end, what does not end within the grace is stopped,
// nothing starts any more.
func TestServeEndsInOrder(t *testing.T) {
	t.Parallel()
	const polite = "schedule.declare{cron = '* * * * *', overlap = 'queue'}\ntime.sleep('10m')\nprint('ended by itself')\n"
	for name, c := range map[string]struct {
		scripts map[string]string
		code    int
		told    map[string]int
	}{
		"all end": {map[string]string{"polite.lua": polite}, 0, map[string]int{"ended by itself\n": 1, "started": 1, "ended script=polite.lua": 1,
			"stopping: waiting for 1 run to end; a second signal ends the server at once grace=30m": 1}},
		"one does not": {map[string]string{"polite.lua": polite, "stubborn.lua": "schedule.declare{cron = '* * * * *'}\nwhile true do end\n"}, stdlib.ExitPartial,
			map[string]int{"stopping: waiting for 2 runs to end": 1, "ended by itself\n": 1, "failed script=stubborn.lua": 1, "status=130": 1, "the server ended, and the run did not within 30m0s": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServed(t, c.scripts)
			ctx, terminate := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				ended <- s.app.serve(ctx, s.folder, s.clock, serveOptions{parallel: defaultParallel, grace: 30 * time.Minute, anyway: true})
			}()
			s.until("the server waits", func() bool { return s.clock.began(lookEvery) == 1 })
			s.clock.move(time.Minute)
			s.until("both have started", func() bool {
				return s.clock.began(10*time.Minute) == 1 && strings.Count(s.log.String(), "started script=") == len(c.scripts)
			})
			terminate()
			s.until("the server ends", func() bool { return s.clock.began(30*time.Minute) == 1 })
			s.clock.move(10 * time.Minute)
			s.until("the polite one has ended", s.told("ended script=polite.lua"))
			s.clock.move(20 * time.Minute)
			err := <-ended
			if code := s.app.report(err); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			s.expectCounts(c.told)
		})
	}
}

// Each run has the fences of run: nothing is allowed that no flag allows, and limits end it.
func TestServedScriptsHaveTheFencesOfRun(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{
		"reads.lua":   "schedule.declare{cron = '* * * * *'}\nfs.read('/etc/hostname')\n",
		"changes.lua": "schedule.declare{cron = '* * * * *'}\ndbos.enqueue('q', 'w', nil)\n",
		"prints.lua":  "schedule.declare{cron = '* * * * *'}\nprint(('x'):rep(2000))\n",
		"shares.lua":  "schedule.declare{cron = '* * * * *'}\nprint(require('words').greeting)\n",
		"words.lua":   "return {greeting = 'from a file beside it'}\n",
	})
	s.app.options.readOnly, s.app.options.maxOutput = true, 1000
	makeEmbedded(t, s.folder.path)
	again, err := s.app.newFolder(s.folder.path)
	if err != nil {
		t.Fatal(err)
	}
	s.folder = again
	server := s.server()
	server.Step(t.Context())
	s.clock.move(time.Minute)
	server.Step(t.Context())
	s.endRuns(server, 0)
	s.expectCounts(map[string]int{
		"failed script=reads.lua": 1, "--allow-read": 1, "failed script=changes.lua": 1, "the client is read-only": 1,
		"failed script=prints.lua": 1, "--max-output": 1, "ended script=shares.lua": 1, "from a file beside it\n": 1,
	})
}

func TestSchedulesAreReadWithoutRunning(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"schedule.declare{cron = '* * *'}":                                      "it has 3 fields",
		"schedule.declare{cron = '@daily', overlp = 'skip'}":                    `unknown option "overlp" (did you mean "overlap"?)`,
		"schedule.declare{cron = '@daily', overlap = 'wait'}":                   `"wait"`,
		"schedule.declare{cron = '@daily', timezone = 'Europe/Ber'}":            `unknown time zone "Europe/Ber"`,
		"schedule.declare{cron = cron}":                                         `undefined global "cron"`,
		"schedule.declare{cron = dbos.list_workflows{limit = 1}[1].name}":       "its values are constants",
		"if os.time() > 0 then schedule.declare{cron = '@daily'} end":           "has to stand by itself",
		"schedule.declare{cron = '@daily'}\nschedule.declare{cron = '@hourly'}": "a second time",
	} {
		s := newServed(t, map[string]string{"x.lua": text})
		script, err := s.folder.Load(t.Context(), "x.lua")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", text, script, err, want)
		}
	}
}

// A declaration that does not end, or takes memory, is a mistake of its script, and the others
// are served.
func TestADeclarationIsBounded(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{
		"a_loop.lua":   "schedule.declare{cron = (function() while true do end end)()}",
		"b_memory.lua": "schedule.declare{cron = (function() local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end end)()}",
		"c_call.lua":   `schedule.declare{cron = re.replace(("a"):rep(30000000), ("(a?){900}b|"):rep(100), "")}`,
		"good.lua":     "schedule.declare{cron = '@daily'}",
	})
	rows, broken := s.folder.rows(t.Context(), s.clock.Now())
	if len(rows) != 1 || len(broken) != 3 {
		t.Fatalf("%v, %v", rows, broken)
	}
	// A run alone in its server answers for all memory of the process, in which other tests run.
	const long, large = "takes longer than 5s, and its values are constants", "needs more than 32 MiB of memory, and its values are constants"
	for i, want := range []string{
		"a_loop.lua: schedule.declare: it (" + long + "|" + large + ")", "b_memory.lua: schedule.declare: it " + large,
		"c_call.lua: schedule.declare: it (" + long + "|" + large + ")",
	} {
		if !regexp.MustCompile(want).MatchString(broken[i].Error()) {
			t.Errorf("%v, want %s", broken[i], want)
		}
	}
}

// SIGTERM ends the reading of a declaration, and the server with it.
func TestTheEndOfTheServerEndsADeclaration(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{"a.lua": "schedule.declare{cron = (function() while true do end end)()}"})
	ctx, terminate := context.WithCancel(t.Context())
	terminate()
	server := s.server()
	server.Step(ctx)
	if text := s.log.String(); text != "" {
		t.Errorf("told %s", text)
	}
}

// A run whose call cannot be stopped is given up: its place is free, the audit log has its end,
// and others go on.
func TestARunThatCannotBeStoppedIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{"stuck.lua": "schedule.declare{cron = '* * * * *', timeout = '30s'}\ndbos.enqueue('q', 'w', nil)\nstuck.call()\n"})
	makeEmbedded(t, s.folder.path)
	called, release := make(chan struct{}), make(chan struct{})
	stuck := declare.Module{Name: "stuck", Doc: "Never returns.", Funcs: []declare.Func{declare.Do("call", "Waits.", func(context.Context, declare.None) error {
		close(called)
		<-release
		return nil
	})}}
	s.app.abandoned, s.app.environment.Modules = &run.Abandoned{}, []declare.Module{stuck}
	again, err := s.app.newFolder(s.folder.path)
	if err != nil {
		t.Fatal(err)
	}
	s.folder = again
	server := s.server()
	server.Step(t.Context())
	s.clock.move(time.Minute)
	server.Step(t.Context())
	<-called
	s.clock.move(30 * time.Second)
	server.Step(t.Context())
	s.endRuns(server, 0)
	s.expectCounts(map[string]int{"failed script=stuck.lua": 1, "took longer than 30s; a call that it made does not return, so the run was given up": 1})
	runs, err := audit.Summaries(s.app.options.audit)
	if err != nil || len(runs) != 1 || runs[0].Outcome == audit.Unfinished || runs[0].Changes != 1 {
		t.Errorf("the log has %+v, %v", runs, err)
	}
	if left := s.app.abandoned.Count(); left != 1 {
		t.Errorf("%d runs are left", left)
	}
	close(release)
	s.until("the run has ended", func() bool { return s.app.abandoned.Count() == 0 })
}

func TestServeWantsAFolder(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{"x.lua": "print(1)"})
	for path, want := range map[string]string{s.folder.path + "/none": "there is no folder", s.folder.path + "/x.lua": "is a script: serve takes the folder"} {
		_, err := s.app.newFolder(path)
		if wrong := (*usageError)(nil); !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
