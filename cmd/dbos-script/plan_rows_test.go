package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib"
)

// planVariable makes TestAPlanOfManyWorkflows long: 100,000 workflows, of which 1,000 change
// before the apply, which is killed ten times.
const planVariable = "DBOS_SCRIPT_TEST_PLAN"

// The workflows that change after a plan was made are left out and named, the others change once,
// although the apply is killed and repeated.
func TestAPlanOfManyWorkflows(t *testing.T) {
	t.Parallel()
	s := &planned{rows: 300, changed: 6, kills: 2, slow: []string{"--batch", "20", "--rps", "600"}}
	if os.Getenv(planVariable) != "" {
		s = &planned{rows: 100_000, changed: 1000, kills: 10}
	}
	s.open(t)
	s.script("send.lua", `dbos.bulk({status = "ENQUEUED", queue_name = "q"}):send{message = 1, topic = "t"}`)
	s.ends(stdlib.ExitSuccess, "run", "send.lua", "--plan", "plan.json")
	drifted := s.drift()
	for kill := range s.kills {
		s.applyUntilKilled(int64(s.rows * kill / (s.kills + 1)))
	}
	for _, sooner := range []string{"", "plan.json was applied before"} {
		named, log := s.ends(stdlib.ExitPartial, "apply", "plan.json", "--yes", "--output", "ids", "--rps", "1000000")
		ids := strings.Fields(named)
		if slices.Sort(ids); !slices.Equal(ids, drifted) || !strings.Contains(log, sooner) {
			t.Errorf("%d workflows are named: %.200q\n%s", len(ids), ids, log)
		}
		if sent, to := s.count("COUNT(*)"), s.count("COUNT(DISTINCT destination_uuid)"); sent != int64(s.rows-s.changed) || to != sent {
			t.Errorf("%d messages were sent, to %d workflows", sent, to)
		}
		if s.count("COUNT(*) FILTER (WHERE destination_uuid = ANY($1))", drifted) > 0 {
			t.Error("workflows that had changed have messages")
		}
	}
	if os.Getenv(planVariable) != "" {
		s.staysSmall()
	}
}

// staysSmall makes and applies plans of 10,000 and 100,000 workflows, which take the same memory
// but for what a dry run remembers: some hundred bytes of a workflow.
func (s *planned) staysSmall() {
	const most = 32 << 20
	m := newMeasured(s.T).built(s.T)
	m.folder = s.folder
	var before [2]int64
	for _, count := range []int{10_000, 100_000} {
		s.script("priority.lua", fmt.Sprintf(`dbos.bulk({status = "ENQUEUED", queue_name = "q", limit = %d}):set_priority{priority = %[1]d}`, count))
		for i, args := range [2][]string{{"run", "priority.lua", "--plan", "priority.json"}, {"apply", "priority.json", "--yes"}} {
			began := time.Now()
			code, peak, log := m.run(s.T, append(args, "--db", s.address)...)
			s.Logf("%s of %d workflows took %v and %d MiB", args[0], count, time.Since(began).Round(time.Millisecond), peak>>20)
			if code != 0 || before[i] > 0 && peak > before[i]+most {
				s.Errorf("%v: exit code %d, %d MiB\n%s", args, code, peak>>20, log)
			}
			before[i] = peak
		}
	}
}

