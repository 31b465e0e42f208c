package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A serveReporter reports the events of a server on standard error.
type serveReporter struct {
	app        *app
	log        *slog.Logger
	served     map[string]bool
	id         func(schedule.Tick) string // returns the id of a run
	startShown bool                       // the scripts of the start were loaded, and shown in a table
}

func newServeReporter(a *app) *serveReporter {
	return &serveReporter{app: a, log: a.logger(), served: map[string]bool{}, id: tickID}
}

func (d *serveReporter) Looked() { d.startShown = true }

func (d *serveReporter) Taken(name string, p schedule.Plan, next time.Time) {
	level, message := slog.LevelInfo, "serving"
	if d.served[name] {
		message = "serving the new version"
	}
	if !d.startShown && d.app.jsonLog() == nil {
		level = slog.LevelDebug
	}
	d.served[name] = true
	d.log.Log(context.Background(), level, message, "script", name, "cron", p.Cron, "next", inZone(next, p))
}

// inZone returns a tick as a text in the zone of its schedule, or "never" if there is none.
func inZone(at time.Time, p schedule.Plan) string {
	if at.IsZero() {
		return "never"
	}
	return at.In(p.Zone()).Format(time.RFC3339)
}

func (d *serveReporter) Gone(name string) {
	if d.served[name] {
		d.log.Info("no longer scheduled", "script", name)
	}
	delete(d.served, name)
}

func (d *serveReporter) Broken(name string, err error) {
	message := "the script cannot be served"
	if d.served[name] {
		message = "the change has a mistake: the old version goes on"
	}
	d.failed(message, err, "script", name, "error", err)
}

func (d *serveReporter) Lost(err error) { d.log.Error("cannot look for work", "error", err) }

func (d *serveReporter) Missed(name string, count int, from time.Time) {
	d.log.Warn("ticks were missed, and have no runs of their own", "script", name, "missed", count, "since", stamp(from))
}

func (d *serveReporter) Owed(name string, count int, from time.Time) {
	d.log.Warn("ticks were missed, and the script runs for each of them", "script", name, "missed", count, "since", stamp(from))
}

func (d *serveReporter) SetBack(name string, by time.Duration) {
	d.log.Warn("the clock was set back: the schedule goes on by the new time", "script", name, "by", by.Round(time.Second))
}

func (d *serveReporter) Retrying(tick schedule.Tick, wait time.Duration) {
	d.log.Info("trying again", "script", tick.Script, "tick", stamp(tick.At), "failed", tick.Attempt, "wait", wait)
}

func (d *serveReporter) Handled(tick schedule.Tick, err error) {
	facts := []any{"script", tick.Script, "tick", stamp(tick.At)}
	if outcomeOf(err) == schedule.Success {
		d.log.Info("on_failure ended", facts...)
		return
	}
	d.failed("on_failure failed", err, append(facts, "error", err)...)
}

func (d *serveReporter) Skipped(tick schedule.Tick, running time.Time) {
	d.log.Warn("skipped: an earlier run goes on", "script", tick.Script, "tick", stamp(tick.At), "running_for", tick.At.Sub(running), "running_since", stamp(running))
}

func (d *serveReporter) Waiting(tick schedule.Tick) {
	d.log.Info("waiting for the earlier run to end", "script", tick.Script, "tick", stamp(tick.At))
}

func (d *serveReporter) Started(tick schedule.Tick) {
	facts := append(factsOf(tick), "run", d.id(tick))
	if tick.By != "" && tick.ID == "" {
		facts = append(facts, "by", tick.By)
	}
	d.log.Info("started", facts...)
}

// factsOf returns the attributes that name a run in the log: its script, and its tick or when it
// was enqueued.
func factsOf(tick schedule.Tick) []any {
	if tick.ID != "" {
		return []any{"script", tick.Script, "enqueued", stamp(tick.At)}
	}
	return []any{"script", tick.Script, "tick", stamp(tick.At)}
}

func (d *serveReporter) Ended(tick schedule.Tick, took time.Duration, err error) {
	facts := append(factsOf(tick), "run", d.id(tick), "took", took)
	if outcomeOf(err) == waiting {
		d.log.Info("waits", append(facts, "reason", err)...)
		return
	}
	exit, status := (*stdlib.ExitRequest)(nil), 0
	switch {
	case errors.As(err, &exit):
		if status = exit.Status; exit.Message != "" {
			facts = append(facts, "message", exit.Message)
		}
	case err != nil:
		status = run.ExitCode(err)
	}
	if status == 0 {
		d.log.Info("ended", facts...)
		return
	}
	if exit != nil {
		d.log.Error("failed", append(facts, "status", status)...)
		return
	}
	d.failed("failed", err, append(facts, "error", err, "status", status)...)
}

func (d *serveReporter) Ending(running int, grace time.Duration) {
	if running == 0 {
		d.log.Info("stopping: no run is under way")
		return
	}
	d.log.Info(fmt.Sprintf("stopping: waiting for %s to end; a second signal ends the server at once", countOf(running, "run")), "grace", grace)
}

// failed logs an error, and its source, trace and hint in one piece: below the line, or in JSON as
// a field of the record.
func (d *serveReporter) failed(message string, err error, facts ...any) {
	_, rest, _ := strings.Cut(d.app.errorText(err), "\n")
	if d.app.jsonLog() != nil {
		d.log.Error(message, append(facts, "detail", rest)...)
		return
	}
	d.log.Error(message, facts...)
	_, _ = io.WriteString(d.app.err, rest)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
