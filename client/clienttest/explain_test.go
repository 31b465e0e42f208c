package clienttest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A cause is a story after which a workflow has a first reason.
type cause struct {
	want client.Cause
	text string // a part of the text, the evidence or the command of that reason
	// tell returns the id of the workflow.
	tell func(t *testing.T, b clienttest.Backend, c client.Client) string
}

// registered registers the queue and launches an executor that takes from it.
func registered(t *testing.T, b clienttest.Backend, c client.Client, input client.QueueInput) *worker.Worker {
	t.Helper()
	input.Name = queue
	_, err := c.RegisterQueue(input)
	must(t, err)
	w := launched(t, b, map[string]worker.Workflow{"w": forever, "quick": twoSteps}, func(c *worker.Config) {
		c.Queues, c.ExecutorID, c.ApplicationVersion = nil, "e1", "v1"
	})
	enqueue(t, c, "quick", nil)
	mustDrain(t, w)
	return w
}

func n(value int) *int { return &value }

// set changes columns of one workflow.
func set(b clienttest.Backend, id, assignments string) {
	b.Exec("UPDATE {workflow_status} SET "+assignments+" WHERE workflow_uuid = :id", map[string]any{"id": id})
}

func waitingCauses() []cause {
	return []cause{
		{client.CauseWaiting, "next look", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			return enqueue(t, c, "quick", nil)
		}},
		{client.CauseQueuePaused, "dbos.resume_queue", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{QueueLimits: client.QueueLimits{RateLimit: &client.RateLimit{Limit: 9, Period: time.Minute}}})
			_, err := c.PauseQueue(queue)
			must(t, err)
			return enqueue(t, c, "quick", nil)
		}},
		{client.CauseHeld, "dbos.release", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			id := enqueue(t, c, "quick", nil)
			_, err := c.HoldAll([]string{id})
			must(t, err)
			return id
		}},
		{client.CauseQueueConcurrency, "2 of 2", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := registered(t, b, c, client.QueueInput{QueueLimits: client.QueueLimits{Concurrency: n(2)}})
			enqueueMany(t, c, "w", 2, client.EnqueueOptions{})
			mustDrain(t, w)
			return enqueue(t, c, "w", nil)
		}},
		{client.CauseWorkerConcurrency, "each of the 1 executors", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := registered(t, b, c, client.QueueInput{QueueLimits: client.QueueLimits{WorkerConcurrency: n(2)}})
			enqueueMany(t, c, "w", 2, client.EnqueueOptions{})
			mustDrain(t, w)
			return enqueue(t, c, "w", nil)
		}},
		{client.CausePartitionConcurrency, `partition "p"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := registered(t, b, c, client.QueueInput{PartitionQueue: true, QueueLimits: client.QueueLimits{Concurrency: n(1)}})
			enqueueMany(t, c, "w", 1, client.EnqueueOptions{QueuePartitionKey: "p"})
			mustDrain(t, w)
			return enqueue(t, c, "w", nil, client.WithEnqueueQueuePartitionKey("p"))
		}},
		{client.CauseRateLimit, "the next may start in 59m", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := registered(t, b, c, client.QueueInput{QueueLimits: client.QueueLimits{RateLimit: &client.RateLimit{Limit: 1, Period: time.Hour}}})
			id := enqueue(t, c, "w", nil)
			mustDrain(t, w)
			b.Clock.Advance(time.Second)
			return id
		}},
		{client.CauseInLine, "2 of queue", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			enqueueMany(t, c, "w", 2, client.EnqueueOptions{})
			return enqueue(t, c, "w", nil, client.WithEnqueuePriority(5))
		}},
		{client.CauseNoPartitionKey, "never taken", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{PartitionQueue: true, QueueLimits: client.QueueLimits{Concurrency: n(1)}})
			return enqueue(t, c, "w", nil)
		}},
		{client.CauseUnwantedPartitionKey, `"p"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			return enqueue(t, c, "w", nil, client.WithEnqueueQueuePartitionKey("p"))
		}},
		{client.CauseSerialization, "enqueue it in portable JSON", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			id := enqueue(t, c, "quick", nil)
			b.Exec("UPDATE {queues} SET application_name = 'dbos-script'", nil)
			set(b, id, "application_name = 'dbos-script', serialization = 'js_superjson'")
			return id
		}},
		{client.CauseUnknownName, "a script has no class", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			id := enqueue(t, c, "quick", nil)
			b.Exec("UPDATE {queues} SET application_name = 'dbos-script'", nil)
			set(b, id, "application_name = 'dbos-script', class_name = 'Workflows'")
			return id
		}},
		{client.CauseUnknownQueue, `did you mean "orders"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			h, err := c.Enqueue("order", "w", nil)
			must(t, err)
			return h.GetWorkflowID()
		}},
		{client.CauseUnknownName, `did you mean "quick"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			return enqueue(t, c, "quik", nil)
		}},
		{client.CauseUnknownVersion, `did you mean "v1"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			return enqueue(t, c, "quick", nil, client.WithEnqueueApplicationVersion("v9"))
		}},
		{client.CauseOldVersion, `"v2"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			b.Clock.Advance(time.Hour)
			versioned(t, b, "v2")
			return enqueue(t, c, "quick", nil, client.WithEnqueueApplicationVersion("v1"))
		}},
		{client.CauseNoExecutor, `executor "e1" of version "v1" was last seen 1h0m ago`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			b.Clock.Advance(time.Minute)
			id := enqueue(t, c, "quick", nil)
			b.Clock.Advance(59 * time.Minute)
			return id
		}},
		{client.CauseNoExecutor, "--to-version v1", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := registered(t, b, c, client.QueueInput{})
			b.Clock.Advance(time.Second)
			versioned(t, b, "v2")
			id := enqueue(t, c, "quick", nil)
			b.Clock.Advance(time.Minute)
			enqueue(t, c, "quick", nil, client.WithEnqueueApplicationVersion("v1"))
			mustDrain(t, w)
			return id
		}},
		{client.CauseLimitsUnknown, "application's code", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := launched(t, b, map[string]worker.Workflow{"w": forever, "quick": idle}, withQueue(worker.Queue{Name: queue, Concurrency: 1}))
			enqueue(t, c, "w", nil)
			mustDrain(t, w)
			id := enqueue(t, c, "w", nil)
			b.Clock.Advance(time.Minute)
			b.Exec("DELETE FROM {queues}", nil)
			set(b, inState(b, "PENDING")[0], "started_at_epoch_ms = started_at_epoch_ms + 60000")
			return id
		}},
		{client.CauseDeadlinePassed, "1m0s ago", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			registered(t, b, c, client.QueueInput{})
			id := enqueue(t, c, "quick", nil)
			set(b, id, "workflow_deadline_epoch_ms = created_at")
			b.Clock.Advance(time.Minute)
			return id
		}},
		{client.CauseDelayed, "1h0m", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			return enqueue(t, c, "quick", nil, client.WithEnqueueDelay(time.Hour))
		}},
		{client.CauseNoExecutor, "its delay ended 1h0m ago", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			id := enqueue(t, c, "quick", nil, client.WithEnqueueDelay(time.Hour))
			b.Clock.Advance(2 * time.Hour)
			return id
		}},
	}
}

