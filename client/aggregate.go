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

// WorkflowAggregatesInput selects workflows, says which of them make a group, and which values to
// compute for each group.
type WorkflowAggregatesInput struct {
	GroupBy    []string      `json:"group_by" doc:"The columns whose values make a group." enum:"status,name,queue_name,executor_id,application_version,application_name"`
	Select     []string      `json:"select" doc:"The values to compute for each group; the count when not given." enum:"count,min_created_at,max_queue_wait_ms,max_total_latency_ms"`
	TimeBucket time.Duration `json:"time_bucket" doc:"Groups by the time of creation too, in buckets of this length, counted from 1970." min:"0"`

	ListWorkflowsOptions `without:"limit,offset,sort_desc,load_input,load_output,load_progress"`
}

// A WorkflowAggregate is one group of workflows. A field is nil if GroupBy or Select did not name
// it, or if its value is NULL.
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

// StepAggregatesInput selects steps, says which of them make a group, and which values to compute
// for each group.
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

// A StepAggregate is one group of steps. A field is nil if GroupBy or Select did not name it, or if
// its value is NULL.
type StepAggregate struct {
	FunctionName *string    `json:"function_name" doc:"The name of its steps."`
	Status       *string    `json:"status" doc:"ERROR if they stored an error, SUCCESS otherwise."`
	TimeBucket   *time.Time `json:"time_bucket" doc:"The start of the bucket in which they ended."`

	Count         *int64 `json:"count" doc:"How many there are."`
	MaxDurationMs *int64 `json:"max_duration_ms" doc:"The longest time from start to end, in milliseconds."`
}

// An aggregateColumn is a column of the result: one that groups the rows, or one that is computed
// for each group. T is WorkflowAggregate or StepAggregate. In its SQL, ws is the table, also if
// that has steps.
type aggregateColumn[T any] struct {
	name, sql string            // name is the one in GroupBy or Select
	setText   func(*T, *string) // sets the field of a row; nil for a column of numbers
	setNumber func(*T, *int64)  // nil for a column of text
}

func workflowGroups() []aggregateColumn[WorkflowAggregate] {
	type row = WorkflowAggregate
	return []aggregateColumn[row]{
		{name: "status", sql: "ws.status", setText: func(r *row, v *string) { r.Status = v }},
		{name: "name", sql: "ws.name", setText: func(r *row, v *string) { r.Name = v }},
		{name: "queue_name", sql: "ws.queue_name", setText: func(r *row, v *string) { r.QueueName = v }},
		{name: "executor_id", sql: "ws.executor_id", setText: func(r *row, v *string) { r.ExecutorID = v }},
		{name: "application_version", sql: "ws.application_version", setText: func(r *row, v *string) { r.ApplicationVersion = v }},
		{name: "application_name", sql: "ws.application_name", setText: func(r *row, v *string) { r.ApplicationName = v }},
	}
}

func workflowValues() []aggregateColumn[WorkflowAggregate] {
	type row = WorkflowAggregate
	return []aggregateColumn[row]{
		{name: "count", sql: "COUNT(*)", setNumber: func(r *row, v *int64) { r.Count = v }},
		{name: "min_created_at", sql: "MIN(ws.created_at)", setNumber: func(r *row, v *int64) { r.MinCreatedAt = timeOf(v) }},
		{name: "max_queue_wait_ms", sql: "MAX(ws.started_at_epoch_ms - ws.created_at)", setNumber: func(r *row, v *int64) { r.MaxQueueWaitMs = v }},
		{name: "max_total_latency_ms", sql: "MAX(ws.completed_at - ws.created_at)", setNumber: func(r *row, v *int64) { r.MaxTotalLatencyMs = v }},
	}
}

// stepStatus is the SQL of the state of a step, because the table has no column for it.
const stepStatus = "CASE WHEN COALESCE(ws.error, '') = '' THEN 'SUCCESS' ELSE 'ERROR' END"

