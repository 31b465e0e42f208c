package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// pruning returns the functions that delete finished workflows by their age and number.
func pruning() []declare.Func { return []declare.Func{prune(), planPrune()} }

const pruneNotes = "At least one of `older_than` and `keep` is needed. With `keep`, the workflows of each name that match `where` are ordered by the time at which " +
	"they ended, and the newest `keep` of them stay, however old. Of two that ended in the same millisecond, the one with the greater id is the newer one. " +
	"A workflow that ran out of attempts in a Go application has no time of completion; the time at which its row was last changed counts instead. " +
	"Unfinished workflows stay. Their ancestors (parents, and originals of forks, and theirs) and their own children stay too, because they may still read the " +
	"results: these finished workflows are `protected`. "

func prune() declare.Func {
	type args struct {
		client.PruneInput
		Where countedFilter    `json:"where" doc:"A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state."`
		Each  declare.Callback `json:"each" doc:"Called after each transaction, with how many workflows are deleted, and of how many. Its error ends the call."`
	}
	return declare.Method("prune", "Deletes finished workflows that are old, or all but the newest of each name, with all that belongs to them.",
		func(ctx context.Context, c *Connection, a args) (*client.PruneResult, error) {
			input := a.PruneInput
			input.Where = a.Where.ListWorkflowsOptions
			if a.Each != nil {
				input.Each = func(ctx context.Context, p client.PruneProgress) error {
					_, err := a.Each.Call(ctx, p.Deleted, p.Total)
					return err
				}
			}
			return c.with(ctx).PruneWorkflows(input)
		}).Changes().
		Returning("the deleted workflows by name and state, and how many were left").
		Raises("InvalidOption", "Conflict", "Unsupported").
		Passing("each", declare.Pass[int64]("deleted"), declare.Pass[int64]("total")).
		Notes(pruneNotes + "It deletes in the order in which they ended, in transactions that should take a tenth of a second each, and pauses while others " +
			"wait for its locks, a replica is more than five seconds behind, or a transaction takes over a second. Interrupted anywhere, it has deleted whole workflows only. A second prune of " +
			"the same database raises `Conflict` while the first one works, and half a minute longer if that one was killed. Workflows that end during the " +
			"call stay, so the number in the question of the run is the most that it deletes. In a dry run later reads still find the workflows.").
		Example("local result = dbos.prune{older_than = \"30d\"}\nprint(result.deleted, result.bytes, result.protected)").
		Example("dbos.prune{keep = 1, where = {name = \"process_order\"}, each = function(deleted, total)\n" +
			"  log.info((\"%d of %d\"):format(deleted, total))\nend}")
}

func planPrune() declare.Func {
	type args struct {
		client.PruneInput `without:"batch_size,pause"`
		Where             countedFilter `json:"where" doc:"A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state."`
	}
	return declare.Method("plan_prune", "Returns the workflows that dbos.prune would delete: their number by name and state, their size, and the times at which they ended.",
		func(ctx context.Context, c *Connection, a args) (*client.PrunePlan, error) {
			input := a.PruneInput
			input.Where = a.Where.ListWorkflowsOptions
			return c.with(ctx).PlanPrune(input)
		}).Reads().
		Returning("the number, the size, the times and the groups; a number of 0 if nothing would be deleted").
		Raises("InvalidOption", "Unsupported").
		Notes(pruneNotes + "`bytes` is the approximate size of the values, as they are stored on Postgres; if there are more than 2,000 workflows, it is estimated from some of them.").
		Example("for _, group in ipairs(dbos.plan_prune{older_than = \"30d\", keep = 100}.groups) do\n  print(group.name, group.status, group.count, group.bytes)\nend")
}

// prunedText returns the text for tostring of the result.
func prunedText(v any) string {
	switch result := v.(type) {
	case client.PruneResult:
		return result.String()
	case *client.PruneResult:
		return result.String()
	}
	return ""
}
