package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/monitor"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// lookEvery is how often the folder is looked at for files that changed.
const lookEvery = 2 * time.Second

// defaultParallel is how many runs go on at once: each takes a megabyte or two, and scripts that
// wait for workflows should not hold up the others.
const defaultParallel = 16

// defaultGrace is how long a server that ends waits for its scripts.
const defaultGrace = 30 * time.Second

func (a *app) serveCommand() *cobra.Command {
	wait, list, o := duration(defaultGrace), false, serveOptions{}
	cmd := &cobra.Command{
		Use:   "serve FOLDER",
		Short: "Run the scripts of a folder by their schedules",
		Long: "Runs the scripts of a folder that declare a schedule (schedule.declare) at their times, each run in its own Lua state and with these\n" +
			"flags, as `dbos-script run` would. A file that changes is read again; if it has a mistake, that is reported once, and the old version stays.\n\n" +
			"Ticks that were due while no server ran are skipped. With --durable each run is a workflow of the database: any number of servers share the\n" +
			"ticks, so that each has one run; another server goes on with the runs of one that died; and ticks that were due while no server ran are\n" +
			"found. `dbos-script db init --runs` makes the tables for that. A server does not start without a scheduled script or without a database,\n" +
			"unless --start-anyway says so.\n\n" +
			"After a first SIGTERM or Ctrl-C no more runs start, and the current ones may end within --grace; the exit code is then 0, or 4 if a run had\n" +
			"to be stopped. A second one ends the server at once.\n\n" +
			"With --listen the server answers over HTTP: / is a page with the schedules and the last runs, /healthz says if the process works, /readyz\n" +
			"if the database answers and the schedules are loaded, and /metrics is OpenMetrics. The page and /metrics need a token unless the address is\n" +
			"a loopback one: --token-file FILE, or $" + environmentToken + ".\n" +
			"Started by systemd with Type=notify, the server says when it is ready and when it stops, and serves WatchdogSec.",
		Example: "  dbos-script serve runbooks --profile prod\n  dbos-script serve runbooks --list\n  dbos-script serve runbooks --durable\n  dbos-script serve runbooks --listen 127.0.0.1:9464 --log-format json",

		ValidArgsFunction: folders,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, errors.New("which folder? write dbos-script serve FOLDER"))
			}
			f, err := a.newFolder(args[0])
			if err != nil {
				return err
			}
			if list {
				return a.listSchedules(cmd.Context(), f)
			}
			if o.parallel < 1 {
				return usage(cmd, fmt.Errorf("--parallel %d: it must be at least 1", o.parallel))
			}
			if err := o.checkDurable(&a.options); err != nil {
				return err
			}
			o.grace = time.Duration(wait)
			if o.token, err = a.readToken(cmd, o); err != nil {
				return err
			}
			return a.serve(cmd.Context(), f, realClock{}, o)
		},
	}
	cmd.Flags().Var(&wait, "grace", "how long scripts that run may go on when the server ends")
	cmd.Flags().StringVar(&o.listen, "listen", "", "show a page, and answer /healthz, /readyz and /metrics, over HTTP on this address, such as 127.0.0.1:9464 or :9464")
	cmd.Flags().StringVar(&o.tokenFile, "token-file", "", "read the token that opens the page and /metrics from this file (default $"+environmentToken+")")
	cmd.Flags().IntVar(&o.parallel, "parallel", defaultParallel, "how many scripts run at once; others wait for one to end")
	cmd.Flags().BoolVar(&o.durable, "durable", false, "make each run a workflow, so that several servers share the ticks and go on with the runs of one that died")
	cmd.Flags().BoolVar(&o.trustDatabase, "trust-database", false, "with --durable: go on with runs of scripts that this folder never had, with the source in the database")
	cmd.Flags().Var(&o.keepOutput, "keep-output", "with --durable: how much of the output of each run the database keeps (default 64KB)")
	cmd.Flags().BoolVar(&o.anyway, "start-anyway", false, "start without a scheduled script in the folder, and without a database that answers")
	cmd.Flags().BoolVar(&list, "list", false, "only show the schedule of each script")
	return cmd
}

// realClock is the time of the machine.
type realClock struct{}

