package client_test

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

func TestSendReachesAWorkflowInEveryState(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, status := range allStates {
			id := workflowIn(t, b, c, "w-"+string(status), status)
			if err := c.Send(id, map[string]any{"n": 1}, ""); err != nil {
				t.Fatalf("to %s: %v", status, err)
			}
			rows := b.Rows("notifications", "destination_uuid = :id", map[string]any{"id": id})
			if len(rows) != 1 {
				t.Fatalf("%d messages for %s", len(rows), status)
			}
			for column, want := range map[string]any{
				"topic": "__null__topic__", "message": `{"n":1}`, "serialization": "portable_json",
				"consumed": "false", "created_at_epoch_ms": b.Millis(),
			} {
				if rows[0][column] != want {
					t.Errorf("%s is %v, want %v", column, rows[0][column], want)
				}
			}
		}
	})
}

func TestSendKeepsEveryValue(t *testing.T) {
	t.Parallel()
	large, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		for i, test := range []struct {
			value any
			want  string
		}{
			{nil, "null"}, {[]any{}, "[]"}, {map[string]any{}, "{}"}, {"ä \x00 '\"", `"ä \u0000 '\""`},
			{large, "123456789012345678901234567890"}, {[]any{nil, 1.5, true}, "[null,1.5,true]"},
		} {
			topic := strconv.Itoa(i)
			if err := c.Send(id, test.value, topic); err != nil {
				t.Fatal(err)
			}
			rows := b.Rows("notifications", "topic = :topic", map[string]any{"topic": topic})
			if len(rows) != 1 || rows[0]["message"] != test.want {
				t.Errorf("%v is stored as %v", test.value, rows)
			}
		}
	})
}

// The clock stands still, so nothing but the client keeps the messages apart.
func TestMessagesAreReceivedInTheOrderTheyWereSentIn(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := b.NewWorker(func(c *worker.Config) { c.Queues = []worker.Queue{{Name: talkQueue}} })
		w.Register("receive", receive(20), worker.RegisterOptions{})
		if err := w.Launch(t.Context()); err != nil {
			t.Fatal(err)
		}
		handle, err := c.Enqueue(talkQueue, "receive", nil)
		if err != nil {
			t.Fatal(err)
		}
		id := handle.GetWorkflowID()
		var batch []client.Message
		for i := range 10 {
			if err := c.WithContext(t.Context()).Send(id, i, "n"); err != nil {
				t.Fatal(err)
			}
			batch = append(batch, client.Message{DestinationID: id, Message: 10 + i, Topic: "n"})
		}
		if err := c.SendMany(batch); err != nil {
			t.Fatal(err)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		result, err := handle.GetResult(client.WithHandleTimeout(time.Minute))
		if err != nil || fmt.Sprint(result) != "[0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19]" {
			t.Errorf("received %v, %v", result, err)
		}
		if rows := b.Rows("notifications", "NOT consumed", nil); len(rows) != 0 {
			t.Errorf("%d messages are left", len(rows))
		}
	})
}

func receive(count int) worker.Workflow {
	return func(r *worker.Run) (any, error) {
		var got []any
		for range count {
			message, err := r.Recv("n", time.Second)
			if err != nil {
				return nil, err
			}
			got = append(got, message)
		}
		return got, nil
	}
}

func TestSendToAMissingWorkflowSendsNothing(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		err := c.Send("nobody", 1, "t")
		wantCode(t, err, client.NonExistentWorkflow)
		if want := `send: there is no workflow "nobody"`; err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		wantCode(t, c.SendMany([]client.Message{{DestinationID: id, Message: 1}, {DestinationID: "nobody", Message: 2}}), client.NonExistentWorkflow)
		if rows := b.Rows("notifications", "", nil); len(rows) != 0 {
			t.Errorf("%d messages", len(rows))
		}
	})
}

// Nothing but the client's own check stands between a message and a table without foreign keys.
func TestSendToAMissingWorkflowWithoutForeignKeys(t *testing.T) {
	t.Parallel()
	path := newFile(t, `DROP TABLE notifications; CREATE TABLE notifications (message_uuid TEXT PRIMARY KEY, destination_uuid TEXT NOT NULL,
		topic TEXT, message TEXT NOT NULL, created_at_epoch_ms INTEGER NOT NULL, serialization TEXT, consumed BOOLEAN NOT NULL DEFAULT FALSE)`)
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Shutdown(0)
	wantCode(t, c.Send("nobody", 1, ""), client.NonExistentWorkflow)
	if err := c.Send("w1", 1, ""); err != nil {
		t.Error(err)
	}
}

func TestAnIdempotencyKeySendsOnce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		one, two := workflowIn(t, b, c, "one", client.WorkflowStatusPending), workflowIn(t, b, c, "two", client.WorkflowStatusPending)
		for i := range 3 {
			messages := []client.Message{
				{DestinationID: one, Message: i, IdempotencyKey: "k"}, {DestinationID: one, Message: "again", IdempotencyKey: "k"},
				{DestinationID: two, Message: i, IdempotencyKey: "k"},
			}
			if err := c.SendMany(messages); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range []string{one, two} {
			rows := b.Rows("notifications", "destination_uuid = :id", map[string]any{"id": id})
			if len(rows) != 1 || rows[0]["message_uuid"] != "k::"+id || rows[0]["message"] != "0" {
				t.Errorf("messages for %s: %v", id, rows)
			}
		}
	})
}

func TestSendManyTakesAnyNumber(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		if err := c.SendMany(nil); err != nil {
			t.Error(err)
		}
		messages := make([]client.Message, 10_000)
		for i := range messages {
			messages[i] = client.Message{DestinationID: id, Message: i}
		}
		if err := c.SendMany(messages); err != nil {
			t.Fatal(err)
		}
		rows := b.Rows("notifications", "", nil)
		for i, row := range rows {
			if row["message"] != strconv.Itoa(i) {
				t.Fatalf("message %v at %d", row["message"], i)
			}
		}
		if len(rows) != len(messages) {
			t.Errorf("%d messages", len(rows))
		}
	})
}

func TestSendRefusesBadMessages(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		wantCode(t, c.Send("", 1, ""), client.InvalidOption)
		err := c.SendMany([]client.Message{{DestinationID: "w", Message: 1}, {DestinationID: "w", Message: map[string]any{"f": func() {}}}})
		wantCode(t, err, client.InvalidOption)
		if !strings.Contains(err.Error(), "message 2") {
			t.Errorf("%v does not say which message", err)
		}
		readOnly := b.NewClient(func(c *client.ClientConfig) { c.ReadOnly = true })
		wantCode(t, readOnly.Send("w", 1, ""), client.ReadOnly)
	})
}
