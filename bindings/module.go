package bindings

import (
	"context"
	"slices"
	"sync"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Host connects the module to the program around it.
type Host struct {
	// Default returns the connection of the run, which is opened at the first call.
	Default func(context.Context) (*Connection, error)
	// Connect opens another database.
	Connect func(context.Context, ConnectOptions) (*Connection, error)
	// DryRun is true if changes are only planned.
	DryRun bool
	// Database is the URL of the run's database without secrets.
	Database string
}

// A Connection is a client as scripts see it.
type Connection struct {
	client  client.Client
	files   Files // nil if the run has none
	foreign bool  // the script has opened it
	// progress begins to show the count of a long call; nil if nothing shows it.
	progress func(ctx context.Context, label string, total int64) Progress
}

// A Progress shows a count that grows.
type Progress interface {
	Add(more int64)
	End()
}

// NewConnection lets scripts use a client.
func NewConnection(c client.Client) *Connection { return &Connection{client: c} }

// With returns the connection with files for the functions that read and write them.
func (c *Connection) With(files Files) *Connection {
	c.files = files
	return c
}

// Foreign returns true if the script has opened the connection.
func (c *Connection) Foreign() bool { return c.foreign }

// Showing returns the connection with a function that begins to show the count of a long call.
func (c *Connection) Showing(progress func(ctx context.Context, label string, total int64) Progress) *Connection {
	c.progress = progress
	return c
}

// Client returns the client of the connection, under a context.
func (c *Connection) Client(ctx context.Context) client.Client { return c.with(ctx) }

// with returns a client whose calls end with ctx, the context of the script's call.
func (c *Connection) with(ctx context.Context) client.Client { return c.client.WithContext(ctx) }

// Module declares dbos for a host.
func Module(host Host) declare.Module {
	return declare.Module{
		Name:    "dbos",
		Section: declare.WorkflowsSection,
		Doc: "Works on the system database of a DBOS application: enqueue, list, cancel, resume and fork workflows, " +
			"talk to them, manage schedules and versions.\n\nThe functions work on the run's own database: `--db` names it, or " +
			"`DBOS_SYSTEM_DATABASE_URL`, or it is the file dbos.sqlite of the current folder. `dbos.connect` opens another one.",
		Funcs: append(functions(host), named([]declare.Func{connect(host)})...),
		Values: []declare.Value{
			{Name: "dry_run", Doc: dryRunDoc, Go: host.DryRun},
			{Name: "database", Doc: "The URL of the run's database, without the password.", Go: host.Database},
		},
		Classes: slices.Clone(classes()),
		Guesses: guesses(),
	}
}

const dryRunDoc = "True in a dry run (`--dry-run`), which changes nothing: a call that would change something raises the errors " +
	"that it would raise, and becomes a line of the plan at the end of the run. Later calls see a workflow in the state that it " +
	"would have, and do not wait for it: for a workflow that the run has changed or made, `get_result` and `get_event` return nil " +
	"at once, `get_status` returns that state, and `wait` returns it with `finished = false`. If it was cancelled, `get_result` raises " +
	"`AwaitedWorkflowCancelled`. Lists leave out workflows that would no longer match, and workflows that the run has made."

// functions are the operations on the run's own connection.
func functions(host Host) []declare.Func {
	own := func(ctx context.Context) (any, error) { return host.Default(ctx) }
	list := []declare.Func{portableArgs()}
	for _, operation := range operations() {
		list = append(list, operation.On(own))
	}
	return list
}

// operations are all that can be done with a connection, by topic. They are the same in every run,
// and reading their types takes more than most scripts, so they are declared once.
var operations = sync.OnceValue(newOperations)

func newOperations() []declare.Func {
	var all []declare.Func
	for _, topic := range [][]declare.Func{
		enqueueing(), listing(), steering(), forking(), messaging(), waiting(), scheduling(), debouncing(), queueing(), bulking(), pruning(), executing(), counting(), exporting(), versions(), closing(),
	} {
		all = append(all, named(topic)...)
	}
	return all
}

// longestName is how many bytes an id, a name or a key may have. An index of Postgres holds 2,700,
// and each is compared, recorded and repeated in messages.
const longestName = 64 << 10

// named bounds the texts of functions, each of which is an id, a name or a key: what workflows are
// given is data.
func named(list []declare.Func) []declare.Func {
	bounded := make([]declare.Func, len(list))
	for i, f := range list {
		bounded[i] = f.TextWithin(longestName)
	}
	return bounded
}
