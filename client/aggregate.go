package client

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// WorkflowAggregatesInput selects workflows, and names the columns to group by and to
// compute of each group.
type WorkflowAggregatesInput struct {
	GroupBy    []string      `json:"group_by" doc:"The columns whose values make a group." enum:"status,name,queue_name,executor_id,application_version,application_name"`
	Select     []string      `json:"select" doc:"The values to compute for each group; the count when not given." enum:"count,min_created_at,max_queue_wait_ms,max_total_latency_ms"`
	TimeBucket time.Duration `json:"time_bucket" doc:"Groups by the time of creation too, in buckets of this length, counted from 1970." min:"0"`

	ListWorkflowsOptions `without:"limit,offset,sort_desc,load_input,load_output,load_progress"`
}

// A WorkflowAggregate is one group of workflows. A column that does not group, or that is NULL for
// the group, is nil, and so is a figure that was not selected.
type WorkflowAggregate struct {
	Status             *string    `json:"status" doc:"The state of its workflows."`
	Name               *string    `json:"name" doc:"Their name."`
	QueueName          *string    `json:"queue_name" doc:"Their queue."`
	ExecutorID         *string    `json:"executor_id" doc:"The executor that ran them."`
	ApplicationVersion *string    `json:"application_version" doc:"Their application version."`
	ApplicationName    *string    `json:"application_name" doc:"The application that owns them."`
	TimeBucket         *time.Time `json:"time_bucket" doc:"The start of the bucket in which they were created."`

	Count             *int64     `json:"count" doc:"How many there are."`
	MinCreatedAt      *time.Time `json:"min_created_at" doc:"When the first one was created."`
	MaxQueueWaitMs    *int64     `json:"max_queue_wait_ms" doc:"The longest time from creation to dequeue, in milliseconds."`
	MaxTotalLatencyMs *int64     `json:"max_total_latency_ms" doc:"The longest time from creation to end, in milliseconds."`
}

// StepAggregatesInput selects steps, the columns to group by and the columns to compute.
type StepAggregatesInput struct {
	GroupBy    []string      `json:"group_by" doc:"The columns whose values make a group." enum:"function_name,status"`
	Select     []string      `json:"select" doc:"The values to compute for each group; the count when not given." enum:"count,max_duration_ms"`
	TimeBucket time.Duration `json:"time_bucket" doc:"Groups by the time of completion too, in buckets of this length, counted from 1970." min:"0"`

	Status           []string  `json:"status" doc:"Only steps in one of these states." enum:"SUCCESS,ERROR"`
	FunctionName     []string  `json:"function_name" doc:"Only steps with one of these names." nonempty:"true"`
	WorkflowIDPrefix []string  `json:"workflow_id_prefix" doc:"Only steps of workflows whose id starts with one of these texts, taken literally." nonempty:"true"`
	CompletedAfter   time.Time `json:"completed_after" doc:"Only steps that ended at or after this time." past:"true"`
	CompletedBefore  time.Time `json:"completed_before" doc:"Only steps that ended at or before this time." past:"true"`
	ApplicationName  []string  `json:"application_name" doc:"Only steps of one of these applications." nonempty:"true"`
}

// A StepAggregate is one group of steps. A column that was not asked for is nil.
type StepAggregate struct {
	FunctionName *string    `json:"function_name" doc:"The name of its steps."`
	Status       *string    `json:"status" doc:"ERROR if they stored an error, SUCCESS otherwise."`
	TimeBucket   *time.Time `json:"time_bucket" doc:"The start of the bucket in which they ended."`

	Count         *int64 `json:"count" doc:"How many there are."`
	MaxDurationMs *int64 `json:"max_duration_ms" doc:"The longest time from start to end, in milliseconds."`
}

// A figure is a column of an aggregate: a name that callers use, its SQL, and where its value goes.
type figure[T any] struct {
	name, sql string
	text      func(*T, *string)
	number    func(*T, *int64)
}

func workflowGroups() []figure[WorkflowAggregate] {
	type row = WorkflowAggregate
	return []figure[row]{
		{name: "status", sql: "ws.status", text: func(r *row, v *string) { r.Status = v }},
		{name: "name", sql: "ws.name", text: func(r *row, v *string) { r.Name = v }},
		{name: "queue_name", sql: "ws.queue_name", text: func(r *row, v *string) { r.QueueName = v }},
		{name: "executor_id", sql: "ws.executor_id", text: func(r *row, v *string) { r.ExecutorID = v }},
		{name: "application_version", sql: "ws.application_version", text: func(r *row, v *string) { r.ApplicationVersion = v }},
		{name: "application_name", sql: "ws.application_name", text: func(r *row, v *string) { r.ApplicationName = v }},
	}
}

