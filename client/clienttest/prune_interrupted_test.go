package clienttest_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// An interruption is one case of a property: a prune of the workflows is interrupted somewhere.
type interruption struct {
	b     clienttest.Backend
	cases []pruneCase
	input client.PruneInput
	want  []string // the workflows that a whole prune deletes
}

func drawInterruption(t *rapid.T, b clienttest.Backend) interruption {
	deleteAll(b)
	i := interruption{b: b, cases: drawPruneCases(t)}
	insertPruneCases(b, i.cases)
	olderThan := time.Duration(rapid.IntRange(0, 4).Draw(t, "older than"))*time.Hour + time.Minute
	i.input = client.PruneInput{OlderThan: b.Clock.Now().Add(-olderThan), BatchSize: rapid.IntRange(1, 8).Draw(t, "batch")}
	i.want, _ = wantPruned(i.cases, olderThan, 0)
	return i
}

// leavesWholeWorkflows fails if a workflow is gone that had to stay, or if any table has rows of
// other workflows than the others. It returns how many workflows are gone.
func (i interruption) leavesWholeWorkflows(t *rapid.T) int {
	left := owners(i.b, "workflow_status", "workflow_uuid")
	gone := 0
	for _, p := range i.cases {
		if slices.Contains(left, p.id) {
			continue
		}
		if gone++; !slices.Contains(i.want, p.id) {
			t.Fatalf("%s is gone; a prune deletes %v of\n%+v", p.id, i.want, i.cases)
		}
	}
	for table, column := range partsOf(i.b) {
		if got := owners(i.b, table, column); !slices.Equal(got, left) {
			t.Fatalf("%s has rows of %v, and the workflows are %v", table, got, left)
		}
	}
	return gone
}

// isCompleted prunes once more, when the lease of the first call has ended.
func (i interruption) isCompleted(t *rapid.T, c client.Client) {
	gone := i.leavesWholeWorkflows(t)
	i.b.Clock.Advance(31 * time.Second)
	r, err := c.PruneWorkflows(i.input)
	if err != nil || int(r.Deleted) != len(i.want)-gone || i.leavesWholeWorkflows(t) != len(i.want) {
		t.Fatalf("%d of %v were gone; the second call: %+v, %v", gone, i.want, r, err)
	}
}

// Wherever the connection of a prune is cut, in any statement or answer, each workflow is there
// with all of its rows or with none. The prune goes on with another connection, or it ends, and a
// second one deletes the others.
func TestAPruneWhoseConnectionIsCutLeavesWholeWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		if b.Name == "SQLite" || b.Name == "PgBouncer" {
			return // the next test is SQLite's own; PgBouncer 1.18 itself ends when a client is cut off within a message
		}
		observer, _ := session(t, pgtest.NewDatabase(t))
		direct, cuts := b.NewClient(), 0
		rapid.Check(t, func(rt *rapid.T) {
			i := drawInterruption(rt, b)
			if i.isCut(t, rt, observer) {
				cuts++
			}
			i.isCompleted(rt, direct)
		})
		if cuts == 0 {
			t.Error("no connection was cut")
		}
	})
}

// isCut prunes through a proxy that cuts the connection of a request, and returns false if there
// are not so many requests. When it returns, no session of the prune is at work.
func (i interruption) isCut(t *testing.T, rt *rapid.T, observer *pgx.Conn) bool {
	goesOn, answer := rapid.IntRange(0, 3).Draw(rt, "goes on") == 0, rapid.Bool().Draw(rt, "answer")
	part := rapid.IntRange(0, 40).Draw(rt, "messages")
	var left atomic.Int64
	left.Store(rapid.Int64Range(1, 4).Draw(rt, "request"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	label := "prune of " + i.b.Config().DatabaseSchema
	proxy, err := pgproxy.Start(sessionsNamed(t, i.b.Config().DatabaseURL, label), pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if !r.Mentions("DELETE") || left.Add(-1) != 0 {
			return pgproxy.Pass
		}
		if !goesOn {
			cancel()
		}
		if answer {
			return pgproxy.CutAnswer(part)
		}
		return pgproxy.CutRequest(part % r.Messages)
	}})
	must(t, err)
	defer proxy.Close()
	config := i.b.Config()
	config.DatabaseURL = proxy.URL()
	c, err := client.NewClient(t.Context(), config)
	must(t, err)
	r, err := c.WithContext(ctx).PruneWorkflows(i.input)
	cut := left.Load() <= 0
	switch {
	case cut && !goesOn:
		if err != nil && client.CodeOf(err) != client.Interrupted {
			rt.Fatal(err)
		}
	case err != nil || int(r.Deleted) != len(i.want):
		rt.Fatalf("with another connection, the result is %+v, %v; want %v", r, err, i.want)
	}
	c.Shutdown(time.Minute)
	until(t, observer, "SELECT CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END FROM pg_stat_activity WHERE application_name = $1", label)
	return cut
}

