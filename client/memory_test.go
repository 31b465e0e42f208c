package client_test

import (
	"fmt"
	"iter"
	"runtime"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// plenty is how many values or rows are walked over.
const plenty = 100_000

// thousandsOfWorkflows makes so many of one name in one statement, with an input of some size. All
// are of one millisecond, as those of a bulk insert are.
func thousandsOfWorkflows(b clienttest.Backend, count int) {
	ids, inputs := make([]string, count), make([]string, count)
	for i := range ids {
		ids[i], inputs[i] = fmt.Sprintf("%06d", i), fmt.Sprintf(`{"namedArgs":{},"positionalArgs":[%d,"%0200d"]}`, i, i)
	}
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, inputs, serialization, created_at, updated_at, recovery_attempts, priority)
SELECT new.id, 'ENQUEUED', 'many', new.inputs, 'portable_json', 1, 1, 0, 0 FROM {rows new id:TEXT=:ids inputs:TEXT=:inputs}`,
		map[string]any{"ids": ids, "inputs": inputs})
}

// flat walks over all of a sequence, in which the heap may grow by no more than so many bytes.
func flat[T any](t *testing.T, seq iter.Seq2[T, error], growth uint64) {
	t.Helper()
	count, before := 0, heap()
	for _, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%(plenty/4) != 1 {
			continue
		}
		if now := heap(); now > before+growth {
			t.Errorf("at %d the heap has grown from %d to %d bytes", count, before, now)
		}
	}
	if count != plenty {
		t.Errorf("%d of %d", count, plenty)
	}
}

// heap is what is in use after a collection.
func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// These run alone: the heap is that of the whole process.
func TestLongReadsTakeNoMemory(t *testing.T) {
	for _, name := range []string{"SQLite", "Postgres"} {
		t.Run(name, func(t *testing.T) {
			b := clienttest.On(t, name)
			c := b.NewClient()
			id := workflowIn(t, b, c, "w", client.WorkflowStatusSuccess)
			numbers(b, id, "k", plenty)
			thousandsOfWorkflows(b, plenty)
			// A stream holds a page and the next one, of 5,000 values each: a tenth of all values.
			t.Run("a stream", func(t *testing.T) { flat(t, c.Stream(id, "k"), 4<<20) })
			t.Run("a channel", func(t *testing.T) { flat(t, received(t, c, id, "k"), 4<<20) })
			// A walk holds a page and the keys of the next ones: a fiftieth of all rows.
			t.Run("a walk", func(t *testing.T) {
				flat(t, c.Workflows(client.WithName("many"), client.WithLoadInput(true)), 4<<20)
			})
		})
	}
}

// received are the values of ClientReadStreamAsync, without its end.
func received(t *testing.T, c client.Client, id, key string) iter.Seq2[any, error] {
	t.Helper()
	return func(yield func(any, error) bool) {
		items, err := c.ClientReadStreamAsync(id, key)
		if err != nil {
			t.Fatal(err)
		}
		for item := range items {
			if !item.Closed && !yield(item.Value, item.Err) {
				return
			}
		}
	}
}
