package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func enqueueing() []declare.Func {
	return []declare.Func{enqueue(), enqueueMany(), retrieveWorkflow()}
}

func enqueue() declare.Func {
	type args struct {
		QueueName    string `arg:"queue_name" doc:"The queue to put the workflow on."`
		WorkflowName string `arg:"workflow_name" doc:"The name the workflow function is registered under."`
		Input        any    `arg:"input,optional" doc:"The workflow's input: JSON data, or dbos.portable_args for an application in another language than Go."`
		client.EnqueueOptions
	}
	return declare.Method("enqueue", "Puts a workflow on a queue, for the application's executors to run.",
		func(ctx context.Context, c *Connection, a args) (*Handle, error) {
			return c.handle(c.with(ctx).Enqueue(a.QueueName, a.WorkflowName, a.Input, client.WithEnqueueOptions(a.EnqueueOptions)))
		}).Changes().
		Returning("the handle of the workflow").
		Raises("QueueDeduplicated", "UnexpectedWorkflow", "WorkflowIDInUse", "Unsupported", "InvalidOption").
		Notes("With a `workflow_id` that exists, the call changes nothing and returns the handle of the workflow that has it, in any state. " +
			"It raises `UnexpectedWorkflow` if that workflow has another name, queue, class or instance. A plain input is " +
			"written as Go applications write it. If `sdk` or the rows of the database show that the application has another SDK, " +
			"it is the one positional argument of portable arguments. The Go SDK takes the first positional " +
			"argument of portable arguments, TypeScript all positional ones, Python both kinds.").
		Example("local h = dbos.enqueue(\"orders\", \"process_order\", {order = 17}, {workflow_id = \"order-17\", priority = 5})\nprint(h.workflow_id)").
		Example("dbos.enqueue(\"orders\", \"process_order\", {order = 18}, {attributes = {customer = \"acme\"}, workflow_id_reuse_policy = \"reject\"})").
		Example("dbos.enqueue(\"mails\", \"send\", dbos.portable_args{positional = {\"ann@example.org\"}}, {class_name = \"Mailer\", delay = \"10m\"})")
}

func enqueueMany() declare.Func {
	type args struct {
		QueueName                 string `arg:"queue_name" doc:"The queue to put the workflows on."`
		WorkflowName              string `arg:"workflow_name" doc:"The name the workflow function is registered under."`
		Inputs                    []any  `arg:"inputs" doc:"The input of each workflow."`
		client.EnqueueManyOptions `without:"workflow_id,deduplication_id,deduplication_policy"`
	}
	return declare.Method("enqueue_many", "Puts a workflow on a queue for each input: all of them, or none if there is an error.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			return c.listed(c.with(ctx).EnqueueAll(a.QueueName, a.WorkflowName, a.Inputs, client.WithEnqueueManyOptions(a.EnqueueManyOptions)))
		}).Changes().
		Returning("the handles, in the order of the inputs; the array also has the fields of `changes`, where a workflow whose id exists is unchanged").
		Raises("QueueDeduplicated", "UnexpectedWorkflow", "WorkflowIDInUse", "Unsupported", "InvalidOption").
		Example("local handles = dbos.enqueue_many(\"orders\", \"process_order\", {{order = 1}, {order = 2}}, {workflow_ids = {\"order-a\", \"order-b\"}})\nprint(#handles)")
}

func retrieveWorkflow() declare.Func {
	type args struct {
		WorkflowID string `arg:"workflow_id" doc:"The workflow's id."`
	}
	return declare.Method("retrieve_workflow", "Returns the handle of a workflow.",
		func(ctx context.Context, c *Connection, a args) (*Handle, error) {
			return c.handle(c.with(ctx).RetrieveWorkflow(a.WorkflowID))
		}).Reads().
		Returning("the handle").
		Raises("NonExistentWorkflow").
		Example("print(dbos.retrieve_workflow(\"order-1\"):get_status().status)")
}

func portableArgs() declare.Func {
	type args struct {
		Positional []any          `json:"positional" doc:"The positional arguments, in order."`
		Named      map[string]any `json:"named" doc:"The named arguments; only Python applications take them."`
	}
	return declare.Fn("portable_args", "Makes the input of a workflow of an application in any language.",
		func(_ context.Context, a args) (client.PortableWorkflowArgs, error) {
			return client.PortableWorkflowArgs{PositionalArgs: a.Positional, NamedArgs: a.Named}, nil
		}).Pure().
		Returning("the arguments, to be passed as the input").
		Example("local input = dbos.portable_args{positional = {1, 2}, named = {retries = 3}}\nprint(dbos.enqueue(\"default\", \"add\", input).workflow_id)")
}
