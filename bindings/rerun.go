package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func rerunWorkflows() declare.Func {
	type args struct {
		Selection declare.Raw `arg:"selection" doc:"The workflows' ids, or a filter: the options of dbos.list_workflows. A filter without a status selects ERROR, CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED."`
		client.RerunOptions
	}
	return declare.Method("rerun_workflows", "Reruns workflows that did not succeed. It resumes a workflow that can be resumed, and forks another from its failed step, unless it has such a fork.",
		func(ctx context.Context, c *Connection, a args) (Resumed, error) {
			ids, err := c.selected(ctx, a.Selection, client.WorkflowStatusError, client.WorkflowStatusCancelled, client.WorkflowStatusMaxRecoveryAttemptsExceeded)
			if err != nil {
				return Resumed{}, err
			}
			return c.listed(c.with(ctx).RerunWorkflows(ids, client.WithRerunOptions(a.RerunOptions)))
		}).Changes().
		Returning("a handle for each workflow that exists, or for its fork if it has one; the array also has the fields of " +
			"`changes`: `changed`, `unchanged`, `unknown` and `outcomes`").
		Notes("CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED are resumed. ERROR is forked, as a workflow whose id ends in `-rerun-1`, " +
			"`-rerun-2` and so on. While a workflow with that id exists the original is unchanged, and its outcome names the " +
			"fork (`forked_id`): a second call does nothing. Workflows in SUCCESS, and workflows that have not ended, are unchanged.").
		Example(`local again = dbos.rerun_workflows({"order-1", "order-2"})
print(again.changed, again.unchanged, again.unknown)
for _, outcome in ipairs(again.outcomes) do print(outcome.id, outcome.outcome, outcome.forked_id, outcome.reason) end`).
		Example(`print(dbos.rerun_workflows({name = "process_order", start_time = "-24h"}, {queue_name = "slow"}))`)
}

// selected returns the ids of a selection. If it is a filter without a status, it selects states.
func (c *Connection) selected(ctx context.Context, argument declare.Raw, states ...client.WorkflowStatusType) ([]string, error) {
	ids, filter, err := selection(argument)
	if err != nil || filter == nil {
		return ids, err
	}
	if filter.Status == nil {
		filter.Status = states
	}
	return c.with(ctx).ListWorkflowIDs(client.WithListWorkflowsOptions(*filter))
}
