package bindings

import (
	"context"
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// messaging returns the functions for messages, events and streams.
func messaging() []declare.Func {
	return []declare.Func{send(), sendMany(), getEvent(), readStream(), readStreamAsync()}
}

func send() declare.Func {
	type args struct {
		DestinationID  string `arg:"destination_id" doc:"The workflow that receives the message. It may be in any state."`
		Message        any    `arg:"message" doc:"The message to send: JSON data."`
		Topic          string `arg:"topic,optional" doc:"The topic on which the workflow receives the message. Without it the message has no topic."`
		IdempotencyKey string `json:"idempotency_key" doc:"A key of the message. If the destination has a message with this key already, it is not sent again." nonempty:"true"`
		SendToForks    bool   `json:"send_to_forks" doc:"Also sends the message to all forks of the destination, and to their forks."`
	}
	return declare.MethodDo("send", "Sends a message to a workflow.",
		func(ctx context.Context, c *Connection, a args) error {
			return c.with(ctx).SendMany([]client.Message{{
				DestinationID: a.DestinationID, Message: a.Message, Topic: a.Topic, IdempotencyKey: a.IdempotencyKey, SendToForks: a.SendToForks,
			}})
		}).Changes().
		Raises("NonExistentWorkflow").
		Notes("A workflow receives the messages of a script on one topic in the order in which they were sent. " +
			"Applications of every SDK can read them. " + forksNote).
		Example(`dbos.send("order-1", {approved = true}, "approval")`).
		Example(`dbos.send("order-1", "go on", nil, {idempotency_key = "night-shift-17"})`).
		Example(`dbos.send("order-1", "go on", nil, {send_to_forks = true})`)
}

const forksNote = "With `send_to_forks` the forks are counted first, for the limit of changes. If one is added before the message " +
	"is written, nothing is sent, and the error is `Conflict`."

func sendMany() declare.Func {
	type args struct {
		Messages []client.Message `arg:"messages" doc:"One table for each message."`
	}
	return declare.MethodDo("send_many", "Sends many messages together: all of them, or none if there is an error.",
		func(ctx context.Context, c *Connection, a args) error { return c.with(ctx).SendMany(a.Messages) }).Changes().
		Raises("NonExistentWorkflow").
		Notes(forksNote).
		Example("dbos.send_many{\n  {destination_id = \"order-1\", message = {approved = true}, topic = \"approval\"},\n" +
			"  {destination_id = \"order-2\", message = {approved = false}, topic = \"approval\"},\n}")
}

// eventTimeout is the timeout of get_event if the script sets none, the same as in the Python and
// TypeScript SDKs.
const eventTimeout = time.Minute

func getEvent() declare.Func {
	type args struct {
		WorkflowID string         `arg:"workflow_id" doc:"The workflow that publishes the event."`
		Key        string         `arg:"key" doc:"The key of the event."`
		Timeout    *time.Duration `arg:"timeout,optional" doc:"The longest wait; 0 reads once." default:"60s"`
	}
	return declare.Method("get_event", "Returns the latest value that a workflow published under a key; waits if there is none yet.",
		func(ctx context.Context, c *Connection, a args) (any, error) {
			timeout := eventTimeout
			if a.Timeout != nil {
				timeout = *a.Timeout
			}
			return c.with(ctx).GetEvent(a.WorkflowID, a.Key, timeout)
		}).Reads().
		Returning("the value").
		Raises("Timeout", "NonExistentWorkflow").
		Notes("The workflow may be in any state. If it does not exist, the call waits as well, because it may be enqueued later.").
		Example(`print(json.encode(dbos.get_event("order-1", "progress", "5s")))`)
}

type streamArgs struct {
	WorkflowID string `arg:"workflow_id" doc:"The workflow that writes the stream."`
	Key        string `arg:"key" doc:"The stream's key."`
	client.ReadStreamOptions
}

const streamNotes = "A stream ends when the workflow closes it or has ended; that can take as long as the workflow does. " +
	"`snapshot = true` does not wait, and `from_offset` goes on where an earlier read stopped."

func readStream() declare.Func {
	return declare.Method("read_stream", "Waits until a stream ends, and returns all of its values.",
		func(ctx context.Context, c *Connection, a streamArgs) (declare.Results2[[]any, bool], error) {
			a.Lazy = true
			values, closed, err := c.with(ctx).ReadStream(a.WorkflowID, a.Key, client.WithReadStreamOptions(a.ReadStreamOptions))
			return declare.Results2[[]any, bool]{First: values, Second: closed}, err
		}).Reads().
		Returning("the values, in order", "true if the stream has ended; only a snapshot can return false").
		Raises("NonExistentWorkflow").
		Notes(streamNotes).
		Example("local lines, closed = dbos.read_stream(\"order-1\", \"log\", {snapshot = true})\nprint(#lines, closed)")
}

func readStreamAsync() declare.Func {
	return declare.Method("read_stream_async", "Walks over the values of a stream while it is written, in constant memory.",
		func(ctx context.Context, c *Connection, a streamArgs) (iter.Seq2[any, error], error) {
			a.Lazy = true
			return c.with(ctx).Stream(a.WorkflowID, a.Key, client.WithReadStreamOptions(a.ReadStreamOptions)), nil
		}).Reads().
		Returning("an iterator over the values; a null is `json.null`").
		Raises("NonExistentWorkflow").
		Notes(streamNotes).
		Example("for line in dbos.read_stream_async(\"order-1\", \"log\") do\n  print(json.encode(line))\nend")
}
