//go:build interop

package interop

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// killed are the SDKs whose executors are killed; their tables have ownership tokens.
var killed = []peer.SDK{{Language: peer.Go, Version: "1.8.0"}, {Language: peer.TypeScript, Version: "5.3.0"}, {Language: peer.Python, Version: "3.4.0"}}

// Three executors hold 300 workflows, and one is killed. One recover has the others finish its
// share, with no step and no outcome twice.
func TestRecoverFinishesWhatAKilledExecutorHeld(t *testing.T) {
	t.Parallel()
	for _, sdk := range killed {
		t.Run(sdk.String(), func(t *testing.T) {
			t.Parallel()
			o := &other{site: site{version: sdk.Version, database: pgtest.NewDatabase(t)}, sdk: sdk}
			var executors []*peer.Application
			for i := range 3 {
				executors = append(executors, launchOther(t, sdk, peer.Options{DatabaseURL: o.database, Name: "killed", Executor: fmt.Sprint("executor-", i)}))
			}
			o.app = executors[1]
			for i := range 300 {
				o.app = executors[i%3]
				o.site.start(t, fmt.Sprintf("held-%03d", i), "hold", "")
			}
			o.app = executors[1]
			conn := connect(t, o.database)
			t.Cleanup(func() { conn.Close(t.Context()) })
			counts := func(sql string) string { return strings.Join(query(t, conn, sql), " ") }
			const held = `SELECT executor_id || '=' || COUNT(*) FROM dbos.workflow_status WHERE status = 'PENDING' AND name LIKE '%hold%' GROUP BY executor_id ORDER BY executor_id`
			peer.Until(t, askTime, "each executor holds 100", func() bool { return counts(held) == "executor-0=100 executor-1=100 executor-2=100" })
			executors[0].Stop()
			out := call(t, o.database, "recover", "--executor", "executor-0", "--yes")
			if out.err != nil || !strings.Contains(out.stderr, "recover: 100 of 100 changed") || !strings.Contains(out.stderr, "the old runs of 100 can write nothing any more") {
				t.Fatalf("recover: %v\n%s", out.err, out.stderr)
			}
			peer.Until(t, askTime, "the others hold all", func() bool {
				now := counts(held)
				return !strings.Contains(now, "executor-0") && counts(`SELECT CAST(COUNT(*) AS TEXT) FROM dbos.workflow_status WHERE status = 'PENDING'`) == "300"
			})
			o.chunk(t, `
				local messages = {}
				for i = 0, 299 do messages[#messages + 1] = {destination_id = ("held-%03d"):format(i), message = i, topic = "release"} end
				dbos.send_many(messages)`)
			peer.Until(t, askTime, "all have ended", func() bool {
				return counts(`SELECT status || '=' || COUNT(*) FROM dbos.workflow_status GROUP BY status`) == "SUCCESS=300"
			})
			if again := counts(`SELECT recovery_attempts || '=' || COUNT(*) FROM dbos.workflow_status WHERE workflow_uuid LIKE 'held-%' GROUP BY recovery_attempts ORDER BY 1`); again != "1=200 2=100" {
				t.Errorf("by attempts there are %s", again)
			}
			if twice := counts(`SELECT workflow_uuid FROM dbos.operation_outputs WHERE function_name = 'DBOS.recv' GROUP BY workflow_uuid HAVING COUNT(*) > 1`); twice != "" {
				t.Errorf("a message was received twice by %s", twice)
			}
		})
	}
}