func takenCauses() []cause {
	// run enqueues a workflow and lets an executor run it until it waits.
	run := func(t *testing.T, b clienttest.Backend, c client.Client, name string, body worker.Workflow) string {
		w := launched(t, b, map[string]worker.Workflow{name: body, "child": forever})
		id := enqueue(t, c, name, nil)
		mustDrain(t, w)
		return id
	}
	return []cause{
		{client.CauseSleeping, "41d16h", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			return run(t, b, c, "w", forever)
		}},
		{client.CauseWaitsForMessage, "message or an event", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			return run(t, b, c, "w", func(r *worker.Run) (any, error) { return r.Recv("topic", time.Hour) })
		}},
		{client.CauseWaitsForChild, "dbos-script why", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			return run(t, b, c, "w", func(r *worker.Run) (any, error) {
				child, err := r.StartChild("child", nil)
				if err != nil {
					return nil, err
				}
				return r.Result(child)
			})
		}},
		{client.CauseRunning, `executor "local"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := launched(t, b, map[string]worker.Workflow{"w": twoSteps})
			id := enqueue(t, c, "w", nil)
			steps(t, w, 2)
			return id
		}},
		{client.CauseExecutorSilent, "1h0m", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := launched(t, b, map[string]worker.Workflow{"w": twoSteps})
			id := enqueue(t, c, "w", nil)
			steps(t, w, 2)
			b.Clock.Advance(time.Hour)
			return id
		}},
		{client.CauseUnknownName, "5m0s ago and stored no step", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			run(t, b, c, "other", twoSteps)
			id := enqueue(t, c, "w", nil)
			set(b, id, "status = 'PENDING', executor_id = 'e7', started_at_epoch_ms = created_at")
			b.Clock.Advance(5 * time.Minute)
			set(b, enqueue(t, c, "w", nil), "status = 'PENDING', executor_id = 'e7', started_at_epoch_ms = created_at")
			return id
		}},
		{client.CauseUnknownName, `did you mean "other"`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			run(t, b, c, "other", twoSteps)
			id := enqueue(t, c, "othr", nil)
			set(b, id, "status = 'PENDING', executor_id = 'e7', started_at_epoch_ms = created_at")
			return id
		}},
		{client.CauseRunning, `none of the name "linger" has ended`, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			run(t, b, c, "listen", twoSteps)
			id := enqueue(t, c, "linger", nil)
			set(b, id, "status = 'PENDING', executor_id = 'e7', started_at_epoch_ms = created_at")
			return id
		}},
		{client.CauseCancelled, "goes on to its end", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			w := launched(t, b, map[string]worker.Workflow{"w": twoSteps})
			id := enqueue(t, c, "w", nil)
			steps(t, w, 2)
			must(t, c.CancelWorkflow(id))
			return id
		}},
		{client.CauseDeadLetter, "3 times", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			id := run(t, b, c, "w", twoSteps)
			set(b, id, "status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', recovery_attempts = 3")
			return id
		}},
		{client.CauseCancelled, "dbos-script resume ", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			id := enqueue(t, c, "w", nil)
			must(t, c.CancelWorkflow(id))
			return id
		}},
		{client.CauseCancelledRunning, "step 1, step1, ended", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			id := run(t, b, c, "w", twoSteps)
			set(b, id, "status = 'CANCELLED', completed_at = completed_at - 5000")
			return id
		}},
		{client.CauseFailed, errNoMoney.Error(), func(t *testing.T, b clienttest.Backend, c client.Client) string {
			return run(t, b, c, "w", func(*worker.Run) (any, error) { return nil, errNoMoney })
		}},
		{client.CauseSucceeded, "SUCCESS", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			return run(t, b, c, "w", twoSteps)
		}},
		{client.CauseUnknownState, "LOST", func(t *testing.T, b clienttest.Backend, c client.Client) string {
			id := enqueue(t, c, "w", nil)
			set(b, id, "status = 'LOST'")
			return id
		}},
	}
}

// Each story begins with an empty database, and they share one on each back end.
func TestTheFirstReasonOfAWorkflow(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		for _, story := range append(waitingCauses(), takenCauses()...) {
			t.Run(string(story.want), func(t *testing.T) { story.isFirst(t, b.For(t)) })
		}
	})
}

func (story cause) isFirst(t *testing.T, b clienttest.Backend) {
	deleteAll(b)
	for _, table := range []string{"queues", "application_versions", "notifications"} {
		b.Exec("DELETE FROM {"+table+"}", nil)
	}
	c := b.NewClient()
	e, err := c.ExplainWorkflow(story.tell(t, b, c))
	must(t, err)
	first := e.Reasons[0]
	if all := strings.Join(append(first.Evidence, first.Text, first.Command), "\n"); first.Cause != story.want || !strings.Contains(all, story.text) {
		t.Errorf("the reasons are %+v, want %s with %q", e.Reasons, story.want, story.text)
	}
}

// ownerCauses are stories about the owners of workflows, which only newer tables have.
func ownerCauses() (stories []cause) {
	for _, story := range []struct{ owner, queue, text, also string }{
		{"noth", "north-queue", `did you mean "north"`, ""},
		{"south", "north-queue", `queue "north-queue" to "north"`, ""},
		{"noth", "open", "has registered no version", ""},
		{"noth", "open", `newest workflows show (did you mean "north"?)`, "dbos-script"}, // beside an executor of scripts
	} {
		stories = append(stories, cause{client.CauseOtherApplication, story.text, func(t *testing.T, b clienttest.Backend, c client.Client) string {
			twoApplications(t, b)
			_, err := c.RegisterQueue(client.QueueInput{Name: "open"})
			must(t, err)
			if story.also != "" {
				b.Exec("UPDATE {workflow_status} SET application_name = :also, executor_id = 'host:1:scripts' WHERE workflow_uuid = 'south-has-run-both'",
					map[string]any{"also": story.also})
			}
			h, err := c.Enqueue(story.queue, "both", 1, client.WithEnqueueApplicationName(story.owner))
			must(t, err)
			return h.GetWorkflowID()
		}})
	}
	return stories
}

func TestAWorkflowOfAnotherApplication(t *testing.T) {
	t.Parallel()
	for _, story := range ownerCauses() {
		t.Run(story.text, func(t *testing.T) {
			t.Parallel()
			clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
				b = b.Of(client.SDKGo)
				c := b.NewClient()
				e, err := c.ExplainWorkflow(story.tell(t, b, c))
				must(t, err)
				if first := e.Reasons[0]; first.Cause != story.want || !strings.Contains(first.Text, story.text) || !e.Stuck {
					t.Errorf("the reasons are %+v", e.Reasons)
				}
			})
		})
	}
}

func TestExplainingWhatIsNotThere(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for id, code := range map[string]client.ErrorCode{"missing": client.NonExistentWorkflow, "": client.InvalidOption} {
			if e, err := c.ExplainWorkflow(id); e != nil || client.CodeOf(err) != code {
				t.Errorf("%q returned %+v and %v, want %s", id, e, err, code)
			}
		}
	})
}
