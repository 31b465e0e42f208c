package client_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// bulkReceivers is the number of workflows that killed processes move, each once. They wait for a
// time, so that no executor is missed, and take no room on the queue.
const bulkReceivers = 60

// goOnWithBulk begins a bulk run, or goes on with it after another process was killed, whose lease
// has ended by the clock of this one.
func goOnWithBulk() error {
	if row, err := strconv.ParseInt(os.Getenv("BULK_DIES_AT"), 10, 64); err == nil {
		dieAtRow(row)
	}
	config := client.ClientConfig{DatabaseURL: os.Getenv("BULK_URL"), DatabaseSchema: os.Getenv("BULK_SCHEMA"), SDK: client.SDKGo}
	lives, err := strconv.Atoi(os.Getenv("BULK_LIVES"))
	if err != nil {
		return err
	}
	if count := os.Getenv("BULK_COUNT"); count != "" {
		return deliverInBulk(config, lives, count)
	}
	return moveInBulk(config, lives)
}

func moveInBulk(config client.ClientConfig, lives int) error {
	config.Clock = func() time.Time { return time.Now().Add(time.Duration(lives) * time.Minute) }
	c, err := client.NewClient(context.Background(), config)
	if err != nil {
		return err
	}
	defer c.Shutdown(time.Second)
	run, err := client.StartBulk(c, client.BulkInput{ID: "r", Verb: "move", Options: map[string]any{"queue_name": "an empty one"}, BatchSize: 6,
		Limits: client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "an empty one", N: 4}}, // it divides each page
		Filter: &client.ListWorkflowsOptions{QueueName: []string{"receivers"}}})
	if err == nil && (run.Done != bulkReceivers || run.Changed != bulkReceivers || run.State != client.BulkDone) {
		err = fmt.Errorf("the run has ended with %+v", run)
	}
	return err
}

// Processes that work on a bulk run are killed one after the other, in any of their statements. In
// the end each workflow is moved, and the journal has that outcome for each: one that was moved
// without a record would have drifted.
func TestKilledBulkRunsChangeEachWorkflowOnce(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		config := client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db"), Create: true, CreateRuns: true}
		killsOfBulk(t, config, func(lives, kill int) error {
			return child(t, "bulk run", append(bulkEnvironment(config, 1), "BULK_LIVES="+strconv.Itoa(lives), "BULK_DIES_AT="+strconv.Itoa(kill))...).Run()
		})
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		at := make(chan func(), 1)
		var left atomic.Int64
		_, config := system(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
			if left.Add(-1) == 0 {
				(<-at)()
			}
			return pgproxy.Pass
		}})
		config.CreateRuns = true
		killsOfBulk(t, config, func(lives, kill int) error {
			p := child(t, "bulk run", append(bulkEnvironment(config, 1), "BULK_LIVES="+strconv.Itoa(lives))...)
			left.Store(int64(kill))
			at <- func() { p.Process.Kill() }
			if err := p.Start(); err != nil {
				return err
			}
			err := p.Wait()
			select {
			case <-at: // it has ended before
			default:
			}
			left.Store(0)
			return err
		})
	})
}

// If the answer to the commit of a batch is lost, the record says that the batch is done.
func TestABulkRunWhoseAnswersAreLostChangesEachWorkflowOnce(t *testing.T) {
	t.Parallel()
	var commits atomic.Int64
	_, config := system(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("SET outcome") && commits.Add(1)%3 == 1 {
			return pgproxy.LoseAnswer
		}
		return pgproxy.Pass
	}})
	config.CreateRuns = true
	killsOfBulk(t, config, func(lives, _ int) error {
		if lives < 5 {
			return errors.New("it begins later")
		}
		return moveInBulk(config, 0)
	})
	if commits.Load() < 10 {
		t.Errorf("%d answers were lost", commits.Load()/3)
	}
}

// killsOfBulk kills processes, which run makes, until one ends by itself, and looks at the rows.
func killsOfBulk(t *testing.T, config client.ClientConfig, run func(lives, kill int) error) {
	t.Helper()
	c := open(t, config)
	delayed := client.WithEnqueueManyOptions(client.EnqueueManyOptions{EnqueueOptions: client.EnqueueOptions{Delay: 10 * time.Hour}})
	if _, err := c.EnqueueMany("receivers", "w", make([]any, bulkReceivers), delayed); err != nil {
		t.Fatal(err)
	}
	killed := 0
	for kill := 3; ; kill = kill*5/4 + 1 {
		err := run(killed, kill)
		if err == nil {
			break
		}
		if killed++; killed == 40 {
			t.Fatal(err)
		}
	}
	d, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rows, err := d.Records(t.Context(), "workflow_status", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	moved := 0
	for _, row := range rows {
		if row["queue_name"] == "an empty one" {
			moved++
		}
	}
	if moved != bulkReceivers || len(rows) != bulkReceivers || killed < 5 {
		t.Errorf("after %d kills %d of %d workflows are moved", killed, moved, len(rows))
	}
	stored, err := client.GetBulk(c, "r")
	if err != nil {
		t.Fatal(err)
	}
	outcomes := 0
	for _, err := range stored.Outcomes(c) {
		if err != nil {
			t.Fatal(err)
		}
		outcomes++
	}
	if outcomes != bulkReceivers || stored.State != client.BulkDone || stored.Changed != bulkReceivers {
		t.Errorf("the journal has %d outcomes: %+v", outcomes, stored)
	}
}
