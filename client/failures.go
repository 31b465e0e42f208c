package client

import (
	"cmp"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// The values of FailuresInput.By: the property that the workflows of a group have in common.
const (
	FailuresByError   = "error"   // the pattern of the message, and the step that failed
	FailuresByStep    = "step"    // the step that failed
	FailuresByName    = "name"    // the name of the workflow
	FailuresByVersion = "version" // the application version
)

// defaultExamples is the number of ids that a group names.
const defaultExamples = 3

// FailuresInput selects failed workflows, and says how to group them.
type FailuresInput struct {
	By       string    `json:"by" doc:"The common value of a group's workflows; error, with the step that failed, when not given." enum:"error,step,name,version"`
	NewSince time.Time `json:"new_since" doc:"A group is new if none of its workflows failed before this time." past:"true"`
	Examples *int      `json:"examples" doc:"The number of examples of each group; 3 when not given." min:"0" max:"20"`

	// Filter selects the workflows. Without a Status they are in ERROR or
	// MAX_RECOVERY_ATTEMPTS_EXCEEDED. Its order, limit and offset have no meaning.
	Filter ListWorkflowsOptions `json:"-"`
}

// A FailureGroup holds the failed workflows that have something in common. Every function of
// scripts that takes ids or a filter takes it as the list of their ids.
type FailureGroup struct {
	Error              string    `json:"error" doc:"The message with a * in place of ids, numbers, times and addresses that differ. If the group is not by error, the most frequent message."`
	Step               *string   `json:"step" doc:"The last step that stored an error; nil if none did. Only where groups are by error or step."`
	Name               *string   `json:"name" doc:"The name of the workflows. Only where groups are by name."`
	ApplicationVersion *string   `json:"application_version" doc:"Their application version. Only where groups are by version."`
	Count              int64     `json:"count" doc:"How many workflows have failed so."`
	DeadLetters        int64     `json:"dead_letters" doc:"How many of them are in MAX_RECOVERY_ATTEMPTS_EXCEEDED."`
	FirstAt            time.Time `json:"first_at" doc:"When the first of them failed."`
	LastAt             time.Time `json:"last_at" doc:"When the last of them failed."`
	PerHour            float64   `json:"per_hour" doc:"How many failed in an hour, from the first to the last; of less than an hour, how many there are."`
	New                bool      `json:"new" doc:"True if none of them failed before new_since."`
	Message            string    `json:"message" doc:"The whole message of the last one."`
	Examples           []string  `json:"examples" doc:"The ids of the last ones."`
	WorkflowIDs        []string  `json:"workflow_ids" doc:"The ids of all of them."`
}

const (
	selectFailures = `
SELECT ws.workflow_uuid, ws.status, ws.serialization, COALESCE(ws.completed_at, ws.updated_at, ws.created_at), ws.name, ws.application_version, ` + errorOf

	// failedStep is the step at which a fork from the failed one begins.
	failedStep = `(SELECT step.function_name FROM {operation_outputs} AS step
	WHERE step.workflow_uuid = ws.workflow_uuid AND COALESCE(step.error, '') <> '' ORDER BY step.function_id DESC LIMIT 1)`
)

func (c *systemClient) ListFailures(input FailuresInput) ([]FailureGroup, error) {
	const op = "list failures"
	known := []string{FailuresByError, FailuresByStep, FailuresByName, FailuresByVersion}
	input.By = cmp.Or(input.By, FailuresByError)
	switch {
	case !slices.Contains(known, input.By):
		return nil, invalid(op, "by: there is no %q%s", input.By, nearest.Among(input.By, known, "values"))
	case input.Examples != nil && (*input.Examples < 0 || *input.Examples > maxExamples):
		return nil, invalid(op, "a group has 0 to %d examples, not %d", maxExamples, *input.Examples)
	}
	f, err := c.failed(op, input.Filter)
	if err != nil || f.Nothing {
		return []FailureGroup{}, err
	}
	found, err := c.collectFailures(op, f, input.By)
	if err != nil {
		return nil, err
	}
	return found.groups(input), nil
}

// failed returns the filter with the states of failures, if it has none.
func (c *systemClient) failed(op string, options ListWorkflowsOptions) (*where.Filter, error) {
	options.Limit, options.Offset = nil, nil
	if options.Status == nil {
		options.Status = []WorkflowStatusType{WorkflowStatusError, WorkflowStatusMaxRecoveryAttemptsExceeded}
	}
	if err := c.countPrefixed(op, &options); err != nil {
		return nil, err
	}
	return c.filter(op, options)
}

// collectFailures reads the failures row by row, and keeps of each only its group and its id.
func (c *systemClient) collectFailures(op string, f *where.Filter, by string) (failureTable, error) {
	var found failureTable
	bySteps := by == FailuresByError || by == FailuresByStep
	text := selectFailures
	if bySteps {
		text += ", " + failedStep
	}
	err := c.read(op, func(b *db.Batch) {
		row := newFailureRow(bySteps)
		db.Fold(b, &found, text+f.From(false, 0), f.Args, func(found *failureTable, r db.Row) error {
			if err := r.Scan(row.targets...); err != nil {
				return err
			}
			found.add(row.failure(by))
			return nil
		})
		f.Apply(b)
	})
	return found, err
}

// A failureRow receives the rows of selectFailures.
type failureRow struct {
	targets []any

	id, status, serialization, name, version, message, step db.Text
	at                                                      db.Int
}

func newFailureRow(step bool) *failureRow {
	r := &failureRow{}
	r.targets = []any{&r.id, &r.status, &r.serialization, &r.at, &r.name, &r.version, &r.message}
	if step {
		r.targets = append(r.targets, &r.step)
	}
	return r
}

// failure returns the row as a failure of the group that it belongs to.
func (r *failureRow) failure(by string) failedRun {
	f := failedRun{id: r.id.String, at: r.at.Int64, dead: r.status.String == string(WorkflowStatusMaxRecoveryAttemptsExceeded)}
	if err := storedError(r.message, r.serialization); err != nil {
		f.message = err.Error()
	} else if f.dead {
		f.message = "dead letter: it was recovered as often as it may be"
	}
	value := r.step
	switch by {
	case FailuresByName:
		value = r.name
	case FailuresByVersion:
		value = r.version
	}
	f.value = db.Text{String: value.String, Valid: value.Valid} // without the memory of earlier rows, which would part groups
	return f
}
