package run

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/command"
	"github.com/dbos-script/dbos-script/stdlib/fetch"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// An Environment replaces parts of the real world for a test, a schedule or a benchmark. The zero
// value is production.
type Environment struct {
	// Clock returns the time that the script sees. Nil is the time of the machine.
	Clock func() time.Time
	// Sleep waits by that clock, and returns the cause of a context that ended. Nil waits in real
	// time.
	Sleep func(context.Context, time.Duration) error
	// Database returns the only database that the script may open, under the settings of
	// Config.Database. Nil opens Config.Database itself.
	Database func(context.Context) (client.ClientConfig, error)
	// FakeHTTP answers the requests of the script, whatever the grants. Nil sends them.
	FakeHTTP *fetch.Fake
	// FakePrograms returns the function that takes the place of programs, or nil if they are
	// started. It may be nil.
	FakePrograms func() func(context.Context, command.Command) (*command.Result, error)
	// Client is used in the place of a connection. Its changes pass no gate, so they are neither
	// counted nor recorded.
	Client client.Client
	// Modules are added to the modules of each script.
	Modules []declare.Module
	// Suite takes the tests that a script describes, and makes the functions of testing global.
	Suite *scripttest.Suite
	// Coverage counts the lines that run. Nil counts nothing.
	Coverage *vm.Coverage
	// Emitted is called with the rows that the script emits. It may be nil.
	Emitted func([]render.Row)
	// Called is called before each call of a function that reads or changes something, with its
	// name. The function that it returns is called with the error of the call, or nil, when that
	// returns. It may be nil.
	Called func(name string) (returned func(error))
	// Tick is the time in the schedule that the run is for. Zero is a run that was started by hand.
	Tick time.Time
	// ID is the run's id in the audit log. Empty makes a new one.
	ID string
	// Journal records the calls of the script, and returns the recorded results of those that are
	// recorded already. The run sets its Registry and its Abort, and takes the clock, Sleep and the
	// random numbers of the script from it: Clock and Sleep are the real ones of the journal. Nil
	// records nothing.
	Journal *journal.Config
	// PrintOnce discards the texts that the script prints while recorded steps of the Journal are
	// left, because an earlier process has printed them.
	PrintOnce bool
	// ModuleTexts are the modules beside the script, by the names that require gets. If it is not
	// nil, require reads no files.
	ModuleTexts map[string]string
	// Declared is called with the plan that schedule.declare declares. It may be nil.
	Declared func(schedule.Plan)
	// Workflow is the workflow that the run executes because an application has enqueued it. Nil is
	// any other run.
	Workflow *stdlib.WorkflowCall
	// DeclaredWorkflow is called with the plan that workflow.declare declares. It may be nil.
	DeclaredWorkflow func(stdlib.WorkflowPlan)
	// Failure is passed to the function on_failure of schedule.declare, which is called then. It is
	// nil for a run of the script itself.
	Failure *schedule.Failure
}

// check returns a *ConfigError if safety settings could not hold.
func (e Environment) check(c Config) error {
	if e.Client != nil && (c.DryRun || c.MaxChanges != nil || c.AuditFile != nil) {
		return &ConfigError{
			Message: "a Client passes no gate: it takes neither DryRun nor MaxChanges nor AuditFile",
			Hint:    "name the database in Config.Database",
		}
	}
	return nil
}

// Now returns the time that scripts see, with the precision of a database.
func (e Environment) Now() time.Time {
	if e.Clock != nil {
		return e.Clock()
	}
	return time.Now().Truncate(time.Millisecond)
}

// preciseNow returns the time of os.clock, which measures less than a millisecond.
func (e Environment) preciseNow() time.Time {
	if e.Clock != nil {
		return e.Clock()
	}
	return time.Now()
}

// openEnvironment opens the database of the environment, under the settings of the run.
func (r *Run) openEnvironment(ctx context.Context) (*bindings.Connection, error) {
	replaced, err := r.config.Environment.Database(r.ctx)
	if err != nil {
		return nil, err
	}
	config := r.config.Database
	config.DatabaseURL, config.Clock, config.Idle = replaced.DatabaseURL, replaced.Clock, replaced.Idle
	config.SDK = cmp.Or(config.SDK, replaced.SDK)
	return r.open(ctx, config)
}

// errOnlyDatabase keeps a test from databases that are not its own.
var errOnlyDatabase = &DeniedError{Err: errors.New("a test has the database of its fleet, and may open no other")}
