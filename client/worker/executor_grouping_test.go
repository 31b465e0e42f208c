package worker_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A gathered is an executor whose runs write their steps, and then their outcomes, in one group.
type gathered struct {
	*testing.T
	clienttest.Backend
	client client.Client
	x      *worker.Executor
	ended  chan error
}

const gatheredRuns = 12

// gather returns an executor for runs of one step. That of w-3 fails.
func gather(t *testing.T, b clienttest.Backend, changes ...func(*worker.ExecutorConfig)) *gathered {
	t.Helper()
	g := &gathered{T: t, Backend: b, client: b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true }), ended: make(chan error, 1)}
	b.Alter()
	g.x = g.executor(changes...)
	for i := range gatheredRuns {
		_, err := g.client.Enqueue("q", "w", nil, client.WithEnqueueWorkflowID(fmt.Sprint("w-", i)), client.WithEnqueueApplicationName("dbos-script"))
		g.must(err)
	}
	return g
}

func (g *gathered) executor(changes ...func(*worker.ExecutorConfig)) *worker.Executor {
	g.Helper()
	config := worker.ExecutorConfig{ClientConfig: g.Config(), Queues: []worker.Queue{{Name: "q"}}}
	for _, change := range changes {
		change(&config)
	}
	x, err := worker.NewExecutor(g.Context(), config)
	g.must(err)
	g.Cleanup(x.Close)
	x.Register("w", func(r *worker.Run) (any, error) {
		made, err := r.Step("one", func() (any, error) { return "step of " + r.WorkflowID(), nil })
		if r.WorkflowID() == "w-3" && err == nil {
			err = errors.New("no luck")
		}
		return made, err
	}, worker.ExecutorOptions{})
	g.must(x.Launch(g.Context()))
	return x
}

func (g *gathered) must(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

func (g *gathered) work() {
	go func() { _, err := g.x.Work(g.Context()); g.ended <- err }()
}

// until waits for a number of writes.
func (g *gathered) until(waiting func() int, count int) {
	g.Helper()
	for waiting() < count && g.Context().Err() == nil {
		runtime.Gosched()
	}
}

// expect compares the rows of all runs: their state, and how the output or the error ends.
func (g *gathered) expect(want map[string]string) {
	g.Helper()
	for i := range gatheredRuns {
		id := fmt.Sprint("w-", i)
		state, found := want[id]
		if !found {
			state = "SUCCESS"
		}
		rows := g.Rows("workflow_status", "workflow_uuid = :id", map[string]any{"id": id})
		steps := g.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id})
		switch payload := g.Rows("workflow_output", "workflow_uuid = :id", map[string]any{"id": id}); {
		case state == "":
			if len(rows)+len(steps) > 0 {
				g.Errorf("%s is there: %v %v", id, rows, steps)
			}
		case len(rows) != 1 || rows[0]["status"] != state:
			g.Errorf("%s is %v, want %s", id, rows, state)
		case state == "CANCELLED":
			if len(payload) > 0 {
				g.Errorf("%s has the outcome %v", id, payload)
			}
		case len(steps) != 1 || steps[0]["output"] != stored("step of "+id) || steps[0]["application_name"] != "dbos-script":
			g.Errorf("%s has the steps %v", id, steps)
		case state == "SUCCESS" && (len(payload) != 1 || payload[0]["output"] != stored("step of "+id)):
			g.Errorf("%s has the output %v", id, payload)
		case state == "ERROR" && (len(payload) != 1 || !strings.Contains(fmt.Sprint(payload[0]["error"]), "no luck")):
			g.Errorf("%s has the error %v", id, payload)
		}
	}
}

// stored returns a text as the Go SDK stores it.
func stored(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(strconv.Quote(text)))
}

// A group writes for the members that still own their rows, and for no other.
func TestAGroupWritesForTheOwnersOfTheirRows(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		g := gather(t, b.Of(client.SDKGo))
		grouped := g.x.CountGroups()
		steps, sendSteps := g.x.HoldSteps()
		outcomes, sendOutcomes := g.x.HoldOutcomes()
		g.work()
		g.until(steps, gatheredRuns)
		g.must(g.client.CancelWorkflow("w-0"))
		sendSteps()
		g.until(outcomes, gatheredRuns-1)
		if rows := g.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": "w-0"}); len(rows) > 0 {
			t.Errorf("the cancelled workflow has the steps %v", rows)
		}
		g.must(g.client.CancelWorkflow("w-2"))
		sendOutcomes()
		g.must(<-g.ended)
		g.expect(map[string]string{"w-0": "CANCELLED", "w-2": "CANCELLED", "w-3": "ERROR"})
		if steps, outcomes := grouped(); steps != gatheredRuns-1 || outcomes != gatheredRuns-2 {
			t.Errorf("groups have written the steps of %d workflows, and the outcomes of %d", steps, outcomes)
		}
	})
}

// A row that another transaction has locked keeps its own run waiting, and no other. Nor does one
// that was deleted.
func TestAGroupWaitsForNobody(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	g := gather(t, b.Of(client.SDKGo))
	holder, err := pgx.Connect(t.Context(), b.Config().DatabaseURL)
	g.must(err)
	defer holder.Close(t.Context())
	steps, send := g.x.HoldSteps()
	g.work()
	g.until(steps, gatheredRuns)
	g.Exec("DELETE FROM {workflow_status} WHERE workflow_uuid = 'w-6'", nil)
	_, err = holder.Exec(t.Context(), "BEGIN")
	g.must(err)
	_, err = holder.Exec(t.Context(), "SELECT FROM "+pgx.Identifier{b.Config().DatabaseSchema, "workflow_status"}.Sanitize()+" WHERE workflow_uuid = 'w-5' FOR UPDATE")
	g.must(err)
	send()
	for done := 0; done < gatheredRuns-2 && t.Context().Err() == nil; {
		done = len(g.Rows("workflow_status", "completed_at IS NOT NULL", nil))
	}
	_, err = holder.Exec(t.Context(), "ROLLBACK")
	g.must(err)
	g.must(<-g.ended)
	g.expect(map[string]string{"w-3": "ERROR", "w-6": ""})
}
