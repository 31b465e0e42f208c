package clienttest_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// diesInABatch runs an effect that commits batch by batch. Its first executor dies when the first
// batch is done, and another one finishes it. It returns the row of the run and the names of its
// steps.
func diesInABatch(t *testing.T, b clienttest.Backend, call func(c client.Client, after func()) (any, error)) (row clienttest.Record, steps []string) {
	t.Helper()
	c := b.NewClient()
	var first *worker.Executor
	lives := 0
	run := map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
		lives++
		return r.Effect("bulk", func(ctx context.Context) (any, error) {
			return call(c.WithContext(ctx), func() {
				if lives == 1 {
					first.Close()
				}
			})
		})
	}}
	first = executor(t, b, run)
	id := enqueue(t, c, "w", nil)
	_, _ = first.Work(t.Context()) // it dies
	heir := executor(t, b, run)
	pass(t, b, 2*lease, heir)
	if lives != 2 {
		t.Errorf("the run had %d lives", lives)
	}
	for _, step := range b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id}) {
		steps = append(steps, fmt.Sprint(step["function_id"], " ", step["function_name"]))
	}
	return b.Workflow(id), steps
}

// A prune that goes on in another process reports the batches of the first one too.
func TestAPruneGoesOnFromItsRecordedBatches(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for range 6 {
			must(t, c.CancelWorkflow(enqueue(t, c, "old", nil)))
		}
		b.Clock.Advance(time.Hour)
		row, steps := diesInABatch(t, b, func(c client.Client, after func()) (any, error) {
			input := client.PruneInput{Keep: 1, BatchSize: 2, Where: client.ListWorkflowsOptions{Name: []string{"old"}},
				Each: func(context.Context, client.PruneProgress) error { after(); return nil }}
			result, err := c.PruneWorkflows(input)
			if err != nil {
				return nil, err
			}
			return fmt.Sprint(result.Deleted, " in ", result.Batches), nil
		})
		if want := []string{"0 bulk", "1 bulk batch", "2 bulk batch", "3 bulk batch"}; fmt.Sprint(steps) != fmt.Sprint(want) {
			t.Errorf("the steps are %q, want %q", steps, want)
		}
		assertColumns(t, row, clienttest.Record{"status": "SUCCESS", "output": "IjUgaW4gMyI="}) // 5 in 3
	})
}

// An import that goes on in another process reports what the first one has imported.
func TestAnImportGoesOnFromItsRecordedBatches(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		ids := enqueueMany(t, c, "moved", 600, client.EnqueueOptions{})
		var file bytes.Buffer
		_, err := c.ExportWorkflows(ids, &file)
		must(t, err)
		must(t, c.DeleteWorkflows(ids))
		row, steps := diesInABatch(t, b, func(c client.Client, after func()) (any, error) {
			report, err := c.ImportWorkflows(bytes.NewReader(file.Bytes()), client.WithImportProgress(func(int, int) { after() }))
			if err != nil {
				return nil, err
			}
			return fmt.Sprint(report.Count(client.OutcomeChanged), " of ", len(report.Results), ", held ", report.Held), nil
		})
		if want := []string{"0 bulk", "1 bulk batch", "2 bulk batch"}; fmt.Sprint(steps) != fmt.Sprint(want) {
			t.Errorf("the steps are %q, want %q", steps, want)
		}
		assertColumns(t, row, clienttest.Record{"status": "SUCCESS", "output": "IjYwMCBvZiA2MDAsIGhlbGQgNjAwIg=="}) // 600 of 600, held 600
	})
}

// A rename in batches has a step for each, and counts all rows.
func TestARenameIsAStepForEachBatch(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for range 5 {
			must(t, c.CancelWorkflow(enqueue(t, c, "old", nil, client.WithEnqueueApplicationName("was"))))
		}
		x := executor(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			return r.Effect("rename", func(ctx context.Context) (any, error) {
				counts, err := c.WithContext(ctx).RenameApplication(client.RenameApplicationInput{OldName: "was", NewName: "is", BatchSize: 2})
				return counts.Workflows, err
			})
		}})
		id := enqueue(t, c, "w", nil)
		work(t, x)
		if steps := stepRows(b, id); len(steps) != 5 { // the call, the first transaction, and three batches
			t.Errorf("the steps are %v", steps)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "output": "NQ=="})
	})
}
