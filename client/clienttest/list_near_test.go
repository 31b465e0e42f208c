package clienttest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// crowd inserts 6,000 workflows, three in each millisecond. Of the oldest forty and the newest
// thousand every second one is ENQUEUED, every 500th is DELAYED, and the others have ended: those
// in the last third later than all others, however old they are, and the newest without success.
const crowd = `
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, priority, recovery_attempts, created_at, updated_at, completed_at, started_at_epoch_ms)
SELECT CAST((i * 7919) % 6007 AS TEXT) || '-' || CAST(i AS TEXT),
	CASE WHEN i % 500 = 0 THEN 'DELAYED' WHEN (i <= 40 OR i > 5000) AND i % 2 = 0 THEN 'ENQUEUED' WHEN i % 300 = 1 THEN 'PENDING' WHEN i > 5500 THEN CASE i % 3 WHEN 0 THEN 'ERROR' ELSE 'CANCELLED' END ELSE 'SUCCESS' END,
	'w', CASE WHEN i % 2 = 0 THEN 'q' END, i % 5, 1, CAST(:base AS BIGINT) + i / 3, CAST(:base AS BIGINT) + i / 3,
	CASE WHEN i > 4000 OR i % 1000 = 7 THEN CAST(:later AS BIGINT) + i END, CAST(:base AS BIGINT) + i / 3 + 5
FROM n`

// A list has the same rows in the same order, whether they are found near its start or not.
func TestListsOfManyWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		base := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
		ms, later := base.UnixMilli(), base.Add(time.Hour)
		b.Exec(crowd, map[string]any{"base": ms, "later": later.UnixMilli()})
		c := b.NewClient()
		enqueued := client.WithStatus([]client.WorkflowStatusType{"ENQUEUED"})
		unfinished := client.WithStatus([]client.WorkflowStatusType{"ENQUEUED", "PENDING", "DELAYED"})
		for name, test := range map[string]struct {
			condition string
			filter    []client.ListWorkflowsOption
		}{
			"enqueued":            {"status = 'ENQUEUED'", []client.ListWorkflowsOption{enqueued}},
			"delayed":             {"status = 'DELAYED'", []client.ListWorkflowsOption{client.WithStatus([]client.WorkflowStatusType{"DELAYED"})}},
			"unfinished":          {"status IN ('ENQUEUED', 'PENDING', 'DELAYED')", []client.ListWorkflowsOption{unfinished}},
			"unfinished, early":   {fmt.Sprint("status IN ('ENQUEUED', 'PENDING', 'DELAYED') AND created_at <= ", ms+100), []client.ListWorkflowsOption{unfinished, client.WithEndTime(base.Add(100 * time.Millisecond))}},
			"unfinished, late":    {fmt.Sprint("status IN ('ENQUEUED', 'PENDING', 'DELAYED') AND created_at >= ", ms+1000), []client.ListWorkflowsOption{unfinished, client.WithStartTime(base.Add(time.Second))}},
			"errors":              {"status = 'ERROR'", []client.ListWorkflowsOption{client.WithStatus([]client.WorkflowStatusType{"ERROR"})}},
			"errors, late":        {fmt.Sprint("status = 'ERROR' AND created_at >= ", ms+1900), []client.ListWorkflowsOption{client.WithStatus([]client.WorkflowStatusType{"ERROR"}), client.WithStartTime(base.Add(1900 * time.Millisecond))}},
			"failed":              {"status IN ('ERROR', 'CANCELLED')", []client.ListWorkflowsOption{client.WithStatus([]client.WorkflowStatusType{"CANCELLED", "ERROR"})}},
			"queues":              {"status IN ('ENQUEUED', 'PENDING', 'DELAYED') AND queue_name IS NOT NULL", []client.ListWorkflowsOption{client.WithQueuesOnly()}},
			"completed":           {fmt.Sprint("completed_at >= ", later.UnixMilli()+4500), []client.ListWorkflowsOption{client.WithCompletedAfter(later.Add(4500 * time.Millisecond))}},
			"completed before":    {fmt.Sprint("completed_at <= ", later.UnixMilli()+4500), []client.ListWorkflowsOption{client.WithCompletedBefore(later.Add(4500 * time.Millisecond))}},
			"dequeued":            {fmt.Sprint("started_at_epoch_ms >= ", ms+1900), []client.ListWorkflowsOption{client.WithDequeuedAfter(base.Add(1900 * time.Millisecond))}},
			"dequeued and queued": {fmt.Sprint("started_at_epoch_ms >= ", ms+50, " AND status = 'ENQUEUED'"), []client.ListWorkflowsOption{client.WithDequeuedAfter(base.Add(50 * time.Millisecond)), enqueued}},
			"a prefix":            {"workflow_uuid LIKE '12%'", []client.ListWorkflowsOption{client.WithWorkflowIDPrefix("12")}},
			"a common prefix":     {"workflow_uuid LIKE '1%' OR workflow_uuid LIKE '2%' OR workflow_uuid LIKE '3%'", []client.ListWorkflowsOption{client.WithWorkflowIDPrefix("1", "2", "3")}},
		} {
			ids := inOrder(b.Rows("workflow_status", test.condition, nil))
			if len(ids) < 5 {
				t.Fatalf("%s: only %d workflows", name, len(ids))
			}
			for _, part := range []struct {
				limit, offset int
				desc          bool
			}{{1, 0, false}, {20, 0, false}, {20, 0, true}, {30, 15, false}, {300, 100, true}, {10_000, 0, false}} {
				options := append(slices.Clone(test.filter), client.WithLimit(part.limit), client.WithOffset(part.offset))
				want := slices.Clone(ids)
				if part.desc {
					options = append(options, client.WithSortDesc())
					slices.Reverse(want)
				}
				want = want[min(part.offset, len(want)):]
				want = want[:min(part.limit, len(want))]
				if found := listedIDs(t, c, options); !slices.Equal(found, want) {
					t.Errorf("%s, %+v: %d ids %.60v, not %d %.60v", name, part, len(found), found, len(want), want)
				}
			}
			var walked []string
			for w, err := range c.Workflows(test.filter...) {
				if err != nil {
					t.Fatal(err)
				}
				walked = append(walked, w.ID)
			}
			if !slices.Equal(walked, ids) {
				t.Errorf("%s: a walk finds %d ids, not %d in their order", name, len(walked), len(ids))
			}
		}
	})
}

// inOrder returns the ids of rows by their time and id.
func inOrder(rows []clienttest.Record) []string {
	slices.SortFunc(rows, func(a, b clienttest.Record) int {
		if order := strings.Compare(fmt.Sprint(a["created_at"]), fmt.Sprint(b["created_at"])); order != 0 {
			return order
		}
		return strings.Compare(fmt.Sprint(a["workflow_uuid"]), fmt.Sprint(b["workflow_uuid"]))
	})
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = fmt.Sprint(row["workflow_uuid"])
	}
	return ids
}

func listedIDs(t *testing.T, c client.Client, options []client.ListWorkflowsOption) []string {
	t.Helper()
	found, err := c.ListWorkflows(options...)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(found))
	for i, w := range found {
		ids[i] = w.ID
	}
	return ids
}
