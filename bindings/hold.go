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
		}).Changes().
		Returning(changesReturned).
		Raises("Unsupported").
		Notes("A held workflow is DELAYED, `held_from` is its state before, and lists find it with `held = true`. Workflows that are neither " +
			"ENQUEUED nor DELAYED are unchanged, and so are workflows of a debouncer, because its next call would end the hold. Workflows " +
			"that are enqueued later are not held. A held workflow can be cancelled, or resumed, which ends the hold.").
		Example(`print(dbos.hold("order-1").changed)`).
		Example(`print(dbos.hold{queue_name = "orders"})`)
}

func releaseWorkflows() declare.Func {
	return declare.Method("release", "Releases held workflows. Each has its former state, and its place in the queue.",
		func(ctx context.Context, c *Connection, a waitingOnes) (*Changes, error) {
			ids, err := c.selected(ctx, a.Selection, client.WorkflowStatusDelayed)
			if err != nil {
				return nil, err
			}
			return c.changes(c.with(ctx).ReleaseAll(ids))
		}).Changes().
		Returning(changesReturned).
		Raises("Unsupported").
		Notes("Workflows that are not held are unchanged. `{held = true}` is a filter for all held workflows.").
		Example(`print(dbos.release("order-1").unchanged)`).
		Example("dbos.hold{queue_name = \"orders\"}\nprint(dbos.release{queue_name = \"orders\", held = true})")
}

func moveQueue() declare.Func {
	type args struct {
		waitingOnes
		QueueName string `arg:"queue_name" doc:"The queue."`
	}
	return declare.Method("move_queue", "Moves workflows that wait to another queue.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changeWaiting(ctx, a.waitingOnes, func(of client.Client, ids []string) (*client.Report, error) { return of.MoveQueueAll(ids, a.QueueName) })
		}).Changes().
		Returning(changesReturned).
		Raises("InvalidOption", "QueueDeduplicated", "Unsupported").
		Notes("Workflows that are neither ENQUEUED nor DELAYED are unchanged. Their order stays, because it is by priority and age. No " +
			"workflow is moved if the database knows other queues but not this one, if the queue is partitioned and one of the workflows has no " +
			"partition key, or if a workflow on that queue holds the deduplication id of one of them.").
		Example("dbos.register_queue{name = \"slow\"}\nprint(dbos.move_queue({name = \"process_order\"}, \"slow\"))")
}

func moveVersion() declare.Func {
	type args struct {
		waitingOnes
		Version string `arg:"version" doc:"The application version."`
	}
	return declare.Method("move_version", "Changes the application version of workflows that wait.",
		func(ctx context.Context, c *Connection, a args) (*Changes, error) {
			return c.changeWaiting(ctx, a.waitingOnes, func(of client.Client, ids []string) (*client.Report, error) { return of.MoveVersionAll(ids, a.Version) })
		}).Changes().
		Returning(changesReturned).
		Raises("InvalidOption", "Unsupported").
		Notes("Workflows that are neither ENQUEUED nor DELAYED are unchanged; `dbos.fork_workflow` runs such a workflow with another version. If " +
			"versions are registered and this one is not, no workflow is changed.").
		Example(`print(dbos.move_version({queue_name = "orders"}, "v1"))`).
		Example(`print(dbos.move_version("order-1", "v1").changed)`)
}
