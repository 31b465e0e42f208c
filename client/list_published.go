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
	Message    any       `json:"message,omitempty" doc:"What was sent."`
	SentAt     time.Time `json:"sent_at,omitzero" doc:"When it was sent."`
	Received   bool      `json:"received" doc:"Whether the workflow has received it."`
	ReceivedBy *int      `json:"received_by,omitempty" doc:"The number of the step that received it; nil when none has, or the database does not record it."`
}

func (c *systemClient) WorkflowEvents(workflowID string) (map[string]any, error) {
	events := map[string]any{}
	err := c.readPublished("read events", workflowID, selectEvents, func() { clear(events) }, func(row db.Row) error {
		var key string
		var value, serialization db.Text
		err := row.Scan(&key, &value, &serialization)
		events[key] = encoded(value, serialization).Decode()
		return err
	})
	if err != nil {
		return nil, err
	}
	return events, nil
}

func (c *systemClient) WorkflowMessages(workflowID string) ([]WorkflowMessage, error) {
	messages := []WorkflowMessage{}
	err := c.readPublished("read messages", workflowID, selectMessages, func() { messages = messages[:0] }, func(row db.Row) error {
		var id, topic, message, serialization db.Text
		var sent, step db.Int
		var received db.Bool
		err := row.Scan(&id, &topic, &message, &serialization, &sent, &received, &step)
		m := WorkflowMessage{ID: id.String, Topic: topic.String, Message: encoded(message, serialization).Decode(),
			SentAt: time.UnixMilli(sent.Int64).UTC(), Received: received.Bool}
		if m.Topic == noTopic {
			m.Topic = ""
		}
		if step.Valid {
			number := int(step.Int64)
			m.ReceivedBy = &number
		}
		messages = append(messages, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	return messages, nil
}

func (c *systemClient) WorkflowStreams(workflowID string) (map[string][]any, error) {
	streams := map[string][]any{}
	err := c.readPublished("read streams", workflowID, selectStreams, func() { clear(streams) }, func(row db.Row) error {
		var key string
		var value, serialization db.Text
		if err := row.Scan(&key, &value, &serialization); err != nil {
			return err
		}
		if streams[key] == nil {
			streams[key] = []any{}
		}
		if !codec.IsStreamClosed(value.String) {
			streams[key] = append(streams[key], encoded(value, serialization).Decode())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return streams, nil
}

// readPublished reads the rows of a workflow. If there is no row, it looks whether there is such a
// workflow, which a dry run may have planned.
func (c *systemClient) readPublished(op, id, text string, forget func(), scan func(db.Row) error) error {
	if id == "" {
		return invalid(op, "the workflow id is empty")
	}
	found := false
	err := c.read(op, func(b *db.Batch) {
		forget()
		found = false
		b.Query(text, query.Args{"id": id}, func(row db.Row) error {
			found = true
			return scan(row)
		})
	})
	if err == nil && !found {
		_, err = c.view.status(op, id)
	}
	return err
}
