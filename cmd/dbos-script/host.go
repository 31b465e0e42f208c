package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/declare/reference"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// A host joins client, modules and VM for one run. This is the one place that knows them all.
type host struct {
	app      *app
	script   string   // its path, or -e
	args     []string // what was given to it
	ctx      context.Context
	cancel   context.CancelCauseFunc
	vm       *vm.VM
	page     func([]byte) error // writes a long text
	exposer  *bridge.Exposer
	registry *declare.Registry
	printer  *render.Printer
	said     *aloud // standard error, for what the script writes there
	logger   *slog.Logger
	grants   grants.Grants
	guard    *guard.Guard
	plans    client.Rehearsals // of a dry run
	log      *audit.Log        // nil where nothing is to be written
	run      audit.Run
	chunks   map[string]*lua.LFunction // parts of the library that are written in Lua

	databases []grantedDatabase // that --allow-db names
	others    int               // connections of dbos.connect that are open

	own    func(context.Context) (*bindings.Connection, error) // the run's own database, opened once
	base   *bindings.Connection                                // what own opened; nil before
	mutex  sync.Mutex
	opened []client.Client
}

// grace is how long the end of a run waits for calls under way.
const grace = 5 * time.Second

func (a *app) newHost(ctx context.Context, script string, args []string) (*host, error) {
	format, err := a.format()
	if err != nil {
		return nil, &usageError{message: err.Error()}
	}
	granted, err := grants.New(a.options.allow)
	if err != nil {
		return nil, &usageError{message: err.Error()}
	}
	if path, err := a.auditFile(); err == nil {
		granted = granted.Keep(path)
	}
	h := &host{app: a, script: script, args: args, grants: granted, chunks: map[string]*lua.LFunction{}}
	h.page, h.said = h.write, &aloud{h}
	h.logger = a.loggerTo(h.said.styled())
	h.printer = render.NewPrinter(limited{h}, format, render.Kinds{Summary: bindings.Summaries(), Fields: bindings.Fields()})
	h.printer.Watch(a.stage.emitted)
	h.printer.Fit(a.width)
	h.printer.Tell(func(what string) { fmt.Fprintln(h.said, what) })
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	h.own = onceOpened(h.openOwn)
	if err := h.readDatabaseGrants(); err != nil {
		return nil, err
	}
	h.newGuard()
	h.registry = declare.NewRegistry(h.modules()...).WithClock(h.app.stage.now)
	h.vm = vm.New(h.vmConfig())
	h.exposer = bridge.New(h.vm.L(), h.registry, bridge.Options{OnPanic: h.panicked, Conceal: panicText, Call: h.vm.Call, Brief: vm.Brief})
	return h, nil
}

func (h *host) modules() []declare.Module {
	library := stdlib.Modules(stdlib.Host{
		Arguments: h.args, Script: filepath.Base(h.script), Stdout: limited{h},
		Stderr: h.said, Terminal: terminal.Is(h.app.err), Output: h.printer, Logger: h.logger, Clock: h.app.stage.now,
		Sleep: h.app.stage.sleep, Suite: h.app.stage.suite, Tick: h.app.stage.tick, Declared: h.app.stage.declared,
		Abort: func(err error) { h.vm.Abort(err) }, Asides: h.app.left.calls(), Grants: h.grants, Lua: h.library, Find: h.find, Manual: h.manual,
		Page: func(text []byte) error { return h.page(text) }, Transport: h.app.transport,
		Outside: h.outside, Rehearsed: h.rehearsed(), Masked: h.masked,
	})
	own := bindings.Module(bindings.Host{
		Default: h.own, Connect: h.connect, DryRun: h.app.options.dryRun,
	})
	return append(append([]declare.Module{own}, library...), h.app.stage.modules...)
}

// vmConfig makes every module a global too, and instead of a module of globals what is in it.
func (h *host) vmConfig() vm.Config {
	modules := map[string]vm.Loader{}
	globals := map[string]vm.Loader{}
	for _, m := range h.registry.Modules() {
		if m.Global {
			for _, name := range m.Names() {
				globals[name] = func(*lua.LState) lua.LValue { return h.vm.L().GetField(h.exposer.Open(m), name) }
			}
			continue
		}
		load := func(*lua.LState) lua.LValue { return h.exposer.Open(m) }
		modules[m.Name], globals[m.Name] = load, load
	}
	h.testGlobals(modules, globals)
	return vm.Config{Stdout: &flushing{h.printer, h.app.out}, Limits: h.app.options.limits(),
		Loaders: modules, Globals: globals, ErrorOf: errorOf, Elsewhere: h.registry.Elsewhere, PrintedTable: h.app.explainTable, Overdue: h.app.overdue, Undoing: h.guard.Applying, Conceal: panicText,
		Clock: h.app.stage.fine, Coverage: h.app.stage.coverage}
}

