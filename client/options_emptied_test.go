package client_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// An option that is given an empty text is no option that is not given: a variable that was not set
// would cost the idempotency of a call without a word.
func TestAnEmptyOptionIsRefused(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient()
	enqueued(t, c, "w", 1)
	enqueue := func(o client.EnqueueOption) error { _, err := c.Enqueue("q", "wf", 1, o); return err }
	debounce := func(o client.WorkflowOption, d ...client.DebouncerOption) error {
		_, err := client.NewDebouncerClient[int, any]("wf", c, d...).Debounce("k", time.Second, 1, o)
		return err
	}
	user := client.WithAuthenticatedUser("u")
	for _, test := range []struct {
		name string
		err  error
	}{
		{"workflow_id", enqueue(client.WithEnqueueWorkflowID(""))},
		{"application_version", enqueue(client.WithEnqueueApplicationVersion(""))},
		{"deduplication_id", enqueue(client.WithEnqueueDeduplicationID(""))},
		{"queue_partition_key", enqueue(client.WithEnqueueQueuePartitionKey(""))},
		{"workflow_id", debounce(client.WithWorkflowID(""))},
		{"application_version", debounce(client.WithApplicationVersion(""))},
		{"queue_name", debounce(client.WithQueue(""))},
		{"deduplication_id", debounce(client.WithDeduplicationID(""))},
		{"queue_partition_key", debounce(client.WithQueuePartitionKey(""))},
		{"queue_name", debounce(user, client.WithDebouncerQueueName(""))},
		{"queue_name", func() error { _, err := c.ResumeWorkflow("w0", client.WithResumeQueue("")); return err }()},
		{"idempotency_key", client.Send(c, "w0", 1, "", client.WithIdempotencyKey(""))},
		{"the deduplication id at 2", func() error {
			keys := client.EnqueueManyOptions{DeduplicationIDs: []string{"a", ""}}
			_, err := c.EnqueueMany("q", "wf", make([]any, 2), client.WithEnqueueManyOptions(keys))
			return err
		}()},
	} {
		if client.CodeOf(test.err) != client.InvalidOption || !strings.Contains(test.err.Error(), test.name+" is empty") {
			t.Errorf("an empty %s: %v", test.name, test.err)
		}
	}
	if rows := b.Rows("workflow_status", "", nil); len(rows) != 1 {
		t.Errorf("%d workflows, want the one that was there", len(rows))
	}
	if _, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID(""), client.WithEnqueueWorkflowID("given")); err != nil || b.Workflow("given") == nil {
		t.Errorf("given after all: %v", err)
	}
}

// A class or an instance without a name is none, as in the Go SDK: an empty text in the row would
// match no workflow.
func TestAnEmptyClassIsNoClass(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient()
	empty := []client.EnqueueOption{client.WithEnqueueClassName(""), client.WithEnqueueConfigName("")}
	_, err := c.Enqueue("q", "wf", 1, append(empty, client.WithEnqueueWorkflowID("one"))...)
	mustDo(t, err)
	_, err = c.EnqueueMany("q", "wf", []any{1}, client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"two"}}))
	mustDo(t, err)
	_, err = client.NewDebouncerClient[int, any]("wf", c, client.WithDebouncerConfigName("")).Debounce("k", time.Second, 1, client.WithWorkflowID("three"))
	mustDo(t, err)
	for _, id := range []string{"one", "two", "three"} {
		if row := b.Workflow(id); row == nil || row["class_name"] != nil || row["config_name"] != nil {
			t.Errorf("%s: the row is %v", id, row)
		}
	}
	if _, err := c.Enqueue("q", "wf", 2, client.WithEnqueueWorkflowID("one")); err != nil {
		t.Errorf("without a class it is another workflow: %v", err)
	}
}

// Where nothing shows the SDK, what an input is written for is said once for each workflow, and
// never where it is known.
func TestAGuessedSDKIsSaidOnce(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	var log bytes.Buffer
	c := b.NewClient(logging(&log))
	guesses := func() int { return strings.Count(log.String(), "nothing here shows which SDK") }
	for _, name := range []string{"one", "one", "two"} {
		_, err := c.Enqueue("q", name, 1)
		mustDo(t, err)
	}
	_, err := c.Debounce("three", "k", time.Second, 1, client.DebouncerOptions{})
	mustDo(t, err)
	if guesses() != 3 || !strings.Contains(log.String(), "--sdk") {
		t.Errorf("%d guesses are said:\n%s", guesses(), log.String())
	}
	_, err = c.Enqueue("q", "four", client.PortableWorkflowArgs{})
	mustDo(t, err)
	_, err = c.WithSDK(client.SDKGo).Enqueue("q", "five", 1)
	mustDo(t, err)
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, created_at, updated_at) VALUES ('ran', 'SUCCESS', 'six', 'DBOS_JSON', 1, 1)`, nil)
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, serialization) VALUES ('ran', 0, 'one', 'py_pickle')`, nil)
	_, err = b.NewClient(logging(&log)).Enqueue("q", "six", 1)
	mustDo(t, err)
	if guesses() != 3 {
		t.Errorf("what is known is assumed:\n%s", log.String())
	}
}
