package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// stuckAfter is the time without a look at the folder after which the probe reports that the server
// is stuck. It is long because each script that cannot be read may take two seconds of a look.
const stuckAfter = 5 * time.Minute

// serveStats counts the events of a server for /metrics and the probes, and passes them on.
type serveStats struct {
	schedule.Reporter
	now   func() time.Time
	start time.Time

	mutex    sync.Mutex
	scripts  map[string]*scriptStats
	lookedAt time.Time // the end of the last look at the folder, even of one that failed
	looked   bool      // a look has succeeded, so the scripts are loaded
	lost     bool      // the last look has failed
	ending   bool      // no run starts any more
}

// scriptStats are the numbers of one script since the server started.
type scriptStats struct {
	served, broken bool // both are set if only the newest version has a mistake
	plan           schedule.Plan
	running        int
	runs           map[string]uint64         // by outcome
	ticks          map[string]uint64         // by what happened to them
	changes        map[string]uint64         // by operation
	took, lag      *openmetrics.Distribution // in seconds; lag is from the tick to the start
	ended, good    time.Time                 // of the last run, and of the last one that succeeded
	waiting        map[string]bool           // runs that have left memory, and are not counted again
}

// The words for what happened to a tick.
const (
	tickStarted = "started"
	tickSkipped = "skipped"
	tickMissed  = "missed"
)

// waiting is the outcome of a run that has left memory until its wait is over: it has not ended.
const waiting = "waiting"

func newServeStats(to schedule.Reporter, now func() time.Time) *serveStats {
	return &serveStats{Reporter: to, now: now, start: now(), lookedAt: now(), scripts: map[string]*scriptStats{}}
}

// of returns the numbers of a script, new ones if there are none. The mutex is held.
func (s *serveStats) of(name string) *scriptStats {
	stats := s.scripts[name]
	if stats == nil {
		stats = &scriptStats{
			runs:  map[string]uint64{"success": 0, "partial": 0, "failed": 0, "denied": 0, "timeout": 0, "interrupted": 0},
			ticks: map[string]uint64{tickStarted: 0, tickSkipped: 0, tickMissed: 0}, changes: map[string]uint64{}, waiting: map[string]bool{},
			took: openmetrics.NewDistribution(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400),
			lag:  openmetrics.NewDistribution(0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900),
		}
		s.scripts[name] = stats
	}
	return stats
}

// note changes the numbers of a script.
func (s *serveStats) note(name string, change func(*scriptStats)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(s.of(name))
}

func (s *serveStats) Taken(name string, plan schedule.Plan, next time.Time) {
	s.note(name, func(script *scriptStats) { script.served, script.broken, script.plan = true, false, plan })
	s.Reporter.Taken(name, plan, next)
}

func (s *serveStats) Broken(name string, err error) {
	s.note(name, func(script *scriptStats) { script.broken = true })
	s.Reporter.Broken(name, err)
}

// Gone keeps the numbers while a run of the script goes on; Ended deletes them then.
func (s *serveStats) Gone(name string) {
	s.note(name, func(script *scriptStats) {
		if script.served, script.broken = false, false; script.running == 0 {
			delete(s.scripts, name)
		}
	})
	s.Reporter.Gone(name)
}

func (s *serveStats) Looked() {
	s.look(nil)
	s.Reporter.Looked()
}

func (s *serveStats) Lost(err error) {
	s.look(err)
	s.Reporter.Lost(err)
}

// look notes a look at the folder that has ended with err or nil.
func (s *serveStats) look(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.lookedAt, s.lost, s.looked = s.now(), err != nil, s.looked || err == nil
}

func (s *serveStats) Missed(name string, count int, from time.Time) {
	s.note(name, func(script *scriptStats) { script.ticks[tickMissed] += uint64(count) })
	s.Reporter.Missed(name, count, from)
}

func (s *serveStats) Skipped(tick schedule.Tick, running time.Time) {
	s.note(tick.Script, func(script *scriptStats) { script.ticks[tickSkipped]++ })
	s.Reporter.Skipped(tick, running)
}

func (s *serveStats) Started(tick schedule.Tick) {
	s.note(tick.Script, func(script *scriptStats) {
		script.running++
		if id := durableID(tick); script.waiting[id] {
			delete(script.waiting, id)
			return
		}
		script.ticks[tickStarted]++
		script.lag.Observe(max(s.now().Sub(tick.At), 0).Seconds())
	})
	s.Reporter.Started(tick)
}

func (s *serveStats) Ended(tick schedule.Tick, took time.Duration, err error) {
	s.note(tick.Script, func(script *scriptStats) {
		outcome := outcomeOf(err)
		script.running--
		if outcome == waiting {
			script.waiting[durableID(tick)] = true
			return
		}
		script.runs[outcome]++
		script.took.Observe(max(took, 0).Seconds())
		if script.ended = s.now(); outcome == "success" {
			script.good = script.ended
		}
		if !script.served && !script.broken && script.running == 0 {
			delete(s.scripts, tick.Script)
		}
	})
	s.Reporter.Ended(tick, took, err)
}

// outcomeOf returns the outcome of a run as the audit log has it, but timeout if the timeout of the
// schedule stopped it, and waiting if it has left memory.
func outcomeOf(err error) string {
	if stopped, ok := errors.AsType[*schedule.Stopped](err); ok {
		switch stopped.ErrorCode() {
		case "Timeout":
			return "timeout"
		case "Waiting":
			return waiting
		}
	}
	return run.Outcome(err)
}

func (s *serveStats) Ending(running int, grace time.Duration) {
	s.mutex.Lock()
	s.ending = true
	s.mutex.Unlock()
	s.Reporter.Ending(running, grace)
}

// changed counts the changes of a run that ends.
func (s *serveStats) changed(name string, changes []guard.SummaryLine) {
	for _, line := range changes {
		if line.Outcome == audit.Done && line.Changed > 0 {
			s.note(name, func(script *scriptStats) { script.changes[line.Operation] += uint64(line.Changed) })
		}
	}
}

// stuck returns why the server does not work, or "" if it works. A server that ends is not stuck,
// because it does not look at the folder any more.
func (s *serveStats) stuck() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if age := s.now().Sub(s.lookedAt); age > stuckAfter && !s.ending {
		return fmt.Sprintf("the schedules have not been looked at for %s", age.Round(time.Second))
	}
	return ""
}

// unready returns why the server itself is not ready; none if it is. ended is true if the context
// of the server has ended.
func (s *serveStats) unready(ended bool) (reasons []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if ended || s.ending {
		reasons = append(reasons, "the server is stopping")
	}
	if !s.looked {
		reasons = append(reasons, "the schedules are not loaded yet")
	}
	if s.lost {
		reasons = append(reasons, "the folder of scripts cannot be read; the log says why")
	}
	return reasons
}
