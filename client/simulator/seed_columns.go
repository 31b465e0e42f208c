package simulator

import (
	"encoding/json"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

// columns sets the columns of a workflow's row, except the payloads.
func (r *Row) columns(to line) {
	to.text("workflow_uuid", r.ID)
	to.text("status", string(r.Status))
	to.text("name", r.Name)
	to.text("authenticated_user", r.AuthenticatedUser)
	to.text("assumed_role", r.AssumedRole)
	if len(r.AuthenticatedRoles) > 0 {
		to.json("authenticated_roles", r.AuthenticatedRoles)
	}
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
	r.laterColumns(to)
}

// laterColumns sets the columns about a workflow's origin and its waits.
func (r *Row) laterColumns(to line) {
	to.text("forked_from", r.ForkedFrom)
	to.put("was_forked_from", r.WasForkedFrom)
	to.text("parent_workflow_id", r.ParentWorkflowID)
	to.time("completed_at", r.CompletedAt)
	to.text("class_name", r.ClassName)
	to.text("config_name", r.ConfigName)
	to.text("serialization", r.Serialization)
	to.time("delay_until_epoch_ms", r.DelayUntil)
	if len(r.Attributes) > 0 {
		to.json("attributes", r.Attributes)
	}
	to.text("schedule_name", r.ScheduleName)
	to.time("debounce_deadline_epoch_ms", r.DebounceDeadline)
	to.put("is_debounced", r.IsDebounced)
	to.text("application_name", r.ApplicationName)
}

// payloads encodes the payloads; nil is NULL. A success has an empty error, as the Go SDK writes
// it.
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

// stored is a value as a column holds it. Nil is NULL in a serialization that is only read here.
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

// step is a recorded step. The start of a child has no output, and so no codec.
func (r *Row) step(to line, s client.StepInfo) (err error) {
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

// publish adds the events: all to the history, the last of each key as its value.
func (r *Row) publish(history, events *sheet) error {
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

func (r *Row) event(to line, key string, value any) {
	to.text("workflow_uuid", r.ID)
	to.text("key", key)
	to.put("value", value)
	to.text("serialization", r.Serialization)
}

// json sets a column to a list or an object. Values of a row can always be encoded.
func (l line) json(column string, value any) {
	if text, err := json.Marshal(value); err == nil {
		l.put(column, string(text))
	}
}
