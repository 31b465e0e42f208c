package bindings

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func events() declare.Func {
	return declare.Method("events", "Reads all events that the workflow has published, without waiting.",
		func(ctx context.Context, h *Handle, _ declare.None) (map[string]any, error) {
			return h.connection.with(ctx).WorkflowEvents(h.id)
		}).Reads().
		Returning("the latest value of each event, by its key; an empty table when there is none").
		Raises("NonExistentWorkflow").
		Example("for key, value in pairs(dbos.retrieve_workflow(\"order-1\"):events()) do\n  print(key, json.encode(value))\nend")
}

func messages() declare.Func {
	return declare.Method("messages", "Reads all messages to the workflow, received or not.",
		func(ctx context.Context, h *Handle, _ declare.None) ([]client.WorkflowMessage, error) {
			return h.connection.with(ctx).WorkflowMessages(h.id)
		}).Reads().
		Returning("the messages, the oldest first; an empty array when there is none").
		Raises("NonExistentWorkflow").
		Example("for _, m in ipairs(dbos.retrieve_workflow(\"order-1\"):messages()) do\n  print(m.sent_at, m.topic, m.received, json.encode(m.message))\nend")
}

func streams() declare.Func {
	return declare.Method("streams", "Reads all streams that the workflow has written so far, without waiting.",
		func(ctx context.Context, h *Handle, _ declare.None) (map[string][]any, error) {
			return h.connection.with(ctx).WorkflowStreams(h.id)
		}).Reads().
		Returning("the values of each stream, by its key; an empty table when there is none").
		Raises("NonExistentWorkflow").
		Notes("`dbos.read_stream_async` reads one stream of any length in constant memory.").
		Example("for key, values in pairs(dbos.retrieve_workflow(\"order-1\"):streams()) do\n  print(key, #values)\nend")
}
