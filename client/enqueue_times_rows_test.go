package client_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Many rows of one call have many times, so that a list of the newest does not sort them all.
// They are in the order of their inputs, and nobody who looks from the start of the call to
// its end misses one.
func TestABulkInsertHasManyTimes(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		const count = 5000
		start := b.Clock.Now()
		var looks atomic.Int64
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Clock = func() time.Time { return start.Add(time.Duration(looks.Add(1)) * 20 * time.Millisecond) }
		})
		enqueued := make([]string, count)
		for i := range enqueued {
			enqueued[i] = fmt.Sprintf("w%05d", count-i)
		}
		inserts := map[string]func() []string{
			"enqueue": func() []string {
				_, err := c.EnqueueMany("q", "wf", make([]any, count), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: enqueued}))
				mustDo(t, err)
				return enqueued
			},
			"fork": func() []string {
				inputs, ids := make([]client.ForkWorkflowInput, count), make([]string, count)
				for i := range inputs {
					ids[i] = fmt.Sprintf("f%05d", count-i)
					inputs[i] = client.ForkWorkflowInput{OriginalWorkflowID: enqueued[0], ForkedWorkflowID: ids[i]}
				}
				_, err := c.ForkWorkflows(inputs)
				mustDo(t, err)
				return ids
			},
		}
		for _, name := range []string{"enqueue", "fork"} {
			since := start.Add(time.Duration(looks.Load())*20*time.Millisecond + time.Millisecond)
			want := inserts[name]()
			until := start.Add(time.Duration(looks.Load()) * 20 * time.Millisecond)
			list, err := c.ListWorkflows(client.WithStartTime(since), client.WithEndTime(until))
			mustDo(t, err)
			var found []string
			times := map[time.Time]int{}
			for _, w := range list {
				found = append(found, w.ID)
				times[w.CreatedAt]++
			}
			if len(times) < count/2000 || len(found) != count {
				t.Errorf("%s: %d rows have %d times", name, len(found), len(times))
			}
			for i := 1; i < len(list); i++ {
				if at, before := slices.Index(want, list[i].ID), slices.Index(want, list[i-1].ID); list[i].CreatedAt.After(list[i-1].CreatedAt) && at < before {
					t.Fatalf("%s: %s is later than %s", name, list[i].ID, list[i-1].ID)
				}
			}
		}
	})
}
