package races

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

const (
	calls   = 1000
	timeout = 30 * time.Minute
)

// debounceOften calls for one key, a thousand times, and gives the different workflows it got.
func debounceOften(c client.Client, name string) ([]string, error) {
	return debounceTimes(c, name, calls)
}

func debounceTimes(c client.Client, name string, times int) (ids []string, err error) {
	d := client.NewDebouncerClient[any, any]("mail", c, client.WithDebouncerTimeout(timeout))
	for i := range times {
		handle, err := d.Debounce("key", time.Hour, fmt.Sprint(name, i+1))
		if err != nil {
			return nil, err
		}
		if id := handle.GetWorkflowID(); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// The window has 2,000 ticks.
func backfillWindow(c client.Client, _ string) ([]string, error) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return c.WithSDK(client.SDKGo).BackfillSchedule("minutely", begin, begin.Add(2001*time.Minute))
}

// Two processes debounce one key a thousand times each: one workflow, the input of the last call of
// one of them, and the deadline of the first call of all.
func TestProcessesDebounce(t *testing.T) {
	t.Parallel()
	forProcesses(t, func(t *testing.T, b clienttest.Backend) {
		results := race(t, b.Config(), "debounce", "a", "b")
		oneGroup(t, b, results, calls)
	})
}

// Two processes backfill one window: each tick once.
func TestProcessesBackfill(t *testing.T) {
	t.Parallel()
	forProcesses(t, func(t *testing.T, b clienttest.Backend) {
		schedule(t, b.NewClient())
		eachTickOnce(t, b, race(t, b.Config(), "backfill", "a", "b"))
	})
}

// forProcesses runs a test where several processes can come: the one that plays CockroachDB is a
// proxy in this process, whose conflicts take more time than they would show.
func forProcesses(t *testing.T, test func(*testing.T, clienttest.Backend)) {
	t.Helper()
	for _, name := range []string{"SQLite", "Postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, clienttest.On(t, name))
		})
	}
}

// Clients of one process race in the same way, through conflicts too.
func TestClientsDebounce(t *testing.T) {
	t.Parallel()
	const times = 50
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		oneGroup(t, b, atOnce(t, b, func(c client.Client, name string) ([]string, error) { return debounceTimes(c, name, times) }), times)
	})
}

func TestClientsBackfill(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		schedule(t, b.NewClient())
		eachTickOnce(t, b, atOnce(t, b, backfillWindow))
	})
}

// atOnce has two clients do a task at the same time.
func atOnce(t *testing.T, b clienttest.Backend, do task) [][]string {
	t.Helper()
	results, errs := make([][]string, 2), make([]error, 2)
	var both sync.WaitGroup
	for i, name := range []string{"a", "b"} {
		c := b.NewClient()
		both.Go(func() { results[i], errs[i] = do(c, name) })
	}
	both.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return results
}

func schedule(t *testing.T, c client.Client) {
	t.Helper()
	if err := c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "minutely", WorkflowName: "tick", Schedule: "* * * * *", SDK: client.SDKGo}); err != nil {
		t.Fatal(err)
	}
}

func oneGroup(t *testing.T, b clienttest.Backend, results [][]string, times int) {
	t.Helper()
	rows := b.Rows("workflow_status", "", nil)
	if len(rows) != 1 {
		t.Fatalf("%d workflows", len(rows))
	}
	row := rows[0]
	for _, ids := range results {
		if len(ids) != 1 || ids[0] != row["workflow_uuid"] {
			t.Errorf("a process got the workflows %v, beside %v", ids, row["workflow_uuid"])
		}
	}
	input := codec.Encoded{Text: row["inputs"].(string), Codec: row["serialization"].(string)}.Decode()
	if input != fmt.Sprint("a", times) && input != fmt.Sprint("b", times) {
		t.Errorf("the last input is %v", input)
	}
	created, err := strconv.ParseInt(row["created_at"].(string), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	deadline := strconv.FormatInt(created+timeout.Milliseconds(), 10)
	if row["debounce_deadline_epoch_ms"] != deadline || row["delay_until_epoch_ms"] != deadline || row["status"] != "DELAYED" {
		t.Errorf("it is %v until %v, with the deadline %v, not %v", row["status"], row["delay_until_epoch_ms"], row["debounce_deadline_epoch_ms"], deadline)
	}
}

func eachTickOnce(t *testing.T, b clienttest.Backend, results [][]string) {
	t.Helper()
	rows := b.Rows("workflow_status", "", nil)
	if len(rows) != 2000 {
		t.Errorf("%d runs, want 2000", len(rows))
	}
	for _, ids := range results {
		if len(ids) != 2000 || !slices.Equal(ids, results[0]) {
			t.Errorf("a process got %d ids", len(ids))
		}
	}
	for _, id := range results[0] {
		if !slices.ContainsFunc(rows, func(row clienttest.Record) bool { return row["workflow_uuid"] == id }) {
			t.Fatalf("%s is not there", id)
		}
	}
}
