package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// executing returns the functions about the processes that run workflows.
func executing() []declare.Func {
	return []declare.Func{executors(), orphans()}
}

const lifeNotes = "No SDK writes a heartbeat. An executor shows itself only when it takes a workflow, and when a step or a workflow ends; a " +
	"sleep, a wait or a long step shows nothing, for hours. So `silent` means that it has died, or that everything it runs is in one " +
	"of those, and only you can know which. `dead` is sure: it is silent, and Postgres has no connection but those of clients."

func executors() declare.Func {
	return declare.Method("executors", "Returns the executors that run workflows, with what each has open and its last sign of life.",
		func(ctx context.Context, c *Connection, o client.ListExecutorsOptions) ([]client.ExecutorInfo, error) {
			return c.with(ctx).Executors(client.WithListExecutorsOptions(o))
		}).
		Returning("the executors that have PENDING workflows, and those that lately ended a step or a workflow, by application, id and version; an " +
			"empty array when there are none").
		Notes(lifeNotes + " `alive` is a sign within `silent_for`, or a connection with the executor's name, which only the TypeScript SDK " +
			"writes. `idle` is one that runs nothing. In a dry run it describes the database as it is stored.").
		Example("for _, e in ipairs(dbos.executors{silent_for = \"10m\"}) do\n  print(e.executor_id, e.application_version, e.open, e.verdict, e.reason)\nend")
}

func orphans() declare.Func {
	return declare.Method("orphans", "Returns the PENDING workflows of executors that have died.",
		func(ctx context.Context, c *Connection, o client.OrphansOptions) ([]client.Orphan, error) {
			return c.with(ctx).Orphans(client.WithOrphansOptions(o))
		}).
		Returning("the workflows with the verdict on their executors, the oldest first; an empty array when there are none").
		Raises("InvalidOption", "Unsupported").
		Notes(lifeNotes + " So without `silent_for` only workflows of dead executors are orphans. With it, those of executors that have been " +
			"silent for so long are too, healthy ones among them if your workflows can be silent that long. The other options are those " +
			"of `dbos.list_workflows`; inputs and results are not read.").
		Example("for _, w in ipairs(dbos.orphans{silent_for = \"2h\", name = \"process_order\"}) do\n  print(w.id, w.executor_id, w.verdict, w.reason)\nend")
}
