package client

import (
	"fmt"
	"math"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectSteps = `
SELECT function_id, function_name, error, child_workflow_id, started_at_epoch_ms, completed_at_epoch_ms, serialization, %s
FROM {operation_outputs} WHERE workflow_uuid = :id
ORDER BY function_id LIMIT :limit OFFSET :offset`

var (
	selectStepsWithoutOutput = fmt.Sprintf(selectSteps, "NULL")
	selectStepsWithOutput    = fmt.Sprintf(selectSteps, "output")
)

// ListStepsOptions are the options of ListWorkflowSteps.
type ListStepsOptions struct {
	LoadOutput bool `json:"load_output" doc:"Also reads the values that the steps returned."`
	Limit      *int `json:"limit" doc:"The largest number of steps to return." min:"0"`
	Offset     *int `json:"offset" doc:"The number of steps to leave out at the start." min:"0"`
}

// A ListStepsOption sets one of the ListStepsOptions.
type ListStepsOption func(*ListStepsOptions)

// WithListStepsOptions sets all options at once.
func WithListStepsOptions(options ListStepsOptions) ListStepsOption {
	return func(o *ListStepsOptions) { *o = options }
}

// WithStepsLoadOutput also reads the values that the steps returned.
func WithStepsLoadOutput(load bool) ListStepsOption {
	return func(o *ListStepsOptions) { o.LoadOutput = load }
}

// WithStepsLimit returns at most limit steps. A negative limit is InvalidOption.
func WithStepsLimit(limit int) ListStepsOption {
	return func(o *ListStepsOptions) { o.Limit = &limit }
}

// WithStepsOffset leaves out the first offset steps. A negative offset is InvalidOption.
func WithStepsOffset(offset int) ListStepsOption {
	return func(o *ListStepsOptions) { o.Offset = &offset }
}

// selectExistence distinguishes a workflow without steps, which has a row, from an unknown one.
const selectExistence = `SELECT 1 FROM {workflow_status} WHERE workflow_uuid = :id`

func (c *systemClient) GetWorkflowSteps(workflowID string) ([]StepInfo, error) {
	steps, err := c.ListWorkflowSteps(workflowID)
	if CodeOf(err) == NonExistentWorkflow {
		return []StepInfo{}, nil
	}
	return steps, err
}

func (c *systemClient) ListWorkflowSteps(workflowID string, opts ...ListStepsOption) ([]StepInfo, error) {
	const op = "get workflow steps"
	options := apply(opts)
	args, err := options.args(op, workflowID)
	if err != nil {
		return nil, err
	}
	text := selectStepsWithoutOutput
	if options.LoadOutput {
		text = selectStepsWithOutput
	}
	var steps []StepInfo
	exists := false
	err = c.read(op, func(b *db.Batch) {
		db.Collect(b, &steps, text, args, scanStep)
		db.Exists(b, &exists, selectExistence, query.Args{"id": workflowID})
	})
	if err == nil && !exists {
		return nil, noSuchWorkflow(op, workflowID)
	}
	return notNil(steps), err
}

// args returns the parameters of selectSteps, or InvalidOption. Without a limit or an offset, the
// statement is the same, with values that leave nothing out.
func (o ListStepsOptions) args(op, id string) (query.Args, error) {
	args := query.Args{"id": id, "limit": int64(math.MaxInt64), "offset": int64(0)}
	if id == "" {
		return nil, invalid(op, "the workflow id is empty")
	}
	for _, bound := range []struct {
		name  string
		value *int
	}{{"limit", o.Limit}, {"offset", o.Offset}} {
		if bound.value == nil {
			continue
		}
		if *bound.value < 0 {
			return nil, invalid(op, "the %s %d is negative", bound.name, *bound.value)
		}
		args[bound.name] = int64(*bound.value)
	}
	return args, nil
}

func scanStep(row db.Row) (StepInfo, error) {
	var number, started, completed db.Int
	var name, errText, child, serialization, output db.Text
	err := row.Scan(&number, &name, &errText, &child, &started, &completed, &serialization, &output)
	return StepInfo{
		StepID:          int(number.Int64),
		StepName:        name.String,
		Output:          codec.Encoded{Text: output.String, Codec: serialization.String, Null: !output.Valid}.Decode(),
		Error:           storedError(errText, serialization),
		ChildWorkflowID: child.String,
		StartedAt:       millis(started.Int64),
		CompletedAt:     millis(completed.Int64),
	}, err
}
