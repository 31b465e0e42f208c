package client

import (
	"encoding/json"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A statusRow receives the rows of selectWorkflows, one after the other. Every column may be NULL,
// because a row that was inserted by hand must not fail the list. If only ids are read, the other
// fields stay empty.
type statusRow struct {
	options ListWorkflowsOptions
	targets []any

	id, state, name, user, role, roles, executor        db.Text
	version, application, queue, dedup, partition       db.Text
	forkedFrom, parent, class, config, serialization    db.Text
	attributes, schedule, owner, input, output, errText db.Text
	created, updated, attempts, timeout, deadline       db.Int
	started, priority, completed, delay, debounce       db.Int
	steps, lastStepAt                                   db.Int
	lastStep                                            db.Text
	wasForked, debounced                                db.Bool
}

func newStatusRow(o ListWorkflowsOptions) *statusRow {
	r := &statusRow{options: o}
	if o.onlyIDs {
		r.targets = []any{&r.id, &r.created}
		return r
	}
	r.targets = []any{
		&r.id, &r.state, &r.name, &r.user, &r.role, &r.roles,
		&r.executor, &r.created, &r.updated, &r.version, &r.application, &r.attempts,
		&r.queue, &r.timeout, &r.deadline, &r.started, &r.dedup,
		&r.priority, &r.partition, &r.forkedFrom, &r.wasForked, &r.parent, &r.completed,
		&r.class, &r.config, &r.serialization, &r.delay,
		&r.attributes, &r.schedule, &r.debounce, &r.debounced, &r.owner,
	}
	if o.LoadInput {
		r.targets = append(r.targets, &r.input)
	}
	if o.LoadOutput {
		r.targets = append(r.targets, &r.output, &r.errText)
	}
	if o.LoadProgress {
		r.targets = append(r.targets, &r.steps, &r.lastStep, &r.lastStepAt)
	}
	return r
}

func (r *statusRow) status() WorkflowStatus {
	held, delay := heldFrom(WorkflowStatusType(r.state.String), r.delay.Int64)
	return WorkflowStatus{
		ID:                 r.id.String,
		Status:             WorkflowStatusType(r.state.String),
		Name:               r.name.String,
		AuthenticatedUser:  r.user.String,
		AssumedRole:        r.role.String,
		AuthenticatedRoles: roles(r.roles.String),
		Output:             r.value(r.output),
		Error:              storedError(r.errText, r.serialization),
		ExecutorID:         r.executor.String,
		CreatedAt:          millis(r.created.Int64),
		UpdatedAt:          millis(r.updated.Int64),
		ApplicationVersion: r.version.String,
		ApplicationID:      r.application.String,
		Attempts:           int(r.attempts.Int64),
		QueueName:          r.queue.String,
		Timeout:            time.Duration(r.timeout.Int64) * time.Millisecond,
		Deadline:           millis(r.deadline.Int64),
		StartedAt:          millis(r.started.Int64),
		DeduplicationID:    r.dedup.String,
		Input:              r.value(r.input),
		Priority:           int(r.priority.Int64),
		QueuePartitionKey:  r.partition.String,
		ForkedFrom:         r.forkedFrom.String,
		WasForkedFrom:      r.wasForked.Bool,
		ParentWorkflowID:   r.parent.String,
		CompletedAt:        millis(r.completed.Int64),
		ClassName:          r.class.String,
		ConfigName:         r.config.String,
		Serialization:      r.serialization.String,
		DelayUntil:         millis(delay),
		HeldFrom:           held,
		Attributes:         object(r.attributes.String),
		ScheduleName:       r.schedule.String,
		DebounceDeadline:   millis(r.debounce.Int64),
		IsDebounced:        r.debounced.Bool,
		ApplicationName:    r.owner.String,
		StepsDone:          number(r.steps),
		LastStep:           r.lastStep.String,
		LastStepAt:         millis(r.lastStepAt.Int64),
	}
}

// value returns a payload, decoded unless the list is lazy. NULL is nil.
func (r *statusRow) value(column db.Text) any {
	if !column.Valid {
		return nil
	}
	encoded := codec.Encoded{Text: column.String, Codec: r.serialization.String}
	if r.options.Lazy {
		return encoded
	}
	return encoded.Decode()
}

// storedError returns the error of a row, or nil: a nil *RemoteError would be an error that is not
// nil.
func storedError(text, serialization db.Text) error {
	if remote := codec.DecodeError(text.String, serialization.String, !text.Valid); remote != nil {
		return remote
	}
	return nil
}

// roles decodes a JSON array. It returns nil if the text is empty, null, [] or not an array of
// texts.
func roles(text string) []string {
	var list []string
	if text == "" {
		return nil
	}
	if json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 {
		return nil
	}
	return list
}

// object decodes the attributes. It returns nil if the text is not a JSON object.
func object(text string) map[string]any {
	if text == "" {
		return nil
	}
	value, err := codec.DecodeJSON(text)
	members, ok := value.(map[string]any)
	if err != nil || !ok {
		return nil
	}
	return members
}