func stepGroups() []aggregateColumn[StepAggregate] {
	type row = StepAggregate
	return []aggregateColumn[row]{
		{name: "function_name", sql: "ws.function_name", setText: func(r *row, v *string) { r.FunctionName = v }},
		{name: "status", sql: stepStatus, setText: func(r *row, v *string) { r.Status = v }},
	}
}

func stepValues() []aggregateColumn[StepAggregate] {
	type row = StepAggregate
	return []aggregateColumn[row]{
		{name: "count", sql: "COUNT(*)", setNumber: func(r *row, v *int64) { r.Count = v }},
		{name: "max_duration_ms", sql: "MAX(ws.completed_at_epoch_ms - ws.started_at_epoch_ms)", setNumber: func(r *row, v *int64) { r.MaxDurationMs = v }},
	}
}

// timeOf returns the time in UTC, or nil for NULL.
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
	options.Limit, options.Offset = nil, nil // an aggregate is always of all rows
	f, err := c.filter(op, options)
	if err != nil {
		return nil, err
	}
	// All other columns are in the oldest schema that a client works with.
	if slices.Contains(input.GroupBy, "application_name") && !f.Needs("application_name") {
		return nil, failure(op, f.Err)
	}
	return aggregate(c, f, aggregation[WorkflowAggregate]{
		op:      op,
		groupBy: selection[WorkflowAggregate]{workflowGroups(), input.GroupBy},
		values:  selection[WorkflowAggregate]{workflowValues(), input.Select},
		bucket: aggregateColumn[WorkflowAggregate]{name: "time_bucket", sql: bucketOf("ws.created_at"),
			setNumber: func(r *WorkflowAggregate, v *int64) { r.TimeBucket = timeOf(v) }},
		size: input.TimeBucket,
	})
}

func (c *systemClient) GetStepAggregates(input StepAggregatesInput) ([]StepAggregate, error) {
	const op = "get step aggregates"
	f := c.newFilter("operation_outputs")
	f.AnyOf("function_name", input.FunctionName)
	f.Prefixes("workflow_uuid", input.WorkflowIDPrefix)
	f.Between("completed_at_epoch_ms", input.CompletedAfter, input.CompletedBefore)
	f.AnyOf("application_name", input.ApplicationName)
	c.ownRows(f, input.ApplicationName, nil)
	if f.Err != nil {
		return nil, failure(op, f.Err)
	}
	if err := addStepStates(f, op, input.Status); err != nil {
		return nil, err
	}
	return aggregate(c, f, aggregation[StepAggregate]{
		op:      op,
		groupBy: selection[StepAggregate]{stepGroups(), input.GroupBy},
		values:  selection[StepAggregate]{stepValues(), input.Select},
		bucket: aggregateColumn[StepAggregate]{name: "time_bucket", sql: bucketOf("ws.completed_at_epoch_ms"),
			setNumber: func(r *StepAggregate, v *int64) { r.TimeBucket = timeOf(v) }},
		size: input.TimeBucket,
	})
}

