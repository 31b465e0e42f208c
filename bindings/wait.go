package bindings

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

type waitArgs struct {
	Handles []declare.Raw `arg:"handles" doc:"The workflows to wait for: handles, or workflow ids."`
	client.WaitOptions
	Each    declare.Callback `json:"each" doc:"Called with the handle and the state of each workflow when it ends, in the order in which they are seen to end."`
	Partial bool             `json:"partial" doc:"Whether the call returns the known outcomes at the timeout, instead of raising Timeout."`
}

func waiting() []declare.Func {
	return []declare.Func{
		declare.Method("wait", "Waits for many workflows to end, with one query per poll for all of them, and returns the outcome of each.",
			wait).Reads().
			Returning("an outcome for each handle, in the order of the handles").
			Raises("Timeout", "NonExistentWorkflow").
			Passing("each", declare.Pass[*Handle]("handle"), declare.Pass[client.WorkflowStatusType]("status")).
			Notes("A workflow that failed or was cancelled raises no error: its outcome shows it. A workflow that is deleted " +
				"meanwhile raises `NonExistentWorkflow`. An id without a workflow raises it at once if there is no `timeout`. With " +
				"a timeout the call waits for the workflow, because it may be enqueued later. `timeout = 0` is the same as no timeout. With `partial` the outcomes of workflows that have not ended have " +
				"`finished = false` and the state they are in.").
			Example("local handles = dbos.enqueue_many(\"orders\", \"process_order\", {{order = 1}, {order = 2}})\n" +
				"for _, outcome in ipairs(dbos.wait(handles, {timeout = \"30s\", partial = true})) do\n" +
				"  print(outcome.workflow_id, outcome.status, outcome.error)\nend").
			Example("dbos.wait({\"order-1\", \"order-2\"}, {timeout = \"30s\", each = function(handle, status)\n" +
				"  print(handle.workflow_id .. \" ended in \" .. status)\nend})"),
	}
}

func wait(ctx context.Context, c *Connection, a waitArgs) ([]client.Outcome, error) {
	ids := make([]string, len(a.Handles))
	given := make(map[string]any, len(a.Handles))
	existed := map[string]bool{}
	for i, raw := range a.Handles {
		id, handle, err := c.waited(raw)
		if err != nil {
			err.Path = fmt.Sprintf("[%d]", i+1)
			return nil, err
		}
		ids[i], given[id] = id, handle
		if _, ok := raw.Native().(*Handle); ok {
			existed[id] = true
		}
	}
	o := a.WaitOptions
	o.Lazy, o.Existed = true, existed
	if a.Each != nil {
		o.Each = func(id string, status client.WorkflowStatusType) error {
			_, err := a.Each.Call(ctx, given[id], string(status))
			return err
		}
	}
	outcomes, err := c.with(ctx).Wait(ids, client.WithWaitOptions(o))
	if a.Partial && client.CodeOf(err) == client.Timeout && ctx.Err() == nil {
		err = nil
	}
	return outcomes, err
}

// waited reads a handle or an id. A handle goes to the callback as the very value it came as.
func (c *Connection) waited(raw declare.Raw) (id string, handle any, failed *declare.ArgumentError) {
	switch value := raw.Native().(type) {
	case *Handle:
		return value.id, raw, nil
	case string:
		return value, &Handle{c, value}, nil
	}
	return "", nil, declare.BadArgument("handles", "handle or workflow id expected, got %s", raw.Type())
}
