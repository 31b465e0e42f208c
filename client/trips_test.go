package client_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// system makes a system database on Postgres, and gives the way to it through a proxy.
func system(t *testing.T, options pgproxy.Options) (*pgproxy.Proxy, client.ClientConfig) {
	t.Helper()
	address, schema := pgtest.NewSchema(t)
	direct := client.ClientConfig{DatabaseURL: address, DatabaseSchema: schema, Create: true}
	c, err := client.NewClient(t.Context(), direct)
	if err != nil {
		t.Fatal(err)
	}
	c.Shutdown(0)
	proxy := pgproxy.New(t, address, options)
	return proxy, client.ClientConfig{DatabaseURL: proxy.URL(), DatabaseSchema: schema}
}

func open(t *testing.T, config client.ClientConfig) client.Client {
	t.Helper()
	c, err := client.NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shutdown(time.Minute) })
	return c
}

// enqueued gives the ids of workflows that were enqueued in one call.
func enqueued(t *testing.T, c client.Client, prefix string, count int) []string {
	t.Helper()
	ids := make([]string, count)
	for i := range ids {
		ids[i] = fmt.Sprint(prefix, i)
	}
	_, err := c.EnqueueMany("q", "wf", make([]any, count), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: ids}))
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// hundredThousand adds ids that do not exist, which take the same way.
func hundredThousand(ids []string) []string {
	all := slices.Clone(ids)
	for i := len(ids); i < 100_000; i++ {
		all = append(all, fmt.Sprint("nobody", i))
	}
	return all
}

// A thousand workflows of ten steps, each of which failed at another one, are forked from there in
// three round trips at the most: their steps are found by one query.
func TestForkFromTheFailedStepTakesThreeRoundTrips(t *testing.T) {
	t.Parallel()
	b, proxy, c := throughProxy(t, pgproxy.Options{})
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, created_at, updated_at)
		SELECT 'h' || n, 'ERROR', 'wf', 1, 1 FROM generate_series(0, 1001) AS n`, nil)
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, error)
		SELECT 'h' || n, s, 'step' || s, repeat('x', 200), CASE WHEN s = n % 10 THEN 'failed' END
		FROM generate_series(0, 1001) AS n, generate_series(0, 9) AS s WHERE s <= n % 10`, nil)
	forks := func(from, to int) (list []client.ForkWorkflowInput) {
		for n := from; n < to; n++ {
			list = append(list, client.ForkWorkflowInput{OriginalWorkflowID: fmt.Sprint("h", n), ForkedWorkflowID: fmt.Sprint("f", n), StartFrom: client.ForkFromFailed})
		}
		return list
	}
	_, err := c.ForkWorkflows(forks(1000, 1002))
	mustDo(t, err)
	proxy.Reset()
	_, err = c.ForkWorkflows(forks(0, 1000))
	mustDo(t, err)
	if trips := proxy.Trips(); trips > 3 {
		t.Errorf("it takes %d round trips", trips)
	}
	wrong := b.Rows("workflow_status", `forked_from IS NOT NULL AND (SELECT COUNT(*) FROM {operation_outputs} AS s WHERE s.workflow_uuid = {workflow_status}.workflow_uuid)
		<> CAST(substr(forked_from, 2) AS INTEGER) % 10`, nil)
	if len(wrong) > 0 {
		t.Errorf("%d forks do not begin at the step that failed", len(wrong))
	}
}

