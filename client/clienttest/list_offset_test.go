package clienttest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A list that leaves out many rows begins at the same row as one that is read from the start, also
// among rows of one millisecond, few or many.
func TestADeepOffsetIsAPlaceInTheList(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, created_at, updated_at)
			WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000)
			SELECT 'w' || (n * 7919 % 9973), CASE WHEN n % 3 = 0 THEN 'SUCCESS' ELSE 'ERROR' END, 'name' || (n % 2),
				CASE WHEN n BETWEEN 1050 AND 1500 THEN 1050 WHEN n > 2000 THEN n / 10 + 3000 ELSE n END, n FROM numbers`, nil)
		c := b.NewClient()
		filters := map[string][]client.ListWorkflowsOption{
			"all": nil, "a name": {client.WithName("name1")}, "a state": {client.WithStatus([]client.WorkflowStatusType{"SUCCESS"})},
			"ordered states": {client.WithStatus([]client.WorkflowStatusType{"ERROR"})},
			"any state":      {client.WithStatus([]client.WorkflowStatusType{"ERROR", "SUCCESS"})}, "an end": {client.WithEndTime(time.UnixMilli(2900))},
		}
		for name, filter := range filters {
			for _, order := range [][]client.ListWorkflowsOption{nil, {client.WithSortDesc()}} {
				options := slices.Concat(filter, order)
				all := walked(t, c, options...)
				for _, offset := range []int{999, 1000, 1200, 1349, 1550, len(all) - 1, len(all), 9000} {
					for _, limit := range []int{1, 300} {
						want := ids(all[min(offset, len(all)):min(offset+limit, len(all))])
						list, err := c.ListWorkflows(slices.Concat(options, []client.ListWorkflowsOption{client.WithOffset(offset), client.WithLimit(limit)})...)
						if err != nil || ids(list) != want {
							t.Errorf("%s, newest first %v, offset %d, limit %d: %s, want %s: %v", name, order != nil, offset, limit, short(ids(list)), short(want), err)
						}
					}
				}
				rest, err := c.ListWorkflows(append(options, client.WithOffset(1200))...)
				if err != nil || ids(rest) != ids(all[min(1200, len(all)):]) {
					t.Errorf("%s: an offset without a limit leaves %d: %v", name, len(rest), err)
				}
			}
		}
	})
}

func short(text string) string { return fmt.Sprintf("%.60s", text) }
