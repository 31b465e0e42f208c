package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

// Helpers of the tests of messages, events, streams and waits.

const talkQueue = "talk"

// workflowIn gives a workflow in a state.
func workflowIn(t *testing.T, b clienttest.Backend, c client.Client, id string, status client.WorkflowStatusType) string {
	t.Helper()
	if _, err := c.Enqueue(talkQueue, "wf", nil, client.WithEnqueueWorkflowID(id)); err != nil {
		t.Fatal(err)
	}
	setState(b, id, status)
	return id
}

func setState(b clienttest.Backend, id string, status client.WorkflowStatusType) {
	b.Exec("UPDATE {workflow_status} SET status = :status WHERE workflow_uuid = :id", map[string]any{"id": id, "status": string(status)})
}

// finishWith ends a workflow as an application would that uses portable_json.
func finishWith(b clienttest.Backend, id string, status client.WorkflowStatusType, output, failed any) {
	b.Exec(`UPDATE {workflow_status} SET status = :status, serialization = 'portable_json', output = :output, error = :error
WHERE workflow_uuid = :id`, map[string]any{"id": id, "status": string(status), "output": output, "error": failed})
}

func publish(b clienttest.Backend, id, key, value, codecName string) {
	b.Exec(`INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization) VALUES (:id, :key, :value, :codec)
ON CONFLICT (workflow_uuid, key) DO UPDATE SET value = excluded.value, serialization = excluded.serialization`,
		map[string]any{"id": id, "key": key, "value": value, "codec": codecName})
}

// writeStream appends a text to a stream as it is.
func writeStream(b clienttest.Backend, id, key string, offset int, text, codecName string) {
	b.Exec(`INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization)
VALUES (:id, :key, :value, :offset, 0, :codec)`,
		map[string]any{"id": id, "key": key, "value": text, "offset": offset, "codec": codecName})
}

func wantCode(t *testing.T, err error, code client.ErrorCode) {
	t.Helper()
	if client.CodeOf(err) != code {
		t.Fatalf("want %v, got %v: %v", code, client.CodeOf(err), err)
	}
}

// wantTimeout checks what every timeout answers.
func wantTimeout(t *testing.T, err error) {
	t.Helper()
	wantCode(t, err, client.Timeout)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v is no context.DeadlineExceeded", err)
	}
}

func wantOpaque(t *testing.T, value any, codecName string) {
	t.Helper()
	opaque, ok := value.(codec.Opaque)
	if !ok || opaque.Codec != codecName {
		t.Errorf("want an opaque %s value, got %#v", codecName, value)
	}
}

var allStates = []client.WorkflowStatusType{
	client.WorkflowStatusDelayed, client.WorkflowStatusEnqueued, client.WorkflowStatusPending, client.WorkflowStatusSuccess,
	client.WorkflowStatusError, client.WorkflowStatusCancelled, client.WorkflowStatusMaxRecoveryAttemptsExceeded,
}

func limited(t *testing.T, timeout time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), timeout)
}
