package worker_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/worker"
)

// ofGroups returns true for the requests of groups. One of a single run waits for its row.
func ofGroups(r pgproxy.Request) bool { return r.Mentions("SKIP LOCKED") }

// A group whose connection is lost is not sent again: each of its members is sent by itself.
func TestALostGroupIsSentMemberByMember(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]pgproxy.Action{"lost": pgproxy.Lose, "answer lost": pgproxy.LoseAnswer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, "Postgres")
			var lost atomic.Int64
			proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
				if ofGroups(r) && r.Mentions("operation_outputs") && lost.Add(1) == 1 {
					return action
				}
				return pgproxy.Pass
			}})
			g := gather(t, b.Of(client.SDKGo), func(c *worker.ExecutorConfig) { c.DatabaseURL = proxy.URL() })
			steps, send := g.x.HoldSteps()
			g.work()
			g.until(steps, gatheredRuns)
			send()
			g.must(<-g.ended)
			g.expect(map[string]string{"w-3": "ERROR"})
			if lost.Load() != 1 {
				t.Errorf("%d groups of steps were sent, want the lost one", lost.Load())
			}
		})
	}
}

// The database is away from one executor for longer than its lease, while a group of its runs is on
// its way. Another executor finishes them, and when the database is back, the group writes nothing,
// and no run keeps a slot.
func TestAGroupWritesNothingAfterItsRunsWereTakenOver(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	var away atomic.Bool
	var refused atomic.Int64
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if !away.Load() {
			return pgproxy.Pass
		}
		refused.Add(1)
		return pgproxy.Lose
	}})
	g := gather(t, b.Of(client.SDKGo), func(c *worker.ExecutorConfig) { c.DatabaseURL = proxy.URL() })
	steps, send := g.x.HoldSteps()
	g.work()
	g.until(steps, gatheredRuns)
	away.Store(true)
	send()
	g.until(func() int { return int(refused.Load()) }, 1)
	heir := g.executor()
	for range 6 { // a lease and a half
		b.Clock.Advance(3 * time.Second)
		_, err := heir.Work(t.Context())
		g.must(err)
	}
	g.expect(map[string]string{"w-3": "ERROR"})
	away.Store(false)
	g.must(<-g.ended)
	_, err := g.x.Work(t.Context())
	g.must(err)
	g.expect(map[string]string{"w-3": "ERROR"})
	for _, row := range g.Rows("workflow_status", "", nil) {
		if row["executor_id"] != heir.ID() || row["recovery_attempts"] != "2" {
			t.Errorf("%s was finished by %s in attempt %s, want %s", row["workflow_uuid"], row["executor_id"], row["recovery_attempts"], heir.ID())
		}
	}
	if load := g.x.Load(); load != (worker.ExecutorLoad{}) {
		t.Errorf("the executor still has %+v", load)
	}
}

// Runs that are lost while their group is on its way leave their slots at once, however long that
// takes.
func TestLostRunsDoNotWaitForTheirGroup(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	g := gather(t, b.Of(client.SDKGo), func(c *worker.ExecutorConfig) { c.PollInterval = time.Millisecond })
	holder, err := pgx.Connect(t.Context(), b.Config().DatabaseURL)
	g.must(err)
	defer holder.Close(t.Context())
	steps, send := g.x.HoldSteps()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { g.ended <- g.x.Run(ctx) }()
	g.until(steps, gatheredRuns)
	_, err = holder.Exec(t.Context(), "BEGIN")
	g.must(err)
	table := pgx.Identifier{b.Config().DatabaseSchema, "operation_outputs"}.Sanitize()
	_, err = holder.Exec(t.Context(), "LOCK TABLE "+table+" IN SHARE MODE")
	g.must(err)
	send()
	for blocked := 0; blocked == 0; {
		g.must(holder.QueryRow(t.Context(), "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = '"+table+"'::regclass").Scan(&blocked))
	}
	g.Exec("DELETE FROM {dbos_script_executors}", nil)
	b.Clock.Advance(3 * time.Second)
	for deadline := time.Now().Add(20 * time.Second); g.x.Load().Active > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d lost runs still wait", g.x.Load().Active)
		}
	}
	_, err = holder.Exec(t.Context(), "ROLLBACK")
	g.must(err)
	for done := 0; done < gatheredRuns && t.Context().Err() == nil; {
		b.Clock.Advance(3 * time.Second)
		done = len(g.Rows("workflow_status", "completed_at IS NOT NULL", nil))
	}
	cancel()
	g.must(<-g.ended)
	g.expect(map[string]string{"w-3": "ERROR"})
}
