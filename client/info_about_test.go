package client_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A description of many workflows counts the states that few are in exactly, says which number is
// an estimate, and reads all workflows on request.
func TestInfoOfManyWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		const count = 120_000
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at)
			WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 120000)
			SELECT 'w' || n, CASE n % 10000 WHEN 1 THEN 'ERROR' WHEN 2 THEN 'CANCELLED' WHEN 3 THEN 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'
				WHEN 4 THEN 'ENQUEUED' WHEN 5 THEN 'PENDING' WHEN 6 THEN 'DELAYED' ELSE 'SUCCESS' END, 'wf', 'q', n, n FROM numbers`, nil)
		b.Exec(`UPDATE {workflow_status} SET application_name = 'old' WHERE workflow_uuid = 'w9'`, nil)
		b.Exec(`UPDATE {workflow_status} SET application_name = 'new' WHERE workflow_uuid = 'w119999'`, nil)
		b.Exec(`UPDATE {workflow_status} SET application_name = 'unfinished' WHERE workflow_uuid = 'w4'`, nil)
		b.Exec(`UPDATE {workflow_status} SET application_name = 'delayed' WHERE workflow_uuid = 'w6'`, nil)
		if b.Name == "Postgres" || b.Name == "PgBouncer" {
			b.Exec("ANALYZE {workflow_status}", nil)
		}
		rare := map[client.WorkflowStatusType]int64{"ERROR": 12, "CANCELLED": 12, "MAX_RECOVERY_ATTEMPTS_EXCEEDED": 12, "ENQUEUED": 12, "PENDING": 12, "DELAYED": 12}
		about, exact := describe(t, b.NewClient()), describe(t, b.NewClient(), client.WithExactCounts())
		for _, info := range []*client.Info{about, exact} {
			got := states(info)
			success := got["SUCCESS"]
			delete(got, "SUCCESS")
			if !reflect.DeepEqual(got, rare) {
				t.Errorf("states %v", got)
			}
			if off := success - (count - 72); off != 0 && !info.About || off < -count/10 || off > count/10 {
				t.Errorf("%d are in SUCCESS, about: %v", success, info.About)
			}
			for _, s := range info.Statuses {
				if s.About != (info.About && s.Status == "SUCCESS") {
					t.Errorf("%s is about right: %v", s.Status, s.About)
				}
			}
			if want := []client.QueueInfo{{Name: "q", Waiting: 12, Running: 12, Delayed: 12}}; !reflect.DeepEqual(info.Queues, want) {
				t.Errorf("queues %+v", info.Queues)
			}
		}
		if want := []string{"delayed", "new", "old", "unfinished"}; exact.About || !slices.Equal(exact.Applications, want) {
			t.Errorf("exactly: about %v, applications %v", exact.About, exact.Applications)
		}
		if b.Name == "Cockroach" {
			return // it may have no statistics yet
		}
		if want := []string{"delayed", "new", "unfinished"}; !about.About || !slices.Equal(about.Applications, want) {
			t.Errorf("about %v, applications %v", about.About, about.Applications)
		}
	})
}
