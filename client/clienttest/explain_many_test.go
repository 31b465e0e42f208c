package clienttest_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// envBeside names the environment variable with the number of workflows beside which explanations
// are measured. From a million on, the time is judged:
//
//	DBOS_SCRIPT_TEST_BESIDE=1000000 go test ./client/clienttest -run BesideManyWorkflows -v
const envBeside = "DBOS_SCRIPT_TEST_BESIDE"

const (
	besideAtLeast  = 20_000
	million        = 1_000_000
	maxTrips       = 4
	maxExplanation = 100 * time.Millisecond
)

// fillBeside inserts workflows of the month before the test, with two steps each: 90 % have ended,
// 2 % are PENDING and 5 % wait, on ten queues. They belong to an application, because one that
// knows no owners might take the workflows of the others.
func fillBeside(b clienttest.Backend, count int) {
	numbers := fmt.Sprintf("(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %d) SELECT n FROM n) AS n", count)
	first := b.Clock.Now().Add(-30 * 24 * time.Hour).UnixMilli()
	created := fmt.Sprintf("(%d + CAST(n AS BIGINT) * %d)", first, 29*24*time.Hour.Milliseconds()/int64(count))
	status := "CASE WHEN n % 100 < 80 THEN 'SUCCESS' WHEN n % 100 < 88 THEN 'ERROR' WHEN n % 100 < 90 THEN 'CANCELLED' WHEN n % 100 < 93 THEN 'DELAYED' WHEN n % 100 < 95 THEN 'PENDING' ELSE 'ENQUEUED' END"
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, recovery_attempts, executor_id, application_version, created_at, updated_at,
			started_at_epoch_ms, completed_at, deduplication_id, priority, application_name)
		SELECT 'bulk-' || n, `+status+`, 'bulk', 'bulk-' || ((n / 100) % 10), 1, CASE WHEN n % 100 < 95 THEN 'executor-' || (n % 4) END, 'v0', `+created+`, `+created+`, CASE WHEN n % 100 < 95 THEN `+created+` END,
			CASE WHEN n % 100 < 90 THEN `+created+` END, CASE WHEN n % 100 >= 95 THEN 'bulk-' || n END, 0, 'bulk' FROM `+numbers, nil)
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, started_at_epoch_ms, completed_at_epoch_ms)
		SELECT 'bulk-' || n, step, 'step', `+created+`, `+created+` FROM `+numbers+`, (SELECT 0 AS step UNION ALL SELECT 1) AS s WHERE n % 100 < 95`, nil)
	if b.Name != "SQLite" {
		b.Exec("ANALYZE {workflow_status}", nil)
		b.Exec("ANALYZE {operation_outputs}", nil)
	}
}

// Beside any number of other workflows the first reason is the same, and takes four
// round trips at most.
func TestTheFirstReasonBesideManyWorkflows(t *testing.T) {
	t.Parallel()
	count := besideAtLeast
	if text := os.Getenv(envBeside); text != "" {
		var err error
		count, err = strconv.Atoi(text)
		must(t, err)
	}
	for _, name := range []string{"SQLite", "Postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, name).Of(client.SDKGo)
			fillBeside(b, count)
			trips := func() int { return 0 }
			through := b
			if name == "Postgres" {
				proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{})
				through = b.Behind(proxy.URL())
				trips = func() int { n := proxy.Trips(); proxy.Reset(); return n }
			}
			stories := append(slices.Concat(waitingCauses(), takenCauses(), ownerCauses(), absentCauses()), cause{client.CauseInLine, "", func(t *testing.T, b clienttest.Backend, c client.Client) string {
				_, err := c.RegisterQueue(client.QueueInput{Name: "bulk-3"})
				must(t, err)
				registered(t, b, c, client.QueueInput{})
				h, err := c.Enqueue("bulk-3", "quick", nil)
				must(t, err)
				return h.GetWorkflowID()
			}})
			for _, story := range stories {
				t.Run(string(story.want), func(t *testing.T) { besideMany(t, b.For(t), through.For(t), story, trips, count >= million) })
			}
		})
	}
}

// besideMany tells a story and explains its workflow, again and again if its time is judged.
func besideMany(t *testing.T, b, through clienttest.Backend, story cause, trips func() int, timed bool) {
	for _, statement := range []string{"{queues}", "{application_versions}", "{workflow_schedules}", "{operation_outputs} WHERE workflow_uuid NOT LIKE 'bulk-%'", "{workflow_status} WHERE workflow_uuid NOT LIKE 'bulk-%'"} {
		b.Exec("DELETE FROM "+statement, nil)
	}
	id, c := story.tell(t, b, b.NewClient()), through.NewClient()
	var took []time.Duration
	calls := 2 // the first one prepares the statements
	if timed {
		calls = 7
	}
	for range calls {
		trips()
		began := time.Now()
		e, err := c.ExplainWorkflow(id)
		took = append(took, time.Since(began))
		must(t, err)
		if e.Reasons[0].Cause != story.want {
			t.Fatalf("the reasons are %+v, want %s", e.Reasons, story.want)
		}
	}
	sent := trips()
	if sent > maxTrips {
		t.Errorf("%d round trips", sent)
	}
	slices.Sort(took)
	t.Logf("%v, %d round trips", took[len(took)/2].Round(100*time.Microsecond), sent)
	if timed && took[len(took)/2] > maxExplanation {
		t.Errorf("it takes %v", took[len(took)/2])
	}
}
