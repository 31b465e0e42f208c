package client_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

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
	c, err := client.NewClient(context.Background(), client.ClientConfig{DatabaseURL: os.Getenv("BULK_URL"), DatabaseSchema: os.Getenv("BULK_SCHEMA")})
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

// wholeOrNothing checks that every call left as many rows as it was to make, or none.
func wholeOrNothing(t *testing.T, d *simulator.Database) {
	t.Helper()
	calls := 0
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
	if calls == 0 {
		t.Error("no call left any rows")
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
			wholeOrNothing(t, d)
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
