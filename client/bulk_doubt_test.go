package client_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// The answer to a batch is lost, nobody says what became of it, and somebody pauses the run before
// the next try. The workflows of the batch are followed all the same: the run waits for their ends,
// or for an executor that takes them.
func TestABatchWithoutAnAnswerIsFollowedAfterAPause(t *testing.T) {
	t.Parallel()
	var stage atomic.Int64
	var pause func()
	address, schema := pgtest.NewSchema(t)
	config := client.ClientConfig{DatabaseURL: address, DatabaseSchema: schema, Create: true, CreateRuns: true}
	other := open(t, config)
	proxy := pgproxy.New(t, address, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		switch {
		case r.Mentions("SET outcome") && stage.CompareAndSwap(0, 1):
			return pgproxy.LoseAnswer
		case r.Mentions("outcome IS NOT NULL") && !r.Mentions("AS held") && stage.CompareAndSwap(1, 2):
			pause()
			return pgproxy.Refuse
		}
		return pgproxy.Pass
	}})
	config.DatabaseURL = proxy.URL()
	c := open(t, config)
	pause = func() {
		if run, err := client.PauseBulk(other, "r"); err != nil || run.State != client.BulkPaused || run.Done != 2 {
			t.Errorf("the pause: %+v, %v", run, err)
		}
	}
	ids := []string{"a", "b", "c", "d"}
	if _, err := c.EnqueueMany("q", "w", make([]any, 4), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: ids})); err != nil {
		t.Fatal(err)
	}
	if err := c.CancelWorkflows(ids); err != nil {
		t.Fatal(err)
	}
	seen, left := "", errors.New("left")
	run, err := client.StartBulk(c, client.BulkInput{ID: "r", Verb: "resume", IDs: ids, BatchSize: 2, Limits: client.BulkLimits{Concurrency: 2},
		Each: func(_ context.Context, p client.BulkProgress) error {
			if p.State == client.BulkPaused {
				_, err := client.UnpauseBulk(other, "r")
				return err
			}
			seen = p.Reason
			return left
		}})
	if !errors.Is(err, left) || run.Done != 2 || !strings.Contains(seen, ": 2 of its workflows") || stage.Load() != 2 {
		t.Errorf("at stage %d %d are done, and the run waits %q: %v", stage.Load(), run.Done, seen, err)
	}
}