// The first enqueue of a run looks up all that it needs to know in one round trip, and inserts in
// another. Its statements are prepared in one more each.
func TestTheFirstEnqueueTakesFourRoundTrips(t *testing.T) {
	t.Parallel()
	b, proxy, _ := throughProxy(t, pgproxy.Options{})
	b.Exec(registerVersion, map[string]any{"name": "shop-v1", "owner": "shop", "at": int64(1)})
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, application_name, created_at, updated_at)
		VALUES ('known', 'SUCCESS', 'known', 'known', 'shop', 1, 1)`, nil)
	c := b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() })
	proxy.Reset()
	_, err := c.Enqueue("known", "known", 1)
	mustDo(t, err)
	if trips := proxy.Trips(); trips != 4 {
		t.Errorf("it takes %d round trips", trips)
	}
}

// A key that waits is delayed in one round trip, from the second call on.
func TestAKnownKeyIsDebouncedInOneRoundTrip(t *testing.T) {
	t.Parallel()
	_, proxy, c := throughProxy(t, pgproxy.Options{})
	for call := range 4 {
		proxy.Reset()
		_, err := c.Debounce("wf", "key", time.Hour, call, client.DebouncerOptions{})
		mustDo(t, err)
	}
	if trips := proxy.Trips(); trips != 1 {
		t.Errorf("it takes %d round trips", trips)
	}
}

// The figures are promises of the package, for connections with a delay of milliseconds.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	c := open(t, config)
	if trips, connections := proxy.Trips(), proxy.Connections(); trips != 2 || connections != 1 {
		t.Errorf("connecting takes %d round trips on %d connections", trips, connections)
	}
	many := enqueued(t, c, "w", 10_000)
	ended := enqueued(t, c, "ended", 100)
	if err := c.CancelWorkflows(ended); err != nil {
		t.Fatal(err)
	}
	messages := make([]client.Message, len(many))
	forks := make([]client.ForkWorkflowInput, 1000)
	for i := range messages {
		messages[i] = client.Message{DestinationID: many[i], Message: i}
	}
	for i := range forks {
		forks[i] = client.ForkWorkflowInput{OriginalWorkflowID: many[i], StartStep: 3}
	}
	handle := c.Handle("w0")
	for _, call := range []struct {
		what string
		do   func() error
	}{
		{"enqueue", func() error { _, err := c.Enqueue("q", "wf", 1); return err }},
		{"enqueue with an id", func() error { _, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w0")); return err }},
		{"enqueue 10,000", func() error { _, err := c.EnqueueMany("q", "wf", make([]any, len(many))); return err }},
		{"send", func() error { return c.Send("w0", 1, "t") }},
		{"send 10,000", func() error { return c.SendMany(messages) }},
		{"set delay", func() error { return c.SetWorkflowDelay("w0", client.WithDelayDuration(time.Hour)) }},
		{"retrieve", func() error { _, err := c.RetrieveWorkflow("w0"); return err }},
		{"status", func() error { _, err := handle.GetStatus(); return err }},
		{"a page", func() error { _, err := c.ListWorkflows(client.WithLimit(100), client.WithOffset(100)); return err }},
		{"steps", func() error { _, err := c.GetWorkflowSteps("w0"); return err }},
		{"fork", func() error { _, err := c.ForkWorkflow(forks[0]); return err }},
		{"fork 1,000", func() error { _, err := c.ForkWorkflows(forks); return err }},
		{"cancel", func() error { return c.CancelWorkflow("w0") }},
		{"cancel 10,000", func() error { return c.CancelWorkflows(many) }},
		{"resume", func() error { _, err := c.ResumeWorkflow("w0"); return err }},
		{"resume 10,000", func() error { _, err := c.ResumeWorkflows(many); return err }},
		{"resume 10", func() error { _, err := c.ResumeWorkflows(many[:10]); return err }},
		{"100 results", func() error { _, err := c.Wait(ended); return err }},
		{"get event", func() error { _, err := c.GetEvent("w0", "k", 0); return ignore(err, client.Timeout) }},
		{"get result", func() error {
			_, err := c.Handle("ended0").GetResult()
			return ignore(err, client.AwaitedWorkflowCancelled)
		}},
		{"delete", func() error { return c.DeleteWorkflows([]string{"w1"}) }},
		{"delete 1,000", func() error { return c.DeleteWorkflows(many[2:1002]) }},
	} {
		if err := call.do(); err != nil {
			t.Fatalf("%s: %v", call.what, err)
		}
		proxy.Reset()
		if err := call.do(); err != nil {
			t.Fatalf("%s again: %v", call.what, err)
		}
		if trips := proxy.Trips(); trips != 1 || proxy.Connections() != 0 {
			t.Errorf("%s takes %d round trips and %d connections", call.what, trips, proxy.Connections())
		}
	}
}

// Workflows that were not resumed have handles too if they exist.
func TestRoundTripsWhereSomeAreNotResumed(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	c := open(t, config)
	many := enqueued(t, c, "w", 1000)
	for warm := range 2 { // the first time, the statements are prepared
		proxy.Reset()
		found, err := c.ResumeWorkflows(hundredThousand(many))
		if err != nil || len(found) != len(many) {
			t.Fatalf("%d handles: %v", len(found), err)
		}
		if warm == 1 && proxy.Trips() != 2 {
			t.Errorf("resume 100,000, most of them unknown, takes %d round trips", proxy.Trips())
		}
	}
}

func ignore(err error, code client.ErrorCode) error {
	if client.CodeOf(err) == code {
		return nil
	}
	return err
}

// The pool does not ask whether a connection lives before it hands it out, which would be a round
// trip of its own; so the call finds out.
func TestADeadConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	c := open(t, config)
	for range 3 {
		proxy.Cut()
		if _, err := c.Enqueue("q", "wf", 1); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := c.ListWorkflows(); err != nil || len(found) != 3 {
		t.Errorf("%d workflows, %v", len(found), err)
	}
}

// While nothing changes the looks grow rare, and many queued results cost no more than one.
func TestWaitingForManyTakesOneQueryALook(t *testing.T) {
	t.Parallel()
	var looks, others atomic.Int64
	_, config := system(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("SELECT ws.workflow_uuid, ws.status, ws.recovery_attempts") {
			looks.Add(1)
		} else {
			others.Add(1)
		}
		return pgproxy.Pass
	}})
	c := open(t, config)
	ids := enqueued(t, c, "w", 100)
	looks.Store(0)
	others.Store(0)
	_, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: 100 * time.Millisecond}))
	wantTimeout(t, err)
	if looks.Load() < 2 || looks.Load() > 12 || others.Load() != 1 {
		t.Errorf("%d looks, and %d requests for the states at the end", looks.Load(), others.Load())
	}
}

// Keys are read ten thousand at a time, and pages by them, where a page would cost more than its
// rows; elsewhere a page is read behind the last row. A page that is read ahead is one of those.
func TestRoundTripsOfAWalk(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	c := open(t, config)
	enqueued(t, c, "w", 1000)
	walks := func(what string, page, stop, want int, opts ...client.ListWorkflowsOption) {
		t.Helper()
		for range 2 { // the second time its statements are prepared
			proxy.Reset()
			rows := 0
			for _, err := range c.Workflows(append(opts, client.WithPageSize(page))...) {
				if err != nil {
					t.Fatal(err)
				}
				if rows++; rows == stop && stop < 1000 {
					break
				}
			}
			if rows != stop {
				t.Errorf("%s gives %d workflows", what, rows)
			}
		}
		if trips := proxy.Trips(); trips != want {
			t.Errorf("a walk of %s takes %d round trips, not %d", what, trips, want)
		}
	}
	walks("one page", 1001, 1000, 1)
	walks("the first of some pages", 100, 100, 1)
	walks("ten pages of one moment", 100, 1000, 1+1+9)
	walks("a hundred pages of one moment", 10, 1000, 1+1+99)

	rows, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rows.Close)
	if _, err := rows.Exec(t.Context(), "UPDATE {workflow_status} SET created_at = created_at + CAST(substr(workflow_uuid, 2) AS BIGINT)", nil); err != nil {
		t.Fatal(err)
	}
	walks("ten pages of many moments", 100, 1000, 10+1) // the last one is empty
	walks("ten pages of many moments, backwards", 100, 1000, 10+1, client.WithSortDesc())
	walks("ten pages since a moment", 100, 1000, 10+1, client.WithStartTime(time.UnixMilli(1)))
	walks("ten pages of a state", 100, 1000, 1+1+9, client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusEnqueued}))
}

// The first steps of any number of forks are found by one query.
func TestRoundTripsOfForksFromTheirFailedStep(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	c := open(t, config)
	many := enqueued(t, c, "w", 1000)
	forks := make([]client.ForkWorkflowInput, len(many))
	for i, id := range many {
		forks[i] = client.ForkWorkflowInput{OriginalWorkflowID: id, StartFrom: client.ForkFromFailed, QueueName: "q"}
	}
	for range 2 {
		proxy.Reset()
		if _, err := c.ForkWorkflows(forks); err != nil {
			t.Fatal(err)
		}
	}
	if trips := proxy.Trips(); trips > 3 || proxy.Connections() != 0 {
		t.Errorf("1,000 forks take %d round trips and %d connections", trips, proxy.Connections())
	}
}