// sessionsNamed returns an address whose sessions have a name.
func sessionsNamed(t *testing.T, address, label string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	must(t, err)
	query := parsed.Query()
	query.Set("application_name", label)
	parsed.RawQuery = query.Encode()
	return parsed.String()
}

// A prune that fails at any row of any table leaves each workflow with all of its rows or
// with none. TestAPruneOfAKilledProcessLeavesWholeWorkflows of the package above kills the
// process at a row.
func TestAPruneThatFailsAtARowLeavesWholeWorkflows(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SQLite", "SQLite107"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, name)
			c := b.NewClient()
			failures := 0
			rapid.Check(t, func(rt *rapid.T) {
				i := drawInterruption(rt, b)
				tables := []string{"workflow_status"}
				for table := range partsOf(b) {
					tables = append(tables, table)
				}
				slices.Sort(tables)
				table := rapid.SampledFrom(tables).Draw(rt, "table")
				id := rapid.SampledFrom(i.cases).Draw(rt, "workflow").id
				when := rapid.SampledFrom([]string{"BEFORE", "AFTER"}).Draw(rt, "when")
				column := partsOf(b)[table]
				if column == "" {
					column = "workflow_uuid"
				}
				b.Alter("CREATE TRIGGER stop " + when + " DELETE ON {" + table + "} WHEN OLD." + column + " = '" + id + "' BEGIN SELECT RAISE(ABORT, 'stopped'); END")
				_, err := c.PruneWorkflows(i.input)
				if fails := slices.Contains(i.want, id); fails != (err != nil) || fails && !strings.Contains(err.Error(), "stopped") {
					rt.Fatalf("the deletion of %s of %v fails with %v", id, i.want, err)
				}
				if err != nil {
					failures++
				}
				b.Alter("DROP TRIGGER stop")
				i.isCompleted(rt, c)
			})
			if failures == 0 {
				t.Error("no prune failed")
			}
		})
	}
}

// resumes starts workflows again without a change of their times, as an application with a clock
// of its own does.
const resumes = "UPDATE {workflow_status} SET status = 'ENQUEUED' WHERE workflow_uuid LIKE 'resumed%'"

// A workflow that is resumed when it was chosen already, and before its batch is deleted, stays:
// its state is looked at once more, because its times may say nothing.
func TestAPruneLooksAtTheStateAgain(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, []pruneCase{{id: "first", name: "a", status: "SUCCESS", ago: 9 * time.Hour}, {id: "resumed", name: "a", status: "CANCELLED", ago: 8 * time.Hour},
			{id: "last", name: "a", status: "SUCCESS", ago: 7 * time.Hour}, {id: "old", name: "a", status: "ERROR", ago: 6 * time.Hour, undated: true},
			{id: "resumed too", name: "a", status: "ERROR", ago: 5 * time.Hour, undated: true}})
		r, err := b.NewClient().PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), BatchSize: 1, Each: func(_ context.Context, p client.PruneProgress) error {
			if p.Deleted == 1 {
				b.Exec(resumes, nil)
			}
			return nil
		}})
		must(t, err)
		left := owners(b, "workflow_status", "workflow_uuid")
		if r.Deleted != 3 || r.Changed != 1 || !slices.Equal(left, []string{"resumed", "resumed too"}) || !slices.Equal(owners(b, "operation_outputs", "workflow_uuid"), left) {
			t.Errorf("the result is %+v, and %v are left", r, left)
		}
	})
}

// On Postgres the deletion waits for a transaction that resumes a workflow, and then spares it.
func TestAPruneWaitsForAResumeThatHasBegun(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	insertPruneCases(b, append(someCases(2, "SUCCESS", time.Hour), pruneCase{id: "resumed", name: "a", status: "CANCELLED", ago: 2 * time.Hour}))
	address, schema := b.Config().DatabaseURL, pgx.Identifier{b.Config().DatabaseSchema}.Sanitize()
	observer, _ := session(t, address)
	application, resumer := session(t, address)
	_, err := application.Exec(t.Context(), "BEGIN; "+strings.ReplaceAll(resumes, "{workflow_status}", schema+".workflow_status"))
	must(t, err)
	type answer struct {
		result *client.PruneResult
		err    error
	}
	pruned := make(chan answer, 1)
	go func() {
		r, err := b.NewClient().PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now()})
		pruned <- answer{r, err}
	}()
	until(t, observer, "SELECT COALESCE(MAX(pid), 0) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND CAST($1 AS INT) = ANY (pg_blocking_pids(pid))", resumer)
	_, err = application.Exec(t.Context(), "COMMIT")
	must(t, err)
	done := <-pruned
	must(t, done.err)
	left := owners(b, "workflow_status", "workflow_uuid")
	if done.result.Deleted != 2 || done.result.Changed != 1 || !slices.Equal(left, []string{"resumed"}) || !slices.Equal(owners(b, "operation_outputs", "workflow_uuid"), left) {
		t.Errorf("the result is %+v, and %v are left", done.result, left)
	}
}
