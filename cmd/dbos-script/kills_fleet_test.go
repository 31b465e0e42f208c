package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// killedServers are a Postgres of its own, with servers that are killed and started again.
type killedServers struct {
	t       *testing.T
	pg      *pgtest.Server
	conn    *pgx.Conn // of the goroutine of the test
	program string
	folder  string
	chance  *rand.Rand
	servers []*killedServer
	kills   int

	watching sync.WaitGroup
	mutex    sync.Mutex
	taken    []time.Duration // how long after a kill other servers had its runs
}

type killedServer struct {
	*exec.Cmd
	args []string // more flags than those of each server
	log  *notebook
}

// newKilledServers starts three servers of scripts. They are the command itself with its usual
// lease if the test is long, and otherwise one whose lease is short.
func newKilledServers(t *testing.T, long bool, scripts map[string]string, args ...string) *killedServers {
	t.Helper()
	// A restart is a crash, after which the commits that were acknowledged must be there.
	pg, err := pgtest.Start(pgtest.Options{Settings: map[string]string{"synchronous_commit": "on"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Stop() })
	k := &killedServers{t: t, pg: pg, folder: t.TempDir(), chance: rand.New(rand.NewPCG(7, 7))}
	makeRuns(t, pg.URL("postgres"))
	k.connect()
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(k.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	k.program = filepath.Join(t.TempDir(), mortalName)
	if long {
		k.program = filepath.Join(t.TempDir(), "dbos-script")
	}
	if err := os.Symlink(self, k.program); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		k.servers = append(k.servers, k.start(args))
	}
	t.Cleanup(func() {
		for _, s := range k.servers {
			_ = s.Process.Kill()
			_ = s.Wait()
		}
	})
	return k
}

func (k *killedServers) start(args []string) *killedServer {
	k.t.Helper()
	s := &killedServer{Cmd: exec.Command(k.program, append([]string{"serve", k.folder, "--durable", "--db", k.pg.URL("postgres")}, args...)...), args: args, log: &notebook{}}
	s.Stdout, s.Stderr, s.Env = s.log, s.log, append(os.Environ(), "XDG_STATE_HOME="+k.t.TempDir())
	if err := s.Start(); err != nil {
		k.t.Fatal(err)
	}
	return s
}

// connect opens the connection of the test, which ends when the database does.
func (k *killedServers) connect() {
	k.t.Helper()
	var err error
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); ; <-ticker.C {
		if k.conn, err = pgx.Connect(k.t.Context(), k.pg.URL("postgres")); err == nil {
			k.t.Cleanup(func() { _ = k.conn.Close(k.t.Context()) })
			return
		}
		if time.Now().After(deadline) {
			k.t.Fatal(err)
		}
	}
}

// kill ends one of the servers with SIGKILL, starts it again, and watches until other servers have
// its runs.
func (k *killedServers) kill() {
	k.t.Helper()
	i := k.chance.IntN(len(k.servers))
	dead := k.servers[i]
	_ = dead.Process.Kill()
	_ = dead.Wait()
	killed := time.Now()
	k.kills++
	k.servers[i] = k.start(dead.args)
	held := k.strings(`SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id LIKE $1`, fmt.Sprintf("%%:%d:%%", dead.Process.Pid))
	if len(held) > 0 {
		k.watching.Go(func() { k.watch(dead.Process.Pid, held, killed) })
	}
}

// watch waits until others have the runs that a dead process had, but for the runs whose outcome
// the database had received before the process died.
func (k *killedServers) watch(pid int, held []string, killed time.Time) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for time.Since(killed) < patience*2 {
		<-ticker.C
		conn, err := pgx.Connect(k.t.Context(), k.pg.URL("postgres"))
		if err != nil {
			continue // the database is restarted
		}
		var left int
		err = conn.QueryRow(k.t.Context(), `SELECT COUNT(*) FROM dbos.workflow_status WHERE workflow_uuid = ANY($1) AND executor_id LIKE $2 AND status <> 'SUCCESS'`,
			held, fmt.Sprintf("%%:%d:%%", pid)).Scan(&left)
		_ = conn.Close(k.t.Context())
		if err == nil && left == 0 {
			break
		}
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.taken = append(k.taken, time.Since(killed))
}

// restart restarts the database.
func (k *killedServers) restart() {
	k.t.Helper()
	if err := k.pg.Restart(); err != nil {
		k.t.Fatal(err)
	}
	k.connect()
}

// strings returns the first column of a query.
func (k *killedServers) strings(sql string, args ...any) []string {
	k.t.Helper()
	rows, err := k.conn.Query(k.t.Context(), sql, args...)
	if err != nil {
		k.t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		k.t.Fatal(err)
	}
	return found
}

// number returns the number that a query counts.
func (k *killedServers) number(sql string, args ...any) (n int) {
	k.t.Helper()
	if err := k.conn.QueryRow(k.t.Context(), sql, args...).Scan(&n); err != nil {
		k.t.Fatal(err)
	}
	return n
}

// expectNone fails with the rows that a query finds.
func (k *killedServers) expectNone(what, sql string, args ...any) {
	k.t.Helper()
	if found := k.strings(sql, args...); len(found) > 0 {
		k.t.Errorf("%s: %s", what, strings.Join(found[:min(len(found), 20)], "; "))
	}
}

// takeovers returns how long after kills other servers had the runs of the dead, the longest last.
func (k *killedServers) takeovers() []time.Duration {
	k.watching.Wait()
	slices.Sort(k.taken)
	return k.taken
}

// logs returns the last lines that the servers logged.
func (k *killedServers) logs() (text string) {
	for i, s := range k.servers {
		lines := strings.Split(s.log.String(), "\n")
		text += fmt.Sprintf("server %d:\n%s\n", i, strings.Join(lines[max(0, len(lines)-20):], "\n"))
	}
	return text
}
