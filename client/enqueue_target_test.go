package client_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// familiar fills a database with the rows of an application: queues, a version, workflows.
func familiar(b clienttest.Backend) {
	for queue, partitioned := range map[string]bool{"ordinary": false, "shards": true} {
		b.Exec(`INSERT INTO {queues} (queue_id, name, partition_queue, priority_enabled, polling_interval_sec, created_at, updated_at)
			VALUES (:name, :name, :partitioned, FALSE, 1, 1, 1)`, map[string]any{"name": queue, "partitioned": partitioned})
	}
	b.Exec(registerVersion, map[string]any{"name": "v1", "owner": nil, "at": int64(1)})
	for _, row := range []struct{ id, status, name, class, queue string }{
		{"done", "SUCCESS", "report", "", ""},
		{"failed", "ERROR", "total", "Orders", ""},
		{"direct", "PENDING", "started", "", ""},
		{"stepped", "CANCELLED", "halfway", "", ""},
		{"stuck", "PENDING", "rebort", "", "ordinary"},
		{"stopped", "CANCELLED", "report2", "", ""},
		{"waiting", "ENQUEUED", "reports", "", "ordinary"},
	} {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, class_name, queue_name, created_at, updated_at)
			VALUES (:id, :status, :name, NULLIF(:class, ''), NULLIF(:queue, ''), 1, 1)`,
			map[string]any{"id": row.id, "status": row.status, "name": row.name, "class": row.class, "queue": row.queue})
	}
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name) VALUES ('stepped', 0, 'one')`, nil)
}

// unfamiliar are enqueues that would wait for ever, with a piece of what is to be said about each.
var unfamiliar = []struct {
	what, queue, name string
	options           client.EnqueueOptions
	want              string
}{
	{"name", "ordinary", "repord", client.EnqueueOptions{}, `no workflow "repord" (did you mean "report"?)`},
	{"name that is stuck", "ordinary", "rebort", client.EnqueueOptions{}, `(did you mean "report"?)`},
	{"name that was cancelled", "ordinary", "report2", client.EnqueueOptions{}, `(did you mean "report"?)`},
	{"name that waits", "ordinary", "reports", client.EnqueueOptions{}, `(did you mean "report"?)`},
	{"class", "ordinary", "total", client.EnqueueOptions{ClassName: "Order"}, `"total" only of class "Orders"`},
	{"missing class", "ordinary", "total", client.EnqueueOptions{}, `"total" only of class "Orders"`},
	{"class too many", "ordinary", "report", client.EnqueueOptions{ClassName: "Orders"}, `"report" only without a class`},
	{"queue", "ordinry", "report", client.EnqueueOptions{}, `no queue "ordinry" (did you mean "ordinary"?)`},
	{"missing partition key", "shards", "report", client.EnqueueOptions{}, `without a queue_partition_key is never taken off it`},
	{"version", "ordinary", "report", client.EnqueueOptions{ApplicationVersion: "v2"}, `the version "v2" (did you mean "v1"?)`},
}

func logging(log *bytes.Buffer) func(*client.ClientConfig) {
	return func(c *client.ClientConfig) { c.Logger = slog.New(slog.NewTextHandler(log, nil)) }
}

// ofGo states the SDK, which the rows of these tests do not show.
func ofGo(c *client.ClientConfig) { c.SDK = client.SDKGo }

// An unknown target is warned of once for each client, and refused by a strict one.
func TestUnfamiliarTargets(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		familiar(b)
		for _, test := range unfamiliar {
			var log bytes.Buffer
			c := b.NewClient(logging(&log), ofGo)
			for range 2 {
				_, err := c.Enqueue(test.queue, test.name, 1, client.WithEnqueueOptions(test.options))
				mustDo(t, err)
			}
			warning := strings.ReplaceAll(log.String(), `\"`, `"`)
			if strings.Count(warning, "\n") != 1 || !strings.Contains(warning, test.want) {
				t.Errorf("%s: the log is %q, want one line with %s", test.what, warning, test.want)
			}
			strict := test.options
			strict.Strict = true
			_, err := c.Enqueue(test.queue, test.name, 1, client.WithEnqueueOptions(strict))
			fails(t, err, client.InvalidOption, test.want)
			_, err = b.NewClient(func(c *client.ClientConfig) { c.Strict = true }).Enqueue(test.queue, test.name, 1, client.WithEnqueueOptions(test.options))
			fails(t, err, client.InvalidOption, test.want)
		}
	})
}

