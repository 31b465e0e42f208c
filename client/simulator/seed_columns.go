package simulator

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

// columns sets the columns of a workflow's row, except the payloads. It returns an error if the
// roles or the attributes are no JSON data.
func (r *Row) columns(to insertedRow) error {
	to.text("workflow_uuid", r.ID)
	to.text("status", string(r.Status))
	to.text("name", r.Name)
	to.text("authenticated_user", r.AuthenticatedUser)
	to.text("assumed_role", r.AssumedRole)
	roles := to.json("authenticated_roles", r.AuthenticatedRoles, len(r.AuthenticatedRoles))
	to.text("executor_id", r.ExecutorID)
	to.time("created_at", r.CreatedAt)
	to.time("updated_at", r.UpdatedAt)
	to.text("application_version", r.ApplicationVersion)
	to.text("application_id", r.ApplicationID)
	to.put("recovery_attempts", int64(r.Attempts))
	to.text("queue_name", r.QueueName)
	if r.Timeout > 0 {
		to.put("workflow_timeout_ms", r.Timeout.Milliseconds())
	}
	to.time("workflow_deadline_epoch_ms", r.Deadline)
	to.time("started_at_epoch_ms", r.StartedAt)
	to.text("deduplication_id", r.DeduplicationID)
	to.put("priority", int64(r.Priority))
	to.text("queue_partition_key", r.QueuePartitionKey)
	to.put("rate_limited", r.RateLimited)
	return errors.Join(roles, r.optionalColumns(to))
}

// optionalColumns sets the columns that only some workflows have: about their origin, their class,
// their delay, their schedule.
func (r *Row) optionalColumns(to insertedRow) error {
	to.text("forked_from", r.ForkedFrom)
	to.put("was_forked_from", r.WasForkedFrom)
	to.text("parent_workflow_id", r.ParentWorkflowID)
	to.time("completed_at", r.CompletedAt)
	to.text("class_name", r.ClassName)
	to.text("config_name", r.ConfigName)
	to.text("serialization", r.Serialization)
	to.time("delay_until_epoch_ms", r.DelayUntil)
	to.text("schedule_name", r.ScheduleName)
	to.time("debounce_deadline_epoch_ms", r.DebounceDeadline)
	to.put("is_debounced", r.IsDebounced)
	to.text("application_name", r.ApplicationName)
	return to.json("attributes", r.Attributes, len(r.Attributes))
}

// payloads encodes the payloads; nil is NULL. The error of a success is an empty text, as the
// Go SDK writes it.
func (r *Row) payloads() (input, output, failure any, err error) {
	if input, err = stored(r.Serialization, r.Input); err != nil {
		return nil, nil, nil, err
	}
	if r.Status == client.WorkflowStatusSuccess || r.Output != nil {
		if output, err = stored(r.Serialization, r.Output); err != nil {
			return nil, nil, nil, err
		}
	}
	switch {
	case r.Error != nil:
		failure, err = codec.EncodeError(r.Serialization, worker.StoredError(r.Error))
	case r.Status == client.WorkflowStatusSuccess:
		failure = ""
	}
	return input, output, failure, err
}

// stored returns a value in its serialization. It returns NULL for nil in a serialization that this
// project reads but does not write, such as pickle.
func stored(codecName string, value any) (any, error) {
	if value == nil && codecName != codec.DBOSJSON && codecName != codec.PortableJSON {
		return nil, nil
	}
	if encoded, ok := value.(codec.Encoded); ok {
		if encoded.Null {
			return nil, nil
		}
		return encoded.Text, nil
	}
	return codec.Encode(codecName, value)
}

// step sets the columns of a recorded step. A step that started a child has only the child's id.
// The step in which a workflow reads the result of a child has that id too, and an output.
func (r *Row) step(to insertedRow, s client.StepInfo) (err error) {
	to.text("workflow_uuid", r.ID)
	to.put("function_id", int64(s.StepID))
	to.text("function_name", s.StepName)
	to.time("started_at_epoch_ms", s.StartedAt)
	to.time("completed_at_epoch_ms", s.CompletedAt)
	to.text("application_name", r.ApplicationName)
	to.text("child_workflow_id", s.ChildWorkflowID)
	if s.ChildWorkflowID != "" && s.StepName != worker.GetResultStep {
		return nil
	}
	to.text("serialization", r.Serialization)
	column, value := "output", any(nil)
	if s.Error != nil {
		column = "error"
		value, err = codec.EncodeError(r.Serialization, worker.StoredError(s.Error))
	} else {
		value, err = stored(r.Serialization, s.Output)
	}
	to.put(column, value)
	return err
}

// publish adds all events to the history, and the last one of each key to the present events.
func (r *Row) publish(history, events *insertion) error {
	latest := map[string]int{}
	for i, event := range r.Events {
		latest[event.Key] = i
	}
	for i, event := range r.Events {
		value, err := stored(r.Serialization, event.Value)
		if err != nil {
			return err
		}
		past := history.row()
		past.put("function_id", int64(event.StepID))
		r.event(past, event.Key, value)
		if latest[event.Key] == i {
			r.event(events.row(), event.Key, value)
		}
	}
	return nil
}

func (r *Row) event(to insertedRow, key string, value any) {
	to.text("workflow_uuid", r.ID)
	to.text("key", key)
	to.put("value", value)
	to.text("serialization", r.Serialization)
}

// json sets a column to a list or an object of so many elements. An empty one is NULL.
func (l insertedRow) json(column string, value any, length int) error {
	if length == 0 {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", column, err)
	}
	l.put(column, string(text))
	return nil
}
