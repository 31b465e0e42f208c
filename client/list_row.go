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

// fill sets the fields of an empty workflow to the columns of the row, in place, because a workflow
// is large to copy.
func (r *statusRow) fill(w *WorkflowStatus) {
	held, delay := heldFrom(WorkflowStatusType(r.state.String), r.delay.Int64)
	w.ID = r.id.String
	w.Status = WorkflowStatusType(r.state.String)
	w.Name = r.name.String
	w.AuthenticatedUser = r.user.String
	w.AssumedRole = r.role.String
	w.AuthenticatedRoles = roles(r.roles.String)
	w.Output = r.value(r.output)
	w.Error = storedError(r.errText, r.serialization)
	w.ExecutorID = r.executor.String
	w.CreatedAt = millis(r.created.Int64)
	w.UpdatedAt = millis(r.updated.Int64)
	w.ApplicationVersion = r.version.String
	w.ApplicationID = r.application.String
	w.Attempts = int(r.attempts.Int64)
	w.QueueName = r.queue.String
	w.Timeout = time.Duration(r.timeout.Int64) * time.Millisecond
	w.Deadline = millis(r.deadline.Int64)
	w.StartedAt = millis(r.started.Int64)
	w.DeduplicationID = r.dedup.String
	w.Input = r.value(r.input)
	w.Priority = int(r.priority.Int64)
	w.QueuePartitionKey = r.partition.String
	w.ForkedFrom = r.forkedFrom.String
	w.WasForkedFrom = r.wasForked.Bool
	w.ParentWorkflowID = r.parent.String
	w.CompletedAt = millis(r.completed.Int64)
	w.ClassName = r.class.String
	w.ConfigName = r.config.String
	w.Serialization = r.serialization.String
	w.DelayUntil = millis(delay)
	w.HeldFrom = held
	w.Attributes = object(r.attributes.String)
	w.ScheduleName = r.schedule.String
	w.DebounceDeadline = millis(r.debounce.Int64)
	w.IsDebounced = r.debounced.Bool
	w.ApplicationName = r.owner.String
	w.StepsDone = number(r.steps)
	w.LastStep = r.lastStep.String
	w.LastStepAt = millis(r.lastStepAt.Int64)
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
