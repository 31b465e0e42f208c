package clienttest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Of many workflows some are measured, and an example of each group in any case: the sizes are
// about these of the stored values.
func TestAPruneEstimatesTheSizesOfMany(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		const many, short, long = 6_000, 100, 1_000
		numbers := fmt.Sprintf("(WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d) SELECT n FROM n) AS n", many)
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, output, priority, created_at, updated_at, completed_at)
			SELECT 'w-' || n, CASE n WHEN 0 THEN 'ERROR' ELSE 'SUCCESS' END, CASE n WHEN 0 THEN 'rare' ELSE 'common' END, CASE n WHEN 0 THEN '`+
			strings.Repeat("l", long)+`' ELSE '`+strings.Repeat("s", short)+`' END, 0, n, n, n FROM `+numbers, nil)
		plan, err := b.NewClient().PlanPrune(client.PruneInput{OlderThan: b.Clock.Now()})
		must(t, err)
		if len(plan.Groups) != 2 || plan.Count != many+1 {
			t.Fatalf("%+v", plan)
		}
		for i, stored := range []int64{many * short, long} {
			if g := plan.Groups[i]; g.Bytes < stored || g.Bytes > stored*11/10 {
				t.Errorf("%d bytes are stored, and the estimate is %+v", stored, g)
			}
		}
	})
}
