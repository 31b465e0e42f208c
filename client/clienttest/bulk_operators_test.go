package clienttest_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Two operators work at once on filters that overlap. Each workflow is changed by one of them, and
// the journal of the other names it as drifted.
func TestTwoOperatorsNeverChangeOneWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		const count, each = 120, 90 // 60 of them are in both filters
		var selected, done sync.WaitGroup
		selected.Add(2)
		first := b.NewClient(recorded(b))
		bulkRows(b, "CANCELLED", count)
		runs := make([]*client.Bulk, 2)
		for i, operator := range []string{"ann", "bob"} {
			once := sync.Once{}
			c := b.NewClient(recorded(b), func(config *client.ClientConfig) {
				config.Gate = func(_ context.Context, _ *client.Change, apply func() error) error {
					once.Do(func() { // both have made their selection before one of them changes anything
						selected.Done()
						selected.Wait()
					})
					return apply()
				}
			})
			limit, offset := each, i*(count-each)
			done.Go(func() {
				run, err := client.StartBulk(c, client.BulkInput{ID: operator, Verb: "resume", Options: map[string]any{"queue_name": operator}, BatchSize: 7,
					Filter: &client.ListWorkflowsOptions{Name: []string{"w"}, Limit: &limit, Offset: &offset}})
				if err != nil {
					t.Error(err)
				}
				runs[i] = run
			})
		}
		done.Wait()
		if t.Failed() {
			return
		}
		ann, bob := outcomesOf(t, first, runs[0]), outcomesOf(t, first, runs[1])
		changed := append(ann[client.OutcomeChanged], bob[client.OutcomeChanged]...)
		if len(changed) != count || len(ann[client.OutcomeDrifted])+len(bob[client.OutcomeDrifted]) != 2*each-count {
			t.Errorf("%d are changed, %d and %d drifted", len(changed), len(ann[client.OutcomeDrifted]), len(bob[client.OutcomeDrifted]))
		}
		for queue, ids := range map[string][]string{"ann": append(ann[client.OutcomeChanged], bob[client.OutcomeDrifted]...),
			"bob": append(bob[client.OutcomeChanged], ann[client.OutcomeDrifted]...)} {
			for _, id := range ids {
				if row := b.Workflow(id); row["queue_name"] != queue || row["status"] != "ENQUEUED" {
					t.Errorf("%s is one of %s, and its row is %v", id, queue, row)
				}
			}
		}
	})
}

// A batch that meets a workflow in the middle of another change waits for it, and leaves that
// workflow alone. The first try has locked nothing, and fails when it comes to that workflow.
func TestABulkBatchMeetsAnotherChange(t *testing.T) {
	t.Parallel()
	const waiting = "SELECT COALESCE(MAX(pid), 0) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND CAST($1 AS INT) = ANY (pg_blocking_pids(pid))"
	b := clienttest.On(t, "Postgres")
	ids := bulkRows(b, "CANCELLED", 5)
	address, schema := b.Config().DatabaseURL, pgx.Identifier{b.Config().DatabaseSchema}.Sanitize()
	observer, _ := session(t, address)
	holder, holds := session(t, address)
	_, err := holder.Exec(t.Context(), "BEGIN; UPDATE "+schema+".workflow_status SET status = 'SUCCESS' WHERE workflow_uuid = 'cancelled-003'")
	must(t, err)

	c := b.NewClient(recorded(b))
	type answer struct {
		run *client.Bulk
		err error
	}
	ended := make(chan answer, 1)
	go func() {
		run, err := client.StartBulk(c, client.BulkInput{Verb: "resume", IDs: ids})
		ended <- answer{run, err}
	}()
	until(t, observer, waiting, holds)
	_, err = holder.Exec(t.Context(), "COMMIT")
	must(t, err)
	end := <-ended
	must(t, end.err)
	assertCounts(t, end.run, client.BulkDone, 5, 5, 4, 0, 0, 1)
	if states := statesOf(b, ids); states["ENQUEUED"] != 4 || states["SUCCESS"] != 1 {
		t.Errorf("the states are %v", states)
	}
}
