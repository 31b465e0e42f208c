package clienttest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// The columns that each transition writes, one by one.
func TestTransitionsWriteTheirColumns(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"two": twoSteps}, func(c *worker.Config) {
			c.ExecutorID, c.ApplicationVersion, c.ApplicationName = "ex-1", "v7", "shop"
		})
		id := enqueue(t, c, "two", 5, client.WithEnqueueDelay(10*time.Second), client.WithEnqueueTimeout(time.Minute), client.WithEnqueueDeduplicationID("d"))
		b.Exec("UPDATE {workflow_status} SET application_name = NULL", nil) // of the queue, whose owner the enqueue has written
		moves := []struct {
			what string
			by   time.Duration
			want func() clienttest.Record
		}{
			{"released", 10 * time.Second, func() clienttest.Record {
				return clienttest.Record{"status": "ENQUEUED", "updated_at": b.Millis()}
			}},
			{"claimed", time.Second, func() clienttest.Record {
				want := clienttest.Record{"status": "PENDING", "started_at_epoch_ms": b.Millis(), "executor_id": "ex-1",
					"application_version": "v7", "application_name": "shop",
					"workflow_deadline_epoch_ms": later(b, time.Minute)}
				if token := b.Workflow(id)["owner_xid"]; b.Database.Has("workflow_status", "creator_xid") && token != nil {
					want["owner_xid"], want["recovery_attempts"], want["updated_at"] = token, "1", b.Millis()
				}
				return want
			}},
			{"started", time.Second, func() clienttest.Record {
				if b.Database.Has("workflow_status", "creator_xid") {
					return clienttest.Record{} // the claim has counted the attempt
				}
				return clienttest.Record{"recovery_attempts": "1", "updated_at": b.Millis()}
			}},
			{"at the second step", time.Second, func() clienttest.Record { return clienttest.Record{} }},
			{"finished", time.Second, func() clienttest.Record {
				return clienttest.Record{"status": "SUCCESS", "output": "NQ==", "error": "", "updated_at": b.Millis(),
					"completed_at": b.Millis(), "deduplication_id": nil}
			}},
		}
		for _, move := range moves {
			before := b.Workflow(id)
			b.Clock.Advance(move.by)
			steps(t, w, 1)
			assertRecord(t, move.what, changed(before, b.Workflow(id)), move.want())
		}
		if progress, err := w.Step(t.Context()); progress || err != nil {
			t.Errorf("an idle worker: %v, %v", progress, err)
		}
	})
}

func TestStepsAreRecordedAndReplayed(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		taken := map[string]int{}
		run := func(r *worker.Run) (any, error) {
			one, err := r.Step("one", func() (any, error) { taken["one"]++; return 1, nil })
			if err != nil {
				return nil, err
			}
			_, failed := r.Step("bad", func() (any, error) { taken["bad"]++; return nil, errors.New("no") })
			two, err := r.Step("two", func() (any, error) { taken["two"]++; return "zwei", nil })
			if err != nil {
				return nil, err
			}
			return []any{one, failed.Error(), two}, nil
		}
		w := launched(t, b, map[string]worker.Workflow{"w": run})
		id := enqueue(t, c, "w", nil)
		steps(t, w, 4) // claim, start, one, bad
		w.Kill()
		if err := w.Launch(t.Context()); err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "queue_name": queue, "started_at_epoch_ms": nil, "recovery_attempts": "1"})
		mustDrain(t, w)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "recovery_attempts": "2", "output": "WzEsIm5vIiwiendlaSJd"})
		for name, count := range taken {
			if count != 1 {
				t.Errorf("step %s was taken %d times", name, count)
			}
		}
		want := []clienttest.Record{
			{"function_id": "0", "function_name": "one", "output": "MQ==", "error": nil},
			{"function_id": "1", "function_name": "bad", "output": nil, "error": "no"},
			{"function_id": "2", "function_name": "two", "output": "Inp3ZWki", "error": nil},
		}
		rows := b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id})
		if len(rows) != len(want) {
			t.Fatalf("%d steps", len(rows))
		}
		for i, row := range rows {
			assertColumns(t, row, want[i])
			assertColumns(t, row, clienttest.Record{"serialization": "DBOS_JSON", "started_at_epoch_ms": b.Millis(), "completed_at_epoch_ms": b.Millis()})
		}
	})
}
