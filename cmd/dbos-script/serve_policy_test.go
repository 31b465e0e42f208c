package main

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

const handled = `
schedule.declare {
  cron = "0 * * * *", retry = {count = 2, backoff = "1m"},
  on_failure = function(failure)
    log.error("gave up", {script = failure.script, tick = tostring(failure.tick), attempts = failure.attempts, outcome = failure.outcome, code = failure.code})
    print(failure.message)
  end,
}
print("tried")
`

// A script that fails is tried again, and then its on_failure sees the error. Each try has an id of
// its own in the log. A run that was denied something is not tried again.
func TestAServedScriptIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{
		"fails.lua": handled + `local orders
print(orders.id)`,
		"denied.lua": handled + `fs.read("/etc/hostname")`,
	})
	server := s.server()
	server.Step(t.Context())
	s.clock.move(time.Hour)
	for _, wait := range []time.Duration{0, time.Minute, 2 * time.Minute} {
		tries := strings.Count(s.log.String(), "failed script=fails.lua")
		s.clock.move(wait)
		server.Step(t.Context())
		s.until("a try has ended", func() bool {
			server.Step(t.Context())
			return strings.Count(s.log.String(), "failed script=fails.lua") > tries && s.told("on_failure ended script=denied.lua")()
		})
	}
	s.endRuns(server, 0)
	s.expectCounts(map[string]int{
		"tried\n": 4, "failed script=fails.lua": 3, "trying again script=fails.lua": 2, "wait=2m": 1, "failed script=denied.lua": 1,
		"on_failure ended script=fails.lua tick=2026-03-02T01:00:00Z": 1, "on_failure ended script=denied.lua": 1,
		"gave up script=fails.lua tick=2026-03-02T01:00:00Z attempts=3 outcome=failed":              1,
		"gave up script=denied.lua tick=2026-03-02T01:00:00Z attempts=1 outcome=denied code=Denied": 1,
	})
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(`started script=fails.lua tick=\S+ run=(\S+)`).FindAllStringSubmatch(s.log.String(), -1) {
		ids[id[1]] = true
	}
	if len(ids) != 3 || !strings.Contains(s.out.String(), "attempt to index a nil value") || !strings.Contains(s.out.String(), "--allow-read") {
		t.Errorf("%d ids, and the output is %s", len(ids), s.out)
	}
}

// A mistake in on_failure is told, and the next tick is served.
func TestAnOnFailureThatFails(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{"x.lua": "schedule.declare{cron = '@hourly', on_failure = function(f) error('no answer from ' .. f.script) end}\nerror('broken')\n"})
	server := s.server()
	server.Step(t.Context())
	for range 2 {
		s.clock.move(time.Hour)
		server.Step(t.Context())
		s.endRuns(server, 0)
	}
	s.expectCounts(map[string]int{"on_failure failed script=x.lua": 2, "x.lua:1: no answer from x.lua": 2, "x.lua:2: broken": 2, "started": 2})
}

// The machine sleeps for five hours.
func TestServedScriptsMissTicks(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{
		"all.lua":  "schedule.declare{cron = '@hourly', missed = 'run_all'}\nprint('all of', schedule.tick())",
		"once.lua": "schedule.declare{cron = '@hourly', missed = 'run_once'}\nprint('once for', schedule.tick())",
		"same.lua": "schedule.declare{cron = '@hourly'}\nprint('by default for', schedule.tick())",
		"skip.lua": "schedule.declare{cron = '@hourly', missed = 'skip'}\nprint('not for', schedule.tick())",
	})
	server := s.server()
	server.Step(t.Context())
	s.clock.move(5*time.Hour + 10*time.Minute)
	server.Step(t.Context())
	s.endRuns(server, 0)
	s.expectCounts(map[string]int{
		"all of": 5, "all of\t2026-03-02T01:00:00Z": 1, "all of\t2026-03-02T05:00:00Z": 1, "once for": 1, "once for\t2026-03-02T05:00:00Z": 1,
		"by default for": 1, "not for": 0, "the script runs for each of them script=all.lua missed=5 since=2026-03-02T01:00:00Z": 1,
		"have no runs of their own script=skip.lua missed=5": 1, "have no runs of their own script=once.lua missed=4": 1,
	})
}

func TestPoliciesAreReadWithTheSchedule(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"missed = 'runonce'":                     `(did you mean "run_once"?)`,
		"missed = 'all'":                         `"all"`,
		"overlap = 'que'":                        `(did you mean "queue"?)`,
		"jiter = '1m'":                           `unknown option "jiter" (did you mean "jitter"?)`,
		"jitter = '-1m'":                         `"jitter"`,
		"jitter = 'soon'":                        `"soon" is no duration`,
		"retry = 3":                              `"retry"`,
		"retry = {}":                             `"retry"`,
		"retry = {count = 0}":                    `"retry"`,
		"retry = {count = 21}":                   `"retry"`,
		"retry = {cuont = 3}":                    `(did you mean "count"?)`,
		"retry = {count = 3, backof = '1s'}":     `(did you mean "backoff"?)`,
		"retry = {count = 3, backoff = '-1s'}":   `"retry"`,
		"on_failure = 'notify'":                  `"on_failure"`,
		"on_failure = function() print(url) end": `uses "url", a variable of the script`,
		"on_failur = function() end":             `(did you mean "on_failure"?)`,
		"timeout = '-1s'":                        `"timeout"`,
		"missed = policy":                        `undefined global "policy"`,
	} {
		s := newServed(t, map[string]string{"x.lua": "local url = 'http://x'\nschedule.declare{cron = '@daily', " + text + "}"})
		script, err := s.folder.Load(t.Context(), "x.lua")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %s", text, script, err, want)
		}
	}
}
