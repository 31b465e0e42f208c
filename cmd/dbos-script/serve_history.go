package main

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dbos-script/dbos-script/runtime/monitor/page"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib"
)

const (
	// keptRuns is how many runs of each script a server keeps in memory.
	keptRuns = 50
	// keptOutputs is how many bytes the outputs of all kept runs may have together. If there are
	// more, makeRoom drops the oldest.
	keptOutputs = 16 << 20
)

// A runHistory keeps the last runs of a server for its page, and passes all events on. It is a
// page.Source. follow and changed do nothing on a nil *runHistory.
type runHistory struct {
	schedule.Reporter
	app *app
	id  func(schedule.Tick) string // the id of the run of a tick
	now func() time.Time

	bytes   atomic.Int64 // of all outputs
	mutex   sync.Mutex
	scripts map[string]*scriptHistory
}

// A scriptHistory is a script with its last runs.
type scriptHistory struct {
	served  bool          // a version of the script is served, so plan is set
	plan    schedule.Plan // of that version
	mistake string        // of a version that is not served; empty if there is none
	paused  bool
	runs    []*keptRun // newest first
}

func newRunHistory(to *serveReporter, now func() time.Time) *runHistory {
	return &runHistory{Reporter: to, app: to.app, id: to.id, now: now, scripts: map[string]*scriptHistory{}}
}

// note changes the history of a script.
func (h *runHistory) note(name string, change func(*scriptHistory)) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.scripts[name] == nil {
		h.scripts[name] = &scriptHistory{}
	}
	change(h.scripts[name])
}

func (h *runHistory) Taken(name string, plan schedule.Plan, next time.Time) {
	h.note(name, func(s *scriptHistory) { s.served, s.plan, s.mistake = true, plan, "" })
	h.Reporter.Taken(name, plan, next)
}

func (h *runHistory) Broken(name string, err error) {
	text := maskLines(h.app.errorText(err))
	h.note(name, func(s *scriptHistory) { s.mistake = cmp.Or(text, "unknown") })
	h.Reporter.Broken(name, err)
}

func (h *runHistory) Gone(name string) {
	h.mutex.Lock()
	if s := h.scripts[name]; s != nil {
		for _, r := range s.runs {
			h.bytes.Add(-int64(r.drop()))
		}
	}
	delete(h.scripts, name)
	h.mutex.Unlock()
	h.Reporter.Gone(name)
}

func (h *runHistory) Started(tick schedule.Tick) {
	if r := h.find(h.id(tick)); r != nil && r.run().Outcome == page.Running { // it goes on after a wait
		h.Reporter.Started(tick)
		return
	}
	began := h.now()
	r := &keptRun{now: h.now, detail: page.Detail{Run: page.Run{
		ID: h.id(tick), Script: tick.Script, Tick: tick.At, By: tick.By, Attempt: tick.Attempt, Began: began, Outcome: page.Running,
	}}}
	var gone []*keptRun
	h.note(tick.Script, func(s *scriptHistory) {
		s.runs = slices.Insert(s.runs, 0, r)
		if len(s.runs) > keptRuns {
			gone = slices.Clone(s.runs[keptRuns:])
			s.runs = slices.Clip(s.runs[:keptRuns])
		}
	})
	for _, old := range gone {
		h.bytes.Add(-int64(old.drop()))
	}
	h.Reporter.Started(tick)
}

func (h *runHistory) Ended(tick schedule.Tick, took time.Duration, err error) {
	if r := h.find(h.id(tick)); r != nil && outcomeOf(err) != waiting {
		r.end(max(took, 0), outcomeOf(err), maskLines(h.reason(err)))
	}
	h.Reporter.Ended(tick, took, err)
}

// reason returns the message of exit or the text of the error that ended a run, "" if there is
// none.
func (h *runHistory) reason(err error) string {
	if exit, ok := errors.AsType[*stdlib.ExitRequest](err); ok {
		return exit.Message
	}
	if err == nil {
		return ""
	}
	return h.app.errorText(err)
}

// find returns the kept run with an id, or nil if there is none.
func (h *runHistory) find(id string) *keptRun {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for _, s := range h.scripts {
		for _, r := range s.runs {
			if r.detail.ID == id {
				return r
			}
		}
	}
	return nil
}

// follow copies the output and the calls of a run into the history, or the output of its
// on_failure. Its caller calls the returned function at the end: calls that have not returned then
// end there.
func (h *runHistory) follow(a *app, tick schedule.Tick) (ended func()) {
	if h == nil {
		return func() {}
	}
	r := h.find(h.id(tick))
	if r == nil {
		return func() {}
	}
	a.out = io.MultiWriter(a.out, keptStream{h, r, false})
	if log := a.jsonLog(); log != nil {
		a.err = log.Copied(keptStream{h, r, true})
	} else {
		a.err = io.MultiWriter(a.err, keptStream{h, r, true})
	}
	if a.environment.Failure == nil {
		a.environment.Called = r.called
	}
	return r.settle
}

// changed adds the changes that a run has made to its entry, when it ends.
func (h *runHistory) changed(tick schedule.Tick, changes []guard.SummaryLine) {
	if h == nil {
		return
	}
	r := h.find(h.id(tick))
	for _, line := range changes {
		if r != nil && line.Outcome == audit.Done && line.Changed > 0 {
			r.change(line.Operation, int64(line.Changed))
		}
	}
}

// makeRoom drops whole outputs, of the oldest runs first, until the rest fits into keptOutputs. A
// run that still goes on may lose its output too, and then keeps none.
func (h *runHistory) makeRoom() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	var all []*keptRun
	for _, s := range h.scripts {
		all = append(all, s.runs...)
	}
	slices.SortFunc(all, func(a, b *keptRun) int { return a.detail.Began.Compare(b.detail.Began) })
	for _, r := range all {
		if h.bytes.Load() <= keptOutputs {
			return
		}
		h.bytes.Add(-int64(r.drop()))
	}
}

// Schedules returns the scripts by name.
func (h *runHistory) Schedules() []page.Schedule {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	now := h.now()
	list := make([]page.Schedule, 0, len(h.scripts))
	for name, s := range h.scripts {
		shown := page.Schedule{Script: name, Mistake: s.mistake, Paused: s.paused, Zone: time.UTC}
		if s.served {
			shown.Cron, shown.Zone, shown.Next = s.plan.Cron, s.plan.Zone(), s.plan.Next(now)
			shown.Overlap, shown.Timeout = string(s.plan.Overlap), cmp.Or(s.plan.Timeout, time.Duration(h.app.options.timeout))
		}
		for _, r := range s.runs {
			shown.Runs = append(shown.Runs, r.run())
		}
		list = append(list, shown)
	}
	slices.SortFunc(list, func(a, b page.Schedule) int { return cmp.Compare(a.Script, b.Script) })
	return list
}

// Run returns a run with its output, in which secrets are masked, or false if it is not kept.
func (h *runHistory) Run(id string) (page.Detail, bool) {
	r := h.find(id)
	if r == nil {
		return page.Detail{}, false
	}
	return r.shown(), true
}
