package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

func TestGetEventReturnsAPublishedValueInEveryState(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, status := range allStates {
			id := workflowIn(t, b, c, "w-"+string(status), status)
			publish(b, id, "k::1", `"`+string(status)+`"`, "portable_json")
			for _, timeout := range []time.Duration{-1, 0, time.Hour} {
				value, err := c.GetEvent(id, "k::1", timeout)
				if err != nil || value != string(status) {
					t.Errorf("%s within %v: %v, %v", status, timeout, value, err)
				}
			}
		}
	})
}

func TestGetEventDecodesByTheRow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		for _, test := range []struct {
			text, codec string
			want        any
		}{
			{"__DBOS_NIL", "DBOS_JSON", nil}, {"null", "portable_json", nil}, {"Im0i", "DBOS_JSON", "m"},
			{`{"json":"s","__dbos_serializer":"superjson"}`, "js_superjson", "s"}, {"9007199254740993", "portable_json", int64(9007199254740993)},
		} {
			publish(b, id, "k", test.text, test.codec)
			value, err := c.GetEvent(id, "k", 0)
			if err != nil || value != test.want {
				t.Errorf("%s in %s: %#v, %v", test.text, test.codec, value, err)
			}
		}
		publish(b, id, "k", "???", "someone_else")
		value, err := c.GetEvent(id, "k", 0)
		if err != nil {
			t.Fatal(err)
		}
		wantOpaque(t, value, "someone_else")
	})
}

// Neither the insert nor the update notifies anybody here, so the polls find them.
func TestGetEventWaits(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		got := make(chan any)
		wait := func() {
			value, err := c.GetEvent(id, "k", time.Minute)
			if err != nil {
				value = err
			}
			got <- value
		}
		go wait()
		publish(b, id, "other", `"wrong"`, "portable_json")
		publish(b, id, "k", `"first"`, "portable_json")
		if value := <-got; value != "first" {
			t.Errorf("got %v", value)
		}
		b.Exec(`DELETE FROM {workflow_events}`, nil)
		publish(b, id, "before", `"second"`, "portable_json")
		go wait()
		b.Exec(`UPDATE {workflow_events} SET key = 'k' WHERE key = 'before'`, nil)
		if value := <-got; value != "second" {
			t.Errorf("got %v", value)
		}
		publish(b, id, "k", `"third"`, "portable_json")
		if value, err := c.GetEvent(id, "k", time.Minute); value != "third" || err != nil {
			t.Errorf("after an update: %v, %v", value, err)
		}
	})
}

func TestGetEventOfAWorker(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := b.NewWorker(func(c *worker.Config) { c.Queues = []worker.Queue{{Name: talkQueue}} })
		w.Register("tell", func(r *worker.Run) (any, error) { return nil, r.SetEvent("k", map[string]any{"n": 1}) }, worker.RegisterOptions{})
		if err := w.Launch(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := make(chan error)
		go func() {
			_, err := c.GetEvent("teller", "k", time.Minute)
			got <- err
		}()
		if _, err := c.Enqueue(talkQueue, "tell", nil, client.WithEnqueueWorkflowID("teller")); err != nil {
			t.Fatal(err)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
}

func TestGetEventTimesOut(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		_, err := c.Enqueue(talkQueue, "silent", nil, client.WithEnqueueWorkflowID("silent"))
		mustDo(t, err)
		for _, timeout := range []time.Duration{-1, 0, 30 * time.Millisecond} {
			started := time.Now()
			_, err := c.GetEvent("silent", "the key", timeout)
			wantTimeout(t, err)
			if took := time.Since(started); took < timeout {
				t.Errorf("gave up after %v", took)
			}
			if !strings.Contains(err.Error(), `"the key"`) || !strings.Contains(err.Error(), `"silent"`) {
				t.Errorf("%v does not say what was waited for", err)
			}
			_, err = c.GetEvent("unknown", "the key", timeout)
			wantCode(t, err, client.NonExistentWorkflow)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v is no end of the time", err)
			}
		}
		_, err = c.GetEvent("", "k", time.Hour)
		wantCode(t, err, client.InvalidOption)
	})
}

func TestGetEventEndsWithItsContext(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		ctx, cancel := context.WithCancel(t.Context())
		c := b.NewClient().WithContext(ctx)
		got := make(chan error)
		go func() {
			_, err := c.GetEvent("w", "k", time.Hour)
			got <- err
		}()
		cancel()
		wantCode(t, <-got, client.Interrupted)
	})
}
