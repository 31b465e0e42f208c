package clienttest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A run keeps the size of its batches, and the largest rate that was approved for it, which nobody
// lifts. Neither is a limit that a run waits for, or that a second call has to repeat.
func TestABulkRunKeepsWhatWasApproved(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		left := errors.New("left")
		input := client.BulkInput{ID: "r", Verb: "resume", IDs: bulkRows(b, "CANCELLED", 10), BatchSize: 4, RPS: 4, MaxRPS: 5,
			Each: func(context.Context, client.BulkProgress) error { return left }}
		if _, err := client.StartBulk(c, input); !errors.Is(err, left) {
			t.Fatal(err)
		}
		for _, rps := range []int{0, 6} {
			if _, err := client.SetBulkRate(c, "r", rps); client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), "at most 5 workflows in a second, because no more was signed") {
				t.Errorf("a rate of %d: %v", rps, err)
			}
		}
		if run, err := client.SetBulkRate(c, "r", 5); err != nil || run.RPS != 5 || run.Limits != `{"batch_size":4,"max_rps":5}` {
			t.Errorf("%+v, %v", run, err)
		}
		run := startBulk(t, c, client.BulkInput{ID: "r", Verb: "resume", IDs: input.IDs, BatchSize: 1})
		assertCounts(t, run, client.BulkDone, 10, 10, 10, 0, 0, 0)
	})
}
