package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// queueing returns the functions for registered queues.
func queueing() []declare.Func {
	return []declare.Func{registerQueue(), getQueue(), listQueues(), updateQueue(), pauseQueue(), resumeQueue(), deleteQueue()}
}

// oneQueue is the argument of most operations on queues.
type oneQueue struct {
	Name string `arg:"name" doc:"The queue's name."`
}

const queueNotes = "Running applications read registered queues again every second or so. A queue that an application declares in code " +
	"alone is not registered: only its code can change it."

func registerQueue() declare.Func {
	return declare.Method("register_queue", "Registers a queue with its limits, or changes the one of that name.",
		func(ctx context.Context, c *Connection, input client.QueueInput) (*client.Queue, error) {
			return c.with(ctx).RegisterQueue(input)
		}).Changes().
		Returning("the queue as it is stored").
		Raises("AlreadyExists", "InvalidOption", "Unsupported").
		Notes(queueNotes + " Give it an `application_name` where several applications share the database, because without one each of " +
			"them takes from it.").
		Example("dbos.register_queue{name = \"mails\", concurrency = 10, worker_concurrency = 2, rate_limit = {limit = 100, period = \"1m\"}}").
		Example("print(dbos.register_queue{name = \"tenants\", concurrency = 20, partition_queue = true, on_conflict = \"never_update\"}.partition_queue)")
}

func getQueue() declare.Func {
	return declare.Method("get_queue", "Returns a registered queue by its name.",
		func(ctx context.Context, c *Connection, a oneQueue) (*client.Queue, error) {
			return c.with(ctx).RetrieveQueue(a.Name)
		}).Reads().
		Returning("the queue, nil when none of that name is registered").OrNil().
		Raises("InvalidOption").
		Example("local q = dbos.get_queue(\"orders\")\nif q then print(q.concurrency, q.application_name) end")
}

func listQueues() declare.Func {
	return declare.Method("list_queues", "Returns the registered queues that match all of the options, by name.",
		func(ctx context.Context, c *Connection, o client.ListQueuesOptions) ([]client.Queue, error) {
			return c.with(ctx).ListQueues(client.WithListQueuesOptions(o))
		}).Reads().
		Returning("the queues; an empty array when none matches").
		Raises("Unsupported").
		Notes("`dbos-script db info` also shows queues that are not registered, and how many workflows are on each.").
		Example("for _, q in ipairs(dbos.list_queues{}) do print(q.name, q.concurrency) end")
}

func updateQueue() declare.Func {
	type args struct {
		oneQueue
		client.QueueUpdate
	}
	return declare.Method("update_queue", "Changes limits of a registered queue; what is not named stays as it is.",
		func(ctx context.Context, c *Connection, a args) (*client.Queue, error) {
			return c.with(ctx).UpdateQueue(a.Name, a.QueueUpdate)
		}).Changes().
		Returning("the queue as it is stored").
		Raises("QueueNotFound", "AlreadyExists", "InvalidOption", "Unsupported").
		Notes(queueNotes + " A queue that becomes partitioned strands the workflows that wait on it without a partition key; a warning counts them.").
		Example("dbos.register_queue{name = \"mails\", concurrency = 10}\nprint(dbos.update_queue(\"mails\", {worker_concurrency = 3, clear = {\"concurrency\"}}).worker_concurrency)")
}

func pauseQueue() declare.Func {
	return declare.Method("pause_queue", "Pauses a registered queue: no workflow of it starts until it is resumed.",
		func(ctx context.Context, c *Connection, a oneQueue) (*client.Queue, error) {
			return c.with(ctx).PauseQueue(a.Name)
		}).Changes().
		Returning("the queue, with the limits that hold again once it is resumed").
		Raises("QueueNotFound", "AlreadyExists", "InvalidOption").
		Notes("Workflows that run go on. Running applications notice it at their next look at the queue. It stays paused over runs of " +
			"dbos-script and over `dbos.update_queue`, and pausing it again changes nothing; but an application that sets the rate limit of the queue, " +
			"for example because it registers the queue anew when it starts, ends the pause. For a queue that an application declares in code, " +
			"hold what waits on it: `dbos.hold{queue_name = \"NAME\"}`.").
		Example("dbos.register_queue{name = \"mails\", concurrency = 10}\nprint(dbos.pause_queue(\"mails\").paused)")
}

func resumeQueue() declare.Func {
	return declare.Method("resume_queue", "Ends the pause of a registered queue: the limits that it had hold again.",
		func(ctx context.Context, c *Connection, a oneQueue) (*client.Queue, error) {
			return c.with(ctx).ResumeQueue(a.Name)
		}).Changes().
		Returning("the queue as it is stored").
		Raises("QueueNotFound", "AlreadyExists", "InvalidOption").
		Notes("A queue that is not paused stays as it is.").
		Example("dbos.register_queue{name = \"mails\", rate_limit = {limit = 5, period = \"1m\"}}\ndbos.pause_queue(\"mails\")\nprint(dbos.resume_queue(\"mails\").rate_limit.limit)")
}

func deleteQueue() declare.Func {
	return declare.Method("delete_queue", "Deletes a registered queue.",
		func(ctx context.Context, c *Connection, a oneQueue) (int64, error) {
			return c.with(ctx).DeleteQueue(a.Name)
		}).Changes().
		Returning("how many workflows wait on it, which nobody takes until the queue is registered again").
		Raises("QueueNotFound", "AlreadyExists", "InvalidOption").
		Notes("The workflows stay. An application that declares the queue in code goes on to take from it.").
		Example("dbos.register_queue{name = \"mails\"}\nprint(dbos.delete_queue(\"mails\"))")
}
