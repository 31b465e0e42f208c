package client_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// killLease is the lease of executors that are killed.
const killLease = 300 * time.Millisecond

// rounds is the number of effects of the workflow "w".
const rounds = 3

// executorLives runs an executor until the workflow "w" has ended. At each place of the workflow it
// says the name, and waits for an answer if LIVES_ASKS is set.
func executorLives() error {
	if row, err := strconv.ParseInt(os.Getenv("LIVES_UNTIL_ROW"), 10, 64); err == nil {
		dieAtRow(row)
	}
	config := client.ClientConfig{DatabaseURL: os.Getenv("LIVES_URL"), DatabaseSchema: os.Getenv("LIVES_SCHEMA"), PollInterval: 5 * time.Millisecond, SDK: client.SDKGo}
	x, err := worker.NewExecutor(context.Background(), worker.ExecutorConfig{ClientConfig: config, LeaseTime: killLease, Queues: []worker.Queue{{Name: "q"}}})
	if err != nil {
		return err
	}
	answers := bufio.NewReader(os.Stdin)
	at := func(place string) {
		fmt.Println(place)
		if os.Getenv("LIVES_ASKS") != "" {
			_, _ = answers.ReadString('\n')
		}
	}
	c, err := client.NewClient(context.Background(), config)
	if err != nil {
		return err
	}
	x.Register("w", func(r *worker.Run) (any, error) { return effects(r, c, at) }, worker.ExecutorOptions{})
	if err := x.Launch(context.Background()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = c.Wait([]string{"w"})
		cancel()
	}()
	if err := x.Run(ctx); err != nil {
		return err
	}
	return x.Stop(context.Background())
}

// effects has an effect of the run and one of a client in the transactions of two steps, and an
// effect outside of one.
func effects(r *worker.Run, c client.Client, at func(string)) (any, error) {
	at("begin")
	for i := range rounds {
		if err := r.WriteStream("effects", i); err != nil {
			return nil, err
		}
		at("after the effect on the database")
		_, err := r.Step("outside", func() (any, error) {
			at("before the effect outside")
			err := appendLine(os.Getenv("LIVES_FILE"), fmt.Sprint(i))
			at("after the effect outside")
			return i, err
		})
		if err != nil {
			return nil, err
		}
		at("after the step")
		_, err = r.Effect("change", func(ctx context.Context) (any, error) {
			at("before the change")
			_, err := c.WithContext(ctx).Enqueue("nobody listens", fmt.Sprint(i), nil)
			at("in the transaction of the change")
			return i, err
		})
		if err != nil {
			return nil, err
		}
		at("after the change")
	}
	at("end")
	return "done", nil
}

func appendLine(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, line)
	return err
}

// A deadly database has a workflow whose executors are killed.
type deadly struct {
	direct client.ClientConfig // past any proxy
	file   string              // of the effects outside
	client client.Client
}

func newDeadly(t *testing.T, config client.ClientConfig) deadly {
	t.Helper()
	config.Create, config.CreateRuns = true, true
	c := open(t, config)
	config.Create, config.CreateRuns = false, false
	_, err := c.Enqueue("q", "w", nil, client.WithEnqueueWorkflowID("w"), client.WithEnqueueApplicationName("dbos-script"))
	if err != nil {
		t.Fatal(err)
	}
	return deadly{config, filepath.Join(t.TempDir(), "outside"), c}
}

// live is a process with an executor on the database.
func (d deadly) live(t *testing.T, url string, environment ...string) *exec.Cmd {
	t.Helper()
	return child(t, "executor", append(environment, "LIVES_URL="+url, "LIVES_SCHEMA="+d.direct.DatabaseSchema, "LIVES_FILE="+d.file)...)
}

// killAtPlace kills a process at its n-th place, and returns false if it ended before.
func killAtPlace(t *testing.T, process *exec.Cmd, n int) (killed bool) {
	t.Helper()
	said, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for ; lines.Scan(); n-- {
		if n == 1 {
			process.Process.Kill()
			break
		}
		_, _ = io.WriteString(answer, "\n")
	}
	return process.Wait() != nil
}

