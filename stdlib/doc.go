// Package stdlib declares the modules of scripts other than dbos: data (json, csv, seq, re,
// template …), access to the outside if it is granted (fs, http, exec, env), and the globals
// emit, exit and help. Handlers are plain Go; no code here knows the VM.
//
// Start with Modules in doc.go; the file of a module has its name. The packages below do the work
// that needs no declaration.
package stdlib

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib/backoff"
	"github.com/dbos-script/dbos-script/stdlib/command"
	"github.com/dbos-script/dbos-script/stdlib/fetch"
	"github.com/dbos-script/dbos-script/stdlib/files"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// A Host connects the library to the program around it.
type Host struct {
	Arguments []string         // arguments of the script on the command line
	Command   string           // starts the script, for its usage text: "dbos-script run x.lua"
	Flags     []string         // such as --db, which are no words of the script unless -- stands before them
	Stdout    io.Writer        // where a usage text goes
	Stderr    io.Writer        // where progress is shown
	Terminal  bool             // whether somebody watches Stderr
	Output    *render.Printer  // where emit writes
	Logger    *slog.Logger     // where log writes
	Clock     func() time.Time // the time of now
	Zone      *time.Location   // of the times on the command line; nil is UTC
	Abort     func(error)      // ends the run, with the error as its cause
	Abandoned *AbandonedCalls  // the calls that ended runs could not stop; may be nil

	// Stdin returns what the word "-" of a positional list stands for; nil if there is nothing.
	Stdin func(context.Context) ([]byte, error)

	Tick     time.Time           // that the run is for; zero when it was started by hand
	Declared func(schedule.Plan) // called by schedule.declare; may be nil
	Failure  *schedule.Failure   // schedule.declare passes it to on_failure; nil in a run of the script

	// Workflow is the workflow that the run executes because an application has enqueued it. Nil is
	// any other run. DeclaredWorkflow is called by workflow.declare; it may be nil.
	Workflow         *WorkflowCall
	DeclaredWorkflow func(WorkflowPlan)

	// Durable makes the steps of a durable run. Nil is a run that is not durable.
	Durable Durable

	// Sleep waits, and returns the cause if the context ends. Nil waits in real time.
	Sleep func(context.Context, time.Duration) error

	Needs  func(grants.Lists) error // called with the grants that the script declares to need; may be nil
	Grants grants.Grants            // limits access to the outside; the zero value grants nothing
	// Secret is called with the name and the value of each variable that env.get returns. It may be
	// nil.
	Secret    func(name, value string)
	Transport http.RoundTripper // how http sends requests; nil is Go's own
	// FakeHTTP answers the requests of a test. Nil sends them.
	FakeHTTP *fetch.Fake
	// FakePrograms returns the function that takes the place of programs in a test, or nil if they
	// are started. It may be nil.
	FakePrograms func() func(context.Context, command.Command) (*command.Result, error)

	// Outside is called with each call that changes something outside of the database; it may be
	// nil.
	Outside func(Act)
	// DryFiles holds the files of a dry run, in which such calls are only told; nil in a run
	// that makes them.
	DryFiles *files.DryRun

	// Masked is called with the arguments, without the values that the script declares to be
	// secret; it may be nil.
	Masked func(words []string)

	// Find returns the declaration of a name. Manual returns the text about it, or about
	// everything if it is nil.
	Find   func(name string) (declare.Topic, error)
	Manual func(*declare.Topic) string
	// FullScreen takes over the terminal of the run. Nil is a run without one.
	FullScreen func(context.Context) (FullScreen, error)
	// Columns returns the width of the terminal that the output of the run goes to; 0 if it goes to
	// none. It may be nil.
	Columns func() int
	// Page writes a text that may be longer than a window.
	Page func(text []byte) error

	// Lua returns the function of a chunk in the state of a script's call. It may be called until
	// the call returns. Without Lua, seq and inspect raise an error, and iterators cannot be
	// read.
	Lua func(context.Context, Chunk) (declare.Callback, error)
}

// sleep waits by the host's clock.
func (h Host) sleep(ctx context.Context, d time.Duration) error {
	if h.Sleep == nil {
		return backoff.Wait(ctx, d)
	}
	return h.Sleep(ctx, d)
}

// Modules are all of them.
func Modules(host Host) []declare.Module {
	var modules []declare.Module
	for _, made := range Makers(host) {
		modules = append(modules, made())
	}
	return modules
}

// Makers returns the functions that make each of Modules, in the same order.
func Makers(host Host) (makers []func() declare.Module) {
	of := func(module func(Host) declare.Module) func() declare.Module {
		return func() declare.Module { return module(host) }
	}
	return []func() declare.Module{
		jsonModule, of(timeModule), of(logModule), of(argsModule), of(progressModule), of(screenModule), of(globals),
		of(csvModule), of(seqModule), of(reModule), of(templateModule), of(inspectModule), of(retryModule),
		of(fsModule), of(httpModule), of(execModule), of(envModule),
		hashModule, base64Module, uuidModule,
		of(scheduleModule), of(durableModule), of(workflowModule),
	}
}

// words are never nil, so that scripts find an array.
func (h Host) words() []string { return append([]string{}, h.Arguments...) }

func globals(host Host) declare.Module {
	return declare.Module{
		Name:    "globals",
		Section: declare.ScriptSection,
		Doc:     "Functions that need no module.",
		Funcs:   []declare.Func{emit(host), exit(host), help(host), step(host)},
		Values:  []declare.Value{{Name: "arg", Doc: "The words that were given to the script, as an array: `args.raw` by the name it has in Lua.", Go: host.words()}},
		Global:  true,
	}
}
