package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// deliverInBulk is a process of the long test: it begins the run, or goes on with it.
func deliverInBulk(config client.ClientConfig, lives int, count string) error {
	config.Clock = func() time.Time { return time.Now().Add(time.Duration(lives) * time.Minute) }
	c, err := client.NewClient(context.Background(), config)
	if err != nil {
		return err
	}
	defer c.Shutdown(time.Second)
	run, err := client.StartBulk(c, client.BulkInput{ID: "r", Verb: "send", Options: map[string]any{"message": 1}, Filter: &client.ListWorkflowsOptions{QueueName: []string{"receivers"}}})
	if err == nil && strconv.FormatInt(run.Changed, 10) != count {
		err = fmt.Errorf("the run has ended with %+v", run)
	}
	return err
}

// Ten processes of a bulk run are killed at random instants. The variable is the number of
// workflows.
func TestABulkRunIsKilledAtRandomInstants(t *testing.T) {
	t.Parallel()
	count, err := strconv.Atoi(os.Getenv("DBOS_SCRIPT_TEST_BULK_KILLS"))
	if err != nil {
		return
	}
	t.Run("SQLite", func(t *testing.T) {
		killAtRandom(t, client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db"), Create: true, CreateRuns: true}, count)
	})
	t.Run("Postgres", func(t *testing.T) {
		_, config := system(t, pgproxy.Options{})
		config.CreateRuns = true
		killAtRandom(t, config, count)
	})
}

func pause(t *testing.T, d time.Duration) {
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

func killAtRandom(t *testing.T, config client.ClientConfig, count int) {
	t.Helper()
	c := open(t, config)
	for left := count; left > 0; left -= 10_000 {
		if _, err := c.EnqueueMany("receivers", "w", make([]any, min(left, 10_000))); err != nil {
			t.Fatal(err)
		}
	}
	done := func() int64 {
		run, err := client.GetBulk(c, "r")
		if err != nil {
			return 0
		}
		return run.Done
	}
	for killed := range 10 {
		var said strings.Builder
		p := child(t, "bulk run", append(bulkEnvironment(config, 1), "BULK_LIVES="+strconv.Itoa(killed), "BULK_COUNT="+strconv.Itoa(count))...)
		p.Stderr = &said
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		share := int64(count) * int64(killed+1) / 12
		for deadline := time.Now().Add(5 * time.Minute); done() < share; pause(t, time.Millisecond) {
			if time.Now().After(deadline) {
				p.Process.Kill()
				t.Fatalf("process %d has done %d of %d: %v\n%s", killed, done(), count, p.Wait(), &said)
			}
		}
		pause(t, rand.N(50*time.Millisecond))
		p.Process.Kill()
		if err := p.Wait(); err == nil {
			t.Fatalf("process %d has ended before it was killed\n%s", killed, &said)
		}
		t.Logf("killed after %d of %d", done(), count)
	}
	if err := child(t, "bulk run", append(bulkEnvironment(config, 1), "BULK_LIVES=10", "BULK_COUNT="+strconv.Itoa(count))...).Run(); err != nil {
		t.Fatal(err)
	}
	d, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rows, err := d.Records(t.Context(), "notifications", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	received := map[any]bool{}
	for _, row := range rows {
		received[row["destination_uuid"]] = true
	}
	run, err := client.GetBulk(c, "r")
	if err != nil {
		t.Fatal(err)
	}
	outcomes := 0
	for result, err := range run.Outcomes(c) {
		if err != nil || result.Outcome != client.OutcomeChanged || !received[result.ID] {
			t.Fatalf("the journal has %+v, %v", result, err)
		}
		outcomes++
	}
	if len(rows) != count || len(received) != count || outcomes != count || run.State != client.BulkDone {
		t.Errorf("%d workflows have %d messages, and the journal %d outcomes: %+v", len(received), len(rows), outcomes, run)
	}
}
