package clienttest_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

func TestReadingAllThatAWorkflowPublishes(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"talk": func(r *worker.Run) (any, error) {
			if err := r.SetEvent("a", map[string]any{"n": 1}); err != nil {
				return nil, err
			}
			if err := r.SetEvent("a", "late"); err != nil {
				return nil, err
			}
			if err := r.WriteStream("out", 1); err != nil {
				return nil, err
			}
			if err := r.WriteStream("out", nil); err != nil {
				return nil, err
			}
			return nil, r.WriteStream("log", "x")
		}})
		id := enqueue(t, c, "talk", nil)
		silent := enqueue(t, c, "none", nil)
		if err := c.SendMany([]client.Message{{DestinationID: id, Message: "first", Topic: "t", IdempotencyKey: "k"}, {DestinationID: id, Message: 2}}); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		b.Exec("UPDATE {notifications} SET consumed = TRUE WHERE topic = 't'", nil)
		b.Exec(`INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id) VALUES (:id, 'empty', '__DBOS_STREAM_CLOSED__', 0, 9)`, map[string]any{"id": id})
		recorded := b.Database.Has("notifications", "consumed_by_function_id")
		if recorded {
			b.Exec("UPDATE {notifications} SET consumed_by_function_id = 3 WHERE topic = 't'", nil)
		}

		events, err := c.WorkflowEvents(id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "events", events, map[string]any{"a": "late"})
		streams, err := c.WorkflowStreams(id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "streams", streams, map[string][]any{"out": {1, nil}, "log": {"x"}, "empty": {}})
		messages, err := c.WorkflowMessages(id)
		if err != nil || len(messages) != 2 {
			t.Fatalf("%v, %v", messages, err)
		}
		first, second := messages[0], messages[1]
		if first.ID != "k::"+id || first.Topic != "t" || first.Message != "first" || !first.Received || (first.ReceivedBy != nil) != recorded || recorded && *first.ReceivedBy != 3 {
			t.Errorf("first %+v", first)
		}
		if second.Topic != "" || second.Received || second.ReceivedBy != nil || !second.SentAt.After(first.SentAt) {
			t.Errorf("second %+v", second)
		}
		nothing(t, c, silent, "")
		nothing(t, c, "missing", "NonExistentWorkflow")
		nothing(t, c, "", "InvalidOption")
	})
}

// nothing expects that a workflow has published nothing and was sent nothing, or an error.
func nothing(t *testing.T, c client.Client, id, code string) {
	t.Helper()
	events, err1 := c.WorkflowEvents(id)
	messages, err2 := c.WorkflowMessages(id)
	streams, err3 := c.WorkflowStreams(id)
	for _, err := range []error{err1, err2, err3} {
		if (err != nil) != (code != "") || err != nil && client.CodeOf(err).String() != code {
			t.Errorf("%q: %v, want %q", id, err, code)
		}
	}
	if len(events)+len(messages)+len(streams) > 0 || code == "" && (events == nil || messages == nil || streams == nil) {
		t.Errorf("%q: %v, %v, %v", id, events, messages, streams)
	}
}