// An apply that was interrupted before the plan expired is named with its bulk run.
func TestAnExpiredPlanNamesWhatAnApplyHasBegun(t *testing.T) {
	t.Parallel()
	folder, now := t.TempDir(), time.Now()
	plan := filepath.Join(folder, "plan.json")
	script := filepath.Join(folder, "resume.lua")
	if err := os.WriteFile(script, []byte(`dbos.bulk({"a", "b"}, {max_waiting = {queue = "q", n = 1}}):resume{queue_name = "q"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ends := func(code int, args ...string) string {
		t.Helper()
		var out, log bytes.Buffer
		a := &app{streams: streams{os.Stdin, &out, &log}, environment: run.Environment{Clock: func() time.Time { return now }}}
		if got := a.main(t.Context(), append(args, "--db", "sqlite:"+filepath.Join(folder, "shop.sqlite"), "--audit", filepath.Join(folder, "log"))); got != code {
			t.Fatalf("%v: exit code %d\n%s", args, got, &log)
		}
		return log.String()
	}
	ends(stdlib.ExitSuccess, "db", "init", "--runs")
	ends(stdlib.ExitSuccess, "-e", `for _, id in ipairs{"a", "b", "c"} do dbos.enqueue("q", "w", dbos.portable_args{}, {workflow_id = id}) end`)
	ends(stdlib.ExitSuccess, "run", script, "--plan", plan)
	ends(stdlib.ExitTimeout, "apply", plan, "--timeout", "300ms")
	now = now.Add(25 * time.Hour)
	log := ends(stdlib.ExitDenied, "apply", plan)
	if !strings.Contains(log, "has expired") || !strings.Contains(log, "hint: an apply has begun with it, and was interrupted: `dbos-script bulk resume ID --continue` goes on with plan-") {
		t.Error(log)
	}
}

// planned is a database with workflows of which a plan is made.
type planned struct {
	*testing.T
	folder, address      string
	program              string
	db                   *pgx.Conn
	rows, changed, kills int
	slow                 []string // flags of an apply that is to be killed
}

// open makes the database.
func (s *planned) open(t *testing.T) {
	t.Helper()
	s.T, s.folder, s.program, s.address = t, t.TempDir(), commandPath(t), pgtest.NewDatabase(t)
	s.ends(stdlib.ExitSuccess, "db", "init", "--runs")
	var err error
	if s.db, err = pgx.Connect(t.Context(), s.address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close(context.WithoutCancel(t.Context())) })
	s.exec(`INSERT INTO dbos.workflow_status (workflow_uuid, name, status, queue_name, priority, created_at, updated_at)
		SELECT 'w-' || LPAD(n::text, 6, '0'), 'w', 'ENQUEUED', 'q', 0, n, n FROM generate_series(1, $1::int) AS n`, s.rows)
}

func (s *planned) exec(text string, args ...any) {
	s.Helper()
	if _, err := s.db.Exec(s.Context(), text, args...); err != nil {
		s.Fatal(err)
	}
}

// count returns a number about the messages.
func (s *planned) count(what string, args ...any) (n int64) {
	s.Helper()
	if err := s.db.QueryRow(s.Context(), "SELECT "+what+" FROM dbos.notifications", args...).Scan(&n); err != nil {
		s.Fatal(err)
	}
	return n
}

func (s *planned) script(name, text string) {
	s.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *planned) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.Context(), s.program, args...)
	cmd.Dir, cmd.Env = s.folder, append(os.Environ(), environmentURL+"="+s.address)
	return cmd
}

// ends runs a command, which must end with an exit code, and returns what it writes.
func (s *planned) ends(code int, args ...string) (out, log string) {
	s.Helper()
	var stdout, stderr strings.Builder
	cmd, began := s.command(args...), time.Now()
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != code {
		s.Fatalf("%v: exit code %d\n%s", args, got, &stderr)
	}
	s.Logf("%s took %v", args[0], time.Since(began).Round(time.Millisecond))
	return stdout.String(), stderr.String()
}

// drift changes workflows, spread over the plan, and returns their ids.
func (s *planned) drift() (ids []string) {
	s.Helper()
	every := s.rows / s.changed
	s.exec(`UPDATE dbos.workflow_status SET updated_at = updated_at + 1 WHERE created_at % $1 = 0`, every)
	for n := every; n <= s.rows; n += every {
		text := strconv.Itoa(n)
		ids = append(ids, "w-"+strings.Repeat("0", 6-len(text))+text)
	}
	return ids
}

// applyUntilKilled kills an apply once so many messages are sent, or its first pages are stored.
// Then it ends the lease of the process, as time would.
func (s *planned) applyUntilKilled(sent int64) {
	s.Helper()
	cmd := s.command(append([]string{"apply", "plan.json", "--yes"}, s.slow...)...)
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	defer func() {
		if s.Failed() {
			s.Log(log.String())
		}
	}()
	stored := `SELECT EXISTS (SELECT 1 FROM dbos_script.bulk_pages)`
	eventually(s.T, func() (begun bool) {
		err := s.db.QueryRow(s.Context(), stored).Scan(&begun)
		return err == nil && begun && s.count("COUNT(*)") >= sent
	})
	err := errors.Join(cmd.Process.Kill(), cmd.Wait())
	if failed := (*exec.ExitError)(nil); !errors.As(err, &failed) || failed.ExitCode() != -1 {
		s.Errorf("the apply was not killed: %v", err)
	}
	s.exec(`UPDATE dbos_script.bulks SET held_until = 0`)
	s.Logf("killed with %d messages sent", s.count("COUNT(*)"))
}
