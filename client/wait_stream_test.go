package client_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

const (
	bareEnd   = "__DBOS_STREAM_CLOSED__"
	quotedEnd = `"__DBOS_STREAM_CLOSED__"`
)

// numbers appends 0, 1, … in one statement.
func numbers(b clienttest.Backend, id, key string, count int) {
	offsets, texts := make([]int64, count), make([]string, count)
	for i := range offsets {
		offsets[i], texts[i] = int64(i), strconv.Itoa(i)
	}
	b.Exec(`INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization)
SELECT CAST(:id AS TEXT), CAST(:key AS TEXT), new.value, new.place, 0, 'portable_json' FROM {rows new place:BIGINT=:offsets value:TEXT=:texts}`,
		map[string]any{"id": id, "key": key, "offsets": offsets, "texts": texts})
}

func wantStream(t *testing.T, c client.Client, id, key string, count int) {
	t.Helper()
	values, closed, err := c.ClientReadStream(id, key)
	if err != nil || !closed || len(values) != count {
		t.Fatalf("%d values, closed %v, %v; want %d", len(values), closed, err, count)
	}
	for i, value := range values {
		if value != int64(i) {
			t.Fatalf("value %d is %v", i, value)
		}
	}
}

func TestAStreamEndsAtItsMark(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		for _, end := range []struct{ text, codec string }{{bareEnd, ""}, {quotedEnd, "portable_json"}} {
			for _, count := range []int{0, 1, 499, 500, 501, 1200, 2499, 2500, 2501} {
				key := fmt.Sprint(end.text, count)
				numbers(b, id, key, count)
				writeStream(b, id, key, count, end.text, end.codec)
				writeStream(b, id, key, count+1, `"behind the end"`, "portable_json")
				wantStream(t, c, id, key, count)
			}
		}
	})
}

func TestAStreamEndsWithItsWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, status := range []client.WorkflowStatusType{
			client.WorkflowStatusSuccess, client.WorkflowStatusError, client.WorkflowStatusCancelled, client.WorkflowStatusMaxRecoveryAttemptsExceeded,
		} {
			id := workflowIn(t, b, c, "w-"+string(status), status)
			numbers(b, id, "k", 3)
			wantStream(t, c, id, "k", 3)
			wantStream(t, c, id, "unknown", 0)
		}
	})
}

func TestAStreamDecodesEachValueByItsRow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusSuccess)
		for i, entry := range []struct{ text, codec string }{
			{"Im0i", "DBOS_JSON"}, {`"p"`, "portable_json"}, {`{"json":"s","__dbos_serializer":"superjson"}`, "js_superjson"},
			{"__DBOS_NIL", "DBOS_JSON"}, {"???", "someone_else"},
		} {
			writeStream(b, id, "k", i, entry.text, entry.codec)
		}
		values, closed, err := c.ClientReadStream(id, "k")
		if err != nil || !closed || len(values) != 5 {
			t.Fatalf("%v, %v, %v", values, closed, err)
		}
		if values[0] != "m" || values[1] != "p" || values[2] != "s" || values[3] != nil {
			t.Errorf("values %v", values)
		}
		wantOpaque(t, values[4], "someone_else")
	})
}

func TestAStreamOfAMissingWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		values, closed, err := c.ClientReadStream("nobody", "k")
		wantCode(t, err, client.NonExistentWorkflow)
		if values != nil || closed {
			t.Errorf("%v, %v beside the error", values, closed)
		}
		items, err := c.ClientReadStreamAsync("nobody", "k")
		if err != nil {
			t.Fatal(err)
		}
		first := <-items
		wantCode(t, first.Err, client.NonExistentWorkflow)
		if item, open := <-items; open {
			t.Errorf("another item: %v", item)
		}
		_, err = c.ClientReadStreamAsync("", "k")
		wantCode(t, err, client.InvalidOption)
	})
}

// The states before the end keep a stream open, DELAYED among them.
func TestAStreamIsFollowedWhileItIsWritten(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, status := range []client.WorkflowStatusType{client.WorkflowStatusDelayed, client.WorkflowStatusEnqueued, client.WorkflowStatusPending} {
			id := workflowIn(t, b, c, "w-"+string(status), status)
			items, err := c.ClientReadStreamAsync(id, "k")
			if err != nil {
				t.Fatal(err)
			}
			for i := range 3 {
				writeStream(b, id, "k", i, strconv.Itoa(i), "portable_json")
				if item := <-items; item.Value != int64(i) || item.Err != nil || item.Closed {
					t.Fatalf("%s: item %v", status, item)
				}
			}
			writeStream(b, id, "k", 3, "3", "portable_json")
			setState(b, id, client.WorkflowStatusSuccess)
			if item := <-items; item.Value != int64(3) {
				t.Errorf("%s: item %v", status, item)
			}
			if item := <-items; !item.Closed || item.Value != nil || item.Err != nil {
				t.Errorf("%s: the last item is %v", status, item)
			}
			if _, open := <-items; open {
				t.Errorf("%s: the channel is open", status)
			}
		}
	})
}

// A worker writes its last values just before it ends; none of them may be missed.
func TestNoLastValueOfAStreamIsLost(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for round := range 20 {
			id := workflowIn(t, b, c, fmt.Sprint("w", round), client.WorkflowStatusPending)
			got := make(chan int)
			go func() {
				values, _, _ := c.ClientReadStream(id, "k")
				got <- len(values)
			}()
			numbers(b, id, "k", 10)
			setState(b, id, client.WorkflowStatusSuccess)
			if count := <-got; count != 10 {
				t.Fatalf("round %d: %d values", round, count)
			}
		}
	})
}

func TestASnapshotOfAStreamDoesNotWait(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		numbers(b, id, "k", 700)
		values, closed, err := c.ReadStream(id, "k", client.WithReadStreamOptions(client.ReadStreamOptions{Snapshot: true, FromOffset: 100}))
		if err != nil || closed || len(values) != 600 || values[0] != int64(100) {
			t.Errorf("%d values, %v, %v", len(values), closed, err)
		}
		_, _, err = c.ReadStream(id, "k", client.WithReadStreamOptions(client.ReadStreamOptions{FromOffset: -1}))
		wantCode(t, err, client.InvalidOption)
	})
}

func TestAReaderOfAStreamCanStop(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		numbers(b, id, "k", 10)
		var got []any
		for value, err := range c.Stream(id, "k") {
			if got = append(got, value); err != nil || len(got) == 3 {
				break
			}
		}
		if fmt.Sprint(got) != "[0 1 2]" {
			t.Errorf("got %v", got)
		}
	})
}

func TestAnAbandonedStreamEndsWithItsContextOrClient(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		numbers(b, id, "k", 10)
		ctx, cancel := context.WithCancel(t.Context())
		for _, end := range []struct {
			client client.Client
			by     func()
			code   client.ErrorCode
		}{
			{c.WithContext(ctx), cancel, client.Interrupted},
			{c, func() { c.Shutdown(time.Minute) }, client.Closed},
		} {
			items, err := end.client.ClientReadStreamAsync(id, "k")
			if err != nil {
				t.Fatal(err)
			}
			<-items // the producer is at work, and nobody receives any more
			end.by()
			for item := range items {
				if item.Err != nil {
					wantCode(t, item.Err, end.code)
				}
				if item.Closed {
					t.Error("the stream is said to have ended")
				}
			}
		}
	})
}
