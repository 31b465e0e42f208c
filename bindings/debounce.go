package bindings

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Debouncer holds a workflow and options for debounced calls. It has no state of its own: the
// calls of all scripts and of the application meet in the database.
type Debouncer struct {
	connection *Connection
	workflow   string
	options    client.DebouncerOptions
}

// String implements tostring.
func (d *Debouncer) String() string { return "debouncer of " + d.workflow }

// Foreign returns true if the debouncer belongs to a connection that the script has opened.
func (d *Debouncer) Foreign() bool { return d.connection.foreign }

func debouncing() []declare.Func { return []declare.Func{debouncer()} }

func debouncer() declare.Func {
	type args struct {
		WorkflowName string `arg:"workflow_name" doc:"The name the workflow function is registered under."`
		client.DebouncerOptions
	}
	return declare.Method("debouncer", "Makes a debouncer of a workflow. It does not read the database.",
		func(_ context.Context, c *Connection, a args) (*Debouncer, error) {
			return &Debouncer{c, a.WorkflowName, a.DebouncerOptions}, nil
		}).Pure().
		Returning("the debouncer").
		Example("local d = dbos.debouncer(\"reindex\", {timeout = \"5m\"})\nprint(d:debounce(\"customer-7\", \"30s\", {customer = 7}).workflow_id)")
}

func debouncerClass() *declare.Class {
	return declare.ClassOf[*Debouncer]("debouncer", "Collects calls of a workflow: if calls for one key follow each other within their delays, a single workflow runs, with the input of the last call.").
		With(declare.Get("workflow_name", "The name of the workflow.", func(d *Debouncer) string { return d.workflow })).
		Having(named([]declare.Func{debounce()})...)
}

func debounce() declare.Func {
	type args struct {
		Key   string        `arg:"key" doc:"The key by which calls are grouped."`
		Delay time.Duration `arg:"delay" doc:"How long the workflow waits for a further call." min:"0"`
		Input any           `arg:"input,optional" doc:"The workflow's input, as dbos.enqueue takes it."`
		client.WorkflowOptions
	}
	return declare.Method("debounce", "Starts the workflow after a delay. If an earlier call for the key still waits, delays that workflow further and replaces its input.",
		func(ctx context.Context, d *Debouncer, a args) (*Handle, error) {
			options := client.WithWorkflowOptions(a.WorkflowOptions)
			return d.connection.handle(d.connection.with(ctx).Debounce(d.workflow, a.Key, a.Delay, a.Input, d.options, options))
		}).Changes().
		Returning("the handle of the workflow that the first call of the group made").
		Raises("QueueDeduplicated", "UnexpectedWorkflow", "Unsupported", "InvalidOption").
		Notes("The debouncer's `timeout` limits the time from the first call to the start, even if more calls follow.").
		Example("local d = dbos.debouncer(\"reindex\")\nd:debounce(\"customer-7\", \"30s\", {customer = 7})")
}
