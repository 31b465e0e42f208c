package durable_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// failing is a record whose changes are undone at the last moment.
type failing struct{ journal.Record }

var errUndone = errors.New("the process ends before the commit")

func (f failing) Change(ctx context.Context, s journal.Step, number func(string) int, do func(context.Context) (journal.Step, error)) (journal.Step, error) {
	return f.Record.Change(ctx, s, number, func(ctx context.Context) (journal.Step, error) {
		s, err := do(ctx)
		return s, errors.Join(err, errUndone)
	})
}

// The audit log says that a change is done only if its transaction is committed.
func TestTheAuditLogSaysDoneAfterTheCommit(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
		for id, record := range map[string]func(*worker.Run) journal.Record{
			audit.Done:   durable.RecordOf,
			audit.Failed: func(r *worker.Run) journal.Record { return failing{durable.RecordOf(r)} },
		} {
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			_, _ = newScript(t, b, id, `dbos.enqueue("orders", "made by `+id+`", 1)`).live(t, path, record)
			changes, err := audit.Changes(path, id)
			if err != nil || len(changes) != 1 || changes[0].Outcome != id {
				t.Errorf("%s: the log has %+v, %v", id, changes, err)
			}
			n, err := c.CountWorkflows(client.WithName("made by " + id))
			if made := n == 1; err != nil || made != (id == audit.Done) {
				t.Errorf("%s: %d workflows were made, %v", id, n, err)
			}
		}
	})
}
