package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/fullscreen"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// A Run is one execution of a script, or of several pieces that share their globals, as at a
// prompt. It is for one goroutine at a time.
type Run struct {
	config   Config
	ctx      context.Context
	cancel   context.CancelCauseFunc
	vm       *vm.VM
	overdue  func(*vm.Stop)     // called if the run does not end when it is stopped; nil waits
	page     func([]byte) error // writes a long text
	exposer  *bridge.Exposer
	registry *declare.Registry
	journal  *journal.Journal // nil if the calls are not recorded
	printer  *render.Printer
	stderr   *boundedStderr
	logger   *slog.Logger
	grants   grants.Grants
	secrets  journal.Secrets // of a durable run
	files    stdlib.Files
	// progress begins to show the count of a long call on standard error.
	progress func(ctx context.Context, label string, total int64) bindings.Progress
	guard    *guard.Guard
	planned  client.SharedPlans // of a dry run
	log      *audit.Log         // nil if nothing is recorded
	record   audit.Run          // without the fields that describe adds
	words    []string           // the arguments, as the script has masked them
	output   any                // of a workflow

	chunks map[string]*lua.LFunction // parts of the library that are written in Lua

	databases []grantedDatabase // that Grants.DB names
	others    int               // open connections of dbos.connect

	runDatabase func(context.Context) (*bindings.Connection, error) // opens Config.Database, once
	connection  *bindings.Connection                                // Config.Database, once it is open
	mutex       sync.Mutex
	clients     []client.Client
	screen      *fullscreen.Screen // the last one that the script opened
}

// Grace is how long the end of a run waits for calls under way.
const Grace = 5 * time.Second

// New makes a run that Close must end. Nothing is opened before the script needs it. It returns a
// *ConfigError if the grants cannot be read, or if settings contradict each other.
//
// Do is simpler: it also ends a run that does not end by itself.
func New(ctx context.Context, config Config) (*Run, error) { return newRun(ctx, config, nil) }

func newRun(ctx context.Context, config Config, overdue func(*vm.Stop)) (*Run, error) {
	if err := config.Environment.check(config); err != nil {
		return nil, err
	}
	granted, err := grants.New(config.Grants)
	if err != nil {
		return nil, &ConfigError{Message: err.Error()}
	}
	for _, path := range config.Kept {
		granted = granted.Keep(path)
	}
	for _, path := range config.KeptFolders {
		granted = granted.KeepFolder(path)
	}
	r := &Run{config: config.effective(), grants: granted, overdue: overdue, chunks: map[string]*lua.LFunction{}}
	r.page, r.stderr = r.Write, &boundedStderr{r}
	r.logger = slog.New(r.stderr.logHandler())
	r.newPrinter()
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.runDatabase = openOnce(r.openDatabase)
	if err := r.readDatabaseGrants(); err != nil {
		return nil, err
	}
	r.newGuard()
	r.takeJournalClock()
	r.registry = r.newRegistry().WithClock(r.config.Environment.Now)
	if err := r.newJournal(); err != nil {
		return nil, err
	}
	r.vm = vm.New(r.vmConfig())
	r.exposer = bridge.New(r.vm.L(), r.registry, bridge.Options{OnPanic: r.panicked, Conceal: panicText, Call: r.vm.Call, Brief: vm.Brief, Memory: r.vm.MemoryLimit(), Called: r.config.Environment.Called})
	return r, nil
}

func (r *Run) newPrinter() {
	r.printer = render.NewPrinter(limitedStdout{r}, r.config.Format, render.Kinds{Summary: bindings.Summaries(), Fields: bindings.Fields()})
	r.printer.In(r.config.Zone)
	if r.config.Ages {
		r.printer.Ages(r.config.Environment.Now)
	}
	r.printer.Watch(r.config.Environment.Emitted)
	if r.config.Width != nil {
		r.printer.Fit(r.config.Width)
	}
	r.printer.Notify(func(note string) { fmt.Fprintln(r.stderr, note) })
}

// Execute runs a script with the run's arguments, and returns its error. An *stdlib.ExitRequest
// is a call of exit, which is no failure if its status is 0; see ExitCode.
func (r *Run) Execute(s Source) error {
	r.recordSource(s)
	var results []lua.LValue
	var err error
	if s.Program != nil {
		results, err = r.vm.RunIn(r.ctx, s.Folder, s.Program)
	} else {
		results, err = r.vm.RunText(r.ctx, s.Name, s.Folder, string(s.Text), r.arguments()...)
	}
	if err == nil && r.config.Environment.Workflow != nil && len(results) > 0 {
		if r.output, err = r.exposer.Decode(results[0]); err != nil {
			err = fmt.Errorf("%s: the output of the workflow: %w", s.Name, err)
		} else {
			err = r.checkOutput()
		}
	}
	return r.journalEnd(err)
}

// Output returns the value that the script of a workflow has returned, as data; nil if there is
// none.
func (r *Run) Output() any { return r.output }

func (r *Run) arguments() []lua.LValue {
	values := make([]lua.LValue, len(r.config.Arguments))
	for i, word := range r.config.Arguments {
		values[i] = lua.LString(word)
	}
	return values
}

// Close frees the resources of the run and writes buffered values of emit. Connections are closed
// last, because an iterator may still use one.
func (r *Run) Close() error {
	r.closeScreen()
	err := r.printer.Flush()
	r.cancel(errors.New("the run is over"))
	r.exposer.Close()
	if r.journal != nil {
		r.journal.Close()
	}
	r.vm.Close()
	for _, c := range r.clients {
		if late := c.Close(Grace); late != nil {
			r.logger.Warn(late.Error())
		}
	}
	return err
}

// Write writes to the run's output, within the limit of Limits.Output.
func (r *Run) Write(text []byte) error {
	_, err := r.vm.Stdout().Write(text)
	return err
}

// Flush writes rows that emit holds back until it knows how wide their columns are.
func (r *Run) Flush() error { return r.printer.Flush() }

// Page sets the function that writes texts that may be longer than the window, such as help.
func (r *Run) Page(write func([]byte) error) { r.page = write }

// Context ends with the run.
func (r *Run) Context() context.Context { return r.ctx }

// VM returns the run's Lua state, for a prompt.
func (r *Run) VM() *vm.VM { return r.vm }

// Exposer returns the bridge that makes Go values visible in the run's Lua state, for a prompt.
func (r *Run) Exposer() *bridge.Exposer { return r.exposer }

// Registry returns the modules of the run.
func (r *Run) Registry() *declare.Registry { return r.registry }

// Guard returns the gate of the run, which has its changes so far, and the plan of a dry run.
func (r *Run) Guard() *guard.Guard { return r.guard }

// Script returns the script's name.
func (r *Run) Script() string { return r.config.Script }

// panicked ends the run, because a script must not go on after a panic of Go code.
func (r *Run) panicked(p *bridge.Panic) { r.vm.Abort(p) }
