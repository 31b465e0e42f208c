package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// waitingOnes is the argument of a change of workflows that wait.
type waitingOnes struct {
	Selection declare.Raw `arg:"selection" doc:"The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED."`
}

// changeWaiting carries out a change of the workflows of a selection.
func (c *Connection) changeWaiting(ctx context.Context, w waitingOnes, change func(client.Client, []string) (*client.Report, error)) (*Changes, error) {
	ids, err := c.selected(ctx, w.Selection, client.WorkflowStatusEnqueued, client.WorkflowStatusDelayed)
	if err != nil {
		return nil, err
	}
	return c.changes(change(c.with(ctx), ids))
}

func holdWorkflows() declare.Func {
	return declare.Method("hold", "Holds workflows that wait, so that no executor takes them until they are released.",
		func(ctx context.Context, c *Connection, a waitingOnes) (*Changes, error) {
			return c.changeWaiting(ctx, a, client.Client.HoldAll)
		}).
		Returning(changesReturned).
		Raises("Unsupported").
		Notes("A held workflow is DELAYED, `held_from` is its state before, and lists find it with `held = true`. Workflows that are neither " +
			"ENQUEUED nor DELAYED are unchanged, and so are those of a debouncer, whose next call would end the hold. Workflows that are " +
			"enqueued later are not held. Cancelling and resuming a held workflow work as ever, and resuming ends the hold.").
		Example(`print(dbos.hold("order-1").changed)`).
		Example(`print(dbos.hold{queue_name = "orders"})`)
}

func releaseWorkflows() declare.Func {
	return declare.Method("release", "Releases held workflows: they are as before, at their place in the queue.",
		func(ctx context.Context, c *Connection, a waitingOnes) (*Changes, error) {
			ids, err := c.selected(ctx, a.Selection, client.WorkflowStatusDelayed)
			if err != nil {
				return nil, err
			}
			return c.changes(c.with(ctx).ReleaseAll(ids))
		}).
		Returning(changesReturned).
		Raises("Unsupported").
		Notes("Workflows that are not held are unchanged. `{held = true}` is a filter for all that are.").
		Example(`print(dbos.release("order-1").unchanged)`).
		Example("dbos.hold{queue_name = \"orders\"}\nprint(dbos.release{queue_name = \"orders\", held = true})")
}

func moveQueue() declare.Func {
	type args struct {
		waitingOnes
		QueueName string `arg:"queue_name" doc:"The queue."`
	}
	return declare.Method("move_queue", "Moves workflows that wait to another queue, in one step.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changeWaiting(ctx, a.waitingOnes, func(of client.Client, ids []string) (*client.Report, error) { return of.MoveQueueAll(ids, a.QueueName) })
		}).
		Returning(changesReturned).
		Raises("InvalidOption", "QueueDeduplicated", "Unsupported").
		Notes("Workflows that are neither ENQUEUED nor DELAYED are unchanged. The order stays: it goes by priority and age. None is moved " +
			"if the database knows other queues and not this one, if the queue is partitioned and one of them has no partition key, or if another " +
			"workflow there holds the deduplication id of one.").
		Example("dbos.register_queue{name = \"slow\"}\nprint(dbos.move_queue({name = \"process_order\"}, \"slow\"))")
}

func moveVersion() declare.Func {
	type args struct {
		waitingOnes
		Version string `arg:"version" doc:"The application version."`
	}
	return declare.Method("move_version", "Has workflows that wait run with another application version, in one step.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changeWaiting(ctx, a.waitingOnes, func(of client.Client, ids []string) (*client.Report, error) { return of.MoveVersionAll(ids, a.Version) })
		}).
		Returning(changesReturned).
		Raises("InvalidOption", "Unsupported").
		Notes("Workflows that are neither ENQUEUED nor DELAYED are unchanged; `dbos.fork_workflow` runs one of those with another version. None is " +
			"changed if versions are registered and this one is not.").
		Example(`print(dbos.move_version({queue_name = "orders"}, "v1"))`).
		Example(`print(dbos.move_version("order-1", "v1").changed)`)
}