func workflowFigures() []figure[WorkflowAggregate] {
	type row = WorkflowAggregate
	return []figure[row]{
		{name: "count", sql: "COUNT(*)", number: func(r *row, v *int64) { r.Count = v }},
		{name: "min_created_at", sql: "MIN(ws.created_at)", number: func(r *row, v *int64) { r.MinCreatedAt = timeOf(v) }},
		{name: "max_queue_wait_ms", sql: "MAX(ws.started_at_epoch_ms - ws.created_at)", number: func(r *row, v *int64) { r.MaxQueueWaitMs = v }},
		{name: "max_total_latency_ms", sql: "MAX(ws.completed_at - ws.created_at)", number: func(r *row, v *int64) { r.MaxTotalLatencyMs = v }},
	}
}

// stepStatus is the state of a step, which has no column.
const stepStatus = "CASE WHEN COALESCE(ws.error, '') = '' THEN 'SUCCESS' ELSE 'ERROR' END"

func stepGroups() []figure[StepAggregate] {
	type row = StepAggregate
	return []figure[row]{
		{name: "function_name", sql: "ws.function_name", text: func(r *row, v *string) { r.FunctionName = v }},
		{name: "status", sql: stepStatus, text: func(r *row, v *string) { r.Status = v }},
	}
}

func stepFigures() []figure[StepAggregate] {
	type row = StepAggregate
	return []figure[row]{
		{name: "count", sql: "COUNT(*)", number: func(r *row, v *int64) { r.Count = v }},
		{name: "max_duration_ms", sql: "MAX(ws.completed_at_epoch_ms - ws.started_at_epoch_ms)", number: func(r *row, v *int64) { r.MaxDurationMs = v }},
	}
}

func timeOf(millis *int64) *time.Time {
	if millis == nil {
		return nil
	}
	t := time.UnixMilli(*millis).UTC()
	return &t
}

func (c *systemClient) GetWorkflowAggregates(input WorkflowAggregatesInput) ([]WorkflowAggregate, error) {
	const op = "get workflow aggregates"
	options := input.ListWorkflowsOptions
	options.Limit, options.Offset = nil, nil
	f, err := c.filter(op, options)
	if err != nil {
		return nil, err
	}
	bucket := figure[WorkflowAggregate]{name: "time_bucket", sql: bucketOf("ws.created_at"),
		number: func(r *WorkflowAggregate, v *int64) { r.TimeBucket = timeOf(v) }}
	if slices.Contains(input.GroupBy, "application_name") && !f.Needs("application_name") {
		return nil, failure(op, f.Err)
	}
	return aggregate(c, op, f, input.TimeBucket, bucket, chosen[WorkflowAggregate]{workflowGroups(), input.GroupBy}, chosen[WorkflowAggregate]{workflowFigures(), input.Select})
}

func (c *systemClient) GetStepAggregates(input StepAggregatesInput) ([]StepAggregate, error) {
	const op = "get step aggregates"
	f := c.newFilter("operation_outputs")
	f.AnyOf("function_name", input.FunctionName)
	f.Prefixes("workflow_uuid", input.WorkflowIDPrefix)
	f.Between("completed_at_epoch_ms", input.CompletedAfter, input.CompletedBefore)
	f.AnyOf("application_name", input.ApplicationName)
	c.ownRows(f, input.ApplicationName, nil)
	f.Nothing = f.Nothing || input.Status != nil && len(input.Status) == 0
	if f.Err != nil {
		return nil, failure(op, f.Err)
	}
	if err := stepStates(f, op, input.Status); err != nil {
		return nil, err
	}
	bucket := figure[StepAggregate]{name: "time_bucket", sql: bucketOf("ws.completed_at_epoch_ms"),
		number: func(r *StepAggregate, v *int64) { r.TimeBucket = timeOf(v) }}
	return aggregate(c, op, f, input.TimeBucket, bucket, chosen[StepAggregate]{stepGroups(), input.GroupBy}, chosen[StepAggregate]{stepFigures(), input.Select})
}

func (c *systemClient) CountWorkflows(opts ...ListWorkflowsOption) (int64, error) {
	const op = "count workflows"
	options := apply(opts)
	options.Limit, options.Offset = nil, nil
	f, err := c.filter(op, options)
	if err != nil || f.Nothing {
		return 0, err
	}
	var count int64
	err = c.read(op, func(b *db.Batch) {
		if f.Indexed() {
			b.Bitmaps()
		}
		db.Scalar(b, &count, "SELECT COUNT(*)\nFROM {workflow_status} AS ws"+f.SQL(), f.Args)
	})
	return count, err
}

