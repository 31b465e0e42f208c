package clienttest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// session opens a connection of a test's own, and returns the process that serves it.
func session(t *testing.T, address string) (*pgx.Conn, int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	must(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	var pid int
	must(t, conn.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pid))
	return conn, pid
}

// until runs a query again and again until it returns a value that is not 0, which is returned.
func until(t *testing.T, conn *pgx.Conn, query string, args ...any) (value int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if must(t, conn.QueryRow(t.Context(), query, args...).Scan(&value)); value != 0 {
			return value
		}
	}
	t.Fatalf("after a minute there is no row of %s", query)
	return 0
}

// A session of Postgres that waits for a row that a batch has locked is followed by a pause. There
// is none after the next batch, for which nobody waits.
func TestAPrunePausesForASessionThatWaits(t *testing.T) {
	t.Parallel()
	const waiting = "SELECT COALESCE(MAX(pid), 0) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND CAST($1 AS INT) = ANY (pg_blocking_pids(pid))"
	b := clienttest.On(t, "Postgres")
	insertPruneCases(b, someCases(3, "SUCCESS", time.Hour))
	address, schema := b.Config().DatabaseURL, pgx.Identifier{b.Config().DatabaseSchema}.Sanitize()
	observer, _ := session(t, address)
	holder, holds := session(t, address)
	waiter, _ := session(t, address)

	// The deletion of a workflow empties this table when its rows are locked already.
	_, err := holder.Exec(t.Context(), "BEGIN; LOCK TABLE "+schema+".streams IN SHARE MODE")
	must(t, err)
	var pauses []time.Duration
	c := b.NewClient(func(c *client.ClientConfig) {
		c.Idle = func(_ context.Context, until time.Time) error {
			pauses = append(pauses, until.Sub(b.Clock.Now()))
			return nil
		}
	})
	type answer struct {
		result *client.PruneResult
		err    error
	}
	pruned, updated := make(chan answer, 1), make(chan error, 1)
	go func() {
		r, err := c.PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), BatchSize: 1})
		pruned <- answer{r, err}
	}()
	pruner := until(t, observer, waiting, holds)
	go func() {
		_, err := waiter.Exec(t.Context(), "UPDATE "+schema+".workflow_status SET priority = 1 WHERE workflow_uuid = 'success-02'")
		updated <- err
	}()
	until(t, observer, waiting, pruner)
	_, err = holder.Exec(t.Context(), "COMMIT")
	must(t, err)
	done := <-pruned
	must(t, done.err)
	must(t, <-updated)
	if want := []time.Duration{250 * time.Millisecond}; !slices.Equal(pauses, want) || done.result.Deleted != 3 || done.result.Paused != want[0] {
		t.Errorf("the pauses are %v, want %v; %+v", pauses, want, done.result)
	}
}

// A replica that is more than five seconds behind is followed by pauses, until it has caught up.
func TestAPrunePausesForAReplicaThatLags(t *testing.T) {
	t.Parallel()
	primary, err := pgtest.Start(pgtest.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, primary.Stop()) })
	replica, err := primary.Replica()
	must(t, err)
	t.Cleanup(func() { must(t, replica.Stop()) })
	config := client.ClientConfig{DatabaseURL: primary.URL("postgres"), Create: true}
	c, err := client.NewClient(t.Context(), config)
	must(t, err)
	c.Shutdown(time.Minute)
	writer, _ := session(t, primary.URL("postgres"))
	reader, _ := session(t, replica.URL("postgres"))

	prune := func(ids string) (pauses []time.Duration) {
		config.Idle = func(context.Context, time.Time) error {
			pauses = append(pauses, 0)
			return nil
		}
		c, err := client.NewClient(t.Context(), config)
		must(t, err)
		defer c.Shutdown(time.Minute)
		_, err = writer.Exec(t.Context(), "INSERT INTO dbos.workflow_status (workflow_uuid, status, completed_at) SELECT $1 || n, 'SUCCESS', n FROM generate_series(1, 3) AS n", ids)
		must(t, err)
		r, err := c.PruneWorkflows(client.PruneInput{OlderThan: time.Now(), BatchSize: 1})
		must(t, err)
		if r.Deleted != 3 {
			t.Errorf("the result is %+v", r)
		}
		return pauses
	}
	// Each write makes the primary measure again.
	const lag = `WITH written AS (SELECT pg_logical_emit_message(FALSE, 'test', 'a write'))
		SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_stat_replication WHERE replay_lag > INTERVAL '5 seconds') = $1 THEN 1 ELSE 0 END FROM written`
	if pauses := prune("before"); len(pauses) != 0 {
		t.Errorf("beside a replica that keeps up, there are %d pauses", len(pauses))
	}
	_, err = reader.Exec(t.Context(), "SELECT pg_wal_replay_pause()")
	must(t, err)
	until(t, writer, lag, true)
	if pauses := prune("behind"); len(pauses) != 2 {
		t.Errorf("beside a replica that is behind, there are %d pauses, want 2", len(pauses))
	}
	_, err = reader.Exec(t.Context(), "SELECT pg_wal_replay_resume()")
	must(t, err)
	until(t, writer, lag, false)
	if pauses := prune("after"); len(pauses) != 0 {
		t.Errorf("when the replica has caught up, there are %d pauses", len(pauses))
	}
}

// A prune deletes no more workflows than the gate was asked about, although more match meanwhile.
func TestAPruneDeletesAsManyAsItCounted(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, someCases(21, "SUCCESS", 2*time.Hour))
		imported := false
		r, err := b.NewClient().PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), BatchSize: 2, Each: func(context.Context, client.PruneProgress) error {
			if !imported {
				insertPruneCases(b, someCases(5, "ERROR", time.Hour))
			}
			imported = true
			return nil
		}})
		must(t, err)
		if left := len(b.Rows("workflow_status", "", nil)); r.Deleted != 21 || left != 5 {
			t.Errorf("the result is %+v, and %d are left", r, left)
		}
	})
}
