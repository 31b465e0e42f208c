//go:build interop

package interop

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// fleetSize is the number of workflows that the executors of an application hold.
const fleetSize = 300

// A crew is an application on a shared database: three executors that take from its queue.
type crew struct {
	other
	name      string
	conn      *pgx.Conn
	executors []*peer.Application
}

// Nine executors of three SDKs work on one database, three for each application. One of each
// application is killed and one only stopped, while all are in a step; one recover has the third
// run their workflows. Then the stopped one goes on, and its old runs are the first to end the
// step: they store nothing, and no step and no outcome is stored twice.
func TestRecoverOnADatabaseOfThreeApplications(t *testing.T) {
	t.Parallel()
	database := pgtest.NewDatabase(t)
	conn := connect(t, database)
	t.Cleanup(func() { conn.Close(t.Context()) })
	execute(t, conn, `CREATE TABLE witness (workflow TEXT, step TEXT, executor TEXT); CREATE TABLE gate (executor TEXT)`)
	for _, sdk := range killed {
		c := &crew{other: other{site: site{version: sdk.Version, database: database}, sdk: sdk}, name: "crew-" + string(sdk.Language), conn: conn}
		for i := range 3 {
			c.executors = append(c.executors, launchOther(t, sdk, peer.Options{DatabaseURL: database, Name: c.name,
				ApplicationVersion: c.name, Executor: fmt.Sprint(c.name, "-", i), Queue: c.name + "-queue"}))
		}
		t.Run(sdk.String(), c.losesTwo)
	}
}

// losesTwo ends two of the executors, while each holds a third of the workflows.
func (c *crew) losesTwo(t *testing.T) {
	for i := range fleetSize {
		c.app = c.executors[i%3]
		c.site.start(t, fmt.Sprintf("%s-%03d", c.name, i), "labour", "")
	}
	c.app = c.executors[2]
	mine := fmt.Sprintf(" WHERE workflow LIKE '%s-%%'", c.name)
	peer.Until(t, askTime, "all are in their second step", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM witness`+mine+` AND step = 'gate'`) == fleetSize
	})
	c.executors[0].Stop()
	if err := c.executors[1].Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	out := call(t, c.database, "recover", "--executor", c.name+"-0", "--executor", c.name+"-1", "--yes")
	if out.err != nil || !strings.Contains(out.stderr, "recover: 200 of 200 changed") || !strings.Contains(out.stderr, "the old runs of 200 can write nothing any more") {
		t.Fatalf("recover: %v\n%s", out.err, out.stderr)
	}
	peer.Until(t, askTime, "the third executor is in the second step of all", func() bool {
		return c.count(t, `SELECT COUNT(DISTINCT workflow) FROM witness`+mine+` AND step = 'gate' AND executor = '`+c.name+`-2'`) == fleetSize
	})
	if err := c.executors[1].Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	c.open(t, 1)
	c.app = c.executors[1]
	c.site.start(t, c.name+"-after", "labour", "")
	peer.Until(t, askTime, "the executor that goes on finishes a new workflow", func() bool { return c.ended(t) == 1 })
	if n := c.count(t, `SELECT COUNT(*) FROM dbos.operation_outputs WHERE starts_with(workflow_uuid, '`+c.name+`-') AND function_name = 'gate'`); n != 1 {
		t.Errorf("old runs have stored %d steps", n-1)
	}
	c.open(t, 2)
	peer.Until(t, askTime, "all have ended", func() bool { return c.ended(t) == fleetSize+1 })
	c.check(t, mine)
}

// open opens the gate for an executor.
func (c *crew) open(t *testing.T, executor int) {
	t.Helper()
	execute(t, c.conn, fmt.Sprintf(`INSERT INTO gate VALUES ('%s-%d')`, c.name, executor))
}

// check wants each step and outcome once, and those of recovered workflows by executor three.
func (c *crew) check(t *testing.T, mine string) {
	t.Helper()
	third := c.name + "-2 SUCCESS 4 begin,gate,work,end"
	for id, row := range c.stored(t) {
		if want := map[bool]string{true: c.name + "-1 SUCCESS 4 begin,gate,work,end", false: third}[id == c.name+"-after"]; row != want {
			t.Errorf("%s is stored as %s, not %s", id, row, want)
		}
	}
	for _, step := range []string{"begin", "work", "end"} {
		if n := c.count(t, `SELECT COUNT(*) FROM witness`+mine+` AND step = '`+step+`'`); n != fleetSize+1 {
			t.Errorf("the step %s ran %d times for %d workflows", step, n, fleetSize+1)
		}
	}
	if n := c.count(t, `SELECT COUNT(*) FROM witness`+mine+` AND step = 'gate'`); n != fleetSize+200+1 {
		t.Errorf("the step that 200 workflows were in ran %d times, and %d is wanted", n, fleetSize+200+1)
	}
	lost := c.count(t, `SELECT COUNT(*) FROM dbos.workflow_status WHERE starts_with(workflow_uuid, '`+c.name+`-') AND recovery_attempts = 2`)
	if lost != 200 {
		t.Errorf("%d workflows have a second attempt, not 200", lost)
	}
}

// stored returns what the database has of each workflow: its executor, its state and its steps.
func (c *crew) stored(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, row := range query(t, c.conn, `
		SELECT format('%s %s %s %s %s', ws.workflow_uuid, ws.executor_id, ws.status, COUNT(*),
			string_agg(o.function_name, ',' ORDER BY o.function_id))
		FROM dbos.workflow_status ws JOIN dbos.operation_outputs o ON o.workflow_uuid = ws.workflow_uuid
		WHERE starts_with(ws.workflow_uuid, $1) GROUP BY ws.workflow_uuid`, c.name+"-") {
		id, rest, _ := strings.Cut(row, " ")
		found[id] = rest
	}
	return found
}

func (c *crew) ended(t *testing.T) int {
	t.Helper()
	return c.count(t, `SELECT COUNT(*) FROM dbos.workflow_status WHERE starts_with(workflow_uuid, '`+c.name+`-') AND status = 'SUCCESS'`)
}

func (c *crew) count(t *testing.T, sql string) (n int) {
	t.Helper()
	if err := c.conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func execute(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