func TestFamiliarTargets(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		familiar(b)
		var log bytes.Buffer
		c := b.NewClient(logging(&log), ofGo)
		for _, known := range []struct {
			queue, name string
			options     client.EnqueueOptions
		}{
			{"ordinary", "report", client.EnqueueOptions{}},
			{client.InternalQueueName, "started", client.EnqueueOptions{ApplicationVersion: "v1"}},
			{"ordinary", "halfway", client.EnqueueOptions{QueuePartitionKey: "k"}},
			{"shards", "total", client.EnqueueOptions{QueuePartitionKey: "k", ClassName: "Orders"}},
		} {
			known.options.Strict = true
			_, err := c.Enqueue(known.queue, known.name, 1, client.WithEnqueueOptions(known.options))
			mustDo(t, err)
		}
		if log.Len() > 0 {
			t.Errorf("the log is %s", log.String())
		}
	})
}

// Before anything has run, only enqueued workflows are known; before that, nothing is.
func TestTargetsOfAFreshDatabase(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(func(c *client.ClientConfig) { c.Strict = true })
		for range 2 {
			_, err := c.Enqueue("anything", "report", 1)
			mustDo(t, err)
		}
		_, err := c.Enqueue("anything", "repord", 1)
		fails(t, err, client.InvalidOption, `(did you mean "report"?)`)
	})
}