// check compares the effects of the workflow with what each place promises: an effect on the
// database took place exactly once, an effect outside at least once, in order.
func (d deadly) check(t *testing.T, kills int) {
	t.Helper()
	database, err := simulator.OpenDatabase(t.Context(), d.direct)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	rows, err := database.Records(t.Context(), "workflow_status", "workflow_uuid = 'w'", nil)
	if err != nil || len(rows) != 1 || rows[0]["status"] != "SUCCESS" {
		t.Fatalf("the workflow ended as %v: %v", rows, err)
	}
	streams, err := database.Records(t.Context(), "streams", "", nil)
	if err != nil || len(streams) != rounds {
		t.Errorf("%d effects on the database, want %d: %v", len(streams), rounds, err)
	}
	for i, row := range streams {
		if row["offset"] != strconv.Itoa(i) || row["function_id"] != strconv.Itoa(3*i) {
			t.Errorf("effect %d is %v", i, row)
		}
	}
	for i := range rounds {
		changes, err := database.Records(t.Context(), "workflow_status", "name = :name", map[string]any{"name": strconv.Itoa(i)})
		if err != nil || len(changes) != 1 {
			t.Errorf("change %d took place %d times: %v", i, len(changes), err)
		}
	}
	steps, err := database.Records(t.Context(), "operation_outputs", "", nil)
	if err != nil || len(steps) != 3*rounds {
		t.Errorf("%d steps, want %d: %v", len(steps), 3*rounds, err)
	}
	text, err := os.ReadFile(d.file)
	outside := strings.Fields(string(text))
	for i := range rounds {
		if !strings.Contains(string(text), fmt.Sprint(i)) {
			t.Errorf("effect %d outside is missing from %v: %v", i, outside, err)
		}
	}
	if len(outside) > rounds+kills {
		t.Errorf("%d effects outside after %d kills", len(outside), kills)
	}
	t.Logf("%d kills, %s attempts, %d effects outside", kills, rows[0]["recovery_attempts"], len(outside))
}

// A process is killed at each place in turn: before and after effects and steps, while its
// successors replay them, and before the outcome.
func TestKillsAtEveryPlaceOfARun(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]client.ClientConfig{
		"SQLite": {DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db")}, "Postgres": postgres(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeadly(t, config)
			kills := 0
			for killAtPlace(t, d.live(t, d.direct.DatabaseURL, "LIVES_ASKS=yes"), kills+1) {
				kills++
			}
			if kills < 3*rounds {
				t.Errorf("only %d kills", kills)
			}
			d.check(t, kills)
		})
	}
}

// A process dies while SQLite is about to write its n-th row, in the middle of any transaction: of
// a claim, a step, a lease, an outcome. The row is two later each time, because a reclaim writes
// one row for each process that has died.
func TestKillsInTheMiddleOfATransactionOfARun(t *testing.T) {
	t.Parallel()
	for _, first := range []int{1, 2, 6, 9, 12, 15} {
		t.Run(strconv.Itoa(first), func(t *testing.T) {
			t.Parallel()
			d := newDeadly(t, client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db")})
			kills := 0
			for d.live(t, d.direct.DatabaseURL, "LIVES_UNTIL_ROW="+strconv.Itoa(first+2*kills)).Run() != nil {
				if kills++; kills > 100 {
					t.Fatal("no process came to the end")
				}
			}
			d.check(t, kills)
		})
	}
}

// A process is killed between a request and its answer: at the n-th one that writes, before the
// server has it, and after the server has committed it.
func TestKillsBetweenRequestAndAnswerOfARun(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]pgproxy.Action{"before": pgproxy.Lose, "after": pgproxy.LoseAnswer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, schema := pgtest.NewSchema(t)
			d := newDeadly(t, client.ClientConfig{DatabaseURL: address, DatabaseSchema: schema})
			kills := 0
			for killAtRequest(t, d, kills+1, action) {
				if kills++; kills > 100 {
					t.Fatal("no process came to the end")
				}
			}
			d.check(t, kills)
		})
	}
}

// killAtRequest kills a process at its n-th write, and returns false if it ended before.
func killAtRequest(t *testing.T, d deadly, n int, action pgproxy.Action) bool {
	t.Helper()
	started := make(chan *exec.Cmd, 1)
	requests := 0
	turn := make(chan int, 1)
	turn <- 0
	proxy := pgproxy.New(t, d.direct.DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if !r.Mentions("INSERT") && !r.Mentions("UPDATE") {
			return pgproxy.Pass
		}
		<-turn
		defer func() { turn <- 0 }()
		if requests++; requests != n {
			return pgproxy.Pass
		}
		p := <-started
		p.Process.Kill()
		return action
	}})
	process := d.live(t, proxy.URL())
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	started <- process
	return process.Wait() != nil
}
