package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// makePatience is how long the database has to make the run of a tick. The loop of the server
// stands still meanwhile.
const makePatience = 5 * time.Second

// sharedTicks makes the runs of ticks in the database, and executes them beside other servers. It
// is a schedule.Sharer.
type sharedTicks struct {
	app      *app
	folder   *folder
	server   *durable.Server
	clock    schedule.Clock
	reporter schedule.Reporter
	hashes   map[*schedule.Script]string // of the scripts that are served
	stranded map[string]bool             // runs that were told of

	unapproved runSet // runs that wait for the approval of their scripts
	keep       int    // bytes of the output of a run that are kept
}

// A runSet holds ids of runs.
type runSet struct {
	mutex sync.Mutex
	ids   map[string]bool
}

// turns puts a run into the set or takes it out, and returns true if that has changed the set.
func (s *runSet) turns(id string, in bool) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.ids[id] == in {
		return false
	}
	if s.ids == nil {
		s.ids = map[string]bool{}
	}
	if s.ids[id] = in; !in {
		delete(s.ids, id)
	}
	return true
}

// defaultKept is how much of the output of a run is kept: about a thousand lines.
const defaultKept = 64 << 10

// checkDurable returns an error if flags contradict --durable.
func (o *serveOptions) checkDurable(options *options) error {
	switch {
	case !o.durable && o.trustDatabase:
		return &usageError{message: "--trust-database is for --durable", hint: "write --durable too"}
	case !o.durable && o.keepOutput != 0:
		return &usageError{message: "--keep-output is for --durable", hint: "write --durable too"}
	case o.durable && (options.readOnly || options.dryRun):
		return &usageError{message: "--durable records runs in the database, which --read-only and --dry-run exclude"}
	}
	return nil
}

// shareTicks opens the database for the runs of ticks.
func (a *app) shareTicks(ctx context.Context, f *folder, clock schedule.Clock, reporter schedule.Reporter, o serveOptions) (*sharedTicks, error) {
	url, embedded := a.options.url()
	if embedded {
		if err := a.openingEmbedded(); err != nil {
			return nil, err
		}
	}
	config := durable.ServerConfig{Database: a.options.config(url), LeaseTime: a.leaseTime, Slots: o.parallel, TrustDatabase: o.trustDatabase}
	config.Database.Logger, config.Database.Clock, config.Database.Pools = f.app.logger(), clock.Now, f.app.pools
	config.Database.PollInterval = a.pollInterval
	server, err := durable.OpenServer(ctx, config)
	if err != nil {
		return nil, err
	}
	t := &sharedTicks{app: f.app, folder: f, server: server, clock: clock, reporter: reporter, hashes: map[*schedule.Script]string{}, stranded: map[string]bool{}, keep: int(cmp.Or(o.keepOutput, defaultKept))}
	f.workers.executor = t
	return t, nil
}

// end stops the execution of runs. Runs that have not ended within grace go on in another server.
func (t *sharedTicks) end(grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := t.server.Stop(ctx); err != nil {
		t.app.logger().Warn("runs have not ended, and go on in another server", "reason", err)
	}
	t.server.Close()
}

// Running returns how many runs this server executes.
func (t *sharedTicks) Running() int { return t.server.Running() }

// Take lets this server execute the runs of a script.
func (t *sharedTicks) Take(ctx context.Context, name string, script *schedule.Script) (last time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, makePatience)
	defer cancel()
	source := t.folder.sources[name]
	source.Name = name // the same on every machine, wherever its folder is
	hash, err := t.server.Add(ctx, userName(), durable.BundleOf(source), func(ctx context.Context, l *durable.Life) error {
		return t.live(ctx, l, name, script)
	})
	if err != nil {
		return time.Time{}, err
	}
	t.hashes[script] = hash
	t.findStranded(ctx, name, hash)
	memory, err := t.server.Memory(ctx, name)
	if err != nil || memory == nil || memory.Cron != script.Plan.Cron || memory.Timezone != script.Plan.Timezone {
		return time.Time{}, err
	}
	return memory.Last, nil
}

// Make makes the runs of ticks.
func (t *sharedTicks) Make(ctx context.Context, name string, script *schedule.Script, m schedule.Making) (made schedule.Made, err error) {
	ctx, cancel := context.WithTimeout(ctx, makePatience)
	defer cancel()
	ticks := t.ticks(name, script)
	ticks.At, ticks.Missed = m.At, m.Missed
	ticks.Unless = script.Plan.Overlap == policy.Skip && !m.Missed
	if ticks.By = m.By; m.By == "" {
		ticks.Memory = &durable.Memory{Last: m.Last, Cron: script.Plan.Cron, Timezone: script.Plan.Timezone}
	}
	done, err := t.server.Make(ctx, ticks)
	if err == nil && !done.BusySince.IsZero() && t.clock.Now().Sub(done.BusySince) > strandedAfter {
		t.findStranded(ctx, name, ticks.Source)
	}
	return schedule.Made{Count: len(done.IDs), BusySince: done.BusySince}, err
}

