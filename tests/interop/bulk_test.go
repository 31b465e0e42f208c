//go:build interop

package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// canarySize is the number of workflows of the first wave.
const canarySize = 10

// bulkSize returns the number of workflows that have failed. DBOS_SCRIPT_TEST_BULK makes it 2,000,
// which takes an application in TypeScript half a minute.
func bulkSize() int {
	if os.Getenv("DBOS_SCRIPT_TEST_BULK") != "" {
		return 2000
	}
	return 200
}

// These count rows of the workflow charge, which each application has.
const (
	chargesIn     = `SELECT CAST(COUNT(*) AS TEXT) FROM dbos.workflow_status WHERE name = 'charge' AND status = $1`
	chargedTwice  = `SELECT forked_from FROM dbos.workflow_status WHERE name = 'charge' AND forked_from IS NOT NULL GROUP BY forked_from HAVING COUNT(*) > 1`
	reservedTwice = `SELECT w.workflow_uuid FROM dbos.workflow_status w JOIN dbos.operation_outputs s USING (workflow_uuid) JOIN dbos.operation_outputs f
		ON f.workflow_uuid = w.forked_from AND f.function_id = s.function_id WHERE s.function_name = 'reserve' AND s.output <> f.output`
	chargesNotPaid = `WITH RECURSIVE line AS (SELECT workflow_uuid AS first, workflow_uuid, status FROM dbos.workflow_status WHERE name = 'charge' AND forked_from IS NULL
		UNION ALL SELECT l.first, w.workflow_uuid, w.status FROM line l JOIN dbos.workflow_status w ON w.forked_from = l.workflow_uuid)
		SELECT first FROM line GROUP BY first HAVING COUNT(*) FILTER (WHERE status = 'SUCCESS') <> 1`
)

// Each of two applications has failed with all of its workflows. A run of triage.lua leaves all but
// the canary alone while the cause is there; when it is gone, one runs each of them again to its
// end, once, and takes no step again that had succeeded.
func TestABulkRunOfAnApplication(t *testing.T) {
	t.Parallel()
	size := bulkSize()
	for _, a := range []*tenant{
		{sdk: peer.SDK{Language: peer.Go, Version: "1.8.0"}, name: "goapp", queue: "go-queue"},
		{sdk: peer.SDK{Language: peer.TypeScript, Version: "5.3.0"}, name: "tsapp", queue: "ordinary"},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.database = pgtest.NewDatabase(t)
			a.start(t)
			a.showsItself(t)
			conn := connect(t, a.database)
			defer conn.Close(t.Context())
			began := time.Now()
			if out := call(t, a.database, "--yes", "-e", fmt.Sprintf(`
				local inputs = {}
				for i = 1, %d do inputs[i] = i end
				dbos.enqueue_many(%q, "charge", inputs)`, size, a.queue)); out.err != nil {
				t.Fatalf("%v\n%s", out.err, out.stderr)
			}
			peer.Until(t, askTime, "all workflows have failed", func() bool { return charges(t, conn, "ERROR") == size })
			failed := time.Now()
			a.triage(t, 4, triaged{State: "stopped", Failed: canarySize, Untouched: size - canarySize})
			peer.Until(t, askTime, "the canary and nothing else has failed again", func() bool { return charges(t, conn, "ERROR") == size+canarySize })
			a.site.start(t, a.name+"-mended", "mend", "")
			a.result(t, a.name+"-mended", nil)
			mended := time.Now()
			a.triage(t, 0, triaged{State: "done", Succeeded: size})
			t.Logf("%d failed in %s; the canary stopped after %s; all ended after %s", size, failed.Sub(began), mended.Sub(failed), time.Since(mended))
			a.ranOnceMore(t, conn, size)
		})
	}
}

// ranOnceMore wants each failed workflow to have ended well as one fork.
func (a *tenant) ranOnceMore(t *testing.T, conn *pgx.Conn, size int) {
	t.Helper()
	if ended := charges(t, conn, "SUCCESS"); ended != size {
		t.Errorf("%d workflows ended well, want %d", ended, size)
	}
	for what, sql := range map[string]string{"were forked twice": chargedTwice, "took a step again": reservedTwice, "have not ended well once": chargesNotPaid} {
		if ids := query(t, conn, sql); len(ids) > 0 {
			t.Errorf("%d workflows %s, such as %s", len(ids), what, ids[0])
		}
	}
}

func charges(t *testing.T, conn *pgx.Conn, status string) int {
	t.Helper()
	count, err := strconv.Atoi(query(t, conn, chargesIn, status)[0])
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// triaged is what triage.lua reports of a group that it runs again.
type triaged struct {
	State      string `json:"state"`
	Succeeded  int    `json:"succeeded"`
	Failed     int    `json:"failed"`
	Unfinished int    `json:"unfinished"`
	Untouched  int    `json:"untouched"`
}

// triage runs the only group of failures again, and wants an exit code and a report.
func (a *tenant) triage(t *testing.T, code int, want triaged) {
	t.Helper()
	script := []string{"run", "../../scripts/examples/triage.lua", "--output", "ndjson", "--name", "charge", "--yes"}
	shown := call(t, a.database, script...)
	var group struct{ Group, Step, Reason string }
	if err := json.Unmarshal([]byte(shown.stdout), &group); err != nil || group.Step != "pay" || !strings.Contains(group.Reason, "the provider is down") {
		t.Fatalf("the group is %s\n%s: %v, %v", shown.stdout, shown.stderr, shown.err, err)
	}
	out := call(t, a.database, append(script, "--group", group.Group, "--canary", strconv.Itoa(canarySize), "--max-failed", "0", "--batch", "1000")...)
	var got triaged
	err := json.Unmarshal([]byte(out.stdout), &got)
	if got.State == "stopped" { // at the first failure of the canary; the rest of it ends later
		got.Failed, got.Unfinished = got.Failed+got.Unfinished, 0
	}
	if err != nil || got != want {
		t.Errorf("the run ended as %s\n%s: %v\nwant %+v", out.stdout, out.stderr, err, want)
	}
	t.Logf("%s", out.stdout)
	var exit *exec.ExitError
	if errors.As(out.err, &exit) && exit.ExitCode() != code || out.err != nil && exit == nil || out.err == nil && code != 0 {
		t.Errorf("the run ended with %v, want the exit code %d", out.err, code)
	}
}
