package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// counting returns the functions that count and explain rows, and rename_application, which changes
// their owner.
func counting() []declare.Func {
	return []declare.Func{count(), getWorkflowAggregates(), getStepAggregates(), failures(), explain(), renameApplication()}
}

// countedFilter is a filter of lists without the options that have no meaning for counts.
type countedFilter struct {
	client.ListWorkflowsOptions `without:"limit,offset,sort_desc,load_input,load_output,load_progress"`
}

func count() declare.Func {
	return declare.Method("count", "Counts the workflows that match all of the options.",
		func(ctx context.Context, c *Connection, a countedFilter) (int64, error) {
			return c.with(ctx).CountWorkflows(client.WithListWorkflowsOptions(a.ListWorkflowsOptions))
		}).Reads().
		Returning("how many there are").
		Raises("Unsupported").
		Notes("The database counts, so no workflow is read. It has the filters of `dbos.list_workflows`.").
		Example(`print(dbos.count{status = "ERROR", start_time = "-24h"})`)
}

// narrowing returns the filter of a function that reads: an empty table selects everything.
func narrowing(argument declare.Raw) (client.ListWorkflowsOptions, error) {
	if argument == nil || argument.Type() == "nil" {
		return client.ListWorkflowsOptions{}, nil
	}
	if items, ok := argument.List(); ok && len(items) == 0 {
		return client.ListWorkflowsOptions{}, nil
	}
	ids, filter, err := selection(argument)
	switch {
	case err != nil:
		return client.ListWorkflowsOptions{}, err
	case filter == nil:
		return client.ListWorkflowsOptions{WorkflowIDs: ids}, nil
	}
	return *filter, nil
}

func failures() declare.Func {
	type args struct {
		Selection declare.Raw `arg:"filter,optional" doc:"The failed workflows: the options of dbos.list_workflows, or ids. Without a status, all in ERROR and MAX_RECOVERY_ATTEMPTS_EXCEEDED."`
		client.FailuresInput
	}
	return declare.Method("failures", "Groups failed workflows by the common part of their messages.",
		func(ctx context.Context, c *Connection, a args) ([]client.FailureGroup, error) {
			var err error
			if a.Filter, err = narrowing(a.Selection); err != nil {
				return nil, err
			}
			return c.with(ctx).ListFailures(a.FailuresInput)
		}).Reads().
		Returning("the groups, the largest first; an empty array if no workflow failed").
		Raises("InvalidOption", "Unsupported").
		Notes("Messages are in one group if they differ in numbers, ids, times, addresses or quoted texts only, or in one or two words in " +
			"which at least five differ; `error` has a `*` there. A group by error has the workflows of one step. A group can stand where " +
			"a function takes ids or a filter, and `workflow_ids` where it takes ids only.").
		Example("for _, group in ipairs(dbos.failures({start_time = \"-24h\"}, {new_since = \"-1h\"})) do\n" +
			"  print(group.count, group.step, group.error, group.new and \"new\" or \"\")\nend").
		Example("local worst = dbos.failures({name = \"process_order\"})[1]\nif worst then print(dbos.rerun_workflows(worst)) end").
		Example("for _, group in ipairs(dbos.failures(nil, {by = \"name\"})) do print(group.name, group.count, group.per_hour) end")
}

func explain() declare.Func {
	type args struct {
		WorkflowID string `arg:"workflow_id" doc:"The workflow's id; or the name of a schedule, the id of a run that it has not started, or a deduplication id."`
	}
	return declare.Method("explain", "Returns why a workflow moves, or does not.",
		func(ctx context.Context, c *Connection, a args) (*client.Explanation, error) {
			return c.with(ctx).ExplainWorkflow(a.WorkflowID)
		}).Reads().
		Returning("the workflow's state, and the reasons for it with their evidence, the most important first; at least one").
		Raises("NonExistentWorkflow").
		Notes("It reads the workflow, its last steps, its queue, and the newest workflows. A reason about an executor that shows no " +
			"sign of life is the verdict of `dbos.executors`. If no workflow has the id, it says when a schedule starts it and what keeps the schedule, or " +
			"which workflow holds it as its deduplication id. In a dry run it describes the workflow as it is stored.").
		Example("for _, reason in ipairs(dbos.explain(\"order-1\").reasons) do\n  print(reason.cause, reason.text)\nend")
}

func getWorkflowAggregates() declare.Func {
	return declare.Method("get_workflow_aggregates", "Groups the workflows that match all of the options, and counts each group.",
		func(ctx context.Context, c *Connection, input client.WorkflowAggregatesInput) ([]client.WorkflowAggregate, error) {
			return c.with(ctx).GetWorkflowAggregates(input)
		}).Reads().
		Returning("the groups, sorted by the columns of group_by; an empty array when no workflow matches").
		Raises("InvalidOption", "Unsupported").
		Notes("At least one of `group_by` and `time_bucket` is needed. The database counts, so no workflow is read. It has the filters " +
			"of `dbos.list_workflows`. A workflow that was never dequeued, or has not ended, does not count for the longest times.").
		Example("for _, group in ipairs(dbos.get_workflow_aggregates{group_by = {\"status\", \"name\"}, created_after = \"-24h\"}) do\n" +
			"  print(group.status, group.name, group.count)\nend").
		Example("for _, hour in ipairs(dbos.get_workflow_aggregates{time_bucket = \"1h\", select = {\"count\", \"max_queue_wait_ms\"}}) do\n" +
			"  print(hour.time_bucket, hour.count, hour.max_queue_wait_ms)\nend")
}

func getStepAggregates() declare.Func {
	return declare.Method("get_step_aggregates", "Groups the finished steps that match all of the options, and counts each group.",
		func(ctx context.Context, c *Connection, input client.StepAggregatesInput) ([]client.StepAggregate, error) {
			return c.with(ctx).GetStepAggregates(input)
		}).Reads().
		Returning("the groups, sorted by the columns of group_by; an empty array when no step matches").
		Raises("InvalidOption", "Unsupported").
		Notes("At least one of `group_by` and `time_bucket` is needed. A step is in ERROR if it stored an error, and in SUCCESS otherwise.").
		Example("for _, group in ipairs(dbos.get_step_aggregates{group_by = \"function_name\", select = {\"count\", \"max_duration_ms\"}}) do\n" +
			"  print(group.function_name, group.count, group.max_duration_ms)\nend")
}

func renameApplication() declare.Func {
	return declare.Method("rename_application", "Makes an application the owner of all rows of another one, of rows without an owner, or of both.",
		func(ctx context.Context, c *Connection, input client.RenameApplicationInput) (client.ApplicationRowCounts, error) {
			return c.with(ctx).RenameApplication(input)
		}).Changes().
		Returning("how many rows of each kind moved").
		Raises("NonExistentApplication", "InvalidOption", "Unsupported").
		Notes("Queues, schedules, versions and unfinished workflows move together, ended workflows and steps in batches after them; " +
			"a repeated call moves what an interrupted one has left. Stop the application before, because it takes workflows under its old name. " +
			"Rows without an owner cannot be told apart afterwards, so a run with `adopt_unclaimed` asks first.").
		Example("dbos.register_queue{name = \"tills\", application_name = \"shop\"}\nlocal moved = dbos.rename_application{old_name = \"shop\", new_name = \"store\"}\nprint(moved.workflows, moved.queues)")
}