// strandedAfter is how long a run may be in the way before its version is looked at.
const strandedAfter = time.Minute

// findStranded tells once of each run that no server with its text goes on with, because it may be
// in the way for ever.
func (t *sharedTicks) findStranded(ctx context.Context, name, source string) {
	ids, err := t.server.Adopt(ctx, name, source)
	if err != nil {
		t.reporter.Lost(err)
	}
	for _, id := range ids {
		if !t.stranded[id] {
			t.app.logger().Warn("a run waits for a server with the text with which it began", "script", name, "run", id,
				"hint", "--trust-database takes the text from the database; `dbos-script cancel "+id+"` ends the run")
		}
		t.stranded[id] = true
	}
}

func (t *sharedTicks) ticks(name string, script *schedule.Script) durable.Ticks {
	return durable.Ticks{
		Schedule: name, Source: t.hashes[script], Serial: script.Plan.Overlap == policy.Queue,
		Plan: durable.Plan{
			Script: name, Arguments: []string{}, Reason: audit.Mask(t.app.options.reason),
			MaxChanges: t.app.options.maxChanges.given, ConfirmAbove: t.app.options.confirmAbove.given,
		},
	}
}

// live executes a run for a tick, from its recorded steps on.
func (t *sharedTicks) live(ctx context.Context, l *durable.Life, name string, script *schedule.Script) error {
	if l.Plan.Tick == nil {
		return fmt.Errorf("the run %s has no tick", l.ID())
	}
	tick := schedule.Tick{Script: name, At: l.Plan.Tick.At, Attempt: l.Plan.Tick.Attempt, By: l.Plan.Tick.By}
	if later, err := t.superseded(ctx, l, script); err != nil || later != "" {
		if err == nil {
			t.app.logger().Info("skipped: a later tick waits", "script", name, "tick", stamp(tick.At), "later", later)
		}
		return err
	}
	err := t.report(ctx, l, tick, script.Plan.Timeout)
	if ctx.Err() == nil && !l.AwaitsApproval(err) {
		t.follow(ctx, script, tick, err)
	}
	return err
}

// report executes the script of a run, and reports on it. A run that waits for the approval of its
// script is told of once, and is not reported: it comes here again and again until it goes on.
func (t *sharedTicks) report(ctx context.Context, l *durable.Life, tick schedule.Tick, limit time.Duration) error {
	approved, err := t.app.withNeeds(ctx, filepath.Join(t.folder.path, tick.Script), l.Bundle(), false)
	waits := l.AwaitsApproval(err)
	if t.unapproved.turns(l.ID(), waits) && waits {
		t.app.logger().Warn("a run waits until its script is approved", "script", tick.Script, "run", l.ID(), "reason", err)
	}
	if waits {
		return err
	}
	t.reporter.Started(tick)
	began := t.clock.Now()
	if err == nil {
		err = t.execute(ctx, approved, l, tick, limit)
	}
	if waits := l.Waits(); waits != nil {
		err = schedule.Parked(waits.Error())
	} else if ctx.Err() != nil {
		err = schedule.Ended(fmt.Sprintf("the run has ended here: %v", context.Cause(ctx)))
	}
	t.reporter.Ended(tick, t.clock.Now().Sub(began), err)
	return err
}

// superseded returns the id of a later run behind one that waited for its turn and has not begun
// yet, because of several ticks that wait only the last one runs.
func (t *sharedTicks) superseded(ctx context.Context, l *durable.Life, script *schedule.Script) (later string, err error) {
	if tick := l.Plan.Tick; script.Plan.Overlap != policy.Queue || tick.Missed || tick.Attempt > 0 {
		return "", nil
	}
	if fresh, err := l.Fresh(); err != nil || !fresh {
		return "", err
	}
	return t.server.Superseded(ctx, l)
}

