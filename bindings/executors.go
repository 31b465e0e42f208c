package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// executing returns the functions about the processes that run workflows.
func executing() []declare.Func {
	return []declare.Func{executors(), orphans(), recoverWorkflows()}
}

const lifeNotes = "No SDK writes a heartbeat. An executor shows itself only when it takes a workflow, and when a step or a workflow ends; a " +
	"sleep, a wait or a long step shows nothing, for hours. So `silent` means that it has died, or that all of its workflows sleep, " +
	"wait or are in a long step, and only you can know which. `dead` is sure: it is silent, and only clients are connected to Postgres."

func executors() declare.Func {
	return declare.Method("executors", "Returns the executors that run workflows, with the number of their unfinished workflows and their last sign of life.",
		func(ctx context.Context, c *Connection, o client.ListExecutorsOptions) ([]client.ExecutorInfo, error) {
			return c.with(ctx).Executors(client.WithListExecutorsOptions(o))
		}).Reads().
		Returning("the executors that have PENDING workflows or have lately ended a step or a workflow, by application, id and version; an " +
			"empty array when there are none").
		Notes(lifeNotes + " `alive` means a sign within `silent_for`, or a connection with the executor's name, which only the " +
			"TypeScript SDK writes. `idle` means that it runs no workflow. In a dry run it describes the database as it is stored.").
		Example("for _, e in ipairs(dbos.executors{silent_for = \"10m\"}) do\n  print(e.executor_id, e.application_version, e.open, e.verdict, e.reason)\nend")
}

func orphans() declare.Func {
	return declare.Method("orphans", "Returns the PENDING workflows of executors that have died.",
		func(ctx context.Context, c *Connection, o client.OrphansOptions) ([]client.Orphan, error) {
			return c.with(ctx).Orphans(client.WithOrphansOptions(o))
		}).Reads().
		Returning("the workflows with the verdict on their executors, the oldest first; an empty array when there are none").
		Raises("InvalidOption", "Unsupported").
		Notes(lifeNotes + " So without `silent_for` only workflows of dead executors are orphans. With it, so are workflows of executors that have been " +
			"silent for that time, which may be healthy if your workflows can be silent that long. The other options are the options " +
			"of `dbos.list_workflows`; inputs and results are not read.").
		Example("for _, w in ipairs(dbos.orphans{silent_for = \"2h\", name = \"process_order\"}) do\n  print(w.id, w.executor_id, w.verdict, w.reason)\nend")
}

// Recovered reports the outcome of a recovery.
type Recovered struct {
	*Changes
	recovery *client.Recovery
}

// String is the summary of one line.
func (r *Recovered) String() string { return r.recovery.String() }

func recoverWorkflows() declare.Func {
	type args struct {
		Selection declare.Raw `arg:"selection" doc:"The workflows' ids, one id, or a filter: the options of dbos.orphans."`
	}
	return declare.Method("recover", "Puts workflows of executors that have died back on their queues, for other executors to go on with.",
		func(ctx context.Context, c *Connection, a args) (*Recovered, error) {
			ids, err := c.recoverable(ctx, a.Selection)
			if err != nil {
				return nil, err
			}
			recovery, err := c.with(ctx).RecoverAll(ids)
			if err != nil {
				return nil, err
			}
			return &Recovered{&Changes{c, recovery.Report}, recovery}, nil
		}).Changes().
		Returning("the outcome for each workflow, with `fenced` and `may_run_twice`").
		Raises("InvalidOption", "Unsupported").
		Notes("Only PENDING workflows change. The SDKs do the same when an executor with that id starts again: attempts, deadline, timeout, " +
			"priority and deduplication id stay, and the workflow goes on after its last step, on its queue, or on the internal queue if it " +
			"came off none. An executor of the same application and version has to run. A filter with `executor_ids` or `workflow_ids` " +
			"assumes that these executors have died; any other filter selects the orphans, as `dbos.orphans` does. From schema " +
			"version 123 on, the old run can write nothing once its workflow is recovered, if its SDK writes ownership tokens (`fenced`); " +
			"an effect of a step outside of the database may still happen twice. With an older schema, an old run that is still alive goes on (`may_run_twice`).").
		Example("local result = dbos.recover{executor_ids = \"worker-3\", application_version = \"v1\"}\nprint(result.changed, result.fenced, #result.may_run_twice)").
		Example("print(dbos.recover({\"order-1\", \"order-2\"}))")
}

// recoverable returns the ids that a selection means.
func (c *Connection) recoverable(ctx context.Context, argument declare.Raw) (ids []string, err error) {
	if id, ok := argument.Native().(string); ok {
		return []string{id}, nil
	}
	if _, ok := argument.List(); ok {
		return ids, argument.Into(&ids)
	}
	var filter client.OrphansOptions
	if err := argument.Into(&filter); err != nil {
		return nil, err
	}
	if filter.SilentFor > 0 || filter.ExecutorIDs == nil && filter.WorkflowIDs == nil {
		found, err := c.with(ctx).Orphans(client.WithOrphansOptions(filter))
		for i := range found {
			ids = append(ids, found[i].ID)
		}
		return ids, err
	}
	list, err := filter.Pending()
	if err != nil || list == nil {
		return nil, err
	}
	found, err := c.with(ctx).ListWorkflows(client.WithListWorkflowsOptions(*list))
	for i := range found {
		ids = append(ids, found[i].ID)
	}
	return ids, err
}

func recoveryClass() *declare.Class {
	return declare.ClassOf[*Recovered]("recovery", "The outcome of a recovery for each of its workflows. `tostring` is a summary of one line.").
		With(
			declare.Get("changed", "How many it put back on a queue.", func(r *Recovered) int { return r.report.Count(client.OutcomeChanged) }),
			declare.Get("unchanged", "The number of workflows that stay as they are, because no executor has them, or another one has.", func(r *Recovered) int {
				return r.report.Count(client.OutcomeUnchanged)
			}),
			declare.Get("unknown", "The number of ids that do not exist.", func(r *Recovered) int { return r.report.Count(client.OutcomeUnknown) }),
			declare.Get("fenced", "The number of changed workflows whose old run can no longer write.", func(r *Recovered) int { return r.recovery.Fenced }),
			declare.Get("may_run_twice", "The ids of the others that changed: if the old run still lives, it goes on.", func(r *Recovered) []string {
				return append([]string{}, r.recovery.MayRunTwice...)
			}),
			declare.Get("outcomes", "The outcome for each id, in the order of the ids. An id that was given twice has one outcome.",
				func(r *Recovered) []client.ChangeResult { return r.report.Results }),
		)
}