// A queue that only code declares is in no table. It is known by workflows that left it.
func TestTargetsOfQueuesThatNobodyRegistered(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for id, row := range map[string][2]string{
			"done": {"SUCCESS", "inmemory"}, "waits": {"ENQUEUED", "inmenory"}, "stopped": {"CANCELLED", "inmemori"}, "inner": {"SUCCESS", client.InternalQueueName},
		} {
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at) VALUES (:id, :status, 'report', :queue, 1, 1)`,
				map[string]any{"id": id, "status": row[0], "queue": row[1]})
		}
		strict := func(queue string) error {
			_, err := b.NewClient(func(c *client.ClientConfig) { c.Strict = true }).Enqueue(queue, "report", 1)
			return err
		}
		mustDo(t, strict("inmemory"))
		mustDo(t, strict(client.InternalQueueName))
		fails(t, strict("inmenory"), client.InvalidOption, `no queue "inmenory" (did you mean "inmemory"?)`)
		fails(t, strict("inmemori"), client.InvalidOption, `no queue "inmemori" (did you mean "inmemory"?)`)

		b.Exec(`INSERT INTO {queues} (queue_id, name, partition_queue, priority_enabled, polling_interval_sec, created_at, updated_at)
			VALUES ('1', 'ordinary', FALSE, FALSE, 1, 1, 1)`, nil)
		mustDo(t, strict("inmemory"))
		mustDo(t, strict("ordinary"))
		fails(t, strict("ordinaty"), client.InvalidOption, `no queue "ordinaty" (did you mean "ordinary"?)`)
		fails(t, strict("inmemery"), client.InvalidOption, `no queue "inmemery" (did you mean "inmemory"?)`)
	})
}

// Wherever a target is named, an unknown one is said once, in a dry run and in earnest, and
// refused with Strict.
func TestEveryTargetIsChecked(t *testing.T) {
	t.Parallel()
	const schedule, queueWant = "nightly", `no queue "ordinry" (did you mean "ordinary"?)`
	wrong := client.ClientScheduleInput{ScheduleName: schedule, WorkflowName: "repord", Schedule: "@daily", QueueName: "ordinary", SDK: client.SDKGo}
	lost := client.ResumeOptions{QueueName: "ordinry"}
	calls := map[string]struct {
		do   func(client.Client) error
		want string
	}{
		"resume": {func(c client.Client) error {
			_, err := c.ResumeWorkflow("stepped", client.WithResumeOptions(lost))
			return err
		}, queueWant},
		"resume many": {func(c client.Client) error {
			_, err := c.ResumeWorkflows([]string{"stepped"}, client.WithResumeOptions(lost))
			return err
		}, queueWant},
		"rerun": {func(c client.Client) error {
			_, err := c.RerunWorkflows([]string{"failed"}, client.WithRerunOptions(client.RerunOptions{QueueName: "ordinry"}))
			return err
		}, queueWant},
		"fork": {func(c client.Client) error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "done", QueueName: "ordinry"})
			return err
		}, queueWant},
		"fork to a version": {func(c client.Client) error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "done", ApplicationVersion: "v2"})
			return err
		}, `the version "v2" (did you mean "v1"?)`},
		"enqueue many": {func(c client.Client) error { _, err := c.EnqueueMany("ordinry", "report", []any{1}); return err }, queueWant},
		"create":       {func(c client.Client) error { return c.CreateSchedule(wrong) }, `(did you mean "report"?)`},
		"apply": {func(c client.Client) error {
			other := wrong
			other.ScheduleName, other.WorkflowName, other.QueueName = "other", "report", "ordinry"
			return c.ApplySchedules([]client.ClientScheduleInput{other})
		}, queueWant},
		"trigger": {func(c client.Client) error { _, err := c.TriggerSchedule("lost"); return err }, queueWant},
		"backfill": {func(c client.Client) error {
			_, err := c.BackfillSchedule("lost", day(0, 0, 0), day(0, 0, 0).Add(72*time.Hour))
			return err
		}, queueWant},
	}
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		familiar(b)
		mustDo(t, b.NewClient().CreateSchedule(client.ClientScheduleInput{ScheduleName: "lost", WorkflowName: "report", Schedule: "@daily", QueueName: "ordinry", SDK: client.SDKGo}))
		for name, call := range calls {
			strict := b.NewClient(func(c *client.ClientConfig) { c.Strict, c.SDK = true, client.SDKGo })
			fails(t, call.do(strict), client.InvalidOption, call.want)
			for _, dry := range []bool{true, false} {
				var log bytes.Buffer
				err := call.do(b.NewClient(logging(&log), func(c *client.ClientConfig) { c.DryRun, c.SDK = dry, client.SDKGo }))
				warning := strings.ReplaceAll(log.String(), `\"`, `"`)
				if err != nil || strings.Count(warning, "\n") != 1 || !strings.Contains(warning, call.want) {
					t.Errorf("%s (dry run: %v): %v, and the log is %q, want one line with %s", name, dry, err, warning, call.want)
				}
			}
		}
	})
}

// Workflows older than the newest ones are only looked up if a target must be right.
func TestATargetOfOldWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at)
			VALUES ('old', 'SUCCESS', 'yearly', 'archive', 1, 1)`, nil)
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at)
			WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
			SELECT 'new-' || n, 'SUCCESS', 'hourly', 'daily', 2, 2 FROM numbers`, nil)
		var log bytes.Buffer
		_, err := b.NewClient(logging(&log), ofGo).Enqueue("archive", "yearly", 1)
		mustDo(t, err)
		for _, want := range []string{`no queue \"archive\" in its newest 10000 workflows`, `no workflow \"yearly\" in its newest 10000 workflows`} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log is %s, want %s", log.String(), want)
			}
		}
		strict := b.NewClient(ofGo, func(c *client.ClientConfig) { c.Strict = true })
		_, err = strict.Enqueue("archive", "yearly", 1)
		mustDo(t, err)
		_, err = strict.Enqueue("archive", "yearli", 1)
		fails(t, err, client.InvalidOption, `no workflow "yearli" (did you mean "yearly"?)`)
	})
}
