package schedule

import (
	"context"
	"maps"
	"slices"
)

// reload loads scripts that changed in the source.
func (s *Server) reload(ctx context.Context) {
	versions, err := s.Source.Versions()
	if err != nil {
		s.Reporter.Lost(err)
		return
	}
	for _, e := range s.sorted() {
		if _, there := versions[e.name]; !there {
			s.drop(e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		if e := s.entries[name]; e == nil || e.version != versions[name] {
			s.load(ctx, name, versions[name])
		}
	}
	s.Reporter.Looked()
}

// drop forgets a script that is gone. A run of it in progress goes on.
func (s *Server) drop(e *entry) {
	if e.script != nil || e.broken {
		e.forget()
		s.Reporter.Gone(e.name)
	}
	e.version = ""
	if len(e.running) == 0 {
		delete(s.entries, e.name)
	}
}

// forget lets no more runs of a script start.
func (e *entry) forget() {
	e.script, e.waiting, e.owed, e.broken, e.held = nil, nil, nil, false, false
	e.running = slices.DeleteFunc(e.running, func(r *run) bool { return !r.again.IsZero() })
}

// load takes a version up, unless there is something wrong with it.
func (s *Server) load(ctx context.Context, name, version string) {
	e := s.entries[name]
	if e == nil {
		e = &entry{name: name}
		s.entries[name] = e
	}
	script, err := s.Source.Load(ctx, name)
	if ctx.Err() != nil {
		return // the server ends
	}
	e.version = version
	switch {
	case err != nil:
		e.broken = true
		s.Reporter.Broken(name, err)
	case script == nil && (e.script != nil || e.broken):
		e.forget()
		s.Reporter.Gone(name)
	case script != nil:
		s.take(ctx, e, script)
	}
}

// take keeps the ticks of a plan that has not changed: one may be due this very moment.
func (s *Server) take(ctx context.Context, e *entry, script *Script) {
	last, err := s.since(ctx, e, script)
	if err != nil {
		e.version = "" // the next look tries again
		s.Reporter.Lost(err)
		return
	}
	next := script.Plan.Next(last)
	if e.script == nil {
		next = script.Plan.Next(s.Now())
	}
	if e.script == nil || !e.script.Plan.same(script.Plan) {
		e.owed = nil
	}
	e.last, e.next = last, script.Plan.Rules().Next(script.Plan.of(e.name), last)
	e.script, e.broken = script, false
	s.Reporter.Taken(e.name, script.Plan, next)
}
