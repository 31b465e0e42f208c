package client_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A worker that releases a group in the middle of a burst runs it once with what it had; the calls
// after that are a group of their own.
func TestDebounceReleased(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var ran []any
		w := b.NewWorker()
		w.Register("burst", func(r *worker.Run) (any, error) {
			ran = append(ran, r.Input())
			return r.Input(), nil
		}, worker.RegisterOptions{})
		mustDo(t, w.Launch(t.Context()))
		d := debouncer(b.NewClient(), "burst")

		var ids []string
		for i := range 4 {
			ids = append(ids, debounced(t, d, "k", 10*time.Second, i))
			b.Clock.Advance(6 * time.Second)
			mustDo(t, w.Drain(t.Context()))
			if i == 1 {
				b.Clock.Advance(6 * time.Second)
				mustDo(t, w.Drain(t.Context()))
			}
		}
		b.Clock.Advance(time.Minute)
		mustDo(t, w.Drain(t.Context()))
		if len(ran) != 2 || ran[0] != int64(1) || ran[1] != int64(3) {
			t.Errorf("it ran with %v, want 1 and 3", ran)
		}
		if ids[0] != ids[1] || ids[2] != ids[3] || ids[1] == ids[2] {
			t.Errorf("the groups are %v", ids)
		}
	})
}

// A database of an older SDK is refused, and nothing is written to it.
func TestDebounceUnsupported(t *testing.T) {
	t.Parallel()
	for _, column := range []string{"is_debounced", "debounce_deadline_epoch_ms"} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
				b.Alter("ALTER TABLE {workflow_status} DROP COLUMN " + column)
				_, err := debouncer(b.NewClient(), "old").Debounce("k", time.Second, 1)
				fails(t, err, client.Unsupported, "this database has no workflow_status."+column)
				rows, err := b.NewClient().ListWorkflows()
				if err != nil || len(rows) != 0 {
					t.Errorf("%d workflows, %v", len(rows), err)
				}
			})
		})
	}
}

// From the payload split on the input is in two places, which a bounce keeps the same; the
// application is said to be one of the TypeScript SDK, so the key is spelled and the input
// written as that does.
func TestDebounceSplitPayload(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		b.Alter(`CREATE TABLE {workflow_input} (workflow_uuid TEXT PRIMARY KEY, inputs TEXT, retention_timestamp BIGINT)`)
		c := b.NewClient().WithSDK(client.SDKTypeScript)
		d := debouncer(c, "split")
		id := debounced(t, d, "k", time.Minute, 1)
		splitInput(t, b, id, `{"namedArgs":{},"positionalArgs":[1]}`)
		if again := debounced(t, d, "k", time.Minute, 2); again != id {
			t.Errorf("the second call is of workflow %q", again)
		}
		splitInput(t, b, id, `{"namedArgs":{},"positionalArgs":[2]}`)
		holds(t, b.Workflow(id), clienttest.Record{"deduplication_id": ".split-k"})

		// A TypeScript application bounces it: the new place only, and another serialization.
		b.Exec(`UPDATE {workflow_input} SET inputs = '{"json":["theirs"]}' WHERE workflow_uuid = :id`, map[string]any{"id": id})
		b.Exec(`UPDATE {workflow_status} SET inputs = NULL, serialization = 'js_superjson' WHERE workflow_uuid = :id`, map[string]any{"id": id})
		if again := debounced(t, d, "k", time.Minute, 3); again != id {
			t.Errorf("the call after theirs is of workflow %q", again)
		}
		splitInput(t, b, id, `{"namedArgs":{},"positionalArgs":[3]}`)

		defined(t, c, "split", "@hourly", func(i *client.ClientScheduleInput) { i.SDK = client.SDKTypeScript })
		ids, err := c.BackfillSchedule("split", day(0, 0, 0), day(2, 0, 0))
		mustDo(t, err)
		superjson := `{"json":["2026-01-01T01:00:00.000Z",null],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`
		holds(t, b.Workflow(ids[0]), clienttest.Record{"inputs": superjson, "serialization": "js_superjson"})
	})
}

// splitInput wants an input in both places.
func splitInput(t *testing.T, b clienttest.Backend, id, want string) {
	t.Helper()
	holds(t, b.Workflow(id), clienttest.Record{"inputs": want, "serialization": "portable_json"})
	rows := b.Rows("workflow_input", "workflow_uuid = :id", map[string]any{"id": id})
	if len(rows) != 1 || rows[0]["inputs"] != want {
		t.Errorf("workflow_input holds %v, want %s", rows, want)
	}
}
