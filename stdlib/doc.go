// Package stdlib declares what scripts have beside dbos: data (json, csv, seq, re, template …), what touches the
// outside where it is granted (fs, http, exec, env), and the globals emit, exit and help. Handlers are plain Go; nothing
// here knows the VM.
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
	"github.com/dbos-script/dbos-script/stdlib/files"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// A Host is what the library needs of the program around it.
type Host struct {
	Arguments []string         // what was given to the script on the command line
	Script    string           // the script's name, for its usage text
	Stdout    io.Writer        // where a usage text goes
	Stderr    io.Writer        // where progress is shown
	Terminal  bool             // whether somebody watches Stderr
	Output    *render.Printer  // where emit writes
	Logger    *slog.Logger     // where log writes
	Clock     func() time.Time // the time of now
	Abort     func(error)      // ends the run, with the error as its cause
	Asides    *Asides          // the calls that all runs have left behind; may be nil

	Tick     time.Time           // that the run is for; zero when it was started by hand
	Declared func(schedule.Plan) // is told what schedule.declare declares; may be nil

	// Sleep waits, and gives the cause of a context that ended; nil waits in real time.
	Sleep func(context.Context, time.Duration) error

	Grants    grants.Grants     // what the run may touch; nothing when zero
	Transport http.RoundTripper // how http sends requests; nil is Go's own

	// Outside is told of each call that changes something outside of the database; it may be nil.
	Outside func(Act)
	// Rehearsed holds the files of a dry run, in which such calls are only told; nil in a run that makes them.
	Rehearsed *files.Rehearsal

	// Masked is told the arguments without the values that the script declares to be secret; it may be nil.
	Masked func(words []string)

	// Find gives what is declared under a name, Manual the text about it, or about everything where it is nil.
	Find   func(name string) (declare.Topic, error)
	Manual func(*declare.Topic) string
	// Page writes a text that may be longer than a window.
	Page func(text []byte) error

	// Lua gives what a chunk returns, in the state of a script's call, to be called while the call lasts. Without
	// it seq and inspect raise an error, and iterators cannot be read.
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
	return []declare.Module{
		jsonModule(), timeModule(host), logModule(host), argsModule(host), progressModule(host), globals(host),
		csvModule(host), seqModule(host), reModule(host), templateModule(host), inspectModule(host), retryModule(host),
		fsModule(host), httpModule(host), execModule(host), envModule(host),
		hashModule(), base64Module(), uuidModule(),
		scheduleModule(host),
	}
}

// words are never nil, so that scripts find an array.
func (h Host) words() []string { return append([]string{}, h.Arguments...) }

func globals(host Host) declare.Module {
	return declare.Module{
		Name:   "globals",
		Doc:    "Functions that need no module.",
		Funcs:  []declare.Func{emit(host), exit(host), help(host)},
		Values: []declare.Value{{Name: "arg", Doc: "The words that were given to the script, as an array: `args.raw` by the name it has in Lua.", Go: host.words()}},
		Global: true,
	}
}
