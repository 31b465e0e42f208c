//go:build interop

package interop

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// A neighbourhood is a database with applications of three SDKs and an executor, and a queue that
// has no owner, on which all of them listen.
type neighbourhood struct {
	tenants  []*tenant
	database string
	client   client.Client
	executor *worker.Executor
	conn     *pgx.Conn
}

// An executor and a server work beside applications, the executor on a queue of its own and on one
// that all share: each takes only its own workflows, no version changes, and parents and children
// of both sides find each other. besideTime says how long.
func TestAnExecutorBesideApplications(t *testing.T) {
	t.Parallel()
	n := newNeighbourhood(t)
	versions := n.versions(t)
	n.shareQueue(t)
	server := serveBeside(t, n.database)
	n.executor.Register("same", func(r *worker.Run) (any, error) { return r.Input(), nil }, worker.ExecutorOptions{})
	n.executor.Register("asks", asksGo, worker.ExecutorOptions{})
	stop := n.run(t)
	rounds, enqueued := 0, 0
	for round := range besideRounds(t) {
		rounds = round + 1
		var ids []string
		runDurably(t, n.database, round)
		for _, queue := range []string{"ours", "shared"} {
			ids = append(ids, n.enqueue(t, "dbos-script", queue, "same", 5)...)
		}
		ids = append(ids, n.enqueue(t, "dbos-script", "shared", "asks", 1)...)
		for _, tenant := range n.tenants {
			ids = append(ids, n.enqueue(t, tenant.name, tenant.queue, "same", 3)...)
			ids = append(ids, n.enqueue(t, tenant.name, "shared", "same", 3)...)
		}
		n.theirsAsks(t, fmt.Sprint("goapp-asks-", round))
		if _, err := n.client.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: askTime})); err != nil {
			t.Fatalf("%v\nunfinished: %v", err, n.unfinished(t))
		}
		enqueued += len(ids)
	}
	stop()
	server.stop(t, n.conn)
	n.check(t, enqueued, rounds)
	if after := n.versions(t); !slices.Equal(after, versions) {
		t.Errorf("the versions were %v, and are %v", versions, after)
	}
}

func newNeighbourhood(t *testing.T) *neighbourhood {
	t.Helper()
	n := &neighbourhood{tenants: []*tenant{
		{sdk: peer.SDK{Language: peer.Go, Version: "1.8.0"}, name: "goapp", queue: "go-queue"},
		{sdk: peer.SDK{Language: peer.Python, Version: "3.4.0"}, name: "pyapp", queue: "python-queue"},
		{sdk: peer.SDK{Language: peer.TypeScript, Version: "5.3.0"}, name: "tsapp", queue: "ordinary"},
	}}
	database := pgtest.NewDatabase(t)
	n.database = database
	for _, tenant := range n.tenants {
		tenant.database = database
		tenant.start(t)
		tenant.showsItself(t)
	}
	n.conn = connect(t, database)
	t.Cleanup(func() { n.conn.Close(context.Background()) })
	config := client.ClientConfig{DatabaseURL: database, CreateRuns: true, PollInterval: 100 * time.Millisecond}
	var err error
	if n.client, err = client.NewClient(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.client.Shutdown(time.Minute) })
	n.executor, err = worker.NewExecutor(t.Context(), worker.ExecutorConfig{ClientConfig: config, Queues: []worker.Queue{{Name: "ours"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.executor.Close)
	return n
}

// shareQueue makes a queue without an owner.
func (n *neighbourhood) shareQueue(t *testing.T) {
	t.Helper()
	_, err := n.conn.Exec(t.Context(), `INSERT INTO dbos.queues (queue_id, name, polling_interval_sec) VALUES ('shared', 'shared', 0.2)`)
	if err != nil {
		t.Fatal(err)
	}
}

// asksGo has the Go application run a child, and waits for it.
func asksGo(r *worker.Run) (any, error) {
	id, err := r.EnqueueChildFor("goapp", "go-queue", "same", map[string]any{"from": "ours"})
	if err != nil {
		return nil, err
	}
	return r.Result(id)
}

// run starts the executor, and returns a function that stops it.
func (n *neighbourhood) run(t *testing.T) (stop func()) {
	t.Helper()
	if err := n.executor.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.executor.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the executor ended with %v", err)
		}
		if err := n.executor.Stop(t.Context()); err != nil {
			t.Errorf("the executor stopped with %v", err)
		}
	}
}

// enqueue enqueues workflows of an application.
func (n *neighbourhood) enqueue(t *testing.T, application, queue, workflow string, count int) (ids []string) {
	t.Helper()
	inputs := make([]any, count)
	for i := range inputs {
		inputs[i] = client.PortableWorkflowArgs{PositionalArgs: []any{i}}
	}
	handles, err := n.client.EnqueueMany(queue, workflow, inputs, client.WithEnqueueManyOptions(client.EnqueueManyOptions{
		EnqueueOptions: client.EnqueueOptions{ApplicationName: application}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, handle := range handles {
		ids = append(ids, handle.GetWorkflowID())
	}
	return ids
}

// theirsAsks has a workflow of the Go application enqueue one of ours, and wait for it.
func (n *neighbourhood) theirsAsks(t *testing.T, id string) {
	t.Helper()
	input := map[string]any{"n": 1.0}
	question := map[string]any{"Application": "dbos-script", "Queue": "ours", "Workflow": "same", "Input": input}
	goapp := n.tenants[0]
	goapp.site.start(t, id, "ask", question)
	var got any
	if goapp.result(t, id, &got); !reflect.DeepEqual(got, input) {
		t.Errorf("the Go application asked for %v, and got %v", input, got)
	}
}

// check wants every workflow to have ended well, once, in its own application.
func (n *neighbourhood) check(t *testing.T, enqueued, rounds int) {
	t.Helper()
	if left := n.unfinished(t); len(left) > 0 {
		t.Errorf("these have not ended well: %s", strings.Join(left, "; "))
	}
	expectOwnersOnly(t, n.conn, "goapp", ours(n.executor.ID()))
	// Each round has a parent and a child on both sides besides, and a durable run; each
	// application has shown itself once.
	count := query(t, n.conn, `SELECT CAST(COUNT(*) AS TEXT) FROM dbos.workflow_status WHERE recovery_attempts = 1 AND workflow_uuid NOT LIKE 'tick%'`)
	if want := fmt.Sprint(enqueued + rounds*(3+1+1) + len(n.tenants)); count[0] != want {
		t.Errorf("%s workflows ran once, want %s", count[0], want)
	}
	expectTicks(t, n.conn)
	children := query(t, n.conn, `SELECT output FROM dbos.workflow_status WHERE name = 'asks'`)
	if len(children) != rounds || slices.ContainsFunc(children, func(output string) bool { return output != `{"from":"ours"}` }) {
		t.Errorf("our parents returned %v", children)
	}
	t.Logf("%d rounds, %d workflows enqueued for four applications", rounds, enqueued)
}

func (n *neighbourhood) unfinished(t *testing.T) []string {
	t.Helper()
	return unfinished(t, n.conn)
}

// versions returns the registered versions of all applications, the latest first.
func (n *neighbourhood) versions(t *testing.T) []string {
	t.Helper()
	return registered(t, n.conn)
}
