package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	selectEvents = `SELECT key, value, serialization FROM {workflow_events} WHERE workflow_uuid = :id`

	selectMessages = `
SELECT message_uuid, topic, message, serialization, created_at_epoch_ms, consumed,
	{if notifications.consumed_by_function_id|consumed_by_function_id}{unless notifications.consumed_by_function_id|NULL}
FROM {notifications} WHERE destination_uuid = :id ORDER BY created_at_epoch_ms, message_uuid`

	selectStreams = `SELECT key, value, serialization FROM {streams} WHERE workflow_uuid = :id ORDER BY key, "offset"`
)

// A WorkflowMessage is a message to a workflow.
type WorkflowMessage struct {
	ID         string    `json:"message_id" doc:"The message's id: random, or made of the idempotency key."`
	Topic      string    `json:"topic,omitempty" doc:"The topic it was sent on; nil when on none."`
	Message    any       `json:"message,omitempty" doc:"The message that was sent."`
	SentAt     time.Time `json:"sent_at,omitzero" doc:"When it was sent."`
	Received   bool      `json:"received" doc:"Whether the workflow has received it."`
	ReceivedBy *int      `json:"received_by,omitempty" doc:"The number of the step that received it; nil when none has, or the database does not record it."`
}

func (c *systemClient) WorkflowEvents(workflowID string) (map[string]any, error) {
	events, err := readPublished(c, "read events", workflowID, selectEvents, addEvent)
	if err != nil {
		return nil, err
	}
	if events == nil {
		return map[string]any{}, nil
	}
	return events, nil
}

func addEvent(events *map[string]any, row db.Row) error {
	var key string
	var value, serialization db.Text
	if err := row.Scan(&key, &value, &serialization); err != nil {
		return err
	}
	if *events == nil {
		*events = map[string]any{}
	}
	(*events)[key] = encoded(value, serialization).Decode()
	return nil
}

func (c *systemClient) WorkflowMessages(workflowID string) ([]WorkflowMessage, error) {
	messages, err := readPublished(c, "read messages", workflowID, selectMessages, addMessage)
	if err != nil {
		return nil, err
	}
	if messages == nil {
		return []WorkflowMessage{}, nil
	}
	return messages, nil
}

func addMessage(messages *[]WorkflowMessage, row db.Row) error {
	var id, topic, message, serialization db.Text
	var sent, step db.Int
	var received db.Bool
	if err := row.Scan(&id, &topic, &message, &serialization, &sent, &received, &step); err != nil {
		return err
	}
	m := WorkflowMessage{ID: id.String, Topic: topic.String, Message: encoded(message, serialization).Decode(),
		SentAt: time.UnixMilli(sent.Int64).UTC(), Received: received.Bool}
	if m.Topic == noTopic {
		m.Topic = ""
	}
	if step.Valid {
		number := int(step.Int64)
		m.ReceivedBy = &number
	}
	*messages = append(*messages, m)
	return nil
}

func (c *systemClient) WorkflowStreams(workflowID string) (map[string][]any, error) {
	streams, err := readPublished(c, "read streams", workflowID, selectStreams, addStreamValue)
	if err != nil {
		return nil, err
	}
	if streams == nil {
		return map[string][]any{}, nil
	}
	return streams, nil
}

func addStreamValue(streams *map[string][]any, row db.Row) error {
	var key string
	var value, serialization db.Text
	if err := row.Scan(&key, &value, &serialization); err != nil {
		return err
	}
	if *streams == nil {
		*streams = map[string][]any{}
	}
	if (*streams)[key] == nil {
		(*streams)[key] = []any{}
	}
	if !codec.IsStreamClosed(value.String) {
		(*streams)[key] = append((*streams)[key], encoded(value, serialization).Decode())
	}
	return nil
}

// A published holds the values that a workflow published, and whether there was any row.
type published[T any] struct {
	value T
	found bool
}

// readPublished returns the value that add makes of the rows of a workflow, or the zero value if
// there are none. It then returns NonExistentWorkflow if there is no such workflow, which a dry run
// may have planned.
func readPublished[T any](c *systemClient, op, id, text string, add func(*T, db.Row) error) (T, error) {
	var read published[T]
	if id == "" {
		return read.value, invalid(op, "the workflow id is empty")
	}
	err := c.read(op, func(b *db.Batch) {
		db.Fold(b, &read, text, query.Args{"id": id}, func(r *published[T], row db.Row) error {
			r.found = true
			return add(&r.value, row)
		})
	})
	if err == nil && !read.found {
		_, err = c.view.status(op, id)
	}
	return read.value, err
}
