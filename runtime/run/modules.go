package run

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/declare/reference"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run/trail"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
	"github.com/dbos-script/dbos-script/runtime/scripttest/testbed"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// newRegistry returns the modules that the script can require, or has as globals.
func (r *Run) newRegistry() *declare.Registry {
	host := stdlib.Host{
		Arguments: r.config.Arguments, Flags: r.config.Flags, Command: cmp.Or(r.config.Command, "dbos-script run "+filepath.Base(r.config.Script)), Stdin: r.stdin(), Stdout: limitedStdout{r},
		Stderr: r.stderr, Terminal: terminal.Is(r.config.Stderr), Output: r.printer, Logger: r.logger, Clock: r.config.Environment.Now, Zone: r.config.Zone,
		Sleep: r.config.Environment.Sleep, Tick: r.config.Environment.Tick, Declared: r.config.Environment.Declared, Failure: r.config.Environment.Failure,
		Abort: func(err error) { r.vm.Abort(err) }, Abandoned: r.config.Abandoned.abandonedCalls(), Grants: r.grants, Needs: r.config.Needs, Secret: r.addSecret, Lua: r.library,
		Find: r.find, FullScreen: r.fullScreen(), Columns: r.config.Width, Manual: r.Manual, Page: func(text []byte) error { return r.page(text) },
		Transport: r.config.Transport, FakeHTTP: r.config.Environment.FakeHTTP, FakePrograms: r.config.Environment.FakePrograms, Outside: r.planOutsideAct, DryFiles: r.plannedFiles(), Masked: r.masked,
		Durable: r.durableSteps(), Workflow: r.config.Environment.Workflow, DeclaredWorkflow: r.config.Environment.DeclaredWorkflow,
	}
	r.files = host.Files()
	r.progress = func(ctx context.Context, label string, total int64) bindings.Progress {
		return stdlib.NewProgress(ctx, host, label, total)
	}
	dbos := func() bindings.Host {
		return bindings.Host{Default: r.runDatabase, Connect: r.connect, DryRun: r.config.DryRun, Database: r.config.Database.Shown()}
	}
	log := func() trail.Host { return trail.Host{Path: r.config.AuditPath, Database: r.config.Database.Shown()} }
	return declare.Outlined(outline(), makersOf(dbos, host, log, r.config.Environment.Suite), r.config.Environment.Modules...)
}

// longestInput bounds the ids that a run reads from standard input: half a million of them.
const longestInput = 32 << 20

// stdin returns the function that reads standard input as long as the run may wait, or nil if
// the run has none.
func (r *Run) stdin() func(context.Context) ([]byte, error) {
	if r.config.Stdin == nil {
		return nil
	}
	return func(ctx context.Context) ([]byte, error) {
		return plainfile.ReadStream(ctx, r.config.Stdin, longestInput)
	}
}

// makersOf is the one list of the modules that every script has. To read the URL of the database,
// which two of them show, takes a while.
func makersOf(dbos func() bindings.Host, host stdlib.Host, log func() trail.Host, suite *scripttest.Suite) []func() declare.Module {
	own := []func() declare.Module{
		func() declare.Module { return bindings.Module(dbos()) },
		func() declare.Module { return trail.Module(log()) },
	}
	return slices.Concat(own, stdlib.Makers(host), scripttest.Makers(scripttest.Host{Host: host, Suite: suite}))
}

// outline has the names of the modules.
var outline = sync.OnceValue(func() *declare.Outline { return declare.NewOutline(Modules()...) })

// Modules returns the modules that every script has, for manuals and checks. Their functions
// cannot be called.
func Modules() []declare.Module {
	var modules []declare.Module
	for _, made := range makersOf(func() bindings.Host { return bindings.Host{} }, stdlib.Host{Clock: time.Now}, func() trail.Host { return trail.Host{} }, nil) {
		modules = append(modules, made())
	}
	return modules
}

// TestModules returns the modules that only tests have, like Modules.
func TestModules() []declare.Module { return testbed.New(slog.New(slog.DiscardHandler)).Modules(nil) }

// memoryHint says how a run needs less memory.
const memoryHint = "a table and a list of workflows are in memory as a whole: dbos.workflows{…} walks over any number of workflows in " +
	"constant memory, limit shortens a list, and --max-memory allows more"

// vmConfig makes every module a global too, and the members of a module of globals global names.
func (r *Run) vmConfig() vm.Config {
	modules := map[string]vm.Loader{}
	globals := map[string]vm.Loader{}
	for _, m := range r.registry.Listed() {
		open := func() *lua.LTable { return r.exposer.Open(*r.registry.Module(m.Name)) }
		if m.Global {
			for _, name := range m.Names() {
				globals[name] = func(*lua.LState) lua.LValue { return r.vm.L().GetField(open(), name) }
			}
			continue
		}
		load := func(*lua.LState) lua.LValue { return open() }
		modules[m.Name], globals[m.Name] = load, load
	}
	r.testGlobals(modules, globals)
	return vm.Config{
		Stdout: &flushing{r.printer, r.config.Stdout, r.printedBefore}, Limits: r.config.Limits, Loaders: modules, Globals: globals,
		ErrorOf: errorOf, Elsewhere: r.registry.Elsewhere, PrintedTable: r.config.PrintedTable, Overdue: r.overdue,
		Undoing: r.guard.Applying, Conceal: panicText, Clock: r.config.Environment.preciseNow, Coverage: r.config.Environment.Coverage,
		Durable: r.durable(), Modules: r.config.Environment.ModuleTexts, Neighbours: r.config.Neighbours, MemoryHint: memoryHint, SizeOf: bridge.SizeOf,
	}
}

// Globals returns the names that the modules of the run add to Lua's globals.
func (r *Run) Globals() []string {
	var names []string
	for _, m := range r.registry.Listed() {
		if !m.Global {
			names = append(names, m.Name)
			continue
		}
		names = append(names, m.Names()...)
	}
	return names
}

func (r *Run) find(name string) (declare.Topic, error) { return reference.Find(r.registry, name) }

// Manual returns the text about a topic, or the table of contents if topic is nil.
func (r *Run) Manual(topic *declare.Topic) string {
	if topic == nil {
		return reference.Contents(r.registry)
	}
	return reference.Text(r.registry, *topic)
}

// limitedStdout is the script's output, which Limits.Output bounds. The VM counts it.
type limitedStdout struct{ run *Run }

func (l limitedStdout) Write(p []byte) (int, error) { return l.run.vm.Stdout().Write(p) }

// flushing keeps print and emit in order: a table that waits for its rows is written first, and
// what is printed while an array is open after it.
type flushing struct {
	printer *render.Printer
	out     io.Writer
	before  func() bool // returns true for a text that an earlier process has printed
}

func (f *flushing) Write(p []byte) (int, error) {
	if f.before() {
		return len(p), nil
	}
	if err := f.printer.Pass(f.out, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// errorOf returns the Go error behind an error object of Lua, nil for any other value.
func errorOf(v lua.LValue) error {
	if e, ok := bridge.ErrorOf(v); ok {
		return e
	}
	return nil
}