// explainTable says on a terminal how to see what is in a table.
func (a *app) explainTable() {
	if terminal.Is(a.err) {
		fmt.Fprintln(a.err, "dbos-script: print(inspect.dump(t)) shows what is in a table")
	}
}

// limited is the script's output, which --max-output bounds; it is the VM's once there is one.
type limited struct{ h *host }

func (l limited) Write(p []byte) (int, error) { return l.h.vm.Stdout().Write(p) }

// flushing keeps print and emit in order: a table that waits for its rows is written first.
type flushing struct {
	printer *render.Printer
	out     io.Writer
}

func (f *flushing) Write(p []byte) (int, error) {
	if err := f.printer.Flush(); err != nil {
		return 0, err
	}
	return f.out.Write(p)
}

func words(args []string) []lua.LValue {
	values := make([]lua.LValue, len(args))
	for i, word := range args {
		values[i] = lua.LString(word)
	}
	return values
}

func (h *host) find(name string) (declare.Topic, error) { return reference.Find(h.registry, name) }

func (h *host) manual(topic *declare.Topic) string {
	if topic == nil {
		return reference.Contents(h.registry)
	}
	return reference.Text(h.registry, *topic)
}

// write is output of the host's own, which --max-output bounds too.
func (h *host) write(text []byte) error {
	_, err := h.vm.Stdout().Write(text)
	return err
}

// panicked ends the run: a script must not go on after a bug of ours.
func (h *host) panicked(p *bridge.Panic) { h.vm.Abort(p) }

func (h *host) openOwn(ctx context.Context) (*bindings.Connection, error) {
	if h.app.stage.database != nil {
		return h.openStaged(ctx)
	}
	url, embedded := h.app.options.url()
	config := h.app.options.config(url)
	if embedded {
		if _, err := os.Stat(embeddedFile); errors.Is(err, fs.ErrNotExist) {
			return nil, errNoDatabase()
		}
		fmt.Fprintf(h.app.err, "dbos-script: no --db and no $%s: using the embedded database %s\n", environmentURL, embeddedURL)
	}
	connection, err := h.open(ctx, config)
	h.base = connection
	return connection, err
}

func (h *host) connect(ctx context.Context, o bindings.ConnectOptions) (*bindings.Connection, error) {
	if h.app.stage.database != nil {
		return nil, errElsewhere
	}
	config, err := h.foreign(o)
	if err != nil {
		return nil, err
	}
	return h.openAnother(ctx, config)
}

func (h *host) open(ctx context.Context, config client.ClientConfig) (*bindings.Connection, error) {
	c, err := h.openClient(ctx, config)
	if err != nil {
		return nil, err
	}
	return bindings.NewConnection(c), nil
}

// openClient connects for as long as a call lasts; the client lasts as long as the host.
func (h *host) openClient(ctx context.Context, config client.ClientConfig) (client.Client, error) {
	config.Logger, config.Grace, config.Rehearsals = h.logger, grace, &h.plans
	config.Gate = h.guard.Gate(config.Shown())
	c, err := client.NewClient(ctx, config)
	if err != nil {
		return nil, err
	}
	c = c.WithContext(h.ctx)
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.opened = append(h.opened, c)
	return c, nil
}

// close frees what the run held. The connections go last, for iterators under way may hold one.
func (h *host) close() error {
	err := h.printer.Flush()
	h.cancel(errors.New("the run is over"))
	h.exposer.Close()
	h.vm.Close()
	for _, c := range h.opened {
		c.Shutdown(grace)
	}
	return err
}

// clock is the time scripts see, as precise as what a database stores.
func clock() time.Time { return time.Now().Truncate(time.Millisecond) }

// errorOf tells the VM which of our objects are errors.
func errorOf(v lua.LValue) error {
	if e, ok := bridge.ErrorOf(v); ok {
		return e
	}
	return nil
}