func (realClock) Now() time.Time                         { return run.Environment{}.Now() }
func (realClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// serveOptions are the flags of serve.
type serveOptions struct {
	parallel          int
	grace             time.Duration
	durable           bool // the runs of ticks are rows of the database
	trustDatabase     bool
	keepOutput        size // of each run
	anyway            bool // starts without scripts and without a database
	listen, tokenFile string
	token             string
	page              monitor.Page
	steering          *steering // of the page; nil without one
}

// serve runs the server until the context ends. An address is opened before anything else.
func (a *app) serve(ctx context.Context, f *folder, clock schedule.Clock, o serveOptions) error {
	defer f.app.pools.Close()
	told := newServeReporter(f.app)
	if o.durable {
		told.id = durableID
	}
	var shown schedule.Reporter = told
	if o.listen != "" {
		f.app.history = newRunHistory(told, clock.Now)
		o.steering = &steering{history: f.app.history}
		shown, o.page = f.app.history, a.newPage(f, o.steering, o.durable)
	}
	stats := newServeStats(shown, clock.Now)
	f.app.changed = stats.changed
	if o.listen != "" {
		end, err := a.listen(ctx, f.app, stats, o)
		if err != nil {
			return err
		}
		defer end()
	}
	if !o.anyway {
		if err := a.startable(ctx, f, o); err != nil {
			return err
		}
	}
	if err := a.showPlans(ctx, f, clock.Now()); err != nil {
		return err
	}
	reporter := newNotifier(stats, f.app.logger(), clock.Now)
	if o.durable {
		return a.serveDurably(ctx, f, clock, reporter, o)
	}
	server := o.steered(schedule.Config{Source: f, Reporter: reporter, Now: clock.Now, Outcome: outcomeOf, Timeout: time.Duration(a.options.timeout), Parallel: o.parallel})
	if stopped := server.Serve(ctx, clock, lookEvery, o.grace); stopped > 0 {
		return &stdlib.ExitRequest{Status: stdlib.ExitPartial, Message: fmt.Sprintf("%s did not end within %s", countOf(stopped, "run"), o.grace)}
	}
	return nil
}

// runOnce runs a version of a script for a tick, by the path of every run. Its limit of time is
// the server's, nobody is asked, and a run that cannot be stopped is given up, which frees its
// place.
func (a *app) runOnce(ctx context.Context, script run.Source, tick schedule.Tick) error {
	return a.runForTick(ctx, script, tick, tickID(tick), nil)
}

// runOnFailure calls the function on_failure of a script, by running its declaration as a run of
// its own.
func (a *app) runOnFailure(ctx context.Context, declaration run.Source, f schedule.Failure) error {
	return a.runForTick(ctx, declaration, f.Tick, run.TickID(f.Tick.Script+" on_failure", f.Tick.At), &f)
}

// tickID returns the id of a run in the audit log. Each try has its own.
func tickID(tick schedule.Tick) string {
	name := tick.Script
	if tick.Attempt > 0 {
		name = fmt.Sprintf("%s %d", name, tick.Attempt)
	}
	if tick.By != "" {
		name += " by " + tick.By
	}
	return run.TickID(name, tick.At)
}

func (a *app) runForTick(ctx context.Context, script run.Source, tick schedule.Tick, id string, failure *schedule.Failure) error {
	own := a.forTick(tick, id, failure)
	defer a.history.follow(own, tick)()
	return own.session(ctx, script.Path, nil, func(r *run.Run) error {
		defer a.count(tick, r)
		return r.Execute(script)
	})
}

// forTick returns the settings of a run for a tick.
func (a *app) forTick(tick schedule.Tick, id string, failure *schedule.Failure) *app {
	tickApp := *a
	tickApp.environment.Tick, tickApp.environment.ID, tickApp.environment.Failure, tickApp.in = tick.At, id, failure, strings.NewReader("")
	tickApp.options.timeout = 0
	if tick.By != "" {
		tickApp.options.reason = strings.TrimSuffix("asked for by "+tick.By+"; "+a.options.reason, "; ")
	}
	if log := a.jsonLog(); log != nil {
		tickApp.err = log.With("script", tick.Script, "tick", stamp(tick.At))
	}
	return &tickApp
}

// count counts the changes of a run that ends.
func (a *app) count(tick schedule.Tick, r *run.Run) {
	if a.changed != nil {
		a.changed(tick.Script, r.Guard().Summary())
	}
	a.history.changed(tick, r.Guard().Summary())
}

// showPlans prints the schedule of each script. The server reports mistakes.
func (a *app) showPlans(ctx context.Context, f *folder, now time.Time) error {
	rows, broken := f.rows(ctx, now)
	if len(rows) == 0 {
		f.sayEmpty(broken)
		return nil
	}
	if a.jsonLog() != nil {
		return nil // the reporter logs each script as a record
	}
	for _, name := range slices.Sorted(maps.Keys(f.needs)) {
		fmt.Fprintf(a.err, "dbos-script: %s is granted what it needs: %s\n", name, strings.Join(f.needs[name], " "))
	}
	return listServed(printer(a.err, render.Table, scheduleKinds()), render.Table, rows)
}

// sayEmpty says that nothing of the folder runs, and why.
func (f *folder) sayEmpty(broken []error) {
	fmt.Fprintf(f.app.err, "dbos-script: %s yet\n", f.emptiness(broken))
}

// emptiness returns why nothing of the folder runs; broken are the errors of its scripts.
func (f *folder) emptiness(broken []error) string {
	switch {
	case len(f.names()) == 0:
		return fmt.Sprintf("there is no script (*.lua) in %s", f.path)
	case len(broken) > 0:
		return fmt.Sprintf("no script in %s can be served", f.path)
	}
	return fmt.Sprintf("no script in %s declares a schedule or a workflow", f.path)
}

// listSchedules emits the schedules as data, and fails if a script cannot be read.
func (a *app) listSchedules(ctx context.Context, f *folder) error {
	format, err := a.format()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	rows, broken := f.rows(ctx, a.environment.Now())
	for _, err := range broken {
		a.print(err)
	}
	if len(rows) == 0 && len(broken) == 0 {
		f.sayEmpty(nil)
	}
	if err := listServed(printer(a.out, format, scheduleKinds()), format, rows); err != nil {
		return err
	}
	if len(broken) > 0 {
		return &stdlib.ExitRequest{Status: stdlib.ExitScriptError}
	}
	return nil
}

// rows returns a row for each script with a schedule, and an error for each script that cannot be
// read.
func (f *folder) rows(ctx context.Context, now time.Time) (rows []render.Row, broken []error) {
	for _, name := range f.names() {
		script, err := f.Load(ctx, name)
		switch {
		case err != nil:
			broken = append(broken, err)
		case script != nil:
			rows = append(rows, render.Row{Kind: "schedule", Value: f.row(name, script.Plan, now)})
		}
	}
	rows = append(rows, f.workers.rows()...)
	for i, r := range rows {
		rows[i].Value = append(r.Value.(declare.Members), declare.Member{Key: "needs", Value: f.needsOf(r.Value.(declare.Members))})
	}
	return rows, broken
}

// needsOf returns what the script of a row needs, or nil.
func (f *folder) needsOf(row declare.Members) any {
	name, _ := row[0].Value.(string)
	if len(f.needs[name]) == 0 {
		return nil
	}
	return strings.Join(f.needs[name], " ")
}

func (f *folder) row(name string, p schedule.Plan, now time.Time) declare.Members {
	timeout := p.Timeout
	if timeout == 0 {
		timeout = time.Duration(f.app.options.timeout)
	}
	rules, backoff := p.Rules(), any(nil)
	if p.Retry != nil {
		backoff = rules.Retry.Backoff.String()
	}
	return declare.Members{
		{Key: "script", Value: name}, {Key: "cron", Value: p.Cron}, {Key: "timezone", Value: p.Zone().String()},
		{Key: "next", Value: nextText(p, now)}, {Key: "overlap", Value: string(p.Overlap)}, {Key: "timeout", Value: durationText(timeout)},
		{Key: "missed", Value: string(p.Missed)}, {Key: "jitter", Value: durationText(p.Jitter)}, {Key: "retries", Value: rules.Retry.Count},
		{Key: "backoff", Value: backoff}, {Key: "on_failure", Value: p.OnFailure != nil},
	}
}

// scheduleKinds are the columns of the table of schedules.
func scheduleKinds() render.Kinds {
	return render.Kinds{Summary: map[string][]string{
		"schedule": {"script", "cron", "timezone", "next", "overlap", "missed", "timeout"},
		"workflow": {"script", "workflow", "queue", "concurrency", "worker_concurrency", "rate_limit"},
	}}
}

// nextText is the next tick in the time zone of its plan.
func nextText(p schedule.Plan, now time.Time) any {
	next := p.Next(now)
	if next.IsZero() {
		return "never"
	}
	return next.In(p.Zone()).Format("2006-01-02 15:04:05Z07:00")
}

func durationText(d time.Duration) string {
	if d == 0 {
		return "none"
	}
	return d.String()
}

// isFolder returns an error if path cannot be served.
func isFolder(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return &usageError{message: fmt.Sprintf("there is no folder %s%s", path, declare.DidYouMean(path, foldersBeside(path)))}
	case !info.IsDir():
		return &usageError{message: fmt.Sprintf("%s is a script: serve takes the folder it is in, run runs it", path)}
	}
	return nil
}

// whole lets several runs write, one line or table at a time.
type syncWriter struct {
	mutex *sync.Mutex
	to    io.Writer
}

func (w syncWriter) Write(p []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.to.Write(p)
}