// execute executes the script within its limit of time, with the needs that are approved.
func (t *sharedTicks) execute(ctx context.Context, approved *app, l *durable.Life, tick schedule.Tick, limit time.Duration) error {
	if limit == 0 {
		limit = time.Duration(t.app.options.timeout)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if limit > 0 {
		l.Stay() // or the time of its waits would not count
		over := t.clock.After(limit)
		go func() {
			select {
			case <-over:
				cancel(schedule.Overdue(limit))
			case <-ctx.Done():
			}
		}()
	}
	own := approved.forTick(tick, l.ID(), nil)
	output, end := l.Keep(ctx, t.keep, t.clock.After)
	defer end()
	own.out = io.MultiWriter(own.out, output)
	if log := own.jsonLog(); log != nil {
		own.err = log.With("run", l.ID())
	} else {
		own.err = io.MultiWriter(own.err, output)
	}
	defer t.app.history.follow(own, tick)()
	l.Plan.Script = filepath.Join(t.folder.path, tick.Script) // the file, for the audit log
	config, err := own.runConfig(l.Plan.Script, nil)
	if err != nil {
		return err
	}
	config.Opening = nil
	l.Apply(&config, journal.Limits{})
	return run.Do(ctx, config, func(r *run.Run) error {
		defer t.app.count(tick, r)
		return l.Execute(r)
	})
}

// follow makes the next try of a run that has failed, or calls on_failure.
func (t *sharedTicks) follow(ctx context.Context, script *schedule.Script, tick schedule.Tick, err error) {
	outcome := outcomeOf(err)
	if outcome == schedule.Success || outcome == schedule.Interrupted {
		return
	}
	failed := tick.Attempt + 1
	wait, again := script.Plan.Rules().Retry.After(failed)
	switch {
	case again && outcome != schedule.Denied:
		ticks := t.ticks(tick.Script, script)
		ticks.At, ticks.Attempt, ticks.Delay, ticks.By = []time.Time{tick.At}, failed, t.clock.Now().Add(wait), tick.By
		if _, lost := t.server.Make(ctx, ticks); lost != nil {
			t.reporter.Lost(lost)
			return
		}
		tick.Attempt = failed
		t.reporter.Retrying(tick, wait)
	case script.Failed != nil:
		ctx, cancel := context.WithTimeout(ctx, schedule.FailureTime)
		defer cancel()
		t.reporter.Handled(tick, script.Failed(ctx, schedule.Failure{Tick: tick, Attempts: failed, Outcome: outcome, Err: err}))
	}
}

// durableID returns the id of the run of a tick, or of a workflow.
func durableID(tick schedule.Tick) string {
	if tick.ID != "" {
		return tick.ID
	}
	return durable.RunID(tick.Script, tick.At, tick.Attempt)
}

// serveDurably runs the server with the database for its ticks, until the context ends.
func (a *app) serveDurably(ctx context.Context, f *folder, clock schedule.Clock, reporter schedule.Reporter, o serveOptions) error {
	shared, err := a.shareTicks(ctx, f, clock, reporter, o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	worked := make(chan error, 1)
	go func() {
		err := shared.server.Work(context.WithoutCancel(ctx))
		cancel(err)
		worked <- err
	}()
	server := o.steered(schedule.Config{Source: f, Sharer: shared, Reporter: reporter, Now: clock.Now, Outcome: outcomeOf})
	server.Serve(ctx, clock, lookEvery, o.grace)
	shared.end(o.grace)
	return <-worked
}

// startable returns an error if no script of the folder can be served, if one needs a durable
// server and this is none, or if the database does not answer: a server that can do nothing looks
// healthy otherwise.
func (a *app) startable(ctx context.Context, f *folder, o serveOptions) error {
	const hint = "--start-anyway starts the server nevertheless"
	rows, broken := f.rows(ctx, a.environment.Now())
	if !o.durable && slices.ContainsFunc(rows, func(row render.Row) bool { return row.Kind == "workflow" }) {
		return &usageError{message: fmt.Sprintf("scripts in %s declare workflows, which only a durable server executes", f.path), hint: "write --durable; " + hint}
	}
	if len(rows) == 0 {
		for _, err := range broken {
			a.print(err)
		}
		return &usageError{message: f.emptiness(broken), hint: hint}
	}
	watch := newDatabaseWatch(f.app, a.environment.Now)
	defer watch.pools.Close()
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	if err := watch.use(ctx, answering); err != nil {
		if hinted := (interface{ ErrorHint() string })(nil); errors.As(err, &hinted) && hinted.ErrorHint() != "" {
			return &unstartableError{err, hinted.ErrorHint() + "; " + hint}
		}
		return &unstartableError{err, hint}
	}
	return nil
}

// An unstartableError is the error of a database that a server needs.
type unstartableError struct {
	error
	hint string
}

func (e *unstartableError) Unwrap() error     { return e.error }
func (e *unstartableError) ErrorHint() string { return e.hint }
func (e *unstartableError) ExitCode() int     { return stdlib.ExitUnavailable }
