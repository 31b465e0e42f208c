package client_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// bulkSizes let a kill that follows the start of a call at once hit it in different places.
var bulkSizes = []int{1, 20, 200, 1000, 5000}

// bulkCalls makes bulk calls without end, and says which before each.
func bulkCalls() error {
	size, err := strconv.Atoi(os.Getenv("BULK_SIZE"))
	if err != nil {
		return err
	}
	if row, err := strconv.ParseInt(os.Getenv("BULK_DIES_AT"), 10, 64); err == nil {
		dieAtRow(row)
	}
	c, err := client.NewClient(context.Background(), client.ClientConfig{DatabaseURL: os.Getenv("BULK_URL"), DatabaseSchema: os.Getenv("BULK_SCHEMA"), SDK: client.SDKGo})
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		fmt.Println(n)
		if err := bulkCall(c, fmt.Sprint("bulk", size, "-", n), size); err != nil {
			return err
		}
	}
}

// dieAtRow ends the process while SQLite is about to write its n-th row, in the middle of a call.
func dieAtRow(n int64) {
	var rows atomic.Int64
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		conn.(sqlite.HookRegisterer).RegisterPreUpdateHook(func(sqlite.SQLitePreUpdateData) {
			if rows.Add(1) == n {
				self, _ := os.FindProcess(os.Getpid())
				self.Kill()
				select {}
			}
		})
		return nil
	})
}

// bulkCall enqueues, then sends to what was enqueued, then forks it.
func bulkCall(c client.Client, queue string, size int) error {
	handles, err := c.EnqueueMany(queue, "wf", make([]any, size))
	if err != nil {
		return err
	}
	messages, forks := make([]client.Message, size), make([]client.ForkWorkflowInput, size)
	for i, h := range handles {
		messages[i] = client.Message{DestinationID: h.GetWorkflowID(), Topic: queue}
		forks[i] = client.ForkWorkflowInput{OriginalWorkflowID: h.GetWorkflowID(), QueueName: "forks of " + queue}
	}
	if err := c.SendMany(messages); err != nil {
		return err
	}
	_, err = c.ForkWorkflows(forks)
	return err
}

// killAtCall kills a process when it says that it begins its n-th call.
func killAtCall(t *testing.T, process *exec.Cmd, n int) {
	t.Helper()
	said, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(said); lines.Scan() && lines.Text() != strconv.Itoa(n); {
	}
	process.Process.Kill()
	process.Wait()
}

// wholeOrNothing checks that every call left as many rows as it was to make, or none, and returns
// how many calls left rows.
func wholeOrNothing(t *testing.T, d *simulator.Database) (calls int) {
	t.Helper()
	for column, table := range map[string]string{"queue_name": "workflow_status", "topic": "notifications"} {
		rows, err := d.Records(t.Context(), table, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, row := range rows {
			counts[row[column].(string)]++
		}
		for call, count := range counts {
			size, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(call, "forks of "), "bulk"), "-")
			if strconv.Itoa(count) != size {
				t.Errorf("%s of %s left %d rows", table, call, count)
			}
		}
		calls += len(counts)
	}
	inputsOfAll(t, d)
	return calls
}

// inputsOfAll checks that each workflow has a row with its input, and each such row its workflow.
func inputsOfAll(t *testing.T, d *simulator.Database) {
	t.Helper()
	ids := map[string]map[any]bool{}
	for _, table := range []string{"workflow_status", "workflow_input"} {
		rows, err := d.Records(t.Context(), table, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		ids[table] = map[any]bool{}
		for _, row := range rows {
			ids[table][row["workflow_uuid"]] = true
		}
	}
	if !maps.Equal(ids["workflow_status"], ids["workflow_input"]) {
		t.Errorf("%d workflows, %d inputs", len(ids["workflow_status"]), len(ids["workflow_input"]))
	}
}

func TestAKilledProcessLeavesWholeCalls(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]client.ClientConfig{
		"SQLite":   {DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db")},
		"Postgres": postgres(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			create := config
			create.Create = true
			open(t, create)
			for _, size := range bulkSizes {
				killAtCall(t, child(t, "bulk", bulkEnvironment(config, size)...), 2)
			}
			d, err := simulator.OpenDatabase(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if wholeOrNothing(t, d) == 0 {
				t.Error("no call left any rows")
			}
		})
	}
}

// Of a call that was cut in the middle of its rows, none is left; the calls before it are whole.
func TestACallThatIsCutInTheMiddleLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, row := range []int{1, 2, 20, 21, 41, 61, 101, 139, 250, 333} {
		t.Run(strconv.Itoa(row), func(t *testing.T) {
			t.Parallel()
			config := client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db"), Create: true}
			open(t, config)
			process := child(t, "bulk", append(bulkEnvironment(config, 20), "BULK_DIES_AT="+strconv.Itoa(row))...)
			if err := process.Run(); err == nil {
				t.Fatal("the process has not died")
			}
			d, err := simulator.OpenDatabase(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if calls := wholeOrNothing(t, d); calls == 0 && row > 200 {
				t.Error("the calls before it are gone")
			}
		})
	}
}

func postgres(t *testing.T) client.ClientConfig {
	t.Helper()
	_, config := system(t, pgproxy.Options{})
	return config
}

func bulkEnvironment(config client.ClientConfig, size int) []string {
	return []string{"BULK_URL=" + config.DatabaseURL, "BULK_SCHEMA=" + config.DatabaseSchema, "BULK_SIZE=" + strconv.Itoa(size)}
}

// The process dies when its request is complete and no answer has come: then the call takes effect
// as a whole. The server sees the request when nobody is there any more to read the answer.
func TestAProcessKilledBeforeTheAnswerLeavesTheWholeCall(t *testing.T) {
	t.Parallel()
	process := make(chan *exec.Cmd, 1)
	_, config := system(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("INSERT") {
			p := <-process
			p.Process.Kill()
			p.Wait()
		}
		return pgproxy.Pass
	}})
	p := child(t, "bulk", bulkEnvironment(config, 500)...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	process <- p
	d, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for {
		rows, err := d.Records(t.Context(), "workflow_status", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 500 {
			return
		}
		if len(rows) != 0 {
			t.Fatalf("%d rows", len(rows))
		}
		<-time.After(time.Millisecond)
	}
}
