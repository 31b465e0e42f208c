//go:build interop

package interop

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// besideTime is the variable for how long we work beside applications, such as 15m. A few rounds
// are enough without it.
const besideTime = "DBOS_SCRIPT_TEST_BESIDE_APPLICATIONS"

// besideRounds yields the numbers of rounds until the time is over, four at least.
func besideRounds(t *testing.T) iter.Seq[int] {
	t.Helper()
	var length time.Duration
	if text := os.Getenv(besideTime); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s: %v", besideTime, err)
		}
	}
	began := time.Now()
	return func(yield func(int) bool) {
		for round := 0; round < 4 || time.Since(began) < length; round++ {
			if !yield(round) {
				return
			}
		}
	}
}

// A servingProcess is `dbos-script serve --durable`.
type servingProcess struct {
	*exec.Cmd
	log bytes.Buffer
}

// serveBeside starts a server with a script that has the Go application run a workflow each second.
func serveBeside(t *testing.T, database string) *servingProcess {
	t.Helper()
	binary, err := command()
	if err != nil {
		t.Fatal(err)
	}
	if out := call(t, database, "db", "init", "--runs"); out.err != nil {
		t.Fatalf("db init --runs: %v\n%s", out.err, out.stderr)
	}
	folder := t.TempDir()
	script := `schedule.declare{cron = "* * * * * *", overlap = "allow"}
		local id = "tick-of-ours-" .. tostring(schedule.tick())
		dbos.enqueue("go-queue", "same", 1, {application_name = "goapp", workflow_id = id, sdk = "go"})
		print(dbos.retrieve_workflow(id):get_result{timeout = 60})`
	if err := os.WriteFile(filepath.Join(folder, "second.lua"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &servingProcess{Cmd: exec.Command(binary, "serve", folder, "--durable")}
	s.Env = append(os.Environ(), "DBOS_SYSTEM_DATABASE_URL="+database, "XDG_STATE_HOME="+t.TempDir())
	s.Stdout, s.Stderr = &s.log, &s.log
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Process.Kill() })
	return s
}

// stop ends the server as an operator does, and waits for it. The tick that it has made last may
// still wait for another server; it is taken away.
func (s *servingProcess) stop(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("the server has ended by itself: %v", err)
	}
	var ended *exec.ExitError
	if err := s.Wait(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if strings.Contains(s.log.String(), "level=ERROR") || !strings.Contains(s.log.String(), "started script=second.lua") {
		t.Errorf("the server logged\n%s", &s.log)
	}
	waiting := query(t, conn, `DELETE FROM dbos.workflow_status WHERE status = 'ENQUEUED' AND workflow_uuid LIKE 'tick-second%' RETURNING workflow_uuid`)
	if len(waiting) > 2 {
		t.Errorf("the server has left %s", strings.Join(waiting, ", "))
	}
}

// runDurably runs a script whose two calls are steps.
func runDurably(t *testing.T, database string, round int) {
	t.Helper()
	id := fmt.Sprint("ours-", round)
	out := call(t, database, "run", filepath.Join("runbooks", "beside.lua"), "--durable", "--run-id", id, "--yes", "--id", id+"-theirs")
	if out.err != nil {
		t.Fatalf("%s: %v\n%s", id, out.err, out.stderr)
	}
}

// ours is the part of our executors' ids that they have in common: the machine.
func ours(id string) string { return id[:strings.Index(id, ":")] }

// expectOwnersOnly wants each workflow to have run once, in its own application: ours on our
// machine, rows without an owner in the application nameless, all others in theirs.
func expectOwnersOnly(t *testing.T, conn *pgx.Conn, nameless, machine string) {
	t.Helper()
	strangers := query(t, conn, `SELECT format('%s of %s ran in %s, %s times', workflow_uuid, application_name, executor_id, recovery_attempts)
		FROM dbos.workflow_status WHERE recovery_attempts IS DISTINCT FROM 1 OR CASE application_name
			WHEN 'dbos-script' THEN NOT starts_with(executor_id, $1 || ':')
			ELSE executor_id IS DISTINCT FROM COALESCE(application_name, $2) || '-1' END`, machine, nameless)
	if len(strangers) > 0 {
		t.Errorf("these ran in another application than theirs, or again: %s", strings.Join(strangers, "; "))
	}
}

// expectTicks wants each tick of the server to have had a workflow run in the Go application.
func expectTicks(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	count := query(t, conn, `SELECT format('%s of %s', COUNT(*) FILTER (WHERE application_name = 'goapp'), COUNT(*) FILTER (WHERE application_name = 'dbos-script'))
		FROM dbos.workflow_status WHERE workflow_uuid LIKE 'tick-%'`)[0]
	var theirs, ticks int
	if _, err := fmt.Sscanf(count, "%d of %d", &theirs, &ticks); err != nil || theirs == 0 || theirs != ticks {
		t.Errorf("%s ticks had a workflow run in the Go application (%v)", count, err)
	}
	t.Logf("%s ticks had a workflow run in the Go application", count)
}

func unfinished(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	return query(t, conn, `SELECT format('%s %s of %s is %s on %s: %s', name, workflow_uuid, application_name, status, queue_name, error)
		FROM dbos.workflow_status WHERE status <> 'SUCCESS' ORDER BY 1`)
}

func registered(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	return query(t, conn, `SELECT format('%s %s %s', application_name, version_name, version_timestamp)
		FROM dbos.application_versions ORDER BY version_timestamp DESC, version_name`)
}

// Durable runs and ticks beside an application that knows no owners, and looks at every queue:
// their versions keep it from them.
func TestRunsBesideAnApplicationWithoutOwners(t *testing.T) {
	t.Parallel()
	owned, ownerless := neighboursOf(t, peer.SDK{Language: peer.TypeScript, Version: older})
	ownerless.queue = "ordinary"
	owned.start(t)
	ownerless.start(t)
	for _, a := range []*tenant{owned, ownerless} {
		a.showsItself(t)
	}
	conn := connect(t, owned.database)
	defer conn.Close(t.Context())
	server := serveBeside(t, owned.database)
	versions := registered(t, conn)
	rounds := 0
	for round := range besideRounds(t) {
		rounds = round + 1
		runDurably(t, owned.database, round)
		for _, a := range []*tenant{owned, ownerless} {
			id := fmt.Sprint(a.name, "-", round)
			a.site.start(t, id, "same", round)
			a.result(t, id, nil)
		}
	}
	server.stop(t, conn)
	peer.Until(t, askTime, "all workflows have ended", func() bool { return len(unfinished(t, conn)) == 0 })
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	expectOwnersOnly(t, conn, ownerless.name, machine)
	expectTicks(t, conn)
	count := query(t, conn, `SELECT CAST(COUNT(*) AS TEXT) FROM dbos.workflow_status WHERE workflow_uuid NOT LIKE 'tick-%'`)
	if want := fmt.Sprint(2 + rounds*4); count[0] != want {
		t.Errorf("there are %s workflows, want %s", count[0], want)
	}
	if after := registered(t, conn); !slices.Equal(after, versions) {
		t.Errorf("the versions were %v, and are %v", versions, after)
	}
	t.Logf("%d rounds beside %v", rounds, ownerless.sdk)
}