func (c *systemClient) CountWorkflows(opts ...ListWorkflowsOption) (int64, error) {
	const op = "count workflows"
	options := apply(opts)
	options.Limit, options.Offset = nil, nil // it counts all rows
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

// addStepStates adds the condition that a step is in one of the states. nil is no condition, an
// empty list matches no step, and both states match every step. It returns InvalidOption if a step
// cannot be in a state.
func addStepStates(f *where.Filter, op string, states []string) error {
	f.Nothing = f.Nothing || states != nil && len(states) == 0
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

// bucketOf returns the SQL of the start of the bucket that the time in a column is in. It takes the
// remainder away, because a remainder of integers is an integer in every database, and a quotient
// is not.
func bucketOf(column string) string { return column + " - " + column + " % CAST(:bucket AS BIGINT)" }

// A selection holds the names of columns that a caller has given, and the columns that exist.
type selection[T any] struct {
	known []aggregateColumn[T]
	names []string
}

// columns returns the columns with the names, in the order of known. It returns InvalidOption, with
// the name of the option, if a name is unknown.
func (s selection[T]) columns(op, option string) ([]aggregateColumn[T], error) {
	var names []string
	for _, column := range s.known {
		names = append(names, column.name)
	}
	for _, name := range s.names {
		if !slices.Contains(names, name) {
			return nil, invalid(op, "%s: there is no %q%s", option, name, nearest.Among(name, names, "columns"))
		}
	}
	return slices.DeleteFunc(slices.Clone(s.known), func(column aggregateColumn[T]) bool { return !slices.Contains(s.names, column.name) }), nil
}

// An aggregation says how the rows of a filter are grouped, and what is computed for each group.
type aggregation[T any] struct {
	op      string
	groupBy selection[T]
	values  selection[T] // without names it is the count
	bucket  aggregateColumn[T]
	size    time.Duration // of the buckets; 0 if times do not group
}

// columns returns the columns of the result, and how many of them group: these come first. It
// returns InvalidOption if a name is unknown, the size of the buckets is wrong, or nothing groups.
func (a aggregation[T]) columns() (columns []aggregateColumn[T], grouping int, err error) {
	groups, err := a.groupBy.columns(a.op, "group_by")
	if err != nil {
		return nil, 0, err
	}
	if len(a.values.names) == 0 {
		a.values.names = []string{"count"}
	}
	values, err := a.values.columns(a.op, "select")
	switch {
	case err != nil:
		return nil, 0, err
	case a.size < 0 || a.size%time.Millisecond != 0:
		return nil, 0, invalid(a.op, "the time bucket %v is no whole number of milliseconds", a.size)
	case a.size > 0:
		groups = append(groups, a.bucket)
	case len(groups) == 0:
		return nil, 0, invalid(a.op, "nothing groups the rows: group_by or time_bucket is needed")
	}
	return append(groups, values...), len(groups), nil
}

// aggregate returns the groups of the rows that a filter selects, sorted by the columns that group.
// It makes Postgres use the indexes of the conditions if there are any. If there are none, Postgres
// may read the whole table, which is faster because several processes share it.
func aggregate[T any](c *systemClient, f *where.Filter, a aggregation[T]) ([]T, error) {
	columns, grouping, err := a.columns()
	if err != nil {
		return nil, err
	}
	if a.size > 0 {
		f.Args["bucket"] = a.size.Milliseconds()
	}
	if f.Nothing {
		return []T{}, nil
	}
	var found []T
	err = c.read(a.op, func(b *db.Batch) {
		if f.Indexed() {
			b.Bitmaps()
		}
		db.Collect(b, &found, aggregateText(f, columns, grouping), f.Args, func(row db.Row) (T, error) { return scanAggregate(row, columns) })
	})
	return notNil(found), err
}

// aggregateText returns the SELECT of the columns, of which the first ones group the rows. If the
// filter has several states and the state is one of the groups, it is a UNION ALL of one SELECT for
// each: no group has rows in two states, and each SELECT can read by the index of its state.
func aggregateText[T any](f *where.Filter, columns []aggregateColumn[T], grouping int) string {
	var selected, places []string
	for i, column := range columns {
		if selected = append(selected, column.sql); i < grouping {
			places = append(places, fmt.Sprint(i+1))
		}
	}
	by := strings.Join(places, ", ")
	clauses := []string{f.SQL()}
	if slices.Contains(selected[:grouping], "ws.status") {
		clauses = f.Branches()
	}
	for i, clause := range clauses {
		clauses[i] = "\nSELECT " + strings.Join(selected, ", ") + "\nFROM {" + f.Table + "} AS ws" + clause + "\nGROUP BY " + by
	}
	return strings.Join(clauses, "\nUNION ALL") + "\nORDER BY " + by
}

// scanAggregate returns a row of the result. The fields of other columns stay nil.
func scanAggregate[T any](row db.Row, columns []aggregateColumn[T]) (result T, err error) {
	targets := make([]any, len(columns))
	for i, column := range columns {
		if targets[i] = new(db.Int); column.setText != nil {
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
				column.setText(&result, &value.String)
			}
		case *db.Int:
			column.setNumber(&result, number(*value))
		}
	}
	return result, nil
}
