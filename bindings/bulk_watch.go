package bindings

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

const watchNotes = "It looks once in a second, or more often at first. It returns at the `timeout` without an error, and also if nothing runs the workflows, " +
	"with the `reason` that `dbos.explain_workflow` has. A run that is not done is followed as far as it has come. In a dry run it returns at once."

// watchOptions differ from client.BulkWatchOptions in a timeout of 0, which is not the same as
// none.
type watchOptions struct {
	Until   client.BulkUntil `json:"until_state" doc:"ended: until each of the workflows has ended; taken: until none of them waits for an executor." enum:"ended,taken" default:"ended"`
	Timeout *time.Duration   `json:"timeout" doc:"Stops following after this time; 0 looks once; no limit when not given." min:"0"`
}

// bulkWatch is the method of a bulk that follows the run of its verb.
func bulkWatch() declare.Func {
	return declare.Method("watch", "Follows the workflows that the last verb of the bulk has changed, and returns what has become of them.",
		func(ctx context.Context, b *Bulk, o watchOptions) (*client.BulkEnd, error) {
			run := b.run
			if run == nil {
				id := b.input.ID
				if id == "" {
					return nil, &declare.ArgumentError{Message: "no verb of this bulk has begun a run, so there is nothing to follow", Hint: "dbos.watch_bulk follows a run by its id"}
				}
				var err error
				if run, err = client.GetBulk(b.connection.with(ctx), id); err != nil {
					return nil, err
				}
			}
			return b.connection.watch(ctx, run, o)
		}).Reads().
		Returning("how many have succeeded, failed, and are open").
		Raises("InvalidOption", "InvalidArgument").
		Notes(watchNotes).
		Example("local bulk = dbos.bulk({\"order-1\", \"order-2\"})\nbulk:cancel()\nprint(bulk:watch{timeout = \"1m\"}.cancelled)")
}

// watchBulk is the function that follows any run.
func watchBulk() declare.Func {
	type args struct {
		Run declare.Raw `arg:"run" doc:"The run, as a verb or dbos.get_bulk returns it, or its id."`
		watchOptions
	}
	return declare.Method("watch_bulk", "Follows the workflows that a bulk run has changed, and returns what has become of them.",
		func(ctx context.Context, c *Connection, a args) (*client.BulkEnd, error) {
			run, err := bulkOf(c.with(ctx), a.Run)
			if err != nil {
				return nil, err
			}
			return c.watch(ctx, run, a.watchOptions)
		}).Reads().
		Returning("how many have succeeded, failed, and are open").
		Raises("InvalidOption", "InvalidArgument", "Unsupported").
		Notes(watchNotes).
		Example("local run = dbos.bulk({\"order-1\", \"order-2\"}):resume()\nlocal ended = dbos.watch_bulk(run, {timeout = \"1m\"})\nprint(ended.succeeded, ended.failed, ended.reason)")
}

// watch follows a run, and shows how many of its workflows have ended.
func (c *Connection) watch(ctx context.Context, run *client.Bulk, given watchOptions) (*client.BulkEnd, error) {
	o := client.BulkWatchOptions{Until: given.Until}
	if given.Timeout != nil {
		o.Timeout, o.Once = *given.Timeout, *given.Timeout == 0
	}
	var shown Progress
	done := int64(0)
	o.Each = func(ctx context.Context, end client.BulkEnd) error {
		if c.progress == nil {
			return nil
		}
		if shown == nil {
			shown = c.progress(ctx, "watch "+run.Verb, end.Followed)
		}
		now := end.Followed - end.Waiting
		if o.Until != client.UntilTaken {
			now -= end.Running
		}
		shown.Add(now - done)
		done = now
		return nil
	}
	end, err := client.WatchBulk(c.with(ctx), run, o)
	if shown != nil {
		shown.End()
	}
	return end, err
}