// stepStates adds the condition that a step is in one of the states.
func stepStates(f *where.Filter, op string, states []string) error {
	states = slices.Compact(slices.Sorted(slices.Values(states)))
	for _, state := range states {
		if state != string(WorkflowStatusSuccess) && state != string(WorkflowStatusError) {
			return invalid(op, "a step is in SUCCESS or ERROR, and never in %q", state)
		}
	}
	if len(states) == 1 {
		f.Add("(" + stepStatus + ") = :step_status")
		f.Args["step_status"] = states[0]
	}
	return nil
}

// bucketOf returns the start of the bucket of a time. A remainder is a whole number in every
// database, and a quotient is not.
func bucketOf(column string) string { return column + " - " + column + " % CAST(:bucket AS BIGINT)" }

// A chosen is a list of figures, and the names that a caller has chosen.
type chosen[T any] struct {
	known []figure[T]
	names []string
}

// figures returns the figures with the names, in their own order.
func (c chosen[T]) figures(op, option string) ([]figure[T], error) {
	var names []string
	for _, f := range c.known {
		names = append(names, f.name)
	}
	for _, name := range c.names {
		if !slices.Contains(names, name) {
			return nil, invalid(op, "%s: there is no %q%s", option, name, nearest.Among(name, names, "columns"))
		}
	}
	return slices.DeleteFunc(slices.Clone(c.known), func(f figure[T]) bool { return !slices.Contains(c.names, f.name) }), nil
}

// aggregate reads the groups of the rows that a filter selects: by an index if one may lead to
// them, and otherwise as the database likes, because several processes read a whole table faster.
func aggregate[T any](c *systemClient, op string, f *where.Filter, size time.Duration, bucket figure[T], groupBy, selected chosen[T]) ([]T, error) {
	if len(selected.names) == 0 {
		selected.names = []string{"count"}
	}
	groups, err := groupBy.figures(op, "group_by")
	if err != nil {
		return nil, err
	}
	figures, err := selected.figures(op, "select")
	switch {
	case err != nil:
		return nil, err
	case size < 0 || size > 0 && size < time.Millisecond || size%time.Millisecond != 0:
		return nil, invalid(op, "the time bucket %v is no whole number of milliseconds", size)
	case size > 0:
		groups, f.Args["bucket"] = append(groups, bucket), size.Milliseconds()
	case len(groups) == 0:
		return nil, invalid(op, "nothing groups the rows: group_by or time_bucket is needed")
	}
	if f.Nothing {
		return []T{}, nil
	}
	var found []T
	columns := append(groups, figures...)
	err = c.read(op, func(b *db.Batch) {
		if f.Indexed() {
			b.Bitmaps()
		}
		db.Collect(b, &found, aggregateText(f, columns, len(groups)), f.Args, func(row db.Row) (T, error) { return scanFigures(row, columns) })
	})
	return notNil(found), err
}

func aggregateText[T any](f *where.Filter, columns []figure[T], groups int) string {
	var selected, places []string
	for i, column := range columns {
		if selected = append(selected, column.sql); i < groups {
			places = append(places, fmt.Sprint(i+1))
		}
	}
	by := strings.Join(places, ", ")
	clauses := []string{f.SQL()}
	if slices.Contains(selected[:groups], "ws.status") {
		clauses = f.Branches() // a group has one state, so it is in one of them, and each is read by its index
	}
	for i, where := range clauses {
		clauses[i] = "\nSELECT " + strings.Join(selected, ", ") + "\nFROM {" + f.Table + "} AS ws" + where + "\nGROUP BY " + by
	}
	return strings.Join(clauses, "\nUNION ALL") + "\nORDER BY " + by
}

func scanFigures[T any](row db.Row, columns []figure[T]) (result T, err error) {
	targets := make([]any, len(columns))
	for i, column := range columns {
		if targets[i] = new(db.Int); column.text != nil {
			targets[i] = new(db.Text)
		}
	}
	if err := row.Scan(targets...); err != nil {
		return result, err
	}
	for i, column := range columns {
		switch value := targets[i].(type) {
		case *db.Text:
			if value.Valid {
				column.text(&result, &value.String)
			}
		case *db.Int:
			column.number(&result, number(*value))
		}
	}
	return result, nil
}
